//go:build race

package xcpng_test

const stride = 19
