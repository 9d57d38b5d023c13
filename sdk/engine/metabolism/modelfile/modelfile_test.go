package modelfile_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/modelfile"
)

// published are the files of the data beside the repository, which a clone
// does not have.
func published(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "..", "..", "..", "..", "shared", "data", "models", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Skip("../shared/data/models is not there; it is not part of the repository")
	}
	return names
}

func open(t *testing.T, name string) (*metabolism.Model, modelfile.Format) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, format, err := modelfile.Read(f, filepath.Base(name))
	if err != nil {
		t.Fatal(err)
	}
	return m, format
}

// kept are the parts of a model with the terms of each reaction in one order:
// SBML writes what is consumed before what is made.
func kept(m *metabolism.Model) metabolism.Parts {
	p := m.Parts()
	p.Reactions = slices.Clone(p.Reactions)
	for j := range p.Reactions {
		p.Reactions[j].Terms = slices.SortedFunc(slices.Values(p.Reactions[j].Terms), func(a, b metabolism.Term) int {
			return cmp.Compare(a.Metabolite, b.Metabolite)
		})
	}
	return p
}

func sameRule(a, b *metabolism.Rule) bool { return a.String() == b.String() }

func diff(want, got *metabolism.Model) string {
	return gocmp.Diff(kept(want), kept(got), gocmp.Comparer(sameRule))
}

func TestRoundTrips(t *testing.T) {
	t.Parallel()
	for _, name := range published(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			m, format := open(t, name)
			named, _, err := modelfile.FormatOf(name)
			if err != nil || named != format {
				t.Errorf("FormatOf: got %v, %v, and the content is %v", named, err, format)
			}
			for _, to := range []modelfile.Format{modelfile.SBML, modelfile.COBRAJSON} {
				for _, packed := range []bool{false, true} {
					var text bytes.Buffer
					if err := modelfile.Write(&text, m, to, packed); err != nil {
						t.Fatal(err)
					}
					back, found, err := modelfile.Read(&text, "what was written")
					if err != nil || found != to {
						t.Fatalf("%v: got %v, %v", to, found, err)
					}
					if d := diff(m, back); d != "" {
						t.Errorf("%v, packed %v (-want +got):\n%.2000s", to, packed, d)
					}
				}
			}
		})
	}
}

func TestFormatOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		format modelfile.Format
		packed bool
	}{
		"a.xml": {modelfile.SBML, false}, "B.SBML.GZ": {modelfile.SBML, true}, "x/y.json": {modelfile.COBRAJSON, false},
		"a.json.gz": {modelfile.COBRAJSON, true}, "a.mat": {}, "": {}, ".gz": {},
	} {
		f, packed, err := modelfile.FormatOf(name)
		if f != want.format || packed != want.packed || (err == nil) != (want.format != 0) {
			t.Errorf("FormatOf(%q): got %v, %v, %v", name, f, packed, err)
		}
	}
	if got := modelfile.SBML.String() + ", " + modelfile.COBRAJSON.String() + ", " + modelfile.Format(7).String(); got != "SBML, COBRA JSON, Format(7)" {
		t.Errorf("names: got %s", got)
	}
}

func pack(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
	return b.String()
}

const small = "\uFEFF \n" + `{"id":"small","metabolites":[{"id":"a_c"}],"reactions":[{"id":"R","metabolites":{"a_c":-1},"objective_coefficient":1}]}`

func TestRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{small, pack(small)} {
		m, f, err := modelfile.Read(strings.NewReader(text), "small.json")
		if err != nil || f != modelfile.COBRAJSON || m.ID() != "small" {
			t.Errorf("got %v, %v, %v; want small", m, f, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	packed := pack(small)
	var line *metabolism.LineError
	for name, tt := range map[string]struct {
		text, want string
		is         error
		at         bool
	}{
		"nothing":        {"", "not a model", modelfile.ErrFormat, false},
		"blanks":         {" \n", "not a model", modelfile.ErrFormat, false},
		"a list":         {"[]", "not a model", modelfile.ErrFormat, false},
		"YAML":           {"---\n- id: x", "not a model", modelfile.ErrFormat, false},
		"packed text":    {pack("hello"), "not a model", modelfile.ErrFormat, false},
		"half a file":    {packed[:len(packed)/2], "unexpected EOF", io.ErrUnexpectedEOF, false},
		"half a header":  {packed[:5], "unpacking", io.ErrUnexpectedEOF, false},
		"a bad checksum": {packed[:len(packed)-8] + "12345678", "checksum", gzip.ErrChecksum, false},
		"JSON":           {"{\n\"metabolites\":7", "line 2", nil, true},
		"XML":            {"<?xml version='1.0'?>\n<html/>", "line 2", nil, true},
	} {
		_, _, err := modelfile.Read(strings.NewReader(tt.text), "some file")
		switch {
		case err == nil || !strings.HasPrefix(err.Error(), "some file: ") || !strings.Contains(err.Error(), tt.want):
			t.Errorf("%s: got %v, want one that says %q of some file", name, err, tt.want)
		case tt.is != nil && !errors.Is(err, tt.is):
			t.Errorf("%s: got %v, want %v", name, err, tt.is)
		case tt.at && !errors.As(err, &line):
			t.Errorf("%s: got %v, want a LineError", name, err)
		}
	}
}

// full fails when more than some bytes are written.
type full struct{ left int }

var errFull = errors.New("disk is full")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	m, _, err := modelfile.Read(strings.NewReader(small), "small")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []modelfile.Format{modelfile.SBML, modelfile.COBRAJSON} {
		for _, packed := range []bool{false, true} {
			if err := modelfile.Write(&full{}, m, f, packed); !errors.Is(err, errFull) {
				t.Errorf("%v, packed %v: got %v, want %v", f, packed, err, errFull)
			}
		}
	}
	if err := modelfile.Write(io.Discard, m, 0, false); err == nil || !strings.Contains(err.Error(), "Format(0) is no format") {
		t.Errorf("of no format: got %v", err)
	}
}
