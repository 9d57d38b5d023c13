//go:build race

package cell_test

// slow says that the race detector makes genome-scale problems take too long.
const slow = true
