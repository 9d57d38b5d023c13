package vm_test

import (
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }

func TestLifecycle(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	const address = "bioxen_vm.cell"
	inPlace := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)}}
	env.Run(
		t,
		resource.TestStep{
			Config: env.Config(`resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
}`),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(address, "state", "running"),
				resource.TestCheckResourceAttr(address, "free_growth_rate", "0.342393119823"),
				resource.TestCheckResourceAttr(address, "gene_count", "496"),
			),
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: "cell", ImportStateVerify: true},
		resource.TestStep{
			Config: env.Config(`resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
  state           = "paused"
  seed            = 7
  knockouts       = ["JCVISYN3A_0445"]
  config          = { minimal_mode = false, resource_limits = { max_atp = 33.3 } }
}`),
			ConfigPlanChecks: inPlace,
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(address, "state", "paused"),
				resource.TestCheckResourceAttr(address, "gene_count", "495"),
				resource.TestCheckResourceAttr(address, "free_growth_rate", "0"),
			),
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
	)
}
