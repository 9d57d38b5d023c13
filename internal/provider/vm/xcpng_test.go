package vm_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// labOf is a simulated pool as the data directory keeps it.
func labOf(s *xapitest.Server) biovm.XCPngHost {
	return biovm.XCPngHost{
		Name: "lab", URL: s.URL(), Username: xapitest.Username, Password: xapitest.Password, Pins: []string{s.Fingerprint(0)},
		Template: xapitest.TemplateDebian,
	}
}

// keep has the data directory of a test know a pool.
func keep(t *testing.T, env *acctest.Env, h biovm.XCPngHost) {
	t.Helper()
	if err := env.Client(t).PutHost(t.Context(), h); err != nil {
		t.Fatal(err)
	}
}

// cellOn is a VM on a pool; machine is the block's content.
func cellOn(machine, attributes string) string {
	return cellOf(fmt.Sprintf("  vm_type = \"xcpng\"\n  xcpng = {\n%s\n  }\n%s", machine, attributes))
}

// What can be known of a machine is checked when it is planned, at the attribute.
func TestMachineIsCheckedWhenPlanned(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	tests := map[string]struct{ machine, attributes, message string }{
		"no pool":        {`host = "none"`, "", `(?s)There is no such pool.*"none". Known are lab`},
		"template":       {"host = \"lab\"\ntemplate = \"none\"", "", `(?s)xcpng.template: "none".*it has.*debian-12-cloud`},
		"empty template": {"host = \"lab\"\ntemplate = \"" + xapitest.TemplateDefault + "\"", "", `(?s)xcpng.template: "Debian Bookworm 12".*disk`},
		"network":        {"host = \"lab\"\nnetwork = \"none\"", "", `(?s)xcpng.network: "none"`},
		"sr":             {"host = \"lab\"\nsr = \"" + xapitest.LocalSRName + "\"", "", `(?s)xcpng.sr: "Local storage".*UUID`},
		"placement":      {"host = \"lab\"\nplacement = \"none\"", "", `(?s)xcpng.placement: "none"`},
		"vcpus":          {"host = \"lab\"\nvcpus = 0", "", `(?s)xcpng.vcpus.*at least 1`},
		"timeout":        {"host = \"lab\"\nssh_timeout = \"soon\"", "", `(?s)xcpng.ssh_timeout: "soon".*such as\s+"90s"`},
		"cidr":           {"host = \"lab\"\naddress_within = \"10\"", "", `(?s)xcpng.address_within: "10".*CIDR`},
		"user data":      {"host = \"lab\"\nuser_data = \"[\"", "", `(?s)xcpng.user_data: must be cloud-config`},
		"shared":         {`host = "lab"`, `shared_chassis = "pool"`, `(?s)shared_chassis = "pool".*chassis of its own`},
		"gene":           {`host = "lab"`, `knockouts = ["nosuch"]`, `(?s)knockouts.*nosuch`},
		"limits":         {`host = "lab"`, `config = { resource_limits = { max_atp = 101 } }`, `(?s)max_atp`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			keep(t, env, labOf(s))
			env.Run(t, resource.TestStep{Config: env.Config(cellOn(test.machine, test.attributes)), PlanOnly: true, ExpectError: regexp.MustCompile(test.message)})
		})
	}
}

// A machine that is right is planned; what the pool must say is known after the
// apply, and on a VM without a machine there is nothing to know.
func TestMachineIsPlanned(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	env := acctest.New(t)
	keep(t, env, labOf(s))
	unknown := func(attribute string) plancheck.PlanCheck {
		return plancheck.ExpectUnknownValue(cell, tfjsonpath.New(attribute))
	}
	env.Run(
		t,
		resource.TestStep{
			Config: env.Config(cellOn(`host = "lab"`, "")), PlanOnly: true, ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPreRefresh: []plancheck.PlanCheck{unknown("xcpng_address"), unknown("xcpng_host_key")}},
		},
		resource.TestStep{
			Config: env.Config(cellOf("")),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectKnownValue(cell, tfjsonpath.New("xcpng_address"), knownvalue.Null()),
				plancheck.ExpectKnownValue(cell, tfjsonpath.New("xcpng_host_key"), knownvalue.Null()),
			}},
		},
	)
}

// A pool of the same configuration need not be there yet, one that does not
// answer is a warning, and the names of VMs count on each pool for itself.
func TestMachineOnPoolsToCome(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	env := acctest.New(t)
	host := func(name, url string) string {
		return fmt.Sprintf("resource \"bioxen_xcpng_host\" %q {\n  name = %q\n  url = %q\n  username = \"root\"\n  password_wo = %q\n  password_wo_version = 1\n  pins = [%q]\n}\n",
			name, name, url, xapitest.Password, s.Fingerprint(0))
	}
	twice := strings.Replace(cellOn(`host = "lab"`, ""), `"cell" {`, `"twice" {`, 1)
	elsewhere := strings.Replace(cellOn("host = \"two\"\ntemplate = \"t\"", ""), `"cell" {`, `"elsewhere" {`, 1)
	local := strings.Replace(cellOf(""), `"cell" {`, `"local" {`, 1)
	env.Run(
		t,
		resource.TestStep{
			Config:   env.Config(host("lab", s.URL()) + host("two", s.URL()) + cellOn(`host = "lab"`, "") + elsewhere + local),
			PlanOnly: true, ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			PreConfig:   func() { keep(t, env, labOf(s)) },
			Config:      env.Config(cellOn(`host = "lab"`, "") + twice),
			PlanOnly:    true,
			ExpectError: regexp.MustCompile(`(?s)name = "cell".*already\s+exists: another\s+bioxen_vm`),
		},
		resource.TestStep{
			PreConfig: func() {
				away := labOf(s)
				away.URL = "https://127.0.0.1:1"
				keep(t, env, away)
			},
			Config:   env.Config(cellOn(`host = "lab"`, "")),
			PlanOnly: true, ExpectNonEmptyPlan: true,
		},
	)
}
