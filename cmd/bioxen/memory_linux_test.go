//go:build !race

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// TestModelMemory holds that flux balance analysis of a genome-scale model
// stays small, file and all.
func TestModelMemory(t *testing.T) {
	t.Parallel()
	const most = 60_000 // kilobytes, twice what it takes
	file := filepath.Join("..", "..", "..", "shared", "data", "models", "iML1515.json")
	if _, err := os.Stat(file); err != nil {
		t.Skip("../shared/data/models/iML1515.json is not there; it is not part of the repository")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"model", "fba", file}, {"model", "fba", file, "--exact"}} {
		cmd := exec.CommandContext(t.Context(), self, args...)
		cmd.Args[0] = "bioxen" // by which name testscript tells the command from the tests
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			t.Fatalf("got %T, want *syscall.Rusage", cmd.ProcessState.SysUsage())
		}
		if usage.Maxrss > most {
			t.Errorf("%v: the peak resident set is %d kB, want at most %d", args, usage.Maxrss, most)
		}
		t.Logf("%v: the peak resident set is %d kB", args, usage.Maxrss)
	}
}
