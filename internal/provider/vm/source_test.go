package vm_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// sugarModel is a network by whose %d of sugar a tenth of growth is made.
const sugarModel = `{
"id": "sugar", "version": "1", "compartments": {"c": "", "e": ""},
"metabolites": [{"id": "sugar_e", "name": "", "compartment": "e"}, {"id": "sugar_c", "name": "", "compartment": "c"}],
"reactions": [
 {"id": "EX_sugar_e", "name": "", "metabolites": {"sugar_e": -1}, "lower_bound": -%d, "upper_bound": 1000, "gene_reaction_rule": ""},
 {"id": "uptake", "name": "", "metabolites": {"sugar_e": -1, "sugar_c": 1}, "lower_bound": 0, "upper_bound": 1000, "gene_reaction_rule": "myGene or b0002"},
 {"id": "growth", "name": "", "metabolites": {"sugar_c": -10}, "lower_bound": 0, "upper_bound": 1000, "gene_reaction_rule": "", "objective_coefficient": 1}],
"genes": [{"id": "myGene", "name": ""}, {"id": "b0002", "name": ""}]}
`

// modelFile is a file with that network, to be changed by the returned function.
func modelFile(t *testing.T, sugar int) (path string, write func(sugar int) func()) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "model.json")
	write = func(sugar int) func() {
		return func() {
			if err := os.WriteFile(path, fmt.Appendf(nil, sugarModel, sugar), 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	write(sugar)()
	return path, write
}

func sumOf(sugar int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, sugarModel, sugar))
	return hex.EncodeToString(sum[:])
}

func ecoliOf(attributes string) string {
	return fmt.Sprintf("resource \"bioxen_vm\" \"cell\" {\n  name = \"cell\"\n  biological_type = \"ecoli\"\n%s\n}\n", attributes)
}

// A cell lives by a network of the user's: it is imported, changed in place but
// for its content, and goes on when the file is gone.
func TestModel(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	path, write := modelFile(t, 3)
	config := func(rest string) string {
		return env.Config(ecoliOf(fmt.Sprintf("  model = { source = %q }\n%s", path, rest)))
	}
	var id string
	same := func(s *terraform.State) error {
		now := s.RootModule().Resources[cell].Primary.ID
		if id != "" && id != now {
			return fmt.Errorf("the vm was %s and is %s", id, now)
		}
		id = now
		return nil
	}
	grows := func(rate, sum string) resource.TestCheckFunc {
		return resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr(cell, "free_growth_rate", rate),
			resource.TestCheckResourceAttr(cell, "model.sha256", sum),
		)
	}
	moved := filepath.Join(t.TempDir(), "moved.json")
	env.Run(
		t,
		resource.TestStep{
			Config: config("") + "data \"bioxen_vm\" \"cell\" {\n  id = bioxen_vm.cell.id\n}\n",
			Check: resource.ComposeAggregateTestCheckFunc(same, grows("0.3", sumOf(3)),
				resource.TestCheckResourceAttr("data.bioxen_vm.cell", "model.sha256", sumOf(3)),
				resource.TestMatchResourceAttr("data.bioxen_vm.cell", "model_version", regexp.MustCompile(`^ecoli-.*\+model-`+sumOf(3)[:12]+`$`)),
			),
		},
		resource.TestStep{ResourceName: cell, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: "cell"},
		resource.TestStep{ResourceName: cell, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: emptySettings()},
		// A sum that says the same is no change.
		resource.TestStep{
			Config:           env.Config(ecoliOf(fmt.Sprintf("  model = { source = %q, sha256 = filesha256(%[1]q) }", path))),
			ConfigPlanChecks: planned(plancheck.ResourceActionNoop), Check: same,
		},
		resource.TestStep{
			Config: config("  knockouts = [\"myGene\", \"thrA\"]\n  medium = { EX_sugar_e = 7 }"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: resource.ComposeAggregateTestCheckFunc(same, grows("0", sumOf(3))),
		},
		resource.TestStep{Config: config(""), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: resource.ComposeAggregateTestCheckFunc(same, grows("0.3", sumOf(3)))},
		// The same content elsewhere is the same cell.
		resource.TestStep{
			PreConfig: func() {
				if err := os.Rename(path, moved); err != nil {
					t.Error(err)
				}
			},
			Config:           env.Config(ecoliOf(fmt.Sprintf("  model = { source = %q }", moved))),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: same,
		},
		// The file is gone: nothing is to be done, and what changes changes.
		resource.TestStep{
			PreConfig: func() {
				if err := os.Remove(moved); err != nil {
					t.Error(err)
				}
			},
			Config: env.Config(ecoliOf(fmt.Sprintf("  model = { source = %q }", moved))), ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config:           env.Config(ecoliOf(fmt.Sprintf("  model = { source = %q }\n  medium = { EX_sugar_e = 5 }", moved))),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: resource.ComposeAggregateTestCheckFunc(same, grows("0.5", sumOf(3))),
		},
		// Another content is another cell, and so is none.
		resource.TestStep{
			PreConfig: write(4), Config: config(""), ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
			Check: resource.ComposeAggregateTestCheckFunc(grows("0.4", sumOf(4)), func(*terraform.State) error { id = ""; return nil }, same),
		},
		resource.TestStep{
			PreConfig: write(5), Config: config(""), ConfigPlanChecks: planned(plancheck.ResourceActionReplace), Check: grows("0.5", sumOf(5)),
		},
		resource.TestStep{
			Config: env.Config(ecoliOf("")), ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
			Check: resource.TestCheckNoResourceAttr(cell, "model.sha256"),
		},
	)
}

