//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// sudoers is where cloud-init writes who may use sudo.
const sudoers = "/etc/sudoers.d/90-cloud-init-users"

// allow lets a user do everything without a password.
func allow(name string) error {
	if err := os.MkdirAll("/etc/sudoers.d", 0o750); err != nil {
		return err
	}
	return appendTo(sudoers, sudoLine(name), 0o440)
}

func sudoLine(name string) string { return name + " ALL=(ALL) NOPASSWD:ALL\n" }

// sudo runs a program as root, for root and for those in the file.
func sudo(args []string) error {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		option := args[0]
		args = args[1:]
		switch option {
		case "-n", "-E", "-H":
			continue
		case "--":
		default:
			return fmt.Errorf("option %s: this sudo knows -n, -E and -H", option)
		}
		break
	}
	if len(args) == 0 {
		return errors.New("usage: sudo [-n] [-E] [-H] [--] PROGRAM [ARGUMENT]")
	}
	if err := mayDoEverything(os.Getuid()); err != nil {
		return err
	}
	if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(0), syscall.Setuid(0)); err != nil {
		return err
	}
	if err := errors.Join(os.Setenv("PATH", path), os.Setenv("HOME", "/root"), os.Setenv("USER", "root")); err != nil {
		return err
	}
	program, err := exec.LookPath(args[0])
	if err != nil {
		return err
	}
	return syscall.Exec(program, args, os.Environ()) //nolint:gosec // that is what sudo is for
}

func mayDoEverything(uid int) error {
	if uid == 0 {
		return nil
	}
	all, err := accounts()
	if err != nil {
		return err
	}
	allowed, err := os.ReadFile(sudoers)
	if err != nil {
		return errors.New("a password is required")
	}
	if !slices.ContainsFunc(all, func(a account) bool {
		return a.uid == uid && strings.Contains("\n"+string(allowed), "\n"+sudoLine(a.name))
	}) {
		return errors.New("a password is required for user " + strconv.Itoa(uid))
	}
	return nil
}
