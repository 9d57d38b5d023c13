package allocation_test

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

const (
	cell  = "bioxen_vm.cell"
	share = "bioxen_resource_allocation.share"
)

// config is a VM with an allocation.
func config(vm, allocation string) string {
	return fmt.Sprintf(`resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
%s
}

resource "bioxen_resource_allocation" "share" {
  vm_id = bioxen_vm.cell.id
%s
}
`, vm, allocation)
}

// output hangs on the growth of both. Imports go without: plugin-testing does
// not read outputs that are null.
const output = `
output "growth" {
  value = "${bioxen_resource_allocation.share.growth_rate} of ${bioxen_vm.cell.free_growth_rate}"
}
`

func action(address string, a plancheck.ResourceActionType) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, a)
}

func before(checks ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: checks}
}

// Each step is followed by a plan that must be empty.
func TestLifecycle(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	const oxygen = `  medium = { EX_glc__D_e = 7.4 }`
	env.Run(
		t,
		resource.TestStep{
			Config:           env.Config(config("", "  ribosomes = 10\n  atp = 33.3") + output),
			ConfigPlanChecks: before(plancheck.ExpectKnownValue(share, tfjsonpath.New("optimize"), knownvalue.Null())),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(share, "ribosomes", "10"),
				resource.TestCheckResourceAttr(share, "atp", "33.3"),
				resource.TestCheckResourceAttr(share, "rna_polymerase", "3"),
				resource.TestCheckResourceAttr(share, "memory_kb", "544"),
				resource.TestCheckResourceAttr(share, "priority", "3"),
				resource.TestCheckResourceAttr(share, "limited_by", "atp"),
			),
		},
		resource.TestStep{
			Config:       env.Config(config("", "  ribosomes = 10\n  atp = 33.3")),
			ResourceName: share, ImportState: true, ImportStateId: "cell", ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "vm_id",
		},
		// Growth stays known while nothing that it depends on changes.
		resource.TestStep{
			Config: env.Config(config("  seed = 3", "  ribosomes = 10\n  atp = 33.3") + output),
			ConfigPlanChecks: before(action(cell, plancheck.ResourceActionUpdate), action(share, plancheck.ResourceActionNoop),
				plancheck.ExpectKnownOutputValue("growth", knownvalue.NotNull())),
		},
		// A change of the VM's medium changes growth of both.
		resource.TestStep{
			Config: env.Config(config(oxygen, "  ribosomes = 10\n  atp = 33.3") + output),
			ConfigPlanChecks: before(action(cell, plancheck.ResourceActionUpdate), action(share, plancheck.ResourceActionUpdate),
				plancheck.ExpectUnknownValue(share, tfjsonpath.New("growth_rate")),
				plancheck.ExpectUnknownValue(cell, tfjsonpath.New("free_growth_rate"))),
			Check: resource.TestCheckResourceAttr(share, "limited_by", "dead"),
		},
		// What is left out is the default again.
		resource.TestStep{
			Config: env.Config(config("", "  priority = 5")),
			ConfigPlanChecks: before(plancheck.ExpectKnownValue(share, tfjsonpath.New("ribosomes"), knownvalue.Int64Exact(15)),
				plancheck.ExpectKnownValue(share, tfjsonpath.New("atp"), knownvalue.Float64Exact(70))),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(share, "ribosomes", "15"),
				resource.TestCheckResourceAttr(share, "priority", "5"),
			),
		},
		resource.TestStep{
			Config: env.Config(config("", "  optimize = true")),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(share, "ribosomes", "10"),
				resource.TestCheckResourceAttr(share, "atp", "60"),
			),
		},
		// The defaults follow the VM's limits.
		resource.TestStep{
			Config: env.Config(config("  config = { resource_limits = { max_ribosomes = 40 } }", "")),
			ConfigPlanChecks: before(action(cell, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(share, tfjsonpath.New("ribosomes"), knownvalue.Int64Exact(40))),
		},
	)
}

// What Terraform generates for an imported preset says it twice.
func TestPresetAndItsAmounts(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	const both = "  optimize = true\n  atp = 60\n  ribosomes = 10"
	env.Run(
		t,
		resource.TestStep{Config: env.Config(config("", "  optimize = true"))},
		resource.TestStep{Config: env.Config(config("", both)), ConfigPlanChecks: before(plancheck.ExpectEmptyPlan())},
		// Those of another type's preset are amounts.
		resource.TestStep{
			Config: env.Config(config("", "  optimize = true\n  atp = 50\n  ribosomes = 8")), PlanOnly: true,
			ExpectError: regexp.MustCompile(`(?s)atp = 50.*Leave atp out, or\s+optimize`),
		},
	)
}

func TestImportIsNoOp(t *testing.T) {
	t.Parallel()
	for name, allocation := range map[string]string{
		"bare":    "",
		"figures": "  atp = 33.3\n  ribosomes = 9\n  rna_polymerase = 2\n  memory_kb = 600\n  priority = 1",
		"a third": "  atp = 100 / 3",
		"preset":  "  optimize = true",
		"as much": "  atp = 60\n  ribosomes = 10",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(
				t,
				resource.TestStep{Config: env.Config(config("", allocation))},
				resource.TestStep{ResourceName: share, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: "cell"},
			)
		})
	}
}

