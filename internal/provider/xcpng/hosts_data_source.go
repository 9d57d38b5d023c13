package xcpng

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
)

type memberModel struct {
	UUID           string `tfsdk:"uuid"`
	Name           string `tfsdk:"name"`
	Address        string `tfsdk:"address"`
	Master         bool   `tfsdk:"master"`
	Enabled        bool   `tfsdk:"enabled"`
	Live           bool   `tfsdk:"live"`
	Product        string `tfsdk:"product"`
	Version        string `tfsdk:"version"`
	CPUs           int    `tfsdk:"cpus"`
	CPUModel       string `tfsdk:"cpu_model"`
	MemoryTotalMiB int    `tfsdk:"memory_total_mib"`
	MemoryFreeMiB  int    `tfsdk:"memory_free_mib"`
	VMs            int    `tfsdk:"vms"`
}

// NewHostsDataSource returns bioxen_xcpng_hosts.
func NewHostsDataSource() datasource.DataSource {
	return &DataSource[memberModel]{
		name: "hosts", list: "hosts", entry: "The members, the master first, then by name.",
		description: "The members of a pool of XCP-ng hosts, and what each has left.",
		attributes: map[string]schema.Attribute{
			"uuid":             text("UUID."),
			"name":             text("Name."),
			"address":          text("Address that the pool knows it by."),
			"master":           flag("Whether it is the pool's master."),
			"enabled":          flag("Whether VMs may start on it."),
			"live":             flag("Whether it is there."),
			"product":          text("What it calls its product, such as `XCP-ng`."),
			"version":          text("Version of the product."),
			"cpus":             integer("Logical processors."),
			"cpu_model":        text("Model of the processors."),
			"memory_total_mib": integer("Memory, in MiB."),
			"memory_free_mib":  integer("Memory that is not taken, in MiB, a little behind the truth."),
			"vms":              integer("VMs that run on it."),
		},
		of: func(p xcpng.Pool) (all []memberModel) {
			for _, m := range p.Members {
				all = append(all, memberModel{
					UUID: m.UUID, Name: m.Name, Address: m.Address, Master: m.Master, Enabled: m.Enabled, Live: m.Live,
					Product: m.Product, Version: m.Version, CPUs: m.CPUs, CPUModel: m.CPUModel,
					MemoryTotalMiB: m.MemoryTotalMiB, MemoryFreeMiB: m.MemoryFreeMiB, VMs: m.VMs,
				})
			}
			return all
		},
	}
}
