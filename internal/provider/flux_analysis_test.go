package provider_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

// fluxAgreement is the relative difference that a figure may have from
// COBRApy's; GLPK's own tolerance is 1e-7.
const fluxAgreement = 1e-6

// about checks an attribute that is a number.
func about(name, key string, want float64) resource.TestCheckFunc {
	return resource.TestCheckResourceAttrWith(name, key, func(value string) error {
		var got float64
		if _, err := fmt.Sscan(value, &got); err != nil {
			return err
		}
		if !(math.Abs(got-want) <= fluxAgreement*max(1, math.Abs(want))) {
			return fmt.Errorf("%v, want %v", got, want)
		}
		return nil
	})
}

// networkFile is the network of the data source's example: up to 10 of sugar
// become 20 of acid, or 0.4 of growth and 4 of acid.
func networkFile(t *testing.T) string {
	t.Helper()
	return filepath.Join(acctest.Root(t), "examples", "data-sources", "bioxen_flux_analysis", "network.json")
}

func TestFluxAnalysis(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.Run(t, resource.TestStep{
		Config: env.Config(fmt.Sprintf(`
data "bioxen_flux_analysis" "syn3a" {
  biological_type = "syn3a"
}

data "bioxen_flux_analysis" "pfba" {
  biological_type = "ecoli"
  method          = "pfba"
}

data "bioxen_flux_analysis" "obliged" {
  biological_type = "syn3a"
  knockouts       = ["MMSYN1_0789"]
}

data "bioxen_flux_analysis" "forgiven" {
  biological_type = "syn3a"
  knockouts       = ["MMSYN1_0789"]
  erase_bounds    = true
}

data "bioxen_flux_analysis" "starved" {
  biological_type = "ecoli"
  medium          = {}
  method          = "fva"
}

data "bioxen_flux_analysis" "own" {
  model_file = {
    source = %[1]q
    sha256 = upper(filesha256(%[1]q))
  }
  medium    = { EX_sugar_e = 12 }
  knockouts = ["acidB", "acidA"]
  objective = "EX_acid_e"
  reactions = ["ferment", "uptake"]
}

data "bioxen_flux_analysis" "range" {
  model_file = { source = %[1]q }
  knockouts  = ["acidB"]
  method     = "fva"
  fraction   = 0.5
}
`, networkFile(t))),
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.syn3a", "status", "optimal"),
			about("data.bioxen_flux_analysis.syn3a", "growth_rate", 0.3423931198231439),
			about("data.bioxen_flux_analysis.syn3a", "objective_value", 0.3423931198231439),
			// COBRApy's reduced costs are twice the gain: it subtracts that of the
			// reverse variable, which is its negative.
			about("data.bioxen_flux_analysis.syn3a", "limiting.EX_glc__D_e", 0.0736679806947163/2),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.syn3a", "limited_by", "metabolism"),
			resource.TestCheckNoResourceAttr("data.bioxen_flux_analysis.syn3a", "ranges.%"),
			about("data.bioxen_flux_analysis.syn3a", "certificate.residual", 0),
			about("data.bioxen_flux_analysis.pfba", "total_flux", 769.7902399146608),
			about("data.bioxen_flux_analysis.pfba", "fluxes.EX_o2_e", -22.131763238945837),
			about("data.bioxen_flux_analysis.pfba", "limiting.ATPM", 0.007523352615827036/2),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.obliged", "status", "dead"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.obliged", "objective_value", "0"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.obliged", "fluxes.%", "0"),
			resource.TestMatchResourceAttr("data.bioxen_flux_analysis.obliged", "obliged", regexp.MustCompile(`\w`)),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.forgiven", "status", "optimal"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.starved", "status", "infeasible"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.starved", "limited_by", "dead"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.starved", "ranges.%", "0"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.own", "model", "acid_from_sugar"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.own", "objective_value", "0"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.own", "fluxes.%", "2"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.own", "fluxes.ferment", "0"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.range", "growth_rate", "0.4"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.range", "ranges.%", "2"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.range", "ranges.EX_acid_e.min", "0"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.range", "ranges.EX_acid_e.max", "12"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.range", "ranges.EX_sugar_e.min", "-10"),
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.range", "limiting.growth", "1"),
		),
	})
}

