package vm_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m, os.Stderr)) }

const cell = "bioxen_vm.cell"

func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(cell, action)}}
}

func cellOf(attributes string) string {
	return fmt.Sprintf("resource \"bioxen_vm\" \"cell\" {\n  name = \"cell\"\n  biological_type = \"syn3a\"\n%s\n}\n", attributes)
}

// emptySettings is how settings that say nothing count their attributes: they
// are imported empty, also where the configuration leaves them out.
func emptySettings() []string { return []string{"config.%", "config.resource_limits.%"} }

func TestLifecycle(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.Run(
		t,
		resource.TestStep{
			Config: env.Config(cellOf("")),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectKnownValue(cell, tfjsonpath.New("config"), knownvalue.Null()), // no noise
			}},
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(cell, "state", "running"),
				resource.TestCheckResourceAttr(cell, "free_growth_rate", "0.342393119823"),
				resource.TestCheckResourceAttr(cell, "gene_count", "496"),
			),
		},
		resource.TestStep{ResourceName: cell, ImportState: true, ImportStateId: "cell", ImportStateVerify: true, ImportStateVerifyIgnore: emptySettings()},
		resource.TestStep{
			Config: env.Config(cellOf(`  state     = "paused"
  seed      = 7
  knockouts = ["JCVISYN3A_0876"]
  config    = { minimal_mode = false, resource_limits = { max_atp = 33.3 } }`)),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(cell, "state", "paused"),
				resource.TestCheckResourceAttr(cell, "gene_count", "495"),
			),
		},
		resource.TestStep{ResourceName: cell, ImportState: true, ImportStateVerify: true},
		// Settings that are left out again are those of the type.
		resource.TestStep{
			Config:           env.Config(cellOf("")),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check:            resource.TestCheckNoResourceAttr(cell, "config.minimal_mode"),
		},
		resource.TestStep{
			Config:           env.Config("resource \"bioxen_vm\" \"cell\" {\n  name = \"cell\"\n  biological_type = \"minimal_cell\"\n}\n"),
			ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(cell, "gene_count", "424"),
				resource.TestCheckResourceAttr(cell, "state", "running"),
			),
		},
	)
}

// Every state can be reached from every other, in place.
func TestStates(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	var steps []resource.TestStep
	for _, state := range []string{"stopped", "running", "stopped", "paused", "running", "paused", "stopped"} {
		steps = append(steps, resource.TestStep{
			Config: env.Config(cellOf(fmt.Sprintf("  state = %q", state))),
			Check:  resource.TestCheckResourceAttr(cell, "state", state),
		})
	}
	for i := range steps[1:] {
		steps[i+1].ConfigPlanChecks = planned(plancheck.ResourceActionUpdate)
	}
	env.Run(t, steps...)
}

// Whatever a configuration says, or leaves out, importing what it made changes
// nothing.
func TestImportIsNoOp(t *testing.T) {
	t.Parallel()
	for name, attributes := range map[string]string{
		"bare":     "",
		"empty":    "  config = {}\n  knockouts = []\n",
		"emptier":  "  config = { resource_limits = {} }\n",
		"nulls":    "  config = { resource_limits = { max_atp = null }, minimal_mode = null }\n  medium = null\n  seed = null\n",
		"defaults": "  vm_type = \"basic\"\n  chassis = \"ecoli\"\n  state = \"running\"\n  seed = 0\n",
		"full": `  state          = "stopped"
  chassis        = "orthogonal"
  shared_chassis = "pool"
  seed           = 42
  knockouts      = ["JCVISYN3A_0876", "JCVISYN3A_0430"]
  medium         = { EX_glc__D_e = 7.4, EX_o2_e = 0.1 }
  config         = { genome_optimization = false, resource_limits = { max_atp = 33.3, max_ribosomes = 100 } }`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(
				t,
				resource.TestStep{Config: env.Config(cellOf(attributes))},
				resource.TestStep{ResourceName: cell, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: "cell"},
				resource.TestStep{ResourceName: cell, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: emptySettings()},
			)
		})
	}
}

// Terraform computes with more digits than a number here has.
func TestImportOfThirds(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	thirds := "  config = { resource_limits = { max_atp = 100 / 3 } }\n  medium = { EX_glc__D_e = 20 / 3, EX_o2_e = 1 }\n"
	env.Run(
		t,
		resource.TestStep{Config: env.Config(cellOf(thirds))},
		resource.TestStep{ResourceName: cell, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: "cell"},
	)
}

func TestDestroyedOutsideOfTerraform(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.Run(
		t,
		resource.TestStep{Config: env.Config(cellOf(""))},
		resource.TestStep{
			PreConfig:        env.Destroy(t, "cell"),
			Config:           env.Config(cellOf("")),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
		},
		// Gone in between, destroy is done.
		resource.TestStep{PreConfig: env.Destroy(t, "cell"), Config: env.Config(cellOf("")), Destroy: true},
	)
}

