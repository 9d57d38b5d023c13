package cli_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/cli"
)

// sugar is a model in a file: three of its genes do something when they go.
const sugar = `{"id": "sugar",
 "metabolites": [{"id": "a_e", "compartment": "e"}, {"id": "a_c", "compartment": "c"}, {"id": "b_c", "compartment": "c"}],
 "reactions": [
  {"id": "EX_a_e", "metabolites": {"a_e": -1}, "lower_bound": -10, "upper_bound": 1000},
  {"id": "in", "metabolites": {"a_e": -1, "a_c": 1}, "gene_reaction_rule": "g1"},
  {"id": "on", "metabolites": {"a_c": -1, "b_c": 1}, "gene_reaction_rule": "g2"},
  {"id": "growth", "metabolites": {"b_c": -10}, "gene_reaction_rule": "g3", "objective_coefficient": 1}]}`

// TestModelProgress holds that who watches sees how far a scan is, in a line
// that goes away, and nobody else does.
func TestModelProgress(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"model", "deletions", "-"}, {"model", "fva", "-", "--fraction", "0.5"}} {
		for _, watched := range []bool{false, true} {
			code, stdout, stderr := command{args: args, stdin: sugar, watched: watched}.run(t)
			if code != cli.ExitOK || !strings.Contains(stdout, "optimal") {
				t.Errorf("%v: got %d and %q", args, code, stdout)
			}
			shown := strings.Contains(stderr, ": 100 %") && strings.HasSuffix(stderr, " \r")
			if shown != watched || (!watched && stderr != "") {
				t.Errorf("%v, watched %v: it says %q", args, watched, stderr)
			}
		}
	}
}

// TestModelInterrupt holds that an interrupt ends the wait for a model that
// nobody types, and leaves no file.
func TestModelInterrupt(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "out.json")
	for _, args := range [][]string{{"fba", "-"}, {"check", "-", "-o", "json"}, {"convert", "-", out}} {
		ctx, cancel := context.WithCancel(t.Context())
		silence, end := io.Pipe()
		defer end.Close()
		var stdout, stderr bytes.Buffer
		code := cli.Run(ctx, cli.Process{
			Args: append([]string{"model"}, args...), Stdin: readerThat{silence, cancel}, Stdout: &stdout, Stderr: &stderr,
			Getenv: func(string) string { return "" },
		})
		if code != cli.ExitFailure || stderr.String() != "bioxen: interrupted\n" || stdout.Len() > 0 {
			t.Errorf("%v: got %d, %q and %q; want it to say that it was interrupted", args, code, stdout.String(), stderr.String())
		}
	}
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the interrupted conversion left %s: %v", out, err)
	}
}

// A readerThat does something when it is read.
type readerThat struct {
	io.Reader

	does func()
}

func (r readerThat) Read(p []byte) (int, error) {
	r.does()
	return r.Reader.Read(p)
}

// TestModelConvertMode holds that a file that is replaced can be read by those
// who could before, also through a link.
func TestModelConvertMode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link := filepath.Join(dir, "model.json"), filepath.Join(dir, "link.json")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("model.json", link); err != nil {
		t.Skip(err) // Windows lets not everybody
	}
	if code, _, stderr := (command{args: []string{"model", "convert", "-", link, "--force"}, stdin: sugar}).run(t); code != cli.ExitOK {
		t.Fatal(stderr)
	}
	info, err := os.Lstat(file)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() < 100 {
		t.Errorf("%v: got %v, want a file as before with the model", err, info)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("%v: the link is %v", err, info)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("%v: there are %v, want two", err, left)
	}
}
