//go:build !race

package xapi_test

const (
	stride = 1   // how many calls apart are those at which something goes wrong
	crowd  = 200 // VMs that are made at once
)
