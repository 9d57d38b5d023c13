package xcpng

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
)

type storageModel struct {
	UUID    string `tfsdk:"uuid"`
	Name    string `tfsdk:"name"`
	Type    string `tfsdk:"type"`
	Shared  bool   `tfsdk:"shared"`
	Default bool   `tfsdk:"default"`
	SizeMiB int    `tfsdk:"size_mib"`
	FreeMiB int    `tfsdk:"free_mib"`
}

// NewStorageDataSource returns bioxen_xcpng_storage.
func NewStorageDataSource() datasource.DataSource {
	return &DataSource[storageModel]{
		name: "storage", list: "storage", entry: "The storage repositories, by name.",
		description: "The storage repositories of a pool of XCP-ng hosts, and what each has left.",
		attributes: map[string]schema.Attribute{
			"uuid":     text("UUID."),
			"name":     text("Name."),
			"type":     text("Kind, such as `ext`, `nfs` or `iso`."),
			"shared":   flag("Whether all members reach it."),
			"default":  flag("Whether disks go there for which nothing else is said."),
			"size_mib": integer("Size, in MiB."),
			"free_mib": integer("What is not taken, in MiB."),
		},
		of: func(p xcpng.Pool) (all []storageModel) {
			for _, s := range p.Storage {
				all = append(all, storageModel{UUID: s.UUID, Name: s.Name, Type: s.Type, Shared: s.Shared, Default: s.Default, SizeMiB: s.SizeMiB, FreeMiB: s.FreeMiB})
			}
			return all
		},
	}
}
