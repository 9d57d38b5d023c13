package xcpng_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

func TestDataSources(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	env := acctest.New(t)
	text := ""
	for _, name := range []string{"hosts", "templates", "networks", "storage"} {
		text += fmt.Sprintf("data \"bioxen_xcpng_%s\" \"all\" {\n  host = bioxen_xcpng_host.lab.name\n}\n", name)
	}
	const hosts, templates = "data.bioxen_xcpng_hosts.all", "data.bioxen_xcpng_templates.all"
	env.Run(
		t,
		resource.TestStep{
			Config: env.Config(hostOf(s, "") + text),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(hosts, "hosts.#", "2"),
				resource.TestCheckResourceAttr(hosts, "hosts.0.name", "xcp-ng-1"),
				resource.TestCheckResourceAttr(hosts, "hosts.0.master", "true"),
				resource.TestCheckResourceAttr(hosts, "hosts.0.cpus", "16"),
				resource.TestCheckResourceAttr(hosts, "hosts.0.memory_total_mib", "32768"),
				resource.TestMatchResourceAttr(hosts, "hosts.0.memory_free_mib", regexp.MustCompile(`^\d{5}$`)),
				resource.TestCheckResourceAttr(templates, "templates.#", "4"),
				resource.TestCheckTypeSetElemNestedAttrs(templates, "templates.*", map[string]string{"name": xapitest.TemplateDebian, "guest_tools": "true", "fits": "false", "problems.#": "1", "vcpus": "2", "memory_mib": "2048", "interfaces": "1", "disk_mib": "10240"}),
				resource.TestCheckTypeSetElemNestedAttrs(templates, "templates.*", map[string]string{"name": xapitest.TemplateDefault, "fits": "false", "guest_tools": "false"}),
				resource.TestCheckTypeSetElemNestedAttrs("data.bioxen_xcpng_networks.all", "networks.*", map[string]string{"name": xapitest.NetworkName, "bridge": "xenbr0"}),
				resource.TestCheckTypeSetElemNestedAttrs("data.bioxen_xcpng_storage.all", "storage.*", map[string]string{"name": xapitest.SharedSRName, "type": "nfs", "shared": "true", "default": "true", "size_mib": "1048576"}),
			),
		},
		resource.TestStep{
			Config:      env.Config(hostOf(s, "") + `data "bioxen_xcpng_hosts" "all" { host = "none" }`),
			ExpectError: regexp.MustCompile(`(?s)host = "none".*not found`),
		},
	)
}
