//go:build !linux

package sshx_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
)

func openSSHTarget(*testing.B) (sshx.Target, bool) { return sshx.Target{}, false }

func openSSH(*testing.B) *sshx.Conn { return nil }
