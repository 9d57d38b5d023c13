//go:build !race

package metabolism_test

import (
	"encoding/json"
	"encoding/xml"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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

// sbml is the part of a model in SBML with flux bounds that the tests need.
type sbml struct {
	Model struct {
		Parameters []struct {
			ID    string  `xml:"id,attr"`
			Value float64 `xml:"value,attr"`
		} `xml:"listOfParameters>parameter"`
		Species []struct {
			ID          string `xml:"id,attr"`
			Compartment string `xml:"compartment,attr"`
		} `xml:"listOfSpecies>species"`
		Reactions []struct {
			ID        string     `xml:"id,attr"`
			Lower     string     `xml:"lowerFluxBound,attr"`
			Upper     string     `xml:"upperFluxBound,attr"`
			Reactants []sbmlTerm `xml:"listOfReactants>speciesReference"`
			Products  []sbmlTerm `xml:"listOfProducts>speciesReference"`
		} `xml:"listOfReactions>reaction"`
	} `xml:"model"`
}

type sbmlTerm struct {
	Species string `xml:"species,attr"`
	Coef    string `xml:"stoichiometry,attr"`
}

func (s *sbml) build(t *testing.T, objective string) *metabolism.Model {
	t.Helper()
	values, index := map[string]float64{}, map[string]int{}
	for _, p := range s.Model.Parameters {
		values[p.ID] = p.Value
	}
	var metabolites []metabolism.Metabolite
	for i, m := range s.Model.Species {
		index[m.ID] = i
		metabolites = append(metabolites, metabolism.Metabolite{ID: strings.TrimPrefix(m.ID, "M_"), Compartment: m.Compartment})
	}
	var reactions []metabolism.Reaction
	for _, r := range s.Model.Reactions {
		made := metabolism.Reaction{ID: strings.TrimPrefix(r.ID, "R_"), Lower: values[r.Lower], Upper: values[r.Upper]}
		for i, side := range [][]sbmlTerm{r.Reactants, r.Products} {
			sign := float64(2*i - 1)
			for _, term := range side {
				coef, err := strconv.ParseFloat(term.Coef, 64)
				if err != nil {
					t.Fatal(err)
				}
				made.Terms = append(made.Terms, metabolism.Term{Metabolite: index[term.Species], Coef: sign * coef})
			}
		}
		reactions = append(reactions, made)
	}
	m, err := metabolism.NewModel("e_coli_core", objective, metabolites, reactions, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestCore compares e_coli_core, which may be read but not shipped.
func TestCore(t *testing.T) {
	t.Parallel()
	var file sbml
	if err := xml.Unmarshal(sharedData(t, "models/e_coli_core.xml"), &file); err != nil {
		t.Fatal(err)
	}
	var table struct {
		Core struct {
			A    float64
			Rows [][3]any
		} `json:"atpcap_e_coli_core"`
	}
	if err := json.Unmarshal(sharedData(t, "resource_reference.json"), &table); err != nil {
		t.Fatal(err)
	}
	m := file.build(t, "BIOMASS_Ecoli_core_w_GAM")
	a := metabolism.NewAnalyzer(m)
	if f, exact := fba(t, a, metabolism.Question{}), 686440.0/785471; !near(f.Growth, exact, 1e-12) {
		t.Errorf("growth: got %.15f, want %.15f", f.Growth, exact)
	}
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