// A file whose content is not known at plan time is judged when it is.
func TestModelNotKnownYet(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	path, write := modelFile(t, 3)
	config := func(version int) string {
		return env.Config(fmt.Sprintf(`resource "terraform_data" "model" {
  input            = filesha256(%[1]q)
  triggers_replace = %[2]d
}
`, path, version) + ecoliOf(fmt.Sprintf("  knockouts = [\"myGene\"]\n  medium = { EX_sugar_e = 2 }\n  model = { source = %q, sha256 = terraform_data.model.output }", path)))
	}
	env.Run(
		t,
		resource.TestStep{
			Config: config(1),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue(cell, tfjsonpath.New("model").AtMapKey("sha256")),
			}},
			Check: resource.TestCheckResourceAttr(cell, "free_growth_rate", "0.2"),
		},
		resource.TestStep{
			PreConfig: write(5), Config: config(2), ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
			Check: resource.TestCheckResourceAttr(cell, "model.sha256", sumOf(5)),
		},
	)
}

func TestModelPlanTimeErrors(t *testing.T) {
	t.Parallel()
	path, _ := modelFile(t, 3)
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte(strings.Replace(fmt.Sprintf(sugarModel, 3), `"lower_bound": -3`, `"lower_bound": "low"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, attributes, want string }{
		{"missing", `model = { source = "nowhere.json" }`, `(?s)model = .*nowhere.json.*no such\s+file.*in\s+the\s+same\s+apply`},
		{"no source", `model = { source = "" }`, `(?s)model.*path\s+of\s+a\s+file`},
		{"another sum", fmt.Sprintf(`model = { source = %q, sha256 = %q }`, path, sumOf(4)), `(?s)` + sumOf(4) + `.*` + sumOf(3)},
		{"no sum", fmt.Sprintf(`model = { source = %q, sha256 = "abc" }`, path), `(?s)64\s+lower-case`},
		{"broken", fmt.Sprintf(`model = { source = %q }`, broken), `(?s)broken\.json.*line\s+5`},
		{"http", `model = { source = "http://example.org/m.json" }`, `(?s)https\s+URL`},
		{"https without a sum", `model = { source = "https://example.org/m.json" }`, `(?s)sha256.*needed\s+for\s+a\s+URL`},
		{"password", `model = { source = "https://me:secret@example.org/m.json" }`, `(?s)must\s+not\s+hold\s+a\s+user`},
		{"gene", fmt.Sprintf("model = { source = %q }\n  knockouts = [\"myGen\"]", path), `(?s)knockouts.*ecoli\s+with\s+model\s+sugar\s+has\s+no\s+gene.*myGene`},
		{"exchange", fmt.Sprintf("model = { source = %q }\n  medium = { EX_glc__D_e = 1 }", path), `(?s)medium.*ecoli\s+with\s+model\s+sugar\s+has\s+no\s+exchange`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(t, resource.TestStep{Config: env.Config(ecoliOf("  " + tt.attributes)), PlanOnly: true, ExpectError: regexp.MustCompile(tt.want)})
		})
	}
	// What cannot be rationed is refused where it is asked for.
	t.Run("atp", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		config := func(limits, amounts string) string {
			return env.Config(ecoliOf(fmt.Sprintf("  model  = { source = %q }\n  config = { resource_limits = {%s} }", path, limits)) +
				"resource \"bioxen_resource_allocation\" \"a\" {\n  vm_id = bioxen_vm.cell.id\n" + amounts + "\n}\n")
		}
		env.Run(
			t,
			// Who does not ask for a share has the default, also when that changes.
			resource.TestStep{Config: config("", "  ribosomes = 20"), Check: resource.TestCheckResourceAttr("bioxen_resource_allocation.a", "atp", "90")},
			resource.TestStep{Config: config("max_atp = 95", "  ribosomes = 20")},
			resource.TestStep{Config: config("max_atp = 80", "  ribosomes = 20"), Check: resource.TestCheckResourceAttr("bioxen_resource_allocation.a", "growth_rate", "0.3")},
			resource.TestStep{Config: config("", "  atp = 50"), PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)atp = 50.*means\s+nothing\s+to\s+this\s+cell.*atp_c`)},
		)
	})
}

