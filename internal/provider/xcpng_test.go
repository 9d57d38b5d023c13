package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// guests is a simulated pool with real guests behind its VMs, and a workspace
// whose examples mean it. When the test ends nothing may be left on the pool.
func guests(t *testing.T, o lab.Options, more ...xapitest.Option) (*acctest.Workspace, *xapitest.Server) {
	t.Helper()
	l := lab.New(t, o)
	s := xapitest.NewServer(t, xapitest.SingleHost(), append(more, xapitest.WithGuest(l))...)
	t.Cleanup(func() {
		for _, key := range claims(t, s) {
			t.Errorf("left behind at the end of the test: the pool's other_config has %q", key)
		}
	})
	w := workspace(t)
	examplePool(w, s)
	return w, s
}

// claims are the names that the pool says are taken.
func claims(t *testing.T, s *xapitest.Server) (keys []string) {
	t.Helper()
	all, err := s.Do(context.WithoutCancel(t.Context()), "pool.get_all_records")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`bioxen:[^"]*`).FindAllString(string(text), -1)
}

// do has an administrator do something to the only VM of a name.
func do(t *testing.T, s *xapitest.Server, name, method string, params ...any) {
	t.Helper()
	for _, vm := range s.Inventory().VMs {
		if vm.Name == name && !vm.Template {
			if _, err := s.Do(t.Context(), method, append([]any{vm.Ref}, params...)...); err != nil {
				t.Fatalf("%s: %v", method, err)
			}
			return
		}
	}
	t.Fatalf("%s: there is no VM %q on the pool", method, name)
}

// uninstall has an administrator destroy the VM of a name, disks and all.
func uninstall(t *testing.T, s *xapitest.Server, name string) {
	t.Helper()
	i := s.Inventory()
	do(t, s, name, "VM.hard_shutdown")
	do(t, s, name, "VM.destroy")
	for _, vm := range i.VMs {
		for _, d := range i.VBDs {
			if vm.Name != name || d.VM != vm.Ref || d.Empty {
				continue
			}
			if _, err := s.Do(t.Context(), "VDI.destroy", d.VDI); err != nil {
				t.Errorf("VDI.destroy: %v", err)
			}
		}
	}
}

