//go:build unix

package daemon

import "syscall"

// ownSession has a process outlive the terminal or connection that it was started
// from.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
