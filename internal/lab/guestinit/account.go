//go:build linux

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab/bootplan"
)

// An account is a line of /etc/passwd.
type account struct {
	name, home string
	uid, gid   int
}

var errNoAccount = errors.New("no such user")

func findAccount(name string) (account, error) {
	all, err := accounts()
	if err != nil {
		return account{}, err
	}
	if i := slices.IndexFunc(all, func(a account) bool { return a.name == name }); i >= 0 {
		return all[i], nil
	}
	return account{}, fmt.Errorf("%w: %q", errNoAccount, name)
}

func accounts() ([]account, error) {
	text, err := os.ReadFile("/etc/passwd")
	if err != nil {
		return nil, err
	}
	var out []account
	for line := range strings.Lines(string(text)) {
		const fields = 7 // of passwd(5)
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) != fields {
			continue
		}
		uid, err := strconv.Atoi(f[2])
		if err != nil {
			return nil, fmt.Errorf("/etc/passwd: %w", err)
		}
		gid, err := strconv.Atoi(f[3])
		if err != nil {
			return nil, fmt.Errorf("/etc/passwd: %w", err)
		}
		out = append(out, account{name: f[0], home: f[5], uid: uid, gid: gid})
	}
	return out, nil
}

// makeUser makes a user when there is none of that name, and gives it its keys.
func makeUser(u bootplan.User) error {
	a, err := findAccount(u.Name)
	if errors.Is(err, errNoAccount) {
		a, err = addAccount(u)
	}
	if err != nil {
		return err
	}
	if u.Sudo {
		if err := allow(a.name); err != nil {
			return err
		}
	}
	return a.addKeys(u.Keys)
}

func addAccount(u bootplan.User) (account, error) {
	all, err := accounts()
	if err != nil {
		return account{}, err
	}
	const first, nobody = 1000, 65534 // Debian's
	a := account{name: u.Name, home: u.Home, uid: first}
	if a.home == "" {
		a.home = "/home/" + u.Name
	}
	for _, o := range all {
		if o.uid != nobody {
			a.uid = max(a.uid, o.uid+1)
		}
	}
	a.gid = a.uid
	shell := u.Shell
	if _, err := os.Stat(shell); shell == "" || err != nil {
		shell = "/bin/sh" // there is no other
	}
	for _, line := range []struct {
		file, text string
		mode       os.FileMode
	}{
		{"/etc/passwd", fmt.Sprintf("%s:x:%d:%d::%s:%s\n", a.name, a.uid, a.gid, a.home, shell), 0o644},
		{"/etc/group", fmt.Sprintf("%s:x:%d:\n", a.name, a.gid), 0o644},
		{"/etc/shadow", a.name + ":*:20000:0:99999:7:::\n", 0o640}, // no password
	} {
		if err := appendTo(line.file, line.text, line.mode); err != nil {
			return a, err
		}
	}
	if err := os.MkdirAll(a.home, 0o755); err != nil { //nolint:gosec // as adduser makes them
		return a, err
	}
	return a, os.Chown(a.home, a.uid, a.gid)
}

// addKeys adds lines to the user's authorized_keys, those that are not there.
func (a account) addKeys(keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	name := filepath.Join(a.home, ".ssh", "authorized_keys")
	before, err := os.ReadFile(name) //nolint:gosec // the guest's own files
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(before)), "\n")
	for _, k := range keys {
		if !slices.Contains(lines, k) {
			lines = append(lines, k)
		}
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	if err := write(name, []byte(strings.TrimSpace(strings.Join(lines, "\n"))+"\n"), 0o600); err != nil {
		return err
	}
	return errors.Join(os.Chown(filepath.Dir(name), a.uid, a.gid), os.Chown(name, a.uid, a.gid))
}
