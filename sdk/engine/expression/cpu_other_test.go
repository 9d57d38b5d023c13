//go:build !unix

package expression_test

// cpuSeconds is not known here.
func cpuSeconds() float64 { return 0 }
