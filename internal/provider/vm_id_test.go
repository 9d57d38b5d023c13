package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

// TestNameForUUID gives a name for a vm_id: the state would say another than the
// configuration, after the deed.
func TestNameForUUID(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	const vm = "resource \"bioxen_vm\" \"cell\" {\n  name            = \"cell\"\n  biological_type = \"syn3a\"\n}\n"
	steps := []resource.TestStep{{Config: env.Config(vm)}}
	for _, of := range []string{
		`resource "bioxen_resource_allocation" "it" {`,
		"resource \"bioxen_package\" \"it\" {\n  source = \"media\"",
		"resource \"bioxen_process\" \"it\" {\n  code = \"1\"",
	} {
		steps = append(steps, resource.TestStep{
			Config:      env.Config(vm + of + "\n  vm_id = \"cell\"\n}\n"),
			ExpectError: regexp.MustCompile(`(?s)vm_id = "cell".*name of a\s+VM.*[0-9a-f]{8}-`),
		})
	}
	env.Run(t, steps...)
}
