//go:build unix

package cli_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/cli"
)

// TestPipe holds that no command waits at a named pipe that nobody writes to.
func TestPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"genome", "check", pipe},
		{"genome", "compare", pipe, "syn3a"},
		{"genome", "add", "mine", pipe, "--data-dir", t.TempDir()},
		{"model", "check", pipe},
		{"model", "fba", pipe},
		{"simulate", pipe},
		{"simulate", pipe, "--settings", pipe},
		{"run", "syn3a", pipe},
		{"run", "syn3a", "--genome", pipe},
		{"run", "syn3a", "--model", pipe},
		{"vm", "list", "--endpoint", "https://127.0.0.1:1", "--ca-cert", pipe},
	} {
		code, stdout, stderr := command{args: args}.run(t)
		if code == cli.ExitOK || !strings.Contains(stderr, "must be a regular file") || !strings.Contains(stderr, pipe) || stdout != "" {
			t.Errorf("%v: got %d, %q and %q; want it to refuse the pipe", args, code, stdout, stderr)
		}
	}
}
