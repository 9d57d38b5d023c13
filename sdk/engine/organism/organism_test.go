package organism_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

func cell(t *testing.T, typ biovm.BiologicalType) *organism.Organism {
	t.Helper()
	o, err := organism.Of(typ)
	if err != nil {
		t.Fatalf("Of(%q): %v", typ, err)
	}
	return o
}

func TestTypesAreThoseOfBiovm(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(biovm.BiologicalTypes(), organism.Types()); diff != "" {
		t.Errorf("Types() (-want +got):\n%s", diff)
	}
}

func TestOfGivesTheSameValueEverAfter(t *testing.T) {
	t.Parallel()
	for _, typ := range organism.Types() {
		t.Run(string(typ), func(t *testing.T) {
			t.Parallel()
			got := make(chan *organism.Organism)
			for range 4 {
				go func() {
					o, _ := organism.Of(typ)
					got <- o
				}()
			}
			want := cell(t, typ)
			for range 4 {
				if o := <-got; o != want {
					t.Errorf("Of(%q) gave another value to another goroutine", typ)
				}
			}
			if want.Type() != typ {
				t.Errorf("Of(%q).Type() = %q", typ, want.Type())
			}
		})
	}
}

func TestOfUnknownTypeNamesTheChoices(t *testing.T) {
	t.Parallel()
	o, err := organism.Of("yeast")
	if o != nil || !errors.Is(err, biovm.ErrInvalid) {
		t.Fatalf("Of(yeast) = %v, %v, want nil and an ErrInvalid", o, err)
	}
	if fe, ok := errors.AsType[*biovm.FieldError](err); !ok || fe.Path != "biological_type" || fe.Value != "yeast" {
		t.Errorf("Of(yeast): error %#v, want a FieldError of biological_type with the value", err)
	}
	for _, typ := range organism.Types() {
		if !strings.Contains(err.Error(), string(typ)) {
			t.Errorf("Of(yeast): error %q does not name %s", err, typ)
		}
	}
}

func TestOrganismSaysWhatItIs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typ                     biovm.BiologicalType
		name, strain, accession string
		version                 string
		bp                      int
		counts                  []organism.Count
		constants               organism.Constants
	}{
		{
			typ: biovm.Syn3A, name: "JCVI-syn3A", strain: "synthetic bacterium JCVI-Syn3A", accession: "CP016816.2",
			version: `^syn3a-iMB155-2019\.1\+[0-9a-f]{12}$`, bp: 543_379,
			counts: []organism.Count{{"CDS", 455}, {"tRNA", 29}, {"rRNA", 6}, {"pseudogene", 3}, {"ncRNA", 2}, {"tmRNA", 1}},
			constants: organism.Constants{
				GenomeBP: 543_379, GCFraction: 0.2428, AminoAcidsPerCell: 29_846_983, TranslationRate: 6.499145129, ATPReference: 27.3658332255531,
				RibosomesPerCell: 503, RNAPolymerasesPerCell: 187, DoublingTime: 105, Temperature: 37,
				AccessionBP: 543_379, OriC: 1388, DnaABoxes: 16, CellRadius: 200,
			},
		},
		{
			typ: biovm.EColi, name: "Escherichia coli", strain: "K-12 substr. MG1655", accession: "NC_000913.3",
			version: `^ecoli-iML1515-2017\.1\+[0-9a-f]{12}$`, bp: 4_641_652,
			counts: []organism.Count{{"CDS", 4240}, {"pseudogene", 147}, {"tRNA", 86}, {"ncRNA", 71}, {"rRNA", 22}},
			constants: organism.Constants{
				GenomeBP: 4_641_652, GCFraction: 0.508, AminoAcidsPerCell: 1.19e9, TranslationRate: 15.3, ATPReference: 93.0476032840807,
				RibosomesPerCell: 15_000, RNAPolymerasesPerCell: 3500, DoublingTime: 60, Temperature: 37,
			},
		},
		{
			typ: biovm.MinimalCell, name: "JCVI-syn3A without its non-essential genes",
			strain: "in silico, from synthetic bacterium JCVI-Syn3A", accession: "CP016816.2",
			version: `^minimal_cell-iMB155-2019\.1\+[0-9a-f]{12}$`, bp: 480_644,
			counts: []organism.Count{{"CDS", 383}, {"tRNA", 29}, {"rRNA", 6}, {"pseudogene", 3}, {"ncRNA", 2}, {"tmRNA", 1}},
			constants: organism.Constants{
				GenomeBP: 480_644, GCFraction: 0.244, AminoAcidsPerCell: 28_184_664, TranslationRate: 6.499145129, ATPReference: 20.8871447563183,
				RibosomesPerCell: 503, RNAPolymerasesPerCell: 187, Temperature: 37,
				AccessionBP: 543_379, OriC: 1388, DnaABoxes: 16, CellRadius: 200,
			},
		},
	}
	versions := map[string]bool{}
	for _, tt := range tests {
		o := cell(t, tt.typ)
		got := []string{o.Name(), o.Strain(), o.Accession()}
		if diff := cmp.Diff([]string{tt.name, tt.strain, tt.accession}, got); diff != "" {
			t.Errorf("%s: name, strain, accession (-want +got):\n%s", tt.typ, diff)
		}
		if o.GenomeBP() != tt.bp {
			t.Errorf("%s: GenomeBP() = %d, want %d", tt.typ, o.GenomeBP(), tt.bp)
		}
		if !regexp.MustCompile(tt.version).MatchString(o.ModelVersion()) || versions[o.ModelVersion()] {
			t.Errorf("%s: ModelVersion() = %q, want one of its own that matches %s", tt.typ, o.ModelVersion(), tt.version)
		}
		versions[o.ModelVersion()] = true
		if diff := cmp.Diff(tt.counts, o.GeneCounts()); diff != "" {
			t.Errorf("%s: GeneCounts() (-want +got):\n%s", tt.typ, diff)
		}
		if diff := cmp.Diff(tt.constants, o.Constants()); diff != "" {
			t.Errorf("%s: Constants() (-want +got):\n%s", tt.typ, diff)
		}
		if !strings.Contains(o.Medium(), "medium") {
			t.Errorf("%s: Medium() = %q, want a description", tt.typ, o.Medium())
		}
	}
}

func TestEveryNumberHasUnitAndSource(t *testing.T) {
	t.Parallel()
	for _, typ := range organism.Types() {
		o := cell(t, typ)
		for _, f := range o.Facts() {
			number := f.Value != "" && strings.Trim(f.Value, "0123456789.") == ""
			if f.Key == "" || f.Value == "" || f.Source == "" || number && f.Unit == "" {
				t.Errorf("%s: fact %+v lacks a key, value, unit or source", typ, f)
			}
		}
		if len(o.Sources()) == 0 {
			t.Errorf("%s: Sources() is empty", typ)
		}
		for _, s := range o.Sources() {
			if s.What == "" || s.Citation == "" || s.Licence == "" {
				t.Errorf("%s: source %+v is not complete", typ, s)
			}
		}
	}
}

func TestEmbeddedTablesStaySmall(t *testing.T) {
	t.Parallel()
	const limit = 3_000_000
	files, err := filepath.Glob("data/*/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatalf("Glob(data/*/*.tsv) = %d files, %v", len(files), err)
	}
	total := int64(0)
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
		if _, err := os.Stat(filepath.Join(filepath.Dir(name), "SOURCES.md")); err != nil {
			t.Errorf("%s has no SOURCES.md beside it: %v", name, err)
		}
	}
	if total > limit {
		t.Errorf("embedded tables: %d bytes, want at most %d", total, limit)
	}
}
