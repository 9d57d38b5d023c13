//go:build unix

package sshtest

import (
	"os/exec"
	"strings"
	"syscall"

	"golang.org/x/crypto/ssh"
)

// ownGroup gives the command a process group, so that a signal reaches all of it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// signals are those that clients may send.
func signals() map[ssh.Signal]syscall.Signal {
	return map[ssh.Signal]syscall.Signal{
		ssh.SIGHUP: syscall.SIGHUP, ssh.SIGINT: syscall.SIGINT, ssh.SIGTERM: syscall.SIGTERM, ssh.SIGKILL: syscall.SIGKILL,
	}
}

// signal sends the command's group a signal.
func (c *command) signal(name string) {
	if s, ok := signals()[ssh.Signal(strings.TrimPrefix(name, "SIG"))]; ok {
		_ = syscall.Kill(-c.cmd.Process.Pid, s)
	}
}

// kill ends the command's group.
func (c *command) kill() { _ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) }

// signalName is the name of the signal that ended a command.
func signalName(exit *exec.ExitError) string {
	status, ok := exit.Sys().(syscall.WaitStatus)
	if !ok {
		return ""
	}
	for name, s := range signals() {
		if s == status.Signal() {
			return string(name)
		}
	}
	return "USR1"
}
