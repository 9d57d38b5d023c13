package packages_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m, os.Stderr)) }

const (
	tool = "bioxen_package.tool"
	run  = "bioxen_process.run"
)

func config(vm, source, process string) string {
	c := fmt.Sprintf(`resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
%s
}
`, vm)
	if source != "" {
		c += fmt.Sprintf(`
resource "bioxen_package" "tool" {
  vm_id = bioxen_vm.cell.id
%s
}
`, source)
	}
	if process != "" {
		c += fmt.Sprintf(`
resource "bioxen_process" "run" {
  vm_id      = bioxen_vm.cell.id
  code       = %q
  depends_on = [bioxen_package.tool]
}
`, process)
	}
	return c
}

func before(address string, a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, a)}}
}

// write writes a package of one file into a folder.
func write(t *testing.T, dir, name, version, code, requires string) {
	t.Helper()
	sum := sha256.Sum256([]byte(code))
	manifest := fmt.Sprintf("name = %q\nversion = %q\ndescription = \"For a test\"\nlicence = \"MIT\"\n%s\n[files]\n\"%s.star\" = %q\n",
		name, version, requires, name, hex.EncodeToString(sum[:]))
	for file, content := range map[string]string{"bioxen-package.toml": manifest, name + ".star": code} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	dir := t.TempDir()
	write(t, dir, "tool", "1.0.0", "def answer():\n    return 42\n", "")
	const code = "load('@tool//tool.star', 'answer')\nanswer()"
	source := fmt.Sprintf("  source = %q", dir)
	env.Run(
		t,
		resource.TestStep{
			Config: env.Config(config("", source, code)),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(run, "result", "42"),
				resource.TestCheckResourceAttr(tool, "name", "tool"),
				resource.TestCheckResourceAttr(tool, "version", "1.0.0"),
				resource.TestMatchResourceAttr(tool, "digest", regexp.MustCompile(`^[0-9a-f]{64}$`)),
				resource.TestMatchResourceAttr(tool, "id", regexp.MustCompile(`^[0-9a-f-]{36}/tool$`)),
			),
		},
		resource.TestStep{ResourceName: tool, ImportState: true, ImportStateVerify: true, ImportStateId: "cell/tool"},
		resource.TestStep{Config: env.Config(config("", source, code)), ConfigPlanChecks: before(tool, plancheck.ResourceActionNoop)},
		// Another content is another package, in place; the process does not run anew.
		resource.TestStep{
			PreConfig: func() { write(t, dir, "tool", "1.1.0", "def answer():\n    return 43\n", "") },
			Config:    env.Config(config("", source+"\n  version_range = \"^1.1\"", code)), ConfigPlanChecks: before(tool, plancheck.ResourceActionUpdate),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(tool, "version", "1.1.0"), resource.TestCheckResourceAttr(run, "result", "42"),
			),
		},
		// Another name is another package.
		resource.TestStep{
			Config: env.Config(config("", "  source = \"media\"", "")), ConfigPlanChecks: before(tool, plancheck.ResourceActionReplace),
			Check: resource.TestCheckResourceAttr(tool, "name", "media"),
		},
		// The folder may go once the package is installed.
		resource.TestStep{Config: env.Config(config("", source, ""))},
		resource.TestStep{
			PreConfig: func() {
				if err := os.RemoveAll(dir); err != nil {
					t.Error(err)
				}
			},
			Config: env.Config(config("", source, "")), ConfigPlanChecks: before(tool, plancheck.ResourceActionNoop),
		},
		// The VM is made anew; the package is not to be had any more.
		resource.TestStep{PreConfig: env.Destroy(t, "cell"), Config: env.Config(config("", source, "")), ExpectError: regexp.MustCompile(`(?s)source = .*no\s+such\s+file`)},
		resource.TestStep{Config: env.Config(config("", "  source = \"media\"", "")), ConfigPlanChecks: before(tool, plancheck.ResourceActionCreate)},
	)
}

// Packages of the catalogue are listed by the VM itself.
func TestPackagesOfVM(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	const cell = "bioxen_vm.cell"
	process := func(code string) string {
		return fmt.Sprintf("\nresource \"bioxen_process\" \"run\" {\n  vm_id = bioxen_vm.cell.id\n  code  = %q\n}\n", code)
	}
	env.Run(
		t,
		resource.TestStep{
			Config: env.Config(config("  packages = [\"media@^1.0\", \"essentiality\"]", "", "") +
				process("load('@essentiality//stats.star', 'sqrt')\nload('@media//media.star', 'names')\n[sqrt(9), names()[0]]")),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(run, "result", `[3,"rich"]`),
				resource.TestCheckResourceAttr(cell, "packages.#", "2"),
			),
		},
		resource.TestStep{
			Config:           env.Config(config("  packages = [\"growth_law\"]", "", "")),
			ConfigPlanChecks: before(cell, plancheck.ResourceActionUpdate),
		},
		resource.TestStep{ResourceName: cell, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"timeouts", "config"}},
		resource.TestStep{Config: env.Config(config("", "", "")), ConfigPlanChecks: before(cell, plancheck.ResourceActionUpdate)},
	)
}

