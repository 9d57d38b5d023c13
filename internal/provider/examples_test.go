package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// Every example of the documentation runs as it is: apply, a second plan that
// is empty, import as the documentation says, destroy.
func TestExamples(t *testing.T) {
	t.Parallel()
	root := filepath.Join(acctest.Root(t), "examples")
	var dirs []string
	for _, pattern := range []string{"provider", "resources/*", "data-sources/*"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("examples %s: found %d, error %v", pattern, len(found), err)
		}
		dirs = append(dirs, found...)
	}
	for _, dir := range dirs {
		name, err := filepath.Rel(root, dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			t.Parallel()
			var w *acctest.Workspace
			switch {
			case strings.HasSuffix(name, "bioxen_xcpng_vm_metrics"):
				w, _ = guests(t, lab.Options{Agent: agentProgram(t)})
			case strings.Contains(name, "xcpng"):
				w = workspace(t)
				examplePool(w, xapitest.NewServer(t, xapitest.SingleHost()))
			default:
				w = workspace(t)
			}
			copyExample(t, w, dir, ".")
			w.Apply(t)
			importAgain(t, w, filepath.Join(dir, "import.sh"))
			w.Terraform(t, "destroy", "-auto-approve")
		})
	}
}

// The module is run by the configuration that shows how to use it.
func TestModule(t *testing.T) {
	t.Parallel()
	root := filepath.Join(acctest.Root(t), "examples")
	w := workspace(t)
	copyExample(t, w, filepath.Join(root, "knockout-library"), "knockout-library")
	copyExample(t, w, filepath.Join(root, "modules", "knockout-library"), "modules/knockout-library")
	w.Dir = filepath.Join(w.Dir, "knockout-library")
	w.Terraform(t, "get")
	w.Apply(t)
	if got := w.Terraform(t, "output", "-json", "relative_growth"); !strings.Contains(got, "JCVISYN3A_0445") {
		t.Errorf("relative_growth = %s, want one for each gene", got)
	}
	w.Terraform(t, "destroy", "-auto-approve")
}

// The pool of the examples, and what they say that its certificate is.
const (
	exampleURL = "https://xcp-ng.example"
	examplePin = "0000000000000000000000000000000000000000000000000000000000000000"
)

// examplePool has the examples in a workspace mean a simulated pool.
func examplePool(w *acctest.Workspace, s *xapitest.Server) {
	w.Replace = strings.NewReplacer(exampleURL, s.URL(), examplePin, s.Fingerprint(0)).Replace
	w.Setenv("TF_VAR_xcpng_password", xapitest.Password)
}

// copyExample copies a folder's configuration to a folder of the workspace.
func copyExample(t *testing.T, w *acctest.Workspace, from, to string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(from, "*.tf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: found %d files, error %v", from, len(files), err)
	}
	for _, pattern := range []string{"*.json", "*.gb", "*.gff3"} {
		data, err := filepath.Glob(filepath.Join(from, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, data...)
	}
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "required_providers") {
			_ = os.Remove(filepath.Join(w.Dir, "versions.tf")) // the example has its own
		}
		w.Write(t, filepath.Join(to, filepath.Base(f)), string(content))
	}
}

// importAgain forgets what an example's import.sh imports, runs it, and then
// nothing may be left to do.
func importAgain(t *testing.T, w *acctest.Workspace, script string) {
	t.Helper()
	content, err := os.ReadFile(script)
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^terraform import (\S+) (\S+)$`).FindStringSubmatch(string(content))
	if line == nil {
		t.Fatalf("%s: has no line \"terraform import ADDRESS ID\"", script)
	}
	address, id := line[1], line[2]
	if regexp.MustCompile(`^[0-9a-f-]{36}$`).MatchString(id) {
		id = attribute(t, w, address, "id") // the script's is an example
	}
	w.Terraform(t, "state", "rm", address)
	w.Terraform(t, "import", address, id)
	w.NothingToDo(t)
}

func attribute(t *testing.T, w *acctest.Workspace, address, name string) string {
	t.Helper()
	for _, i := range w.State(t) {
		if i.Address == address {
			v, ok := i.Attributes[name].(string)
			if !ok {
				t.Fatalf("%s.%s is %v in the state, want a string", address, name, i.Attributes[name])
			}
			return v
		}
	}
	t.Fatalf("%s is not in the state", address)
	return ""
}