// Destroying the allocation brings the defaults back.
func TestDestroy(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.Run(
		t,
		resource.TestStep{Config: env.Config(config("", "  ribosomes = 1"))},
		resource.TestStep{Config: env.Config("resource \"bioxen_vm\" \"cell\" {\n  name = \"cell\"\n  biological_type = \"syn3a\"\n}")},
		resource.TestStep{
			PreConfig: func() {
				s, err := env.VM(t, "cell").Status(t.Context())
				if err != nil || s.Grant.Ribosomes != 15 || s.Allocated != (biovm.Allocation{}) {
					t.Errorf("after the allocation was destroyed: grant %+v, allocated %+v, error %v; want the default of 15 ribosomes", s.Grant, s.Allocated, err)
				}
			},
			RefreshState: true,
		},
	)
}

// Drift of the grant is brought back; a VM made anew gets its allocation anew.
func TestOutsideOfTerraform(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.Run(
		t,
		resource.TestStep{Config: env.Config(config("", "  ribosomes = 5"))},
		resource.TestStep{
			PreConfig: func() {
				m, err := biovm.NewResourceManager(env.VM(t, "cell"))
				if err == nil {
					err = m.AllocateRibosomes(t.Context(), 2)
				}
				if err != nil {
					t.Fatal(err)
				}
			},
			Config:           env.Config(config("", "  ribosomes = 5")),
			ConfigPlanChecks: before(action(share, plancheck.ResourceActionUpdate), action(cell, plancheck.ResourceActionNoop)),
			Check:            resource.TestCheckResourceAttr(share, "ribosomes", "5"),
		},
		resource.TestStep{
			PreConfig:        env.Destroy(t, "cell"),
			Config:           env.Config(config("", "  ribosomes = 5")),
			ConfigPlanChecks: before(action(share, plancheck.ResourceActionCreate), action(cell, plancheck.ResourceActionCreate)),
		},
	)
}

func TestPlanTimeErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, vm, allocation, want string }{
		{"above the limit", "", "  ribosomes = 16", `(?s)ribosomes = 16.*may have 15.*config.resource_limits.max_ribosomes`},
		{"above the capacity", "  config = { resource_limits = { max_ribosomes = 100 } }", "  ribosomes = 69", `(?is)ribosomes = 69.*not enough ribosomes: want 69, free 68 of 68`},
		{"no number", "", "  atp = 0", `(?s)atp = 0.*above 0 and at most 100`},
		{"priority", "", "  priority = 6", `(?s)priority = 6.*must be 1 to 5`},
		{"genome", "", "  memory_kb = 10", `(?s)memory_kb = 10.*takes 544 kb`},
		{"preset and amounts", "", "  optimize = true\n  atp = 50", `(?s)atp = 50.*Leave atp out, or\s+optimize`},
		{"preset above the limit", "  config = { resource_limits = { max_ribosomes = 9 } }", "  optimize = true", `(?s)optimize = true.*may have 9`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(t, resource.TestStep{Config: env.Config(config(tt.vm, tt.allocation)), PlanOnly: true, ExpectError: regexp.MustCompile(tt.want)})
		})
	}
	t.Run("no such vm", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		env.Run(t, resource.TestStep{
			Config: env.Config("resource \"bioxen_resource_allocation\" \"share\" {\n  vm_id = \"nobody\"\n}"), PlanOnly: true,
			ExpectError: regexp.MustCompile(`(?s)no such VM.*vm_id = "nobody"`),
		})
	})
}

func TestTwoAllocationsOfOneVM(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	one := config("", "  ribosomes = 5")
	two := one + `
resource "bioxen_resource_allocation" "other" {
  vm_id      = bioxen_vm.cell.id
  ribosomes  = 6
  depends_on = [bioxen_resource_allocation.share]
}
`
	refused := regexp.MustCompile(`(?s)has an allocation already.*bioxen_resource_allocation.*Keep one`)
	env.Run(
		t,
		resource.TestStep{Config: env.Config(two), ExpectError: refused},
		// What the first apply did not know, the next plan does.
		resource.TestStep{Config: env.Config(two), PlanOnly: true, ExpectError: refused},
		resource.TestStep{Config: env.Config(one)},
		resource.TestStep{Config: env.Config(two), PlanOnly: true, ExpectError: refused},
	)
}

// Allocations of one plan are summed up too, here of VMs that are there.
func TestWholePlan(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	two := func(atp int) string {
		return fmt.Sprintf(`resource "bioxen_vm" "cell" {
  count           = 2
  name            = "cell-${count.index}"
  biological_type = "syn3a"
  shared_chassis  = "pool"
  config          = { resource_limits = { max_atp = 50 } }
}

resource "bioxen_resource_allocation" "share" {
  count = 2
  vm_id = bioxen_vm.cell[count.index].id
  atp   = %d
}
`, atp)
	}
	more := func(a, b int) string {
		return fmt.Sprintf(`resource "bioxen_vm" "cell" {
  count           = 2
  name            = "cell-${count.index}"
  biological_type = "syn3a"
  shared_chassis  = "pool"
  config          = { resource_limits = { max_atp = 90 } }
}

resource "bioxen_resource_allocation" "share" {
  count = 2
  vm_id = bioxen_vm.cell[count.index].id
  atp   = [%d, %d][count.index]
}
`, a, b)
	}
	env.Run(
		t,
		resource.TestStep{Config: env.Config(two(20))},
		resource.TestStep{Config: env.Config(more(60, 60)), PlanOnly: true, ExpectError: regexp.MustCompile(`(?is)bioxen_resource_allocation.share\[\d\].*atp.*not enough atp: want 60, free 40 of 100`)},
		// One takes what the other gives, whichever comes first.
		resource.TestStep{Config: env.Config(more(80, 20))},
		resource.TestStep{Config: env.Config(more(20, 80))},
	)
	t.Run("from nothing", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		env.Run(t, resource.TestStep{Config: env.Config(more(80, 20))})
	})
}
