package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

func TestDataSources(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	env.Run(t, resource.TestStep{
		Config: env.Config(`resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
  shared_chassis  = "pool"
  knockouts       = ["JCVISYN3A_0876"]
}

data "bioxen_vm" "by_id" {
  id = bioxen_vm.cell.id
}

data "bioxen_vms" "pool" {
  shared_chassis = bioxen_vm.cell.shared_chassis
  state          = "running"
}

data "bioxen_vms" "none" {
  biological_type = "ecoli"
  depends_on      = [bioxen_vm.cell]
}

data "bioxen_resources" "cell" {
  vm_id = bioxen_vm.cell.id
}

data "bioxen_resources" "pool" {
  shared_chassis = bioxen_vm.cell.shared_chassis
}

data "bioxen_genes" "cell" {
  vm_id = bioxen_vm.cell.id
}

data "bioxen_genes" "essential" {
  biological_type = "syn3a"
  essential       = true
  names           = ["dnaA", "MMSYN1_0002"]
}

data "bioxen_biological_types" "all" {}

data "bioxen_vm_types" "all" {}

data "bioxen_capabilities" "this" {
  depends_on = [bioxen_vm.cell]
}
`),
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr("data.bioxen_vm.by_id", "name", "cell"),
			resource.TestCheckResourceAttr("data.bioxen_vm.by_id", "state", "running"),
			resource.TestCheckResourceAttr("data.bioxen_vm.by_id", "max_atp", "25"),
			resource.TestCheckResourceAttr("data.bioxen_vm.by_id", "gene_count", "495"),
			resource.TestCheckResourceAttr("data.bioxen_vm.by_id", "genome_bp", "543379"),
			resource.TestCheckResourceAttr("data.bioxen_vms.pool", "vms.#", "1"),
			resource.TestCheckResourceAttr("data.bioxen_vms.pool", "vms.0.name", "cell"),
			resource.TestCheckResourceAttr("data.bioxen_vms.none", "vms.#", "0"),
			resource.TestCheckResourceAttr("data.bioxen_resources.cell", "grant.ribosomes", "15"),
			resource.TestCheckResourceAttr("data.bioxen_resources.cell", "limits.atp", "25"),
			resource.TestCheckResourceAttr("data.bioxen_resources.cell", "available.ribosomes", "68"),
			resource.TestCheckResourceAttr("data.bioxen_resources.pool", "available.ribosomes", "53"),
			resource.TestCheckResourceAttr("data.bioxen_resources.pool", "vms.0", "cell"),
			resource.TestCheckResourceAttr("data.bioxen_genes.cell", "loci.#", "495"),
			resource.TestCheckResourceAttr("data.bioxen_genes.essential", "genes.0.symbol", "dnaA"),
			resource.TestCheckResourceAttr("data.bioxen_genes.essential", "loci.#", "2"),
			resource.TestCheckResourceAttr("data.bioxen_biological_types.all", "names.#", "3"),
			resource.TestCheckResourceAttr("data.bioxen_biological_types.all", "types.ecoli.free_growth_rate", "0.876997214427"),
			resource.TestCheckResourceAttr("data.bioxen_vm_types.all", "names.1", "xcpng"),
			resource.TestCheckResourceAttr("data.bioxen_vm_types.all", "available.%", "2"),
			resource.TestCheckResourceAttr("data.bioxen_capabilities.this", "chassis.ecoli.capacity.ribosomes", "68"),
			resource.TestCheckResourceAttr("data.bioxen_capabilities.this", "shared_chassis.pool.free.atp", "75"),
			resource.TestCheckResourceAttr("data.bioxen_capabilities.this", "limits.timeout_seconds", "60"),
			resource.TestCheckResourceAttr("data.bioxen_capabilities.this", "version", "test"),
			resource.TestMatchResourceAttr("data.bioxen_capabilities.this", "builtins.fba", regexp.MustCompile(`\w`)),
		),
	})
}

func TestDataSourceErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, config, want string }{
		{"vm", `data "bioxen_vm" "x" { name = "nobody" }`, `(?s)name = "nobody".*not found`},
		{"vm by both", "data \"bioxen_vm\" \"x\" {\n  name = \"a\"\n  id = \"b\"\n}", `(?s)Exactly one`},
		{"resources", `data "bioxen_resources" "x" { shared_chassis = "nowhere" }`, `(?s)shared_chassis = "nowhere".*not\s+found`},
		{"genes of nothing", `data "bioxen_genes" "x" { biological_type = "frog" }`, `(?s)biological_type = "frog".*must be\s+one of`},
		{"gene", "data \"bioxen_genes\" \"x\" {\n  biological_type = \"syn3a\"\n  names = [\"dnaZZ\"]\n}", `(?s)no such\s+gene.*dnaZZ`},
		{"no gene", "data \"bioxen_genes\" \"x\" {\n  biological_type = \"syn3a\"\n  names = [null]\n}", `(?s)Null Set Value.*names = \[null\]`},
		{"state", `data "bioxen_vms" "x" { state = "asleep" }`, `(?s)state = "asleep"|value must be one of`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(t, resource.TestStep{Config: env.Config(tt.config), ExpectError: regexp.MustCompile(tt.want)})
		})
	}
}
