//go:build race

package xcpng_test

const (
	stride   = 19
	killStep = 19
	cutStep  = 4
	crowd    = 12
)
