//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
)

// children are the processes that the init started. It also reaps those that
// others left to it.
type children struct {
	mu     sync.Mutex       // guards what follows
	ended  map[int]chan int // exit statuses, by process
	closed bool
}

// path is root's.
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

var errGoingDown = errors.New("the guest is going down")

// start starts a program with its output in a file, and returns where its exit
// status will be.
func (c *children) start(log string, argv ...string) (<-chan int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errGoingDown
	}
	in, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // the guest's own log
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }()
	pid, err := syscall.ForkExec(argv[0], argv, &syscall.ProcAttr{ //nolint:gosec // what guests run
		Dir:   "/",
		Env:   []string{"PATH=" + path, "HOME=/root", "LANG=C.UTF-8"},
		Files: []uintptr{in.Fd(), out.Fd(), out.Fd()},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", argv[0], err)
	}
	status := make(chan int, 1)
	c.ended[pid] = status
	return status, nil
}

// run runs a program to its end.
func (c *children) run(log string, argv ...string) error {
	ended, err := c.start(log, argv...)
	if err != nil {
		return err
	}
	if status := <-ended; status != 0 {
		return fmt.Errorf("%q ends with status %d", argv, status)
	}
	return nil
}

// reap buries the dead; it reports whether anybody lives.
func (c *children) reap() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case pid <= 0:
			return !errors.Is(err, syscall.ECHILD)
		default:
			if ended := c.ended[pid]; ended != nil {
				ended <- status.ExitStatus()
				delete(c.ended, pid)
			}
		}
	}
}

// close lets nobody start any more.
func (c *children) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
}
