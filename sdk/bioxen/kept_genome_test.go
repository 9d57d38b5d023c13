package bioxen_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// keepers are a data directory and a daemon, each to be opened by several.
func keepers(t *testing.T) map[string]func(t *testing.T) *bioxen.Client {
	t.Helper()
	dir, socket := t.TempDir(), filepath.Join(t.TempDir(), "s")
	l, err := daemon.ListenUnix(t.Context(), socket)
	if err != nil {
		t.Fatal(err)
	}
	e := enginetest.Open(t, engine.Options{})
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- daemon.New(daemon.Options{Engine: e}).Serve(ctx, l) }() // ends with ctx
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return map[string]func(t *testing.T) *bioxen.Client{
		"directory": func(t *testing.T) *bioxen.Client { t.Helper(); return open(t, bioxen.Options{DataDir: dir}) },
		"daemon": func(t *testing.T) *bioxen.Client {
			t.Helper()
			return open(t, bioxen.Options{Endpoint: "unix://" + socket})
		},
	}
}

// strain is a GenBank file of syn3A's genes but those that are lost, on so many
// base pairs.
func strain(t *testing.T, c *bioxen.Client, bp int, lost ...string) string {
	t.Helper()
	genes, err := c.Genes(t.Context(), biovm.Syn3A)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "LOCUS       MINE           %d bp    DNA     circular SYN 01-JAN-2026\nFEATURES             Location/Qualifiers\n", bp)
	for _, g := range genes {
		if !slices.Contains(lost, g.Locus) {
			fmt.Fprintf(&b, "     %-16s%d..%d\n                     /locus_tag=%q\n", strings.Replace(g.Type, "pseudogene", "gene", 1), g.Start, g.End, g.Locus)
		}
	}
	b.WriteString("//\n")
	return b.String()
}

func file(t *testing.T, name, content string) biovm.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return biovm.Source{Source: path}
}

// A genome that is kept is there for VMs when its file is gone, and they live on
// when its name is.
func TestKeptGenome(t *testing.T) {
	t.Parallel()
	for name, dial := range keepers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t)
			from := file(t, "mine.gb", strain(t, c, 600_000, "JCVISYN3A_0227"))
			checked, err := c.CheckGenome(t.Context(), from)
			if err != nil {
				t.Fatal(err)
			}
			if all, err := c.Genomes(t.Context()); err != nil || len(all) > 0 {
				t.Errorf("after a check there is %+v, %v", all, err)
			}
			kept, err := c.PutGenome(t.Context(), "mine", from)
			if err != nil {
				t.Fatal(err)
			}
			if checked.Name = "mine"; !cmp.Equal(kept, checked) {
				t.Errorf("checked and kept differ (-checked +kept):\n%s", cmp.Diff(checked, kept))
			}
			want := biovm.Genome{
				Name: "mine", Source: biovm.Source{Source: from.Source, SHA256: kept.SHA256}, Format: "GenBank", Accession: "MINE", Records: 1, BasePairs: 600_000,
				Counts: map[string]int{"CDS": 454, "gene": 3, "tRNA": 29, "rRNA": 6, "ncRNA": 2, "tmRNA": 1}, Genes: 495,
			}
			if d := cmp.Diff(want, kept); d != "" {
				t.Errorf("kept (-want +got):\n%s", d)
			}
			if err := errors.Join(os.Remove(from.Source), c.Close()); err != nil {
				t.Fatal(err)
			}

			c = dial(t)
			if found, err := c.Genome(t.Context(), "mine"); err != nil || !cmp.Equal(found, kept) {
				t.Errorf("Genome = %+v, %v; want what was kept", found, err)
			}
			if _, err := c.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Genome: kept.Content()}); err != nil {
				t.Fatal(err)
			}
			if err := c.DeleteGenome(t.Context(), "mine"); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Genome(t.Context(), "mine"); !errors.Is(err, biovm.ErrNotFound) || !strings.Contains(err.Error(), `genome "mine"`) {
				t.Errorf("Genome of what is gone = %v", err)
			}
			if err := errors.Join(c.DeleteGenome(t.Context(), "mine"), c.Close()); err != nil {
				t.Errorf("deleted again: %v", err)
			}

			c = dial(t)
			vm, err := c.Get(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			if s, err := vm.Status(t.Context()); err != nil || s.Genome.Missing[0] != "JCVISYN3A_0227" {
				t.Errorf("without its genome's name the vm has %+v, %v", s.Genome, err)
			}
			if _, err := vm.Metrics(t.Context()); err != nil {
				t.Errorf("without its genome's name: %v", err)
			}
			if err := errors.Join(vm.Destroy(t.Context()), c.Close()); err != nil {
				t.Fatal(err)
			}
			c = dial(t)
			if _, err := c.PutGenome(t.Context(), "mine", *kept.Content()); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "no such file is here") {
				t.Errorf("the content of a genome and a vm that are gone: %v", err)
			}
		})
	}
}

