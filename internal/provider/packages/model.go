package packages

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// noun says where a package's problems are shown.
func noun() diagnose.Noun {
	return diagnose.Noun{
		Attributes: []string{"source", "version_range", "sha256"},
		Code:       path.Root("source"),
		Fallback:   path.Root("vm_id"),
	}
}

type model struct {
	ID      types.String `tfsdk:"id"`
	VMID    types.String `tfsdk:"vm_id"`
	Source  types.String `tfsdk:"source"`
	Range   types.String `tfsdk:"version_range"`
	SHA256  types.String `tfsdk:"sha256"`
	Name    types.String `tfsdk:"name"`
	Version types.String `tfsdk:"version"`
	Digest  types.String `tfsdk:"digest"`
}

// request is what the model asks for.
func (m *model) request() biovm.PackageRequest {
	return biovm.PackageRequest{Source: m.Source.ValueString(), Range: m.Range.ValueString(), SHA256: m.SHA256.ValueString()}
}

// known reports whether it is known what the model asks for.
func (m *model) known() bool {
	return !m.Source.IsUnknown() && !m.Range.IsUnknown() && !m.SHA256.IsUnknown()
}

// asksAs reports whether two models ask for the same.
func (m *model) asksAs(n *model) bool {
	return m.Source.Equal(n.Source) && m.Range.Equal(n.Range) && m.SHA256.Equal(n.SHA256)
}

// is puts in what the package is.
func (m *model) is(p biovm.Package) {
	m.Name, m.Version, m.Digest = types.StringValue(p.Name), types.StringValue(p.Version), types.StringValue(p.Digest)
}

// fill puts in what is installed in a VM. The engine has the sum of every file;
// the configuration need not.
func (m *model) fill(vm string, p biovm.Package) {
	m.is(p)
	m.ID, m.VMID = types.StringValue(vm+"/"+p.Name), types.StringValue(vm)
	if p.Request == nil {
		return
	}
	imported := m.Source.IsNull()
	m.Source, m.Range = types.StringValue(p.Request.Source), types.StringNull()
	if p.Request.Range != "" {
		m.Range = types.StringValue(p.Request.Range)
	}
	if p.Request.FromCatalogue() {
		m.SHA256 = types.StringNull()
	} else if !m.SHA256.IsNull() || imported && p.Request.Part().Source.IsURL() {
		m.SHA256 = types.StringValue(p.Request.SHA256)
	}
}
