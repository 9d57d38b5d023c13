package process_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// A piece is a program of a golden file and what it comes to.
type piece struct {
	name, code  string
	want, error string
}

func pieces(t testing.TB, path string) []piece {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []piece
	line := 1
	for part := range strings.SplitSeq(string(data), "---\n") {
		p := piece{name: fmt.Sprintf("%s:%d", filepath.Base(path), line)}
		line += strings.Count(part, "\n") + 1
		header := true
		for l := range strings.Lines(part) {
			switch {
			case strings.HasPrefix(l, "# want: "):
				p.want, header = strings.TrimSpace(l[len("# want: "):]), false
			case strings.HasPrefix(l, "# error: "):
				p.error, header = strings.TrimSpace(l[len("# error: "):]), false
			case header && strings.HasPrefix(l, "#"): // the head of the file
			default:
				p.code += l
				header = false
			}
		}
		list = append(list, p)
	}
	return list
}

func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.star")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	m := &memory{}
	c := newCell(t, biovm.Syn3A, m)
	for _, path := range files {
		for _, p := range pieces(t, path) {
			if (p.want == "") == (p.error == "") {
				t.Errorf("%s: says %q and %q, want one of them", p.name, p.want, p.error)
				continue
			}
			result, err := process.Run(t.Context(), c, status(biovm.Syn3A), biovm.Process{Code: p.code}, 0)
			if p.want != "" {
				if err != nil || string(result.Value) != p.want {
					t.Errorf("%s: got %s, %v\nwant %s", p.name, result.Value, err, p.want)
				}
				continue
			}
			var e *biovm.ProcessError
			if !errors.As(err, &e) {
				t.Errorf("%s: error %v, want a process error with %q", p.name, err, p.error)
				continue
			}
			at, part, _ := strings.Cut(p.error, " ")
			if got := fmt.Sprintf("%d:%d", e.Line, e.Col); got != at || !strings.Contains(e.Message, part) {
				t.Errorf("%s: error at %s: %s\nwant %s %s", p.name, got, e.Message, at, part)
			}
			if !e.Checked && at != "0:0" && !strings.Contains(e.Backtrace, "process:"+at) {
				t.Errorf("%s: backtrace does not lead to %s:\n%s", p.name, at, e.Backtrace)
			}
			if strings.Contains(e.Error()+e.Backtrace, "\x00") {
				t.Errorf("%s: shows a hidden name: %q", p.name, e.Error()+e.Backtrace)
			}
		}
	}
	// Every answer is the same from the memo, and on another run.
	for _, p := range pieces(t, "testdata/cell.star") {
		var first []byte
		for _, memo := range []*memory{nil, m, {}} {
			c := newCell(t, biovm.Syn3A, memo)
			if memo == nil {
				c = newCell(t, biovm.Syn3A, nil)
			}
			result, err := process.Run(t.Context(), c, status(biovm.Syn3A), biovm.Process{Code: p.code}, 0)
			if err != nil {
				t.Fatalf("%s: %v", p.name, err)
			}
			got, err := result.Canonical()
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = got
			}
			if diff := cmp.Diff(string(first), string(got)); diff != "" {
				t.Errorf("%s: another memo, another result (-without +with):\n%s", p.name, diff)
			}
		}
	}
}

// Every built-in's doc begins with its signature and ends with an example
// that runs.
func TestDocs(t *testing.T) {
	t.Parallel()
	cells := map[bool]*cell.Cell{false: newCell(t, biovm.Syn3A, &memory{}), true: newCell(t, biovm.EColi, &memory{})}
	ofEcoli := []string{"feed", "operon", "plasmid"}
	builtins := process.Builtins()
	media := process.Package{PackageVersion: biovm.PackageVersion{Name: "media"}, Files: map[string][]byte{"media.tsv": []byte("name\tuptake\nm9\t10\n")}}
	if len(builtins) < 9 {
		t.Errorf("%d built-ins, want all", len(builtins))
	}
	for i, b := range builtins {
		if i > 0 && builtins[i-1].Name >= b.Name {
			t.Errorf("%s comes after %s", b.Name, builtins[i-1].Name)
		}
		if !strings.HasPrefix(b.Doc, b.Name+"(") {
			t.Errorf("%s: doc begins %q, want its signature", b.Name, b.Doc[:20])
		}
		_, example, ok := strings.Cut(b.Doc, "\nExample:\n")
		if !ok {
			t.Errorf("%s: has no example", b.Name)
			continue
		}
		code := strings.ReplaceAll("\n"+example, "\n  ", "\n")
		c := cells[slices.Contains(ofEcoli, b.Name)]
		result, err := process.Run(t.Context(), c, status(c.Organism.Type()), biovm.Process{Code: code}, 0, process.WithPackages(media))
		if err != nil || string(result.Value) == "null" {
			t.Errorf("%s: the example comes to %s, %v:\n%s", b.Name, result.Value, err, code)
		}
	}
}
