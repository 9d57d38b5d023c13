package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Cage is one of each kind that there can be here.
type Cage struct {
	Kind         string
	Set          func(frozen bool) error
	Kill, Remove func() error
}

// Cages puts a process into cages, one of which is to be used.
func Cages(name string, pid int) []Cage {
	var out []Cage
	for i := range len(cgroupRoots()) + 1 {
		var roots []cgroupRoot
		if i < len(cgroupRoots()) {
			roots = cgroupRoots()[i : i+1]
		}
		c := newCage(roots, name, pid)
		if roots != nil && c.dir == "" {
			continue // none of that kind here
		}
		kind := "signals"
		if c.dir != "" {
			kind = c.dir
		}
		out = append(out, Cage{kind, c.set, c.kill, c.remove})
	}
	return out
}

// Left is what there is in the system of a process's labs.
func Left(pid int) []string {
	of := func(p int) bool { return p == pid }
	out := append(append(leftFolders(of), leftCgroups(of)...), leftLinks(of)...)
	return append(out, LeftMounts(pid)...)
}

// LeftMounts are the processes that have something of a process's labs mounted,
// which all of its guests' have.
func LeftMounts(pid int) []string {
	files, err := filepath.Glob("/proc/[0-9]*/mountinfo")
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err == nil && strings.Contains(string(text), fmt.Sprintf("/%s%d-", folderPrefix, pid)) {
			out = append(out, f)
		}
	}
	return out
}
