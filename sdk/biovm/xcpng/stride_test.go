//go:build !race

package xcpng_test

const (
	stride   = 1  // how many calls apart are those at which something goes wrong,
	killStep = 4  // at which a process is killed,
	cutStep  = 1  // and the places at which a connection is cut
	crowd    = 50 // VMs that are made at once
)