// Every published model answers as COBRApy does.
func TestFluxAnalysisOfFiles(t *testing.T) {
	t.Parallel()
	shared := filepath.Join(acctest.Root(t), "..", "shared", "data")
	text, err := os.ReadFile(filepath.Join(shared, "reference.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("../shared/data is not there; it is not part of the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	var reference map[string]struct {
		File string
		FBA  struct{ Objective float64 }
		PFBA struct {
			TotalFlux float64 `json:"total_flux"`
		}
		FVA map[string][2]float64 `json:"fva_1.0"`
	}
	if err := json.Unmarshal(text, &reference); err != nil {
		t.Fatal(err)
	}
	delete(reference, "_meta")
	var hcl strings.Builder
	var checks []resource.TestCheckFunc
	for name, r := range reference {
		source := filepath.Join(shared, "models", r.File)
		var ids []string
		for id := range r.FVA {
			ids = append(ids, fmt.Sprintf("%q", id))
		}
		fmt.Fprintf(&hcl, `
data "bioxen_flux_analysis" "p%[1]s" {
  model_file = { source = %[2]q }
  method     = "pfba"
}

data "bioxen_flux_analysis" "v%[1]s" {
  model_file = { source = %[2]q }
  method     = "fva"
  reactions  = [%[3]s]
}
`, name, source, strings.Join(ids, ", "))
		checks = append(checks,
			about("data.bioxen_flux_analysis.p"+name, "objective_value", r.FBA.Objective),
			about("data.bioxen_flux_analysis.p"+name, "total_flux", r.PFBA.TotalFlux),
			about("data.bioxen_flux_analysis.v"+name, "objective_value", r.FBA.Objective),
		)
		for id, w := range r.FVA {
			checks = append(checks,
				about("data.bioxen_flux_analysis.v"+name, "ranges."+id+".min", w[0]),
				about("data.bioxen_flux_analysis.v"+name, "ranges."+id+".max", w[1]))
		}
	}
	env := acctest.New(t)
	env.Run(t, resource.TestStep{Config: env.Config(hcl.String()), Check: resource.ComposeAggregateTestCheckFunc(checks...)})
}

// What is known only after an apply is no error at plan time.
func TestFluxAnalysisOfUnknowns(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	config := env.Config(fmt.Sprintf(`
resource "terraform_data" "later" {
  input = { organism = "syn3a", gene = "JCVISYN3A_0227", exchange = "EX_glc__D_e", uptake = 3.7, method = "fva", fraction = 0.5, source = %q }
}

locals {
  later = terraform_data.later.output
}

data "bioxen_flux_analysis" "organism" {
  biological_type = local.later.organism
  knockouts       = [local.later.gene]
  objective       = local.later.exchange
  method          = local.later.method
  fraction        = local.later.fraction
  reactions       = [local.later.exchange]
}

data "bioxen_flux_analysis" "file" {
  model_file = { source = local.later.source, sha256 = null }
  medium     = { EX_sugar_e = local.later.uptake }
}
`, networkFile(t)))
	env.Run(t, resource.TestStep{
		Config: config,
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr("data.bioxen_flux_analysis.organism", "ranges.%", "1"),
			about("data.bioxen_flux_analysis.file", "objective_value", 0.185),
		),
	}, resource.TestStep{Config: config, PlanOnly: true})
}

func TestFluxAnalysisErrors(t *testing.T) {
	t.Parallel()
	network := networkFile(t)
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{\n\"reactions\": [}"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, config, want string }{
		{"neither", ``, `(?s)Exactly one of these attributes`},
		{"both", `biological_type = "syn3a"` + "\n" + `model_file = { source = "x" }`, `(?s)Exactly one of these attributes`},
		{"organism", `biological_type = "frog"`, `(?s)biological_type = "frog".*must be\s+one of`},
		{"no file", `model_file = { source = "/no/such/file" }`, `(?s)model_file = .*/no/such/file.*no such\s+file`},
		{"folder", `model_file = { source = "/" }`, `(?s)model_file = .*must be a\s+regular\s+file`},
		{"broken file", fmt.Sprintf(`model_file = { source = %q }`, broken), `(?s)model_file = .*line\s+2`},
		{"hash", fmt.Sprintf(`model_file = { source = %q, sha256 = "abc" }`, network), `(?s)model_file = .*model_file\.sha256.*"abc".*has\s+SHA-256\s+[0-9a-f]`},
		{"exchange", `biological_type = "ecoli"` + "\n" + `medium = { EX_glc_e = 1 }`, `(?s)medium = .*no\s+exchange\s+reaction\s+"EX_glc_e".*did\s+you\s+mean.*EX_glc`},
		{"uptake", `biological_type = "ecoli"` + "\n" + `medium = { EX_o2_e = -1 }`, `(?s)medium = .*must\s+be\s+a\s+number\s+of\s+0\s+or\s+more`},
		{"gene", `biological_type = "ecoli"` + "\n" + `knockouts = ["pgiX"]`, `(?s)knockouts = .*no\s+gene\s+"pgiX".*did\s+you\s+mean\s+pgi`},
		{"gene of a file", fmt.Sprintf(`model_file = { source = %q }`, network) + "\n" + `knockouts = ["acidC"]`, `(?s)knockouts = .*no\s+gene\s+"acidC".*acidA`},
		{"objective", `biological_type = "syn3a"` + "\n" + `objective = "PYKK"`, `(?s)objective = "PYKK".*did\s+you\s+mean\s+PYK`},
		{"reaction", `biological_type = "syn3a"` + "\n" + `reactions = ["PYKK"]`, `(?s)reactions = .*no\s+reaction\s+"PYKK".*PYK`},
		{"method", `biological_type = "syn3a"` + "\n" + `method = "moma"`, `(?s)method = "moma"|must be one of`},
		{"fraction", `biological_type = "syn3a"` + "\n" + `method = "fva"` + "\n" + `fraction = 1.5`, `(?s)fraction = 1.5.*above\s+0\s+and\s+at\s+most\s+1`},
		{"no fraction", `biological_type = "syn3a"` + "\n" + `method = "fva"` + "\n" + `fraction = 0`, `(?s)fraction.*none\s+of.*0`},
		{"fraction of fba", `biological_type = "syn3a"` + "\n" + `fraction = 0.5`, `(?s)fraction = 0.5.*goes\s+with\s+method`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			config := env.Config("data \"bioxen_flux_analysis\" \"x\" {\n" + tt.config + "\n}")
			env.Run(t, resource.TestStep{Config: config, ExpectError: regexp.MustCompile(tt.want)})
		})
	}
}
