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

// Who keeps books of a genome makes it under a name that is free, and has it to
// himself; when he is gone before he could put it down, another of the same content
// takes it over.
func TestCreateGenome(t *testing.T) {
	t.Parallel()
	for name, dial := range keepers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			maker, c := dial(t), dial(t)
			text := strain(t, c, 600_000)
			first, same, other := file(t, "a.gb", text), file(t, "b.gb", text), file(t, "a.gb", strain(t, c, 600_001))
			refused := func(from biovm.Source, why string) {
				t.Helper()
				if _, err := c.CreateGenome(t.Context(), "z", from); !errors.Is(err, biovm.ErrExists) || !strings.Contains(err.Error(), why) {
					t.Errorf("CreateGenome = %v, want ErrExists: %s", err, why)
				}
			}
			made, err := maker.CreateGenome(t.Context(), "z", first)
			if err != nil || !made.Pending {
				t.Fatalf("CreateGenome = %+v, %v; want it pending", made, err)
			}
			refused(same, "another call is creating it")
			if err := maker.Close(); err != nil {
				t.Fatal(err)
			}
			refused(other, "left unconfirmed by a process that is gone and of another content, with SHA-256 "+made.SHA256)
			adopted, err := c.CreateGenome(t.Context(), "z", same)
			if err != nil || !adopted.Pending || adopted.Source.Source != same.Source {
				t.Errorf("adopted %+v, %v; want it pending, from %s", adopted, err, same.Source)
			}
			for range 2 { // the second changes nothing
				if err := c.ConfirmGenome(t.Context(), "z"); err != nil {
					t.Fatal(err)
				}
			}
			if g, err := c.Genome(t.Context(), "z"); err != nil || g.Pending || g.SHA256 != made.SHA256 {
				t.Errorf("confirmed: %+v, %v", g, err)
			}
			refused(same, "already exists, of the same content")
			refused(other, "of another content, with SHA-256 "+made.SHA256)
			if err := c.ConfirmGenome(t.Context(), "a"); !errors.Is(err, biovm.ErrNotFound) || !strings.Contains(err.Error(), `genome "a"`) {
				t.Errorf("ConfirmGenome of nothing = %v", err)
			}
			if _, err := c.CreateGenome(t.Context(), "a b", first); !errors.Is(err, biovm.ErrInvalid) {
				t.Errorf("CreateGenome with a bad name = %v", err)
			}
		})
	}
}

// A genome may become of another file; a VM that is made of what it was does not.
func TestUpdateGenome(t *testing.T) {
	t.Parallel()
	for name, dial := range keepers(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := dial(t)
			first, second, third := file(t, "a.gb", strain(t, c, 600_000)), file(t, "b.gb", strain(t, c, 600_001)), file(t, "c.gb", strain(t, c, 600_002))
			was, err := c.PutGenome(t.Context(), "z", first)
			if err != nil {
				t.Fatal(err)
			}
			vm, err := c.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Genome: was.Content()})
			if err != nil {
				t.Fatal(err)
			}
			now, err := c.UpdateGenome(t.Context(), "z", was.SHA256, second)
			if err != nil || now.BasePairs != 600_001 || now.Pending {
				t.Fatalf("UpdateGenome = %+v, %v", now, err)
			}
			if _, err := c.UpdateGenome(t.Context(), "z", was.SHA256, third); !errors.Is(err, biovm.ErrState) || !strings.Contains(err.Error(), now.SHA256) {
				t.Errorf("UpdateGenome of what is no more = %v, want ErrState that says what is there", err)
			}
			if again, err := c.UpdateGenome(t.Context(), "z", was.SHA256, second); err != nil || !cmp.Equal(again, now) {
				t.Errorf("UpdateGenome again = %+v, %v", again, err)
			}
			if _, err := c.UpdateGenome(t.Context(), "y", was.SHA256, second); !errors.Is(err, biovm.ErrNotFound) {
				t.Errorf("UpdateGenome of nothing = %v", err)
			}
			if g, err := c.Genome(t.Context(), "z"); err != nil || !cmp.Equal(g, now) {
				t.Errorf("Genome = %+v, %v; want %+v", g, err, now)
			}
			s, err := vm.Status(t.Context())
			if err != nil || s.Genome.BasePairs != 600_000 {
				t.Errorf("the vm has %+v, %v", s.Genome, err)
			}
			if err := errors.Join(vm.Destroy(t.Context()), c.Close()); err != nil {
				t.Fatal(err)
			}
			c = dial(t)
			if _, err := c.CheckGenome(t.Context(), *was.Content()); !errors.Is(err, biovm.ErrInvalid) {
				t.Errorf("what nothing is made of any more is there: %v", err)
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
