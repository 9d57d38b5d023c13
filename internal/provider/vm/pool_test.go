package vm_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// sharers are VMs on one shared chassis, which carries four of them.
func sharers(resourceName, vmName string, n int, attributes string) string {
	return fmt.Sprintf(`resource "bioxen_vm" %q {
  count           = %d
  name            = "%s-${count.index}"
  biological_type = "syn3a"
  shared_chassis  = "pool"
%s
}
`, resourceName, n, vmName, attributes)
}

// Each VM fits; all together do not.
func TestWholePlanCapacity(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, config, want string }{
		{"vms", sharers("cell", "cell", 5, ""), `(?s)more than the\s+shared chassis has.*bioxen_vm.cell\[\d\].*shared_chassis.*not enough vms`},
		{"ribosomes", sharers("cell", "cell", 2, "  config = { resource_limits = { max_ribosomes = 40 } }"), `(?s)not enough ribosomes: want 40, free 28 of 68`},
		{"atp", sharers("cell", "cell", 2, "  config = { resource_limits = { max_atp = 60 } }"), `(?s)not enough atp: want 60, free 40 of 100`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(t, resource.TestStep{Config: env.Config(tt.config), PlanOnly: true, ExpectError: regexp.MustCompile("(?i)" + tt.want)})
		})
	}
}

// VMs that somebody else has put on the chassis count as they are.
func TestWholePlanCountsOthers(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	spec := biovm.Spec{
		ID: "foreign", BiologicalType: biovm.Syn3A, SharedChassis: "pool",
		Config: biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxRibosomes: new(60)}},
	}
	if _, err := env.Client(t).Create(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	env.Run(t, resource.TestStep{
		Config: env.Config(sharers("cell", "cell", 1, "")), PlanOnly: true,
		ExpectError: regexp.MustCompile(`(?is)not enough ribosomes: want 15, free 8 of 68`),
	})
}

// What a plan destroys or replaces makes room for what it makes, and the apply
// waits for it.
func TestRoomIsMadeInTheSameApply(t *testing.T) {
	t.Parallel()
	full := "  config = { resource_limits = { max_ribosomes = 17 } }"
	t.Run("replaced", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		env.Run(
			t,
			resource.TestStep{Config: env.Config(sharers("cell", "a", 4, full))},
			resource.TestStep{Config: env.Config(sharers("cell", "b", 4, full))},
		)
	})
	t.Run("destroyed", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		env.Run(
			t,
			resource.TestStep{Config: env.Config(sharers("cell", "a", 4, full))},
			resource.TestStep{Config: env.Config(sharers("other", "b", 4, full))},
		)
	})
	t.Run("another kind", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		env.Run(
			t,
			resource.TestStep{Config: env.Config(sharers("cell", "a", 2, "  chassis = \"ecoli\""))},
			resource.TestStep{Config: env.Config(sharers("cell", "a", 2, "  chassis = \"yeast\""))},
		)
	})
}

// An apply that waits in vain says so and leaves nothing.
func TestWaitsInVain(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	client := env.Client(t)
	attributes := "  timeouts = { create = \"2s\" }"
	env.Run(
		t,
		resource.TestStep{Config: env.Config(sharers("cell", "cell", 1, attributes))},
		resource.TestStep{
			// The plan is made while there is room; then somebody takes it.
			Config: env.Config(sharers("cell", "cell", 2, attributes)),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{taker(func() error {
				_, err := client.Create(t.Context(), biovm.Spec{
					ID: "foreign", BiologicalType: biovm.Syn3A, SharedChassis: "pool",
					Config: biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxRibosomes: new(53)}},
				})
				return err
			})}},
			ExpectError: regexp.MustCompile(`(?is)bioxen_vm.cell\[1\].*not enough ribosomes: want 15, free 0 of 68`),
		},
		resource.TestStep{
			Config: env.Config(sharers("cell", "cell", 1, attributes)),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
		},
	)
}
