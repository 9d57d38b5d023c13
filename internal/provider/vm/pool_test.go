package vm_test

import (
	"context"
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
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

// occupy puts a VM that Terraform does not know on the chassis and allocates to it.
func occupy(ctx context.Context, client *bioxen.Client, a biovm.Allocation) error {
	vm, err := client.Create(ctx, biovm.Spec{
		ID: "foreign", BiologicalType: biovm.Syn3A, SharedChassis: "pool",
		Config: biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxRibosomes: new(68), MaxATP: new(100.0)}},
	})
	if err != nil {
		return err
	}
	m, err := biovm.NewResourceManager(vm)
	if err != nil {
		return err
	}
	_, err = m.Allocate(ctx, a)
	return err
}

// Each VM fits; all together, and beside what others hold, do not.
func TestWholePlanCapacity(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		others  biovm.Allocation
		vms     int
		message string
	}{
		{"vms", biovm.Allocation{}, 4, `(?s)more than the\s+shared chassis has.*bioxen_vm.cell\[\d\].*shared_chassis.*not enough vms`},
		{"ribosomes", biovm.Allocation{Ribosomes: new(40)}, 2, `(?s)not enough ribosomes: want 15, free 13 of 68`},
		{"atp", biovm.Allocation{ATP: new(60.0)}, 2, `(?s)not enough atp: want 25, free 15 of 100`},
		{"one too many", biovm.Allocation{Ribosomes: new(60)}, 1, `(?s)not enough ribosomes: want 15, free 8 of 68`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			if err := occupy(t.Context(), env.Client(t), tt.others); err != nil {
				t.Fatal(err)
			}
			env.Run(t, resource.TestStep{
				Config: env.Config(sharers("cell", "cell", tt.vms, "")), PlanOnly: true,
				ExpectError: regexp.MustCompile("(?i)" + tt.message),
			})
		})
	}
}

// What a plan destroys or replaces makes room for what it makes, and the apply
// waits for it.
func TestRoomIsMadeInTheSameApply(t *testing.T) {
	t.Parallel()
	t.Run("replaced", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		env.Run(
			t,
			resource.TestStep{Config: env.Config(sharers("cell", "a", 4, ""))},
			resource.TestStep{Config: env.Config(sharers("cell", "b", 4, ""))},
		)
	})
	t.Run("destroyed", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		env.Run(
			t,
			resource.TestStep{Config: env.Config(sharers("cell", "a", 4, ""))},
			resource.TestStep{Config: env.Config(sharers("other", "b", 4, ""))},
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
	attributes := "  timeouts = { create = \"5s\" }"
	env.Run(
		t,
		resource.TestStep{Config: env.Config(sharers("cell", "cell", 1, attributes))},
		resource.TestStep{
			// The plan is made while there is room; then somebody takes it.
			Config: env.Config(sharers("cell", "cell", 2, attributes)),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{taker(func() error {
				return occupy(t.Context(), client, biovm.Allocation{Ribosomes: new(53)})
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
