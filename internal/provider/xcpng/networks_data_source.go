package xcpng

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
)

type networkModel struct {
	UUID   string `tfsdk:"uuid"`
	Name   string `tfsdk:"name"`
	Bridge string `tfsdk:"bridge"`
}

// NewNetworksDataSource returns bioxen_xcpng_networks.
func NewNetworksDataSource() datasource.DataSource {
	return &DataSource[networkModel]{
		name: "networks", list: "networks", entry: "The networks, by name.",
		description: "The networks of a pool of XCP-ng hosts.",
		attributes: map[string]schema.Attribute{
			"uuid":   text("UUID."),
			"name":   text("Name."),
			"bridge": text("Bridge that it is on the members."),
		},
		of: func(p xcpng.Pool) (all []networkModel) {
			for _, n := range p.Networks {
				all = append(all, networkModel{UUID: n.UUID, Name: n.Name, Bridge: n.Bridge})
			}
			return all
		},
	}
}