// The example of the documentation applies, executes, updates, imports, is
// repaired and destroyed, and leaves nothing.
func TestXCPngExample(t *testing.T) {
	t.Parallel()
	w, s := guests(t, lab.Options{Agent: agentProgram(t)})
	dir := filepath.Join(acctest.Root(t), "examples", "xcpng")
	copyExample(t, w, dir, ".")
	w.Apply(t)
	growth := output(t, w, "cell")
	if growth["growth_rate"] == nil || growth["limited_by"] == nil || growth["address"] == nil {
		t.Errorf("the output is %v, want the address, the growth rate and what limits it", growth)
	}

	t.Log("a change that restarts the guest")
	content, err := os.ReadFile(filepath.Join(w.Dir, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	config := func(pairs ...string) {
		w.Write(t, "main.tf", strings.NewReplacer(pairs...).Replace(string(content)))
	}
	config("memory_mib    = 1024", "memory_mib    = 1536")
	if out := w.Terraform(t, "plan"); !regexp.MustCompile(`(?s)guest will be restarted.*memory_mib`).MatchString(out) {
		t.Errorf("the plan does not say that it restarts the guest: %s", out)
	}
	config("memory_mib    = 1024", "memory_mib    = 1536", "allow_restart = true", "")
	out, err := w.Try(t.Context(), "plan")
	expectError(t, out, err, `(?s)restart, which is not\s+allowed.*allow_restart`)
	config("memory_mib    = 1024", "memory_mib    = 1536")
	w.Apply(t)
	if again := output(t, w, "cell"); again["growth_rate"] != growth["growth_rate"] {
		t.Errorf("after the restart the output is %v, before it was %v", again, growth)
	}

	t.Log("paused, and running again")
	for _, state := range []string{"paused", "stopped", "running"} {
		config("memory_mib    = 1024", "memory_mib    = 1536", `vm_type         = "xcpng"`, fmt.Sprintf("vm_type = \"xcpng\"\n  state = %q", state))
		w.Apply(t)
	}

	t.Log("halted by somebody")
	do(t, s, "cell", "VM.hard_shutdown")
	if out := w.Terraform(t, "plan"); !strings.Contains(out, "outside of") || !regexp.MustCompile(`"stopped" -> "running"`).MatchString(out) {
		t.Errorf("the plan does not say that somebody halted the machine, and start it: %s", out)
	}
	w.Apply(t)

	t.Log("imported")
	id := attribute(t, w, "bioxen_vm.cell", "id")
	for _, again := range [][2]string{
		{"bioxen_vm.cell", "cell"},
		{"bioxen_vm.cell", id},
		{"bioxen_resource_allocation.cell", "cell"},
		{"bioxen_process.analysis", attribute(t, w, "bioxen_process.analysis", "id")},
	} {
		w.Terraform(t, "state", "rm", again[0])
		w.Terraform(t, "import", again[0], again[1])
		w.NothingToDo(t)
	}

	t.Log("destroyed by somebody")
	uninstall(t, s, "cell")
	if out := w.Terraform(t, "plan"); !strings.Contains(out, "bioxen_vm.cell will be created") {
		t.Errorf("the plan does not make the VM anew: %s", out)
	}
	w.Apply(t)
	w.Terraform(t, "destroy", "-auto-approve")
}

func output(t *testing.T, w *acctest.Workspace, name string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(w.Terraform(t, "output", "-json", name)), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// crowdOf are VMs on the pool of the examples.
func crowdOf(n int) string {
	return fmt.Sprintf(`variable "xcpng_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "bioxen" {
  xcpng = { lab = { url = "%s", username = "root", password = var.xcpng_password, pins = ["%s"] } }
}

resource "bioxen_vm" "cell" {
  count           = %d
  name            = "cell-${count.index}"
  biological_type = "syn3a"
  vm_type         = "xcpng"
  knockouts       = ["JCVISYN3A_0876"]
  xcpng           = { host = "lab", template = "%s", vcpus = 1, memory_mib = 512 }
}

resource "bioxen_resource_allocation" "cell" {
  count     = %d
  vm_id     = bioxen_vm.cell[count.index].id
  ribosomes = 5
}
`, exampleURL, examplePin, n, xapitest.TemplateDebian, n)
}

// Twenty VMs come up at once, and refreshing them takes as few calls as
// refreshing one.
func TestXCPngCrowd(t *testing.T) {
	t.Parallel()
	w, s := guests(t, lab.Options{Agent: agentProgram(t)})
	refresh := func(n int) []string {
		w.Write(t, "main.tf", crowdOf(n))
		w.Terraform(t, "apply", "-auto-approve", "-parallelism=50")
		s.ForgetJournal()
		w.NothingToDo(t)
		var methods []string
		for _, c := range s.Journal() {
			methods = append(methods, c.Method)
		}
		return methods
	}
	few, many := refresh(1), refresh(20)
	slices.Sort(few)
	slices.Sort(many)
	if !slices.Equal(few, many) || len(many) > 20 {
		t.Errorf("to refresh 20 VMs takes %d calls, want the %d that one takes:\n%q\n%q", len(many), len(few), many, few)
	}
	t.Logf("refreshing 20 VMs takes %d calls: %q", len(many), many)
	w.Terraform(t, "destroy", "-auto-approve", "-parallelism=50")
}

// A pool that does not answer is an error, and its VMs stay in the state.
func TestXCPngPoolIsAway(t *testing.T) {
	t.Parallel()
	w, s := guests(t, lab.Options{Agent: agentProgram(t)})
	w.Write(t, "main.tf", crowdOf(1))
	w.Terraform(t, "apply", "-auto-approve")
	s.Kill(0)
	out, err := w.Try(t.Context(), "plan")
	expectError(t, out, err, `(?s)The VM cannot be read.*host`)
	if err := s.Revive(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	w.NothingToDo(t)
	w.Terraform(t, "destroy", "-auto-approve")
}

// A package is in the guest. One of a VM that stands still is forgotten, so that
// both can be destroyed, and goes with the VM.
func TestXCPngPackageOfStoppedVM(t *testing.T) {
	t.Parallel()
	w, _ := guests(t, lab.Options{Agent: agentProgram(t)})
	write := func(state string) {
		w.Write(t, "main.tf", strings.Replace(crowdOf(1), "= \"xcpng\"\n", fmt.Sprintf("= \"xcpng\"\n  state = %q\n", state), 1)+`
resource "bioxen_package" "media" {
  vm_id  = bioxen_vm.cell[0].id
  source = "media"
}
`)
	}
	write("running")
	w.Apply(t)
	write("stopped")
	w.Apply(t)
	if out := w.Terraform(t, "destroy", "-auto-approve"); !regexp.MustCompile(`(?s)The package stays in the VM.*start`).MatchString(out) {
		t.Errorf("destroy does not say that the package stays in the guest: %s", out)
	}
}

// A guest without the engine gets it, when the environment names one.
func TestXCPngAgentIsPutIntoGuests(t *testing.T) {
	t.Parallel()
	program := agentProgram(t)
	w, _ := guests(t, lab.Options{})
	w.Write(t, "main.tf", crowdOf(1))
	out, err := w.Try(t.Context(), "apply", "-auto-approve")
	expectError(t, out, err, `(?s)no bioxen|agent`)
	w.Setenv("BIOXEN_AGENT", program)
	w.Apply(t)
	w.Terraform(t, "destroy", "-auto-approve")
}

// What is wrong with a guest is said, within its timeout, with what to do; and
// nothing is left.
func TestXCPngGuestsThatDoNotCome(t *testing.T) {
	t.Parallel()
	program := agentProgram(t)
	for name, test := range map[string]struct {
		guest   lab.Options
		message string
	}{
		"no address":     {lab.Options{NoIP: true}, `(?s)address.*address_timeout`},
		"no cloud-init":  {lab.Options{NoCloudInit: true}, `(?s)host\s+key|cloud-init`},
		"another key":    {lab.Options{WrongHostKey: true}, `(?s)host\s+key`},
		"no SSH":         {lab.Options{NoSSH: true}, `(?s)SSH|refused`},
		"no guest tools": {lab.Options{NoReport: true}, `(?s)address.*address_timeout`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := test.guest
			o.Agent = program
			w, _ := guests(t, o)
			w.Write(t, "main.tf", strings.Replace(crowdOf(1), "memory_mib = 512", `memory_mib = 512, address_timeout = "3s", ssh_timeout = "3s", shutdown_grace = "1s"`, 1))
			out, err := w.Try(t.Context(), "apply", "-auto-approve")
			expectError(t, out, err, test.message)
			if !strings.Contains(out, `with bioxen_vm.cell[0]`) {
				t.Errorf("the error is not at the VM: %s", out)
			}
			for _, i := range w.State(t) {
				t.Errorf("the state has %s", i.Address)
			}
		})
	}
}
