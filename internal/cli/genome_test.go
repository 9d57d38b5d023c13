package cli_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
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

// TestGenomeSyn3A holds the figures that CP016816.2 is published with, by the
// command.
func TestGenomeSyn3A(t *testing.T) {
	t.Parallel()
	file := filepath.Join("..", "..", "..", "shared", "data", "syn3a", "syn3A.gb")
	if _, err := os.Stat(file); err != nil {
		t.Skip("../shared/data is not there; it is not part of the repository")
	}
	code, stdout, stderr := command{args: []string{"genome", "stats", file, "--orfs", "100", "--cut", "EcoRI"}}.run(t)
	if code != cli.ExitOK || stderr != "" {
		t.Fatalf("got %d and %q", code, stderr)
	}
	for _, line := range []string{
		`record +CP016816\.2, 543379 bp, circular, .*Syn3A`, `genes +496: 455 CDS, 29 tRNA, 6 rRNA, 3 pseudogene, 2 ncRNA, 1 tmRNA`,
		`GC +24\.28 %`, `genetic code +4`, `TGA W +[0-9]+ .*`,
	} {
		if !regexp.MustCompile(`(?m)^(.* )?` + line + `$`).MatchString(stdout) {
			t.Errorf("no line %s in\n%.2000s", line, stdout)
		}
	}
}

// TestGenomePacked holds that a file that is packed reads as it does plain, and
// that one whose packing is damaged is told by name.
func TestGenomePacked(t *testing.T) {
	t.Parallel()
	plain, err := os.ReadFile(filepath.Join("..", "..", "examples", "resources", "bioxen_genome", "strain.gff3"))
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	gz := packed.Bytes()
	genes := func(content []byte) (code int, stdout, stderr string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "strain")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return command{args: []string{"genome", "genes", file, "-o", "tsv"}}.run(t)
	}
	_, want, _ := genes(plain)
	if code, got, stderr := genes(gz); code != cli.ExitOK || got != want || strings.Count(got, "\n") != 495 {
		t.Errorf("packed: got %d, %d genes and %q, want those of the plain file", code, strings.Count(got, "\n")-1, stderr)
	}
	damaged := bytes.Clone(gz)
	damaged[len(damaged)-6] ^= 1 // of the checksum
	for what, content := range map[string][]byte{
		"unpacking: the file is cut off": gz[:len(gz)/2], "unpacking: gzip: invalid checksum": damaged,
		"goes on with what is not packed": append(bytes.Clone(gz), "garbage"...),
	} {
		if code, stdout, stderr := genes(content); code != cli.ExitFailure || stdout != "" || !strings.Contains(stderr, what) || !strings.Contains(stderr, "strain: ") {
			t.Errorf("got %d, %q and %q, want %q", code, stdout, stderr, what)
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
