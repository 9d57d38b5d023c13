package cli_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/cli"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// TestGenomeInterrupt holds that an interrupt ends the wait for a genome that
// nobody types.
func TestGenomeInterrupt(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"check", "-", "-o", "json"}, {"stats", "-"}, {"genes", "-"}, {"compare", "-", "syn3a"}} {
		ctx, cancel := context.WithCancel(t.Context())
		silence, end := io.Pipe()
		defer end.Close()
		var stdout, stderr bytes.Buffer
		code := cli.Run(ctx, cli.Process{
			Args: append([]string{"genome"}, args...), Stdin: readerThat{silence, cancel}, Stdout: &stdout, Stderr: &stderr,
			Getenv: func(string) string { return "" },
		})
		if code != cli.ExitFailure || stderr.String() != "bioxen: interrupted\n" || stdout.Len() > 0 {
			t.Errorf("%v: got %d, %q and %q; want it to say that it was interrupted", args, code, stdout.String(), stderr.String())
		}
	}
}

// TestGenomePublished holds that the published genomes are those of the cells
// that ship, by the command.
func TestGenomePublished(t *testing.T) {
	t.Parallel()
	shared := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(shared); err != nil {
		t.Skip("../shared/data is not there; it is not part of the repository")
	}
	for cell, file := range map[string]string{"syn3a": filepath.Join("syn3a", "syn3A.gb"), "ecoli": filepath.Join("ecoli", "NC_000913.3.gff3.gz")} {
		code, stdout, stderr := command{args: []string{"genome", "compare", filepath.Join(shared, file), cell}}.run(t)
		for line := range strings.SplitSeq(strings.TrimSpace(stdout), "\n") {
			if same := strings.HasPrefix(line, "same "); same == strings.HasSuffix(line, " 0") {
				t.Errorf("%s: got %q", cell, line)
			}
		}
		if code != cli.ExitOK || stderr != "" {
			t.Errorf("%s: got %d and %q", cell, code, stderr)
		}
		if code, _, stderr := (command{args: []string{"genome", "check", filepath.Join(shared, file)}}).run(t); code != cli.ExitOK {
			t.Errorf("%s: got %d and %q", file, code, stderr)
		}
	}
}

// TestShowKeptGenome holds that a VM of a kept genome, which is from no file, is
// shown as that.
func TestShowKeptGenome(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c, err := bioxen.Open(t.Context(), bioxen.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	g, err := c.PutGenome(t.Context(), "strain", biovm.Source{Source: filepath.Join("..", "..", "examples", "resources", "bioxen_genome", "strain.gff3")})
	if err == nil {
		_, err = c.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Genome: &biovm.Source{SHA256: g.SHA256}})
	}
	if err := errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := command{args: []string{"vm", "show", "a"}, dataDir: dir}.run(t)
	if want := "genome from     one that was kept by a name, SHA-256 " + g.SHA256 + "\n"; code != cli.ExitOK || !strings.Contains(stdout, want) {
		t.Errorf("it exits with %d, says %q and shows no %q in:\n%s", code, stderr, want, stdout)
	}
}
