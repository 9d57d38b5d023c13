package lab

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// folderPrefix begins the names of the labs' folders and cgroups; the process's
// ID and a dash follow.
const folderPrefix = "bxlab-"

// sweep removes what processes left behind that are no more.
func sweep(ctx context.Context) error {
	var problems []error
	for _, dir := range leftFolders(isDead) {
		problems = append(problems, os.RemoveAll(dir))
	}
	for _, dir := range leftCgroups(isDead) {
		for file, text := range map[string]string{"cgroup.kill": "1", "freezer.state": "THAWED"} {
			if f, err := os.OpenFile(filepath.Join(dir, file), os.O_WRONLY, 0); err == nil { //nolint:gosec // one of our cgroups
				_, _ = f.WriteString(text) // what it left shows below
				_ = f.Close()
			}
		}
		problems = append(problems, removeCgroup(dir))
	}
	for _, name := range leftLinks(isDead) {
		problems = append(problems, unplug(ctx, name))
	}
	return errors.Join(problems...)
}

// isDead reports whether there is no such process.
func isDead(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// owner is the process that a name tells; 0 for names that are not ours.
func owner(name, prefix string) int {
	rest, ok := strings.CutPrefix(name, prefix)
	digits, _, dash := strings.Cut(rest, "-")
	pid, err := strconv.Atoi(digits)
	if !ok || !dash || err != nil || pid <= 0 {
		return 0
	}
	return pid
}

func leftFolders(of func(pid int) bool) []string { return leftIn(os.TempDir(), of) }

func leftCgroups(of func(pid int) bool) []string {
	var out []string
	for _, root := range cgroupRoots() {
		out = append(out, leftIn(root.dir, of)...)
	}
	return out
}

func leftIn(dir string, of func(pid int) bool) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // there is no such folder
	}
	var out []string
	for _, e := range entries {
		if pid := owner(e.Name(), folderPrefix); pid != 0 && of(pid) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	return out
}

func leftLinks(of func(pid int) bool) []string {
	all, err := net.Interfaces()
	if err != nil {
		return nil // then there are no links either
	}
	var out []string
	for _, i := range all {
		if pid := owner(i.Name, linkPrefix); pid != 0 && of(pid) {
			out = append(out, i.Name)
		}
	}
	return out
}