func TestPlanTimeErrors(t *testing.T) {
	t.Parallel()
	changed := t.TempDir()
	write(t, changed, "tool", "1.0.0", "x = 1\n", "")
	if err := os.WriteFile(filepath.Join(changed, "tool.star"), []byte("x = 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, vm, source, process, want string }{
		{"unknown", "", "  source = \"medai\"", "", `(?s)source = "medai".*did\s+you\s+mean\s+media`},
		{"no version", "", "  source = \"media\"\n  version_range = \"^9\"", "", `(?s)not\s+in\s+the\s+range`},
		{"no range", "", "  source = \"media\"\n  version_range = \"new\"", "", `(?s)version_range = "new".*no\s+range`},
		{"url without sum", "", "  source = \"https://example.org/p.tar.gz\"", "", `(?s)sha256.*needed`},
		{"plain http", "", "  source = \"http://example.org/p.tar.gz\"\n  sha256 = \"00\"", "", `(?s)https URL`},
		{"no file", "", "  source = \"./nowhere.tar.gz\"", "", `(?s)source = .*no\s+such\s+file`},
		{"changed", "", fmt.Sprintf("  source = %q", changed), "", `(?s)source = .*SHA-256`},
		{"of the vm", "  packages = [\"media\", \"essentialty\"]", "", "", `(?s)essentialty.*did\s+you\s+mean\s+essentiality`},
		{"path of the vm", "  packages = [\"./media\"]", "", "", `(?s)must be the name of a\s+package of the\s+catalogue`},
		{"function", "  packages = [\"media\"]", "  source = \"media\"", "load('@media//media.star', 'onn')", `(?s)has no onn; did\s+you\s+mean\s+on`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(t, resource.TestStep{Config: env.Config(config(tt.vm, tt.source, tt.process)), PlanOnly: true, ExpectError: regexp.MustCompile(tt.want)})
		})
	}
}

// A package may require one that is installed in the same apply, and a process
// load from both.
func TestInOneApply(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	base, top := t.TempDir(), t.TempDir()
	write(t, base, "base", "1.0.0", "one = 1\n", "")
	write(t, top, "tool", "1.0.0", "load(\"@base//base.star\", \"one\")\ntwo = one + one\n", "[requires.packages]\nbase = \"^1.0\"\n")
	c := config("", fmt.Sprintf("  source     = %q\n  depends_on = [bioxen_package.base]", top), "load('@tool//tool.star', 'two')\ntwo") +
		fmt.Sprintf("\nresource \"bioxen_package\" \"base\" {\n  vm_id  = bioxen_vm.cell.id\n  source = %q\n}\n", base)
	env.Run(t, resource.TestStep{Config: env.Config(c), Check: resource.TestCheckResourceAttr(run, "result", "2")})
}

// A VM has one package of a name: who asks for it in another way is told, and
// does not take it from whoever has it, at every apply anew.
func TestOneOfAName(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	own := t.TempDir()
	write(t, own, "media", "1.0.0", "x = 1\n", "")
	second := fmt.Sprintf("\nresource \"bioxen_package\" \"second\" {\n  vm_id      = bioxen_vm.cell.id\n  source     = %q\n  depends_on = [bioxen_package.tool]\n}\n", own)
	c := config("", "  source = \"media\"", "")
	env.Run(
		t,
		resource.TestStep{Config: env.Config(c + second), ExpectError: regexp.MustCompile(`(?s)Package media 1.0.0 was installed in the VM from media,.*Import it\s+as\s+VM/media`)},
		resource.TestStep{Config: env.Config(c), PlanOnly: true},
	)
}

// What another package requires is not removed while that is there; where both
// go at once the order does not matter.
func TestRequiredIsNotRemoved(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	base, top := t.TempDir(), t.TempDir()
	write(t, base, "base", "1.0.0", "one = 1\n", "")
	write(t, top, "tool", "1.0.0", "load(\"@base//base.star\", \"one\")\ntwo = one + one\n", "[requires.packages]\nbase = \"^1.0\"\n")
	below := fmt.Sprintf("\nresource \"bioxen_package\" \"base\" {\n  vm_id  = bioxen_vm.cell.id\n  source = %q\n}\n", base)
	env.Run(
		t,
		resource.TestStep{Config: env.Config(config("", fmt.Sprintf("  source     = %q\n  depends_on = [bioxen_package.base]", top), "") + below)},
		resource.TestStep{Config: env.Config(config("", fmt.Sprintf("  source = %q", top), "")), ExpectError: regexp.MustCompile(`(?s)"base":\s+is\s+required\s+by\s+tool.*depends_on`)},
		resource.TestStep{ResourceName: tool, ImportState: true, ImportStateId: "cell", ExpectError: regexp.MustCompile(`(?s)"cell" is not the\s+name\s+or\s+UUID`)},
		resource.TestStep{Config: env.Config(config("", fmt.Sprintf("  source = %q", top), "") + below)},
		resource.TestStep{Config: env.Config(config("", "", ""))},
		// The same with what the catalogue has.
		resource.TestStep{
			PreConfig: func() {
				write(t, top, "tool", "1.0.1", "load(\"@media//media.star\", \"names\")\nx = names\n", "[requires.packages]\nmedia = \"^1.0\"\n")
			},
			Config: env.Config(config("", fmt.Sprintf("  source = %q", top), "") + "\nresource \"bioxen_package\" \"media\" {\n  vm_id  = bioxen_vm.cell.id\n  source = \"media\"\n}\n"),
		},
		resource.TestStep{Config: env.Config(config("", "", ""))},
	)
}
