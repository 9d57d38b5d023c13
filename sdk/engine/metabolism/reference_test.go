package metabolism_test

import (
	"encoding/json"
	"maps"
	"os"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// reference is testdata/reference.json: what COBRApy and GLPK answer.
type reference struct {
	Origin string
	Models map[biovm.BiologicalType]referenceModel
}

type referenceModel struct {
	Model              string
	Growth             float64
	TotalFlux          float64 `json:"total_flux"`
	Sizes              struct{ Genes, Reactions, Metabolites, Nonzeros int }
	ExchangeFluxes     map[string]float64    `json:"exchange_fluxes"`
	FVA                map[string][2]float64 // range of each flux among the optima
	DeletionGrowth     map[string]float64    `json:"deletion_growth"` // of the genes that matter
	Essential          []string              // bounds erased, as COBRApy does
	EssentialObliged   []string              `json:"essential_obliged"` // obligations kept
	EssentialReactions []string              `json:"essential_reactions"`
	Media              []struct {
		Without []string
		With    map[string]float64
		Growth  *float64 // nil: infeasible
	}
	ATP struct {
		Reference float64
		Shares    [][2]*float64 // percent, growth or nil
	}
	Ribosomes struct {
		AminoAcids float64 `json:"amino_acids"`
		Rate       float64
		Rows       [][2]float64 // ribosomes, growth
	}
}

func readReference(t testing.TB) reference {
	t.Helper()
	text, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func model(t testing.TB, kind biovm.BiologicalType) *metabolism.Model {
	t.Helper()
	o, err := organism.Of(kind)
	if err != nil {
		t.Fatal(err)
	}
	return o.Model()
}

// agreement is the relative difference that a figure may have from the
// reference; GLPK's own tolerance is 1e-7.
const agreement = 1e-6

// eachModel runs a test on each embedded network, in parallel.
func eachModel(t *testing.T, test func(t *testing.T, m *metabolism.Model, want referenceModel)) {
	t.Helper()
	r := readReference(t)
	for _, kind := range organism.Types() {
		want, ok := r.Models[kind]
		if !ok {
			t.Errorf("testdata/reference.json has nothing on %s", kind)
			continue
		}
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			test(t, model(t, kind), want)
		})
	}
}

// change makes a medium of the model's own.
func change(m *metabolism.Model, without []string, with map[string]float64) map[string]float64 {
	medium := m.Medium()
	for _, id := range without {
		delete(medium, id)
	}
	maps.Copy(medium, with)
	return medium
}
