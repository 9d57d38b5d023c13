//go:build race

package xapi_test

// stride is how far apart the calls are at which something goes wrong: every
// one is looked at without the race detector, which makes each ten times as
// slow. crowd VMs are made at once, and half as many as without it.
const (
	stride = 19
	crowd  = 100
)