// The published core network of E. coli grows in a VM as in COBRApy.
func TestModelOfCore(t *testing.T) {
	t.Parallel()
	core := filepath.Join(acctest.Root(t), "..", "shared", "data", "models", "e_coli_core.xml")
	if _, err := os.Stat(core); err != nil {
		t.Skip("../shared/data is not there; it is not part of the repository")
	}
	env := acctest.New(t)
	env.Run(t, resource.TestStep{
		Config: env.Config(ecoliOf(fmt.Sprintf("  model = { source = %q }", core)) + `
resource "bioxen_process" "free" {
  vm_id = bioxen_vm.cell.id
  code  = "fba(allocation=False)['growth_rate']"
}
`),
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr(cell, "free_growth_rate", "0.873921506968"), // COBRApy, model.slim_optimize()
			resource.TestMatchResourceAttr("bioxen_process.free", "result", regexp.MustCompile(`^0\.87392150696`)),
		),
	})
}

// Files that nobody needs any more do not stay.
func TestModelIsCollected(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	path, write := modelFile(t, 3)
	config := env.Config(ecoliOf(fmt.Sprintf("  model = { source = %q }", path)))
	env.Run(
		t,
		resource.TestStep{Config: config},
		resource.TestStep{PreConfig: write(4), Config: config, PlanOnly: true, ExpectNonEmptyPlan: true},
		resource.TestStep{Config: config, Destroy: true},
	)
	c := env.Client(t)
	for _, sugar := range []int{3, 4} {
		err := c.Check(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.EColi, Model: &biovm.Source{SHA256: sumOf(sugar)}})
		if err == nil || !strings.Contains(err.Error(), "no such file is here") {
			t.Errorf("after all is destroyed the network of sugar %d is still there: %v", sugar, err)
		}
	}
}
