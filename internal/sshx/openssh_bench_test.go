//go:build linux

package sshx_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
)

func openSSHTarget(b *testing.B) (sshx.Target, bool) {
	b.Helper()
	s := newOpenSSH(b, "MaxStartups 1000")
	s.conn(b, sshx.Options{})
	return s.target, true
}

func openSSH(b *testing.B) *sshx.Conn {
	b.Helper()
	return newOpenSSH(b).conn(b, sshx.Options{})
}