// A name means one content.
func TestKeptGenomeIsTaken(t *testing.T) {
	t.Parallel()
	for name, dial := range keepers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t)
			text := strain(t, c, 600_000)
			first, moved, other := file(t, "a.gb", text), file(t, "b.gb", text), file(t, "a.gb", strain(t, c, 600_001))
			kept, err := c.PutGenome(t.Context(), "z", first)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := c.PutGenome(t.Context(), "z", moved); err != nil || again.Source.Source != moved.Source || again.SHA256 != kept.SHA256 {
				t.Errorf("the same from elsewhere: %+v, %v", again, err)
			}
			if _, err := c.PutGenome(t.Context(), "z", other); !errors.Is(err, biovm.ErrExists) || !strings.Contains(err.Error(), kept.SHA256) {
				t.Errorf("another content: %v, want ErrExists that names what is there", err)
			}
			if _, err := c.PutGenome(t.Context(), "a", first); err != nil {
				t.Errorf("the same by another name: %v", err)
			}
			all, err := c.Genomes(t.Context())
			if err != nil || len(all) != 2 || all[0].Name != "a" || all[1].Name != "z" || all[1].Source.Source != moved.Source {
				t.Errorf("Genomes = %+v, %v; want a and z, which is from %s", all, err, moved.Source)
			}
			if err := c.DeleteGenome(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Genome(t.Context(), "z"); err != nil {
				t.Errorf("z went with a: %v", err)
			}
		})
	}
}

func TestKeptGenomeRefused(t *testing.T) {
	t.Parallel()
	for name, dial := range keepers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t)
			right := file(t, "mine.gb", strain(t, c, 600_000))
			zero := strings.Repeat("0", 64)
			for name, tt := range map[string]struct {
				name string
				from biovm.Source
				path string
				word string
			}{
				"name":      {"a b", right, "name", "letters"},
				"no name":   {"", right, "name", "letters"},
				"no file":   {"a", biovm.Source{Source: "/no/such.gb"}, "source", "no such file"},
				"nothing":   {"a", biovm.Source{}, "source", "path of a file"},
				"http":      {"a", biovm.Source{Source: "http://example.org/a.gb"}, "source", "https"},
				"bare URL":  {"a", biovm.Source{Source: "https://example.org/a.gb"}, "sha256", "needed for a URL"},
				"sum":       {"a", biovm.Source{Source: right.Source, SHA256: zero}, "sha256", zero},
				"unknown":   {"a", biovm.Source{SHA256: zero}, "sha256", "no such file is here"},
				"no genome": {"a", file(t, "readme.md", "hello"), "source", "readme.md"},
				"no genes":  {"a", file(t, "bare.fasta", ">x\nACGT\n"), "source", "bare.fasta: it has no genes"},
				"broken":    {"a", file(t, "broken.gb", strings.Replace(strain(t, c, 600_000), "1..1353", "1..", 1)), "source", "record MINE: line 3"},
			} {
				_, err := c.PutGenome(t.Context(), tt.name, tt.from)
				if f := biovm.FieldErrors(err); len(f) != 1 || f[0].Path != tt.path || !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.word) {
					t.Errorf("%s: %v, want one problem at %s with %q", name, err, tt.path, tt.word)
				}
			}
			if all, err := c.Genomes(t.Context()); err != nil || len(all) > 0 {
				t.Errorf("what was refused is there: %+v, %v", all, err)
			}
		})
	}
}
