//go:build !unix

package sshtest

import "os/exec"

// There are no process groups here: signals reach the shell only.

func ownGroup(*exec.Cmd) {}

func (c *command) signal(string) { c.kill() }

func (c *command) kill() { _ = c.cmd.Process.Kill() }

func signalName(*exec.ExitError) string { return "KILL" }
