//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab/bootplan"
)

// enter makes the plan's folders the guest's root and moves there; the host's
// file systems are gone then.
func enter(p bootplan.Plan) error {
	if err := mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return err
	}
	at := func(dir string) string { return filepath.Join(p.Root, dir) }
	for _, m := range []struct {
		source, target, kind string
		flags                uintptr
		data                 string
	}{
		{p.Root, p.Root, "", syscall.MS_BIND, ""}, // pivot_root wants a mount point
		{p.Usr, at("usr"), "", syscall.MS_BIND, ""},
		{"", at("usr"), "", syscall.MS_BIND | syscall.MS_REMOUNT | syscall.MS_RDONLY, ""},
		{p.Local, at("usr/local"), "", syscall.MS_BIND, ""},
		{"proc", at("proc"), "proc", 0, ""},
		{"sysfs", at("sys"), "sysfs", syscall.MS_RDONLY, ""},
		{"dev", at("dev"), "tmpfs", 0, "mode=755,size=1m"},
		{"run", at("run"), "tmpfs", 0, "mode=755,size=16m"},
	} {
		if err := mount(m.source, m.target, m.kind, m.flags, m.data); err != nil {
			return err
		}
	}
	if err := makeDevices(at("dev")); err != nil {
		return err
	}
	for _, dir := range []string{"run/xenstored", "run/sshd", "run/lock"} {
		if err := os.Mkdir(at(dir), 0o755); err != nil { //nolint:gosec // as in other systems
			return err
		}
	}
	if err := mount(p.Xenstore, at("run/xenstored"), "", syscall.MS_BIND, ""); err != nil {
		return err
	}
	if err := os.Chdir(p.Root); err != nil {
		return err
	}
	// The old root ends on top of the new one, and is taken away from there.
	if err := syscall.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot_root: %w", err)
	}
	if err := syscall.Unmount(".", syscall.MNT_DETACH); err != nil {
		return fmt.Errorf("let go of the host's root: %w", err)
	}
	return os.Chdir("/")
}

func mount(source, target, kind string, flags uintptr, data string) error {
	if err := syscall.Mount(source, target, kind, flags, data); err != nil {
		return fmt.Errorf("mount %s on %s: %w", source, target, err)
	}
	return nil
}

// makeDevices fills /dev: numbers are those of Linux's devices.txt.
func makeDevices(dev string) error {
	defer syscall.Umask(syscall.Umask(0))
	for _, d := range []struct {
		name         string
		major, minor int
	}{{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}} {
		const perMajor = 1 << 8
		if err := syscall.Mknod(filepath.Join(dev, d.name), syscall.S_IFCHR|0o666, d.major*perMajor+d.minor); err != nil {
			return fmt.Errorf("make /dev/%s: %w", d.name, err)
		}
	}
	for _, dir := range []string{"pts", "shm"} {
		if err := os.Mkdir(filepath.Join(dev, dir), 0o755); err != nil { //nolint:gosec // as in other systems
			return err
		}
	}
	if err := mount("devpts", filepath.Join(dev, "pts"), "devpts", 0, "newinstance,ptmxmode=0666"); err != nil {
		return err
	}
	if err := mount("shm", filepath.Join(dev, "shm"), "tmpfs", 0, "mode=1777,size=16m"); err != nil {
		return err
	}
	for name, to := range map[string]string{"ptmx": "pts/ptmx", "fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"} {
		if err := os.Symlink(to, filepath.Join(dev, name)); err != nil {
			return err
		}
	}
	return nil
}
