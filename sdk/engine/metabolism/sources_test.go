//go:build !race

package metabolism_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// sharedData reads a file of the data beside the repository, which a clone
// does not have.
func sharedData(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", filepath.FromSlash(name)))
	if os.IsNotExist(err) {
		t.Skipf("../shared/data/%s is not there; it is not part of the repository", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestReferenceIsFresh compares the committed table with its source.
func TestReferenceIsFresh(t *testing.T) {
	t.Parallel()
	type source struct {
		FBA  struct{ Objective float64 }
		PFBA struct {
			TotalFlux float64 `json:"total_flux"`
		}
		GeneDeletion struct{ Essential []string } `json:"gene_deletion"`
	}
	var sources map[string]json.RawMessage
	if err := json.Unmarshal(sharedData(t, "reference.json"), &sources); err != nil {
		t.Fatal(err)
	}
	models := readReference(t).Models
	for _, kind := range []biovm.BiologicalType{biovm.Syn3A, biovm.EColi} {
		var s source
		if err := json.Unmarshal(sources[models[kind].Model], &s); err != nil {
			t.Fatalf("%s: %v", models[kind].Model, err)
		}
		for i, g := range s.GeneDeletion.Essential {
			s.GeneDeletion.Essential[i] = strings.Replace(g, "MMSYN1_", "JCVISYN3A_", 1)
		}
		if got := models[kind]; got.Growth != s.FBA.Objective || got.TotalFlux != s.PFBA.TotalFlux || !slices.Equal(got.Essential, s.GeneDeletion.Essential) {
			t.Errorf("%s in testdata/reference.json: growth %v, total flux %v, %d essential genes; the source has %v, %v, %d",
				kind, got.Growth, got.TotalFlux, len(got.Essential), s.FBA.Objective, s.PFBA.TotalFlux, len(s.GeneDeletion.Essential))
		}
	}
}

// TestCore compares e_coli_core, which may be read but not shipped.
func TestCore(t *testing.T) {
	t.Parallel()
	var table struct {
		Core struct {
			A    float64
			Rows [][3]any
		} `json:"atpcap_e_coli_core"`
	}
	if err := json.Unmarshal(sharedData(t, "resource_reference.json"), &table); err != nil {
		t.Fatal(err)
	}
	m := readModel(t, filepath.Join("..", "..", "..", "..", "shared", "data", "models", "e_coli_core.xml"))
	a := metabolism.NewAnalyzer(m)
	if got, err := metabolism.ATPReference(t.Context(), m); err != nil || !near(got, table.Core.A, agreement) {
		t.Errorf("ATPReference: got %v, %v, want %v", got, err, table.Core.A)
	}
	if len(table.Core.Rows) == 0 {
		t.Fatal("no rows of atpcap_e_coli_core")
	}
	for _, row := range table.Core.Rows {
		share, ok := row[0].(float64)
		if !ok {
			t.Fatalf("share %v is not a number", row[0])
		}
		f := fba(t, a, metabolism.Question{Allocation: &metabolism.Allocation{
			ATPShare: 100 * share, ATPReference: table.Core.A, Ribosomes: math.Inf(1),
		}})
		want, alive := row[1].(float64)
		if alive && !near(f.Growth, want, agreement) || !alive && f.Status != metabolism.StatusInfeasible {
			t.Errorf("share %v: got %v, growth %v, want %v", share, f.Status, f.Growth, row[1])
		}
	}
}
