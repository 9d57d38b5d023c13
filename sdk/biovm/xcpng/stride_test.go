//go:build !race

package xcpng_test

// stride is how far apart the calls are at which something goes wrong.
const stride = 1
