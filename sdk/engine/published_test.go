//go:build !race

package engine_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// models is the folder of published networks.
func models(t testing.TB) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data", "models")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared/data is not there; it is not part of the repository")
	}
	return dir
}

// An organism's own network, brought as a file, makes the cell that it is without:
// also where the file calls genes by other names.
func TestOwnNetworkFromAFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		organism biovm.BiologicalType
		file     string
		lost     string
	}{
		{biovm.EColi, "iML1515.json", "b4025"},
		{biovm.Syn3A, "iMB155.xml", "JCVISYN3A_0876"}, // MMSYN1_0876 there
	} {
		content, err := os.ReadFile(filepath.Join(models(t), tt.file))
		if err != nil {
			t.Fatal(err)
		}
		e := enginetest.Open(t, engine.Options{InMemory: true})
		own := ofModel(t, e, "own", content)
		own.BiologicalType, own.Knockouts = tt.organism, []string{tt.lost}
		shipped := own
		shipped.ID, shipped.Model = "shipped", nil
		var growth [2]biovm.Growth
		var essential [2]biovm.EssentialGenes
		for i, s := range []biovm.Spec{own, shipped} {
			if _, err := e.Create(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			if _, err := e.Allocate(t.Context(), string(s.ID), biovm.Allocation{ATP: new(50.0), Ribosomes: new(12)}); err != nil {
				t.Fatal(err)
			}
			m, err := e.Metrics(t.Context(), string(s.ID))
			if err != nil {
				t.Fatal(err)
			}
			growth[i] = m.Growth
			if essential[i], err = e.EssentialGenes(t.Context(), string(s.ID)); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(essential[1], essential[0]); d != "" {
			t.Errorf("%s: essential genes (-shipped +file):\n%s", tt.file, d)
		}
		a, b := growth[0], growth[1]
		for name, x := range map[string][2]float64{
			"growth": {a.GrowthRate, b.GrowthRate}, "free": {a.FreeGrowthRate, b.FreeGrowthRate}, "cap": {a.ATP.Cap, b.ATP.Cap}, "maintenance": {a.ATP.Maintenance, b.ATP.Maintenance},
		} {
			if math.Abs(x[0]-x[1]) > 1e-6*math.Abs(x[1]) {
				t.Errorf("%s: %s %v, want the shipped network's %v", tt.file, name, x[0], x[1])
			}
		}
		if a.LimitedBy != b.LimitedBy {
			t.Errorf("%s: limited by %s, want %s", tt.file, a.LimitedBy, b.LimitedBy)
		}
	}
}

// Every published network grows in a cell as it does in COBRApy.
func TestPublishedNetworks(t *testing.T) {
	t.Parallel()
	dir := models(t)
	text, err := os.ReadFile(filepath.Join(dir, "..", "reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	var reference map[string]struct {
		File string
		FBA  struct{ Objective float64 }
	}
	if err := json.Unmarshal(text, &reference); err != nil {
		t.Fatal(err)
	}
	e := enginetest.Open(t, engine.Options{InMemory: true})
	for name, r := range reference {
		if r.File == "" {
			continue // it is about the reference
		}
		content, err := os.ReadFile(filepath.Join(dir, r.File))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Create(t.Context(), ofModel(t, e, name, content)); err != nil {
			t.Fatal(err)
		}
		m, err := e.Metrics(t.Context(), name)
		if err != nil || math.Abs(m.Growth.FreeGrowthRate-r.FBA.Objective) > 1e-6*r.FBA.Objective {
			t.Errorf("%s grows at %v, %v; want %v", name, m.Growth.FreeGrowthRate, err, r.FBA.Objective)
		}
	}
}
