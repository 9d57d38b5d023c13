// Package sshtest is an SSH server in the process, for the tests of those who
// use SSH. It is a real one: it speaks the protocol, runs commands with /bin/sh
// as the user who runs the test, and connects to unix sockets. Switches make it
// misbehave.
//
//	s := sshtest.New(t, sshtest.Options{})
//	c, err := sshx.Dial(ctx, s.Target(), sshx.Options{})
//	…
//	s.Freeze()
package sshtest
