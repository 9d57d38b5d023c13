package daemon

import "syscall"

// ownSession is not reached: agents run on Linux.
func ownSession() *syscall.SysProcAttr { return nil }
