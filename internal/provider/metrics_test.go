package provider_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

// Each type shows what it is known by, from the state of the cell that a process
// had live; a cell that cannot go on says why.
func TestVMMetrics(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	// The knock-outs are the syn3a's.
	config := func(knockouts string) string {
		return env.Config(fmt.Sprintf(`resource "bioxen_vm" "syn" {
  name            = "syn"
  biological_type = "syn3a"
  knockouts       = [%s]
}

resource "bioxen_vm" "coli" {
  name            = "coli"
  biological_type = "ecoli"
}

resource "bioxen_resource_allocation" "space" {
  vm_id     = bioxen_vm.coli.id
  memory_kb = 4650
}

resource "bioxen_vm" "minimal" {
  name            = "minimal"
  biological_type = "minimal_cell"
}

resource "bioxen_process" "life" {
  vm_id = bioxen_vm.syn.id
  code  = "simulate(minutes=0.5)[\"age\"]"
}

resource "bioxen_process" "changes" {
  vm_id      = bioxen_vm.coli.id
  code       = "plasmid(\"one\"); operon(\"trp\", \"knock_out\"); operon(\"lac\", \"induce\"); simulate(minutes=1)[\"age\"]"
  depends_on = [bioxen_resource_allocation.space]
}

data "bioxen_vm_metrics" "syn" {
  vm_id      = bioxen_vm.syn.id
  depends_on = [bioxen_process.life]
}

data "bioxen_vm_metrics" "coli" {
  vm_id      = bioxen_vm.coli.id
  depends_on = [bioxen_process.changes]
}

data "bioxen_vm_metrics" "minimal" {
  vm_id = bioxen_vm.minimal.id
}
`, knockouts))
	}
	of := func(name, attribute, want string) resource.TestCheckFunc {
		return resource.TestCheckResourceAttr("data.bioxen_vm_metrics."+name, attribute, want)
	}
	matches := func(name, attribute, want string) resource.TestCheckFunc {
		return resource.TestMatchResourceAttr("data.bioxen_vm_metrics."+name, attribute, regexp.MustCompile(want))
	}
	none := func(name, attribute string) resource.TestCheckFunc {
		return resource.TestCheckNoResourceAttr("data.bioxen_vm_metrics."+name, attribute)
	}
	env.Run(t,
		resource.TestStep{
			Config: config(""),
			Check: resource.ComposeAggregateTestCheckFunc(
				of("syn", "name", "syn"),
				of("syn", "biological_type", "syn3a"),
				of("syn", "state", "running"),
				of("syn", "simulated_seconds", "30"),
				of("syn", "executions", "1"),
				matches("syn", "growth_rate", `^0\.2378`),
				matches("syn", "doubling_time_minutes", `^174\.8`),
				matches("syn", "syn3a.atp_level", `^0\.[1-9]`),
				of("syn", "syn3a.ribosomes_allocated", "4875"),
				matches("syn", "syn3a.ribosomes", `^50\d$`),
				matches("syn", "syn3a.ribosomes_active", `^[1-9]\d\d$`),
				matches("syn", "syn3a.active_essential_genes", `^3\d\d$`),
				none("syn", "problem"), none("syn", "ecoli.growth_phase"), none("syn", "minimal_cell.functions.#"),

				of("coli", "simulated_seconds", "60"),
				of("coli", "ecoli.growth_phase", "stationary"), // for want of tryptophan
				of("coli", "ecoli.operons.trp", "lost"),
				matches("coli", "ecoli.operons.lac", "induced"),
				matches("coli", "ecoli.plasmid_count", `^[1-9]\d*$`),
				none("coli", "problem"), none("coli", "syn3a.atp_level"),

				of("minimal", "simulated_seconds", "0"),
				of("minimal", "executions", "0"),
				of("minimal", "minimal_cell.functions.#", "3"),
				of("minimal", "minimal_cell.functions.0.supported", "true"),
				of("minimal", "minimal_cell.functions.0.missing.#", "0"),
				none("minimal", "problem"),
			),
		},
		resource.TestStep{Config: config(""), PlanOnly: true},
		// The living cell has its genes, and the VM is to have others.
		resource.TestStep{
			Config: config(`"JCVISYN3A_0227"`),
			Check: resource.ComposeAggregateTestCheckFunc(
				matches("syn", "problem", `JCVISYN3A_0227.*anew=True`),
				none("syn", "syn3a.atp_level"),
				matches("syn", "growth_rate", `^0`),
			),
		},
	)
}

func TestVMMetricsErrors(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.Run(t, resource.TestStep{
		Config:      env.Config(`data "bioxen_vm_metrics" "x" { vm_id = "0b0d7d8c-6b0e-4b3b-9c5e-0c5a3f1f0d11" }`),
		ExpectError: regexp.MustCompile(`(?s)cannot be measured|not\s+found`),
	})
}
