package xcpng

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
)

// noun says where a pool's problems are shown.
func noun() diagnose.Noun {
	return diagnose.Noun{Attributes: []string{"name", "url", "username", "pins", "template", "network", "sr"}, Fallback: path.Root("url")}
}

type model struct {
	ID                types.String `tfsdk:"id"`
	Name              types.String `tfsdk:"name"`
	URL               types.String `tfsdk:"url"`
	Username          types.String `tfsdk:"username"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
	CACertPEM         types.String `tfsdk:"ca_cert_pem"`
	Pins              types.List   `tfsdk:"pins"`
	Template          types.String `tfsdk:"template"`
	Network           types.String `tfsdk:"network"`
	SR                types.String `tfsdk:"sr"`
	PoolUUID          types.String `tfsdk:"pool_uuid"`
	Master            types.String `tfsdk:"master"`
	Hosts             types.List   `tfsdk:"hosts"`
	Product           types.String `tfsdk:"product"`
	Version           types.String `tfsdk:"version"`
	CPUs              types.Int64  `tfsdk:"cpus"`
	MemoryTotalMiB    types.Int64  `tfsdk:"memory_total_mib"`
}

// host is the pool that the model asks for, without a password. What is not
// known yet is left out.
func (m *model) host() biovm.XCPngHost {
	h := biovm.XCPngHost{
		Name: m.Name.ValueString(), URL: m.URL.ValueString(), Username: m.Username.ValueString(), CACertPEM: m.CACertPEM.ValueString(),
	}
	for _, v := range m.Pins.Elements() {
		if s, ok := v.(types.String); ok && !s.IsUnknown() {
			h.Pins = append(h.Pins, s.ValueString())
		}
	}
	return h
}

// known reports whether it is known where the pool is and how to log in.
func (m *model) known() bool {
	for _, v := range slices.Concat([]attr.Value{m.Name, m.URL, m.Username, m.CACertPEM, m.Pins}, m.Pins.Elements()) {
		if v.IsUnknown() {
			return false
		}
	}
	return true
}

// fill puts in what is kept of the pool.
func (m *model) fill(h biovm.XCPngHost) {
	m.ID, m.Name = types.StringValue(h.Name), types.StringValue(h.Name)
	m.URL, m.Username = types.StringValue(h.URL), types.StringValue(h.Username)
	m.PasswordWO, m.PasswordWOVersion = types.StringNull(), types.Int64Null()
	if h.PasswordVersion != 0 {
		m.PasswordWOVersion = types.Int64Value(h.PasswordVersion)
	}
	m.CACertPEM = optional(h.CACertPEM)
	m.Pins = types.ListNull(types.StringType)
	if len(h.Pins) > 0 {
		m.Pins = stringList(h.Pins)
	}
	m.Template, m.Network, m.SR = optional(h.Template), optional(h.Network), optional(h.SR)
}

// show puts in what the pool is. What changes all the time is left out.
func (m *model) show(p xcpng.Pool) {
	m.PoolUUID = types.StringValue(p.UUID)
	names := []string{}
	var cpus, memory int
	for _, h := range p.Members {
		names = append(names, h.Name)
		cpus, memory = cpus+h.CPUs, memory+h.MemoryTotalMiB
		if h.Master {
			m.Master, m.Product, m.Version = types.StringValue(h.Name), types.StringValue(h.Product), types.StringValue(h.Version)
		}
	}
	slices.Sort(names)
	m.Hosts = stringList(names)
	m.CPUs, m.MemoryTotalMiB = types.Int64Value(int64(cpus)), types.Int64Value(int64(memory))
}

// keep takes over what the state shows of the pool.
func (m *model) keep(state model) {
	m.PoolUUID, m.Master, m.Hosts = state.PoolUUID, state.Master, state.Hosts
	m.Product, m.Version, m.CPUs, m.MemoryTotalMiB = state.Product, state.Version, state.CPUs, state.MemoryTotalMiB
}

func stringList(all []string) types.List {
	elements := make([]attr.Value, len(all))
	for i, s := range all {
		elements[i] = types.StringValue(s)
	}
	return types.ListValueMust(types.StringType, elements)
}