// A start that is refused leaves a tainted VM, which the next apply replaces.
func TestSecondStepFails(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	config := func(validation bool) string {
		return env.Config(fmt.Sprintf(`resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "minimal_cell"
  knockouts       = ["dnaA"]
  config          = { function_validation = %t }
}`, validation))
	}
	env.Run(
		t,
		resource.TestStep{Config: config(true), ExpectError: regexp.MustCompile(`(?s)cannot be\s+brought to the state running.*DNA\s+replication`)},
		resource.TestStep{
			Config: config(false),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(cell, plancheck.ResourceActionReplace)},
			},
			Check: resource.TestCheckResourceAttr(cell, "state", "running"),
		},
	)
}

// A name that is taken is an error at plan time, whoever has taken it.
func TestNameIsTaken(t *testing.T) {
	t.Parallel()
	t.Run("in the configuration", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		env.Run(t, resource.TestStep{
			Config:   env.Config(cellOf("") + "resource \"bioxen_vm\" \"other\" {\n  name = \"cell\"\n  biological_type = \"ecoli\"\n}\n"),
			PlanOnly: true, ExpectError: regexp.MustCompile(`(?s)name = "cell".*already exists: another`),
		})
	})
	t.Run("in the data directory", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		if _, err := env.Client(t).Create(t.Context(), biovm.Spec{ID: "cell", BiologicalType: biovm.Syn3A}); err != nil {
			t.Fatal(err)
		}
		env.Run(t, resource.TestStep{
			Config: env.Config(cellOf("")), PlanOnly: true,
			ExpectError: regexp.MustCompile(`(?s)name = "cell".*already exists in the data directory.*terraform\s+import`),
		})
	})
	// Neither a VM that is replaced nor one that was left half-made is in the
	// way.
	t.Run("by itself", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		env.Run(
			t,
			resource.TestStep{Config: env.Config(cellOf(""))},
			resource.TestStep{Config: env.Config(cellOf("")), Taint: []string{cell}},
			resource.TestStep{Config: env.Config(cellOf("  chassis = \"yeast\""))},
		)
	})
}

// What can be known before an apply is said at plan time, at its attribute.
func TestPlanTimeErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, attributes, want string
	}{
		{"xcpng", `vm_type = "xcpng"`, `(?s)xcpng = \{ host`},
		{"no xcpng", `xcpng = { host = "lab" }`, `(?s)xcpng = .*belongs to a VM of vm_type\s+"xcpng"`},
		{"vm type", `vm_type = "docker"`, `(?s)vm_type = "docker".*must be one of\s+"basic", "xcpng"`},
		{"chassis", `chassis = "frog"`, `(?s)chassis = "frog".*must be one of\s+"ecoli", "yeast", "orthogonal"`},
		{"state", `state = "error"`, `(?s)state = "error".*must be one of`},
		{"shared chassis", `shared_chassis = "no spaces"`, `(?s)shared_chassis = "no spaces".*1 to 63 letters`},
		{"gene", `knockouts = ["dnaX", "dnaZZ"]`, `(?s)knockouts = \["dnaX", "dnaZZ"\].*knockouts\[1\].*dnaZZ`},
		{"exchange", `medium = { EX_nothing = 1 }`, `(?s)medium = \{ EX_nothing = 1 \}.*EX_nothing`},
		{"uptake", `medium = { EX_glc__D_e = -1 }`, `(?s)0 or\s+more`},
		{"no uptake", `medium = { EX_glc__D_e = null }`, `(?s)Null Map Value.*medium = \{ EX_glc__D_e = null \}`},
		{"empty vm type", `vm_type = ""`, `(?s)vm_type = "".*at least 1`},
		{"empty chassis", `chassis = ""`, `(?s)chassis = "".*at least 1`},
		{"empty shared chassis", `shared_chassis = ""`, `(?s)shared_chassis = "".*at least 1`},
		{"limit", `config = { resource_limits = { max_atp = 101 } }`, `(?s)max_atp.*at most 100`},
		{"flag of another type", `config = { plasmid_support = true }`, `(?s)plasmid_support.*is not a setting\s+of syn3a`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(t, resource.TestStep{Config: env.Config(cellOf("  " + tt.attributes)), PlanOnly: true, ExpectError: regexp.MustCompile(tt.want)})
		})
	}
	t.Run("all at once", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		env.Run(t, resource.TestStep{
			Config:      env.Config("resource \"bioxen_vm\" \"cell\" {\n  name = \"-\"\n  biological_type = \"frog\"\n  chassis = \"toad\"\n}"),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)name = "-".*biological_type = "frog".*chassis = "toad"`),
		})
	})
}
