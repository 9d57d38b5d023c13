// Package peers_test compares what sdk/engine/genome reads and calculates with
// what Biopython does. The race detector sees nothing in that.
package peers_test
