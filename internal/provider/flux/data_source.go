// Package flux is the data source bioxen_flux_analysis.
package flux

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// DataSource is bioxen_flux_analysis.
type DataSource struct{}

var _ datasource.DataSourceWithConfigValidators = (*DataSource)(nil)

// NewDataSource returns the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata implements [datasource.DataSource].
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_flux_analysis"
}

// ConfigValidators implements [datasource.DataSourceWithConfigValidators].
func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("biological_type"), path.MatchRoot("model_file"))}
}

// Read implements [datasource.DataSource]. The answer depends on nothing in
// the data directory.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	answer, err := bioxen.AnalyzeFluxes(ctx, m.question())
	if err != nil {
		noun := diagnose.Noun{Attributes: []string{
			"biological_type", "model_file", "medium", "knockouts", "objective", "method", "fraction", "reactions",
		}}
		noun.Add(&resp.Diagnostics, "The fluxes cannot be analysed", err)
		return
	}
	m.set(answer)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
