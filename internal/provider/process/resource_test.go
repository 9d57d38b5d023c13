package process_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m, os.Stderr)) }

const run = "bioxen_process.run"

func config(vm, process string) string {
	return fmt.Sprintf(`resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
%s
}

resource "bioxen_process" "run" {
  vm_id = bioxen_vm.cell.id
%s
}
`, vm, process)
}

func before(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(run, a)}}
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	const code = "  code = \"print('hello')\\nfba(allocation=False)['growth_rate']\"\n"
	env.Run(
		t,
		resource.TestStep{
			Config: env.Config(config("", code)),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestMatchResourceAttr(run, "result", regexp.MustCompile(`^0\.34239311982`)),
				resource.TestCheckResourceAttr(run, "stdout", "hello\n"),
				resource.TestCheckResourceAttr(run, "packages.%", "0"),
			),
		},
		// What concerns the VM only runs nothing anew, nor does the timeout.
		resource.TestStep{Config: env.Config(config("  seed = 1", code)), ConfigPlanChecks: before(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: env.Config(config("", code+"  timeout = \"60s\"")), ConfigPlanChecks: before(plancheck.ResourceActionNoop)},
		resource.TestStep{Config: env.Config(config("", code+"  timeout = \"90s\"")), ConfigPlanChecks: before(plancheck.ResourceActionUpdate)},
		resource.TestStep{Config: env.Config(config("", code+"  triggers = { a = \"1\" }")), ConfigPlanChecks: before(plancheck.ResourceActionReplace)},
		resource.TestStep{Config: env.Config(config("", code+"  triggers = { a = \"1\" }\n  seed = 5")), ConfigPlanChecks: before(plancheck.ResourceActionReplace)},
		resource.TestStep{ResourceName: run, ImportState: true, ImportStateVerify: true},
		// The VM is made anew, and what ran in it with it.
		resource.TestStep{
			PreConfig: env.Destroy(t, "cell"), Config: env.Config(config("", code)),
			ConfigPlanChecks: before(plancheck.ResourceActionCreate),
		},
	)
}

// What a process loaded is in the state, to the byte, and only that.
func TestPackagesAreExported(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	vm := "  packages = [\"media\", \"growth_law\"]"
	const code = "  code = \"load('@media//media.star', 'names')\\nlen(names())\"\n"
	env.Run(
		t,
		resource.TestStep{
			Config: env.Config(config(vm, code)),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(run, "packages.%", "1"),
				resource.TestCheckResourceAttr(run, "packages.media.version", "1.0.0"),
				resource.TestMatchResourceAttr(run, "packages.media.digest", regexp.MustCompile(`^[0-9a-f]{64}$`)),
			),
		},
		resource.TestStep{Config: env.Config(config(vm, code+"  timeout = \"90s\"")), ConfigPlanChecks: before(plancheck.ResourceActionUpdate)},
		resource.TestStep{ResourceName: run, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeout"}},
	)
}

func TestImportIsNoOp(t *testing.T) {
	t.Parallel()
	for name, process := range map[string]string{
		"bare":  "  code = \"1\"",
		"full":  "  code = <<-EOT\n    x = 2\n    x * 3\n  EOT\n  triggers = { a = \"1\", b = \"\" }\n  seed = 9\n  timeout = \"2m\"",
		"empty": "  code = \"1\"\n  triggers = {}\n  seed = null",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			id := func(s *terraform.State) (string, error) { return s.RootModule().Resources[run].Primary.ID, nil }
			env.Run(
				t,
				resource.TestStep{Config: env.Config(config("", process))},
				resource.TestStep{ResourceName: run, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateIdFunc: id},
			)
		})
	}
}

func TestPlanTimeErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, vm, process, want string }{
		{"malformed", "", `  code = "fba("`, `(?s)code = "fba\(".*Line 1`},
		{"unknown name", "", `  code = "fbaa()"`, `(?s)code = "fbaa\(\)".*did you\s+mean.*fba`},
		{"nothing", "", `  code = "  "`, `(?s)nothing to\s+run`},
		{"timeout", "", "  code = \"1\"\n  timeout = \"soon\"", `(?s)timeout = "soon".*90s`},
		{"no trigger", "", "  code = \"1\"\n  triggers = { a = null }", `(?s)Null Map Value.*triggers = \{ a = null \}`},
		{"stopped", `  state = "stopped"`, `  code = "1"`, `(?s)will not be\s+running.*will be\s+stopped`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(t, resource.TestStep{Config: env.Config(config(tt.vm, tt.process)), PlanOnly: true, ExpectError: regexp.MustCompile(tt.want)})
		})
	}
}

// A process that fails is an error of its own; the VM goes on.
func TestFailures(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, process, want string }{
		{"endless loop", "  code = \"def f():\\n  for a in range(1000000):\\n    for b in range(1000000):\\n      pass\\nf()\"\n  timeout = \"500ms\"", `(?is)code = .*used up its\s+(wall time|steps).*allowed`},
		{"huge output", "  code = \"print('x' * 2000000)\"", `(?is)code = .*used up its\s+output`},
		{"unknown gene", "  code = \"knockout('dnaZZ')\"", `(?is)code = .*dnaZZ`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(
				t,
				resource.TestStep{Config: env.Config(config("", tt.process)), ExpectError: regexp.MustCompile(tt.want)},
				resource.TestStep{
					Config: env.Config(config("", `  code = "1 + 1"`)),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(run, "result", "2"),
						resource.TestCheckResourceAttr("bioxen_vm.cell", "state", "running"),
					),
				},
			)
		})
	}
}
