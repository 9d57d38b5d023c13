//go:build race

package xapi_test

// stride is how far apart the calls are at which something goes wrong: every
// one is looked at without the race detector, which makes each ten times as
// slow.
const stride = 9
