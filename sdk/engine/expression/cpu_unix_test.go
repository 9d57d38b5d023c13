//go:build unix

package expression_test

import "syscall"

// cpuSeconds is how long this process has computed, so that a benchmark on a
// busy machine says what one core does.
func cpuSeconds() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()) / 1e9
}
