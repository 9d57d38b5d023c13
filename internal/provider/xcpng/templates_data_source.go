package xcpng

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
)

type templateModel struct {
	UUID        string   `tfsdk:"uuid"`
	Name        string   `tfsdk:"name"`
	Description string   `tfsdk:"description"`
	Fits        bool     `tfsdk:"fits"`
	Problems    []string `tfsdk:"problems"`
	GuestTools  bool     `tfsdk:"guest_tools"`
	CloudInit   bool     `tfsdk:"cloud_init"`
	Agent       bool     `tfsdk:"agent"`
	Disks       int      `tfsdk:"disks"`
	DiskMiB     int      `tfsdk:"disk_mib"`
	Interfaces  int      `tfsdk:"interfaces"`
	VCPUs       int      `tfsdk:"vcpus"`
	MemoryMiB   int      `tfsdk:"memory_mib"`
}

// NewTemplatesDataSource returns bioxen_xcpng_templates.
func NewTemplatesDataSource() datasource.DataSource {
	return &DataSource[templateModel]{
		name: "templates", list: "templates", entry: "The templates, by name.",
		description: "The templates of a pool of XCP-ng hosts, and what makes them fit for VMs of `vm_type = \"xcpng\"`, or does not. " +
			"A pool knows of a template's inside only what was seen of it or is said in its name, description or tags: a problem that is listed need not be one. The guide *xcpng* tells how to make one that fits.",
		attributes: map[string]schema.Attribute{
			"uuid":        text("UUID."),
			"name":        text("Name."),
			"description": text("Description."),
			"fits":        flag("Whether nothing stands against making a VM of it."),
			"problems":    schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "What stands, or may stand, against making a VM of it."},
			"guest_tools": flag("Whether guest tools were seen in it, which report its address."),
			"cloud_init":  flag("Whether something says that cloud-init is in it, which lets the driver log in."),
			"agent":       flag("Whether something says that `bioxen` is in it. Without it, it is put into each guest."),
			"disks":       integer("Disks that it has."),
			"disk_mib":    integer("Size of its disks in all, in MiB."),
			"interfaces":  integer("Network interfaces that its VMs get."),
			"vcpus":       integer("Virtual processors that its VMs get."),
			"memory_mib":  integer("Memory that its VMs get, in MiB."),
		},
		of: func(p xcpng.Pool) (all []templateModel) {
			for _, t := range p.Templates {
				m := templateModel{
					UUID: t.UUID, Name: t.Name, Description: t.Description, Fits: len(t.Problems) == 0, Problems: t.Problems,
					GuestTools: t.GuestTools, CloudInit: t.CloudInit, Agent: t.Agent,
					Disks: t.Disks, DiskMiB: t.DiskMiB, Interfaces: t.Interfaces, VCPUs: t.VCPUs, MemoryMiB: t.MemoryMiB,
				}
				if m.Problems == nil {
					m.Problems = []string{}
				}
				all = append(all, m)
			}
			return all
		},
	}
}
