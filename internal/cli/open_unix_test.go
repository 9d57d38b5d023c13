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
		{"genome", "stats", pipe},
		{"genome", "genes", pipe},
		{"genome", "genes", "../../examples/resources/bioxen_genome/strain.gff3", "--sequence", pipe},
		{"genome", "compare", pipe, "syn3a"},
		{"genome", "add", "mine", pipe, "--data-dir", t.TempDir()},
		{"model", "check", pipe},
		{"model", "fba", pipe},
		{"simulate", pipe},
		{"simulate", pipe, "--settings", pipe},
		{"run", "syn3a", pipe},
		{"run", "syn3a", "--genome", pipe},
		{"run", "syn3a", "--model", pipe},
		{"run", "syn3a", "--config", pipe},
		{"model", "convert", pipe, filepath.Join(t.TempDir(), "model.json")},
		{"package", "verify", pipe},
		{"package", "info", pipe},
		{"vm", "exec", "cell", pipe},
		{"vm", "list", "--endpoint", "https://127.0.0.1:1", "--ca-cert", pipe},
		{"serve", "--data-dir", t.TempDir(), "--socket", "none", "--listen", "127.0.0.1:0", "--tls-cert", pipe, "--tls-key", pipe, "--token-file", pipe},
	} {
		code, stdout, stderr := command{args: args, dataDir: dataDir(t, "cell")}.run(t)
		if code == cli.ExitOK || !strings.Contains(stderr, "must be a regular file") || !strings.Contains(stderr, pipe) || stdout != "" {
			t.Errorf("%v: got %d, %q and %q; want it to refuse the pipe", args, code, stdout, stderr)
		}
	}
	for _, env := range []map[string]string{
		{"BIOXEN_ENDPOINT": "https://127.0.0.1:1", "BIOXEN_CA_CERT": pipe},
		{"BIOXEN_XCPNG_URL": "https://127.0.0.1:1", "BIOXEN_XCPNG_USERNAME": "root", "BIOXEN_XCPNG_PASSWORD": "x", "BIOXEN_XCPNG_CA": pipe},
	} {
		c := command{args: []string{"vm", "list"}, env: env}
		if env["BIOXEN_ENDPOINT"] == "" {
			c.dataDir = dataDir(t)
		}
		if code, stdout, stderr := c.run(t); code == cli.ExitOK || !strings.Contains(stderr, "must be a regular file") || !strings.Contains(stderr, pipe) || stdout != "" {
			t.Errorf("%v: got %d, %q and %q; want it to refuse the pipe", env, code, stdout, stderr)
		}
	}
}
