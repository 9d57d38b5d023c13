package genome

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// noun says where a genome's problems are shown.
func noun() diagnose.Noun {
	return diagnose.Noun{Attributes: []string{"name", "source", "sha256"}, Fallback: path.Root("name"), Listing: "bioxen genome list", Removal: "bioxen genome remove"}
}

type model struct {
	ID        types.String  `tfsdk:"id"`
	Name      types.String  `tfsdk:"name"`
	Source    types.String  `tfsdk:"source"`
	SHA256    types.String  `tfsdk:"sha256"`
	Format    types.String  `tfsdk:"format"`
	Accession types.String  `tfsdk:"accession"`
	Organism  types.String  `tfsdk:"organism"`
	Records   types.Int64   `tfsdk:"records"`
	Length    types.Int64   `tfsdk:"length"`
	GC        types.Float64 `tfsdk:"gc"`
	Counts    types.Map     `tfsdk:"counts"`
	GeneCount types.Int64   `tfsdk:"gene_count"`
}

// file is what the model says of the file. What is not known yet is left out.
func (m *model) file() biovm.Source {
	return biovm.Source{Source: m.Source.ValueString(), SHA256: m.SHA256.ValueString()}
}

// is puts in what the content is.
func (m *model) is(g biovm.Genome) {
	m.ID, m.SHA256 = types.StringValue(g.SHA256), types.StringValue(g.SHA256)
	m.Format, m.Accession, m.Organism = types.StringValue(g.Format), types.StringValue(g.Accession), types.StringValue(g.Organism)
	m.Records, m.Length, m.GeneCount = types.Int64Value(int64(g.Records)), types.Int64Value(int64(g.BasePairs)), types.Int64Value(int64(g.Genes))
	m.GC = types.Float64Null()
	if g.GC > 0 {
		m.GC = providerdata.Decimal(providerdata.Digits12(g.GC))
	}
	counts := make(map[string]attr.Value, len(g.Counts))
	for kind, n := range g.Counts {
		counts[kind] = types.Int64Value(int64(n))
	}
	m.Counts = types.MapValueMust(types.Int64Type, counts)
}

// fill puts in what is kept.
func (m *model) fill(g biovm.Genome) {
	m.is(g)
	m.Name, m.Source = types.StringValue(g.Name), types.StringNull()
	if g.Source.Source != "" { // else somebody named a content that was there
		m.Source = types.StringValue(g.Source.Source)
	}
}

// stay takes over all that a state says of the content.
func (m *model) stay(state model) {
	name, source := m.Name, m.Source
	*m = state
	m.Name, m.Source = name, source
}
