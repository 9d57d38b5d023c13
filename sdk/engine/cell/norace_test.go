//go:build !race

package cell_test

const slow = false
