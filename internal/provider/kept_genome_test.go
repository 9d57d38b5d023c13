package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
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
