package provider_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

// Terraform rewrites the whole state at each change, so every byte of it costs
// time: a VM takes 512 bytes at most beyond what its user wrote.
func TestStateSize(t *testing.T) {
	t.Parallel()
	const budget = 512
	w := workspace(t)
	w.Write(t, "main.tf", `resource "bioxen_vm" "bare" {
  name            = "bare"
  biological_type = "ecoli"
}

resource "bioxen_vm" "full" {
  name            = "full"
  biological_type = "syn3a"
  shared_chassis  = "pool"
  state           = "paused"
  knockouts       = ["JCVISYN3A_0876"]
  medium          = { EX_glc__D_e = 7.4 }
  config          = { minimal_mode = false, resource_limits = { max_atp = 33.3, max_ribosomes = 20 } }
  seed            = 9223372036854775807
}

resource "bioxen_resource_allocation" "bare" {
  vm_id     = bioxen_vm.bare.id
  ribosomes = 17
  atp       = 33.3
}
`)
	w.Apply(t)
	written := map[string]int{
		"bioxen_vm.bare":                  len(`{"name":"bare","biological_type":"ecoli"}`),
		"bioxen_vm.full":                  len(`{"name":"full","biological_type":"syn3a","shared_chassis":"pool","state":"paused","knockouts":["JCVISYN3A_0876"],"medium":{"EX_glc__D_e":7.4},"config":{"minimal_mode":false,"resource_limits":{"max_atp":33.3,"max_ribosomes":20}},"seed":9223372036854775807}`),
		"bioxen_resource_allocation.bare": len(`{"ribosomes":17,"atp":33.3}`),
	}
	for _, i := range w.State(t) {
		compact, err := json.Marshal(i.Attributes)
		if err != nil {
			t.Fatal(err)
		}
		extra := len(compact) - written[i.Address]
		t.Logf("%s: %d bytes beyond what the user wrote", i.Address, extra)
		if written[i.Address] == 0 || extra > budget {
			t.Errorf("%s takes %d bytes of state beyond what the user wrote, want %d at most: %s", i.Address, extra, budget, compact)
		}
	}
	w.Terraform(t, "destroy", "-auto-approve")
}

// One configuration with everything that hangs on everything: after each
// apply, a second plan is empty.
func TestSecondPlanIsEmpty(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	config := func(medium, grant string) string {
		return `resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "ecoli"
  ` + medium + `
}

resource "bioxen_resource_allocation" "cell" {
  vm_id = bioxen_vm.cell.id
  ` + grant + `
}

resource "bioxen_process" "status" {
  vm_id      = bioxen_vm.cell.id
  code       = "get_biological_status()"
  triggers   = { growth = bioxen_resource_allocation.cell.growth_rate }
  depends_on = [bioxen_resource_allocation.cell]
}

data "bioxen_vm" "cell" {
  id         = bioxen_vm.cell.id
  depends_on = [bioxen_resource_allocation.cell]
}

output "all" {
  value = {
    free    = bioxen_vm.cell.free_growth_rate
    granted = bioxen_resource_allocation.cell.growth_rate
    limit   = bioxen_resource_allocation.cell.limited_by
    seen    = data.bioxen_vm.cell.growth_rate
    status  = jsondecode(bioxen_process.status.result)
  }
}
`
	}
	const anaerobic = `medium = { for id in ["EX_glc__D_e", "EX_ca2_e", "EX_cl_e", "EX_co2_e", "EX_cobalt2_e", "EX_cu2_e", "EX_fe2_e", "EX_fe3_e", "EX_h2o_e",
    "EX_h_e", "EX_k_e", "EX_mg2_e", "EX_mn2_e", "EX_mobd_e", "EX_na1_e", "EX_nh4_e", "EX_ni2_e", "EX_pi_e", "EX_so4_e", "EX_zn2_e"] : id => 10 }`
	var seen []string
	for _, step := range [][2]string{{"", ""}, {"", "ribosomes = 20"}, {anaerobic, "ribosomes = 20"}, {anaerobic, "atp = 10"}, {"", "optimize = true"}} {
		w.Write(t, "main.tf", config(step[0], step[1]))
		w.Apply(t)
		seen = append(seen, w.Terraform(t, "output", "-json"))
	}
	for i := range seen[1:] {
		if seen[i] == seen[i+1] {
			t.Errorf("step %d changed nothing: %s", i+1, seen[i])
		}
	}
	w.Terraform(t, "destroy", "-auto-approve")
}

// Two configurations that ask for the same VM do not share it, not even right
// after the first apply.
func TestTwoWorkspaces(t *testing.T) {
	t.Parallel()
	first, second := workspace(t), workspace(t)
	for _, w := range []*acctest.Workspace{first, second} {
		w.Write(t, "main.tf", oneCell+"provider \"bioxen\" {\n  data_dir = \""+filepath.ToSlash(first.Data)+"\"\n}\n")
	}
	first.Terraform(t, "apply", "-auto-approve")
	out, err := second.Try(t.Context(), "apply", "-auto-approve")
	expectError(t, out, err, `(?s)already exists.*terraform\s+import`)
	first.NothingToDo(t)
}
