//go:build linux

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab/bootplan"
)

const (
	cloud     = "/var/lib/cloud"
	idFile    = cloud + "/data/instance-id"
	outputLog = "/var/log/cloud-init-output.log"
)

// prepare does what the drive wants before anybody may log in; first reports
// whether the instance is a new one.
func (g *guest) prepare() (first bool, err error) {
	i := g.plan.Instance
	if i == nil {
		return false, nil
	}
	for name, content := range i.Seed {
		if err := write("/run/cidata/"+name, content, 0o600); err != nil {
			return false, err
		}
	}
	for _, c := range i.Complaints {
		if err := appendTo("/var/log/cloud-init.log", "WARNING: "+c+"\n", 0o644); err != nil {
			return false, err
		}
	}
	if i.BootCommands != "" {
		if err := g.script("bootcmd", i.BootCommands); err != nil {
			return false, err
		}
	}
	if before, err := os.ReadFile(idFile); err == nil && string(before) == i.ID {
		return false, nil
	}
	// What is cut off is not done again: cloud-init's locks are that way too.
	if err := write(idFile, []byte(i.ID), 0o644); err != nil {
		return false, err
	}
	for _, key := range []string{"/etc/ssh/ssh_host_ed25519_key", "/etc/ssh/other_ed25519_key"} {
		for _, name := range []string{key, key + ".pub"} {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return false, err
			}
		}
	}
	return true, g.populate(i)
}

// populate makes the instance's files and users.
func (g *guest) populate(i *bootplan.Instance) error {
	for _, late := range []bool{false, true} {
		for _, f := range i.Files {
			if f.Late != late {
				continue
			}
			if err := writeFile(f); err != nil {
				return err
			}
		}
		if late {
			break
		}
		for _, u := range i.Users {
			if err := makeUser(u); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeFile(f bootplan.File) error {
	content := f.Content
	if f.Append {
		before, err := os.ReadFile(f.Path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		content = append(before, content...)
	}
	if err := write(f.Path, content, f.Mode); err != nil || f.Owner == "" {
		return err
	}
	name, _, _ := strings.Cut(f.Owner, ":")
	a, err := findAccount(name)
	if err != nil {
		return err
	}
	return os.Chown(f.Path, a.uid, a.gid)
}

// finish does what comes last.
func (g *guest) finish(first bool) error {
	i := g.plan.Instance
	if i == nil {
		return nil
	}
	if first && i.RunCommands != "" {
		if err := g.script("runcmd", i.RunCommands); err != nil {
			return err
		}
	}
	return write(cloud+"/instance/boot-finished", nil, 0o644)
}

// script runs a script. That it fails is for the log.
func (g *guest) script(name, text string) error {
	file := cloud + "/instance/scripts/" + name
	if err := write(file, []byte(text), 0o700); err != nil {
		return err
	}
	ended, err := g.children.start(outputLog, "/bin/sh", file)
	if err != nil {
		return err
	}
	if status := <-ended; status != 0 {
		return appendTo(outputLog, fmt.Sprintf("%s ends with status %d\n", name, status), 0o600)
	}
	return nil
}

func write(name string, content []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil { //nolint:gosec // as cloud-init makes them
		return err
	}
	if err := os.WriteFile(name, content, mode); err != nil { //nolint:gosec // anywhere in the guest
		return err
	}
	return os.Chmod(name, mode)
}

func appendTo(name, text string, mode os.FileMode) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, mode) //nolint:gosec // the guest's own files
	if err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}
