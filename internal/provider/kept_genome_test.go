package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

// strainFile is the genome of the documentation's example.
func strainFile(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(acctest.Root(t), "examples", "resources", "bioxen_genome", "strain.gff3"))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// A genome that is kept makes a VM wherever VMs run: in a data directory, at a
// daemon, and in a guest, which gets the content from the data directory. Its file
// is needed once.
func TestKeptGenome(t *testing.T) {
	t.Parallel()
	strain := strainFile(t)
	const pool = `
resource "bioxen_xcpng_host" "lab" {
  name                = "lab"
  url                 = "` + exampleURL + `"
  username            = "root"
  password_wo         = var.xcpng_password
  password_wo_version = 1
  pins                = ["` + examplePin + `"]
  template            = "debian-12-cloud"
}

variable "xcpng_password" {
  type      = string
  ephemeral = true
}
`
	for name, tt := range map[string]struct {
		place    func(t *testing.T) *acctest.Workspace
		vm, more string
	}{
		"directory": {workspace, "", ""},
		"daemon": {func(t *testing.T) *acctest.Workspace {
			t.Helper()
			w := workspace(t)
			at(t, w, fmt.Sprintf("endpoint = %q", "unix://"+filepath.ToSlash(serve(t).socket)))
			return w
		}, "", ""},
		"guest": {func(t *testing.T) *acctest.Workspace {
			t.Helper()
			w, _ := guests(t, lab.Options{Agent: agentProgram(t)})
			return w
		}, "  vm_type = \"xcpng\"\n  xcpng = { host = bioxen_xcpng_host.lab.name }\n", pool},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := tt.place(t)
			w.Write(t, "strain.gff3", strain)
			w.Write(t, "main.tf", fmt.Sprintf(`resource "bioxen_genome" "strain" {
  name   = "strain"
  source = "strain.gff3"
}

resource "bioxen_vm" "strain" {
  name            = "strain"
  biological_type = "syn3a"
  genome          = { id = bioxen_genome.strain.id }
%s}

resource "bioxen_process" "strain" {
  vm_id = bioxen_vm.strain.id
  code  = "genome()['missing']"

  lifecycle {
    postcondition {
      condition     = jsondecode(self.result) == ["JCVISYN3A_0227", "JCVISYN3A_0876"]
      error_message = "It lacks ${self.result}."
    }
  }
}
%s`, tt.vm, tt.more))
			w.Apply(t)
			if err := os.Remove(filepath.Join(w.Dir, "strain.gff3")); err != nil {
				t.Fatal(err)
			}
			w.NothingToDo(t)
			// Another VM of it needs no file any more.
			w.Terraform(t, "apply", "-auto-approve", "-replace=bioxen_vm.strain")
			w.NothingToDo(t)
			w.Terraform(t, "destroy", "-auto-approve")
		})
	}
}

// An import that names nothing says so.
func TestImportOfNothing(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	w.Write(t, "strain.gff3", strainFile(t))
	w.Write(t, "main.tf", `resource "bioxen_genome" "strain" {
  name   = "strain"
  source = "strain.gff3"
}

resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
}
`)
	for _, address := range []string{"bioxen_genome.strain", "bioxen_vm.cell"} {
		if out, err := w.Try(t.Context(), "import", address, ""); err == nil || !strings.Contains(out, "The import names nothing") {
			t.Errorf("import %s of nothing: %v\n%s", address, err, out)
		}
	}
}

// Two configurations share a data directory, and no genome: the second is refused,
// and the first keeps what it has when the second is destroyed.
func TestGenomeOfTwoConfigurations(t *testing.T) {
	t.Parallel()
	ours, theirs := workspace(t), workspace(t)
	for _, w := range []*acctest.Workspace{ours, theirs} {
		w.Write(t, "strain.gff3", strainFile(t))
		w.Write(t, "main.tf", "resource \"bioxen_genome\" \"strain\" {\n  name   = \"strain\"\n  source = \"strain.gff3\"\n}\n")
		at(t, w, fmt.Sprintf("data_dir = %q", filepath.ToSlash(ours.Data)))
	}
	ours.Apply(t)
	if out, err := theirs.Try(t.Context(), "apply", "-auto-approve"); err == nil || !strings.Contains(out, "already exists") || !strings.Contains(out, "terraform import") {
		t.Errorf("apply of a name that is taken: %v\n%s", err, out)
	}
	theirs.Terraform(t, "destroy", "-auto-approve", "-refresh=false")
	ours.NothingToDo(t)
}
