package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

// What README.md and the guides say that a configuration is, is one: it is
// applied with the files that the guide is about, a second plan is empty, and it
// is destroyed. What needs a network or another provider is left out.
func TestDocuments(t *testing.T) {
	t.Parallel()
	examples := filepath.Join("examples", "resources")
	strain := map[string]string{"strain.gb": filepath.Join(examples, "bioxen_genome", "strain.gff3")}
	network := map[string]string{"strain.xml.gz": filepath.Join(examples, "bioxen_vm", "network.json")}
	guides := filepath.Join("templates", "guides")
	for _, tt := range []struct {
		document string
		block    int               // of its blocks of Terraform, from 0
		files    map[string]string // by name, each a file of the repository: content tells what it is
	}{
		{"README.md", 0, nil},
		{filepath.Join(guides, "living-cells.md.tmpl"), 0, nil},
		{filepath.Join(guides, "own-genome.md.tmpl"), 0, strain},
		{filepath.Join(guides, "own-genome.md.tmpl"), 1, strain},
		{filepath.Join(guides, "own-network.md.tmpl"), 0, network},
		{filepath.Join(guides, "packages.md.tmpl"), 0, nil},
	} {
		t.Run(fmt.Sprintf("%s, block %d", filepath.Base(tt.document), tt.block), func(t *testing.T) {
			t.Parallel()
			w := workspace(t)
			config := terraformOf(t, tt.document)[tt.block]
			if strings.Contains(config, "required_providers") {
				_ = os.Remove(filepath.Join(w.Dir, "versions.tf")) // it has its own
			}
			w.Write(t, "main.tf", config)
			for name, from := range tt.files {
				content, err := os.ReadFile(filepath.Join(acctest.Root(t), from))
				if err != nil {
					t.Fatal(err)
				}
				w.Write(t, name, string(content))
			}
			w.Apply(t)
			w.Terraform(t, "destroy", "-auto-approve")
		})
	}
}

// What cannot be applied here is valid at least.
func TestDocumentsValid(t *testing.T) {
	t.Parallel()
	guides := filepath.Join("templates", "guides")
	packages, serve := terraformOf(t, filepath.Join(guides, "packages.md.tmpl")), terraformOf(t, filepath.Join(guides, "serve.md.tmpl"))
	for name, config := range map[string]string{"packages": strings.Join(packages, "\n"), "serve": serve[0]} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := workspace(t)
			w.Write(t, "main.tf", config)
			w.Write(t, "cert.pem", "")
			w.Terraform(t, "validate")
		})
	}
}

// terraformOf are a document's blocks of Terraform.
func terraformOf(t *testing.T, document string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(acctest.Root(t), document))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, m := range regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, m[1])
	}
	if len(blocks) == 0 {
		t.Fatalf("%s has no Terraform", document)
	}
	return blocks
}
