package genome

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// DataSource is the data source bioxen_genome.
type DataSource struct{}

var _ datasource.DataSource = (*DataSource)(nil)

// NewDataSource returns the data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata implements [datasource.DataSource].
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_genome"
}

// Schema implements [datasource.DataSource].
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	integer := func(description string) schema.Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	loci := func(description string) schema.Attribute {
		return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "What is in a file with a genome, and how it differs from that of a type of cells: which genes a `bioxen_vm` with this `genome` would lack, and which would be foreign to it. " +
			"A file that no cell of the type can have is an error. Nothing of the data directory is read.",
		Attributes: map[string]schema.Attribute{
			"source":          schema.StringAttribute{Required: true, MarkdownDescription: "Path of the file, GenBank, GFF3 or FASTA, plain or packed with gzip, or an `https` URL."},
			"sha256":          schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "SHA-256 of the file, in lower-case hexadecimal; another file is refused. Needed for a URL. Default: that of the file."},
			"biological_type": schema.StringAttribute{Optional: true, MarkdownDescription: "Type of cells to compare with: `syn3a`, `ecoli` or `minimal_cell`. Default: none."},
			"list_genes":      schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether to list the genes. Default: `false`."},
			"format":          text("`GenBank`, `GFF3` or `FASTA`."),
			"accession":       text("Accession of the first record, with its version."),
			"organism":        text("Organism of the first record; empty if the file does not say."),
			"records":         integer("Number of sequences."),
			"length":          integer("Base pairs of all records; 0 if the file does not say."),
			"gc":              schema.Float64Attribute{Computed: true, MarkdownDescription: "Share of G and C, 0 to 1; null if the file has no sequence."},
			"counts":          schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "Number of genes of each type: `CDS`, `tRNA`, `rRNA`, `pseudogene` and so on."},
			"gene_count":      integer("Number of genes that a cell of `biological_type` has with this genome; of all genes without one."),
			"missing":         loci("Loci of the type's genes that the genome lacks, or has as pseudogenes; null without `biological_type`."),
			"foreign":         loci("Loci of the genes that the type does not know; null without `biological_type`."),
			"genes": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The genes of the file, in its order, if `list_genes` is `true`; null otherwise.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"record":  text("Accession of the record that it is on."),
					"locus":   text("Locus tag, or what the file has for one."),
					"symbol":  text("Name, such as `dnaA`; empty when it has none."),
					"product": text("What the gene makes."),
					"type":    text("`CDS`, `tRNA`, `rRNA`, `pseudogene` and so on."),
					"strand":  text("`+`, `-`, or empty for both."),
					"start":   integer("First base pair, counted from 1."),
					"end":     integer("Last base pair; before the first of a gene over the origin."),
				}},
			},
		},
	}
}

type fileModel struct {
	Source         types.String     `tfsdk:"source"`
	SHA256         types.String     `tfsdk:"sha256"`
	BiologicalType types.String     `tfsdk:"biological_type"`
	ListGenes      types.Bool       `tfsdk:"list_genes"`
	Format         string           `tfsdk:"format"`
	Accession      string           `tfsdk:"accession"`
	Organism       string           `tfsdk:"organism"`
	Records        int64            `tfsdk:"records"`
	Length         int64            `tfsdk:"length"`
	GC             *float64         `tfsdk:"gc"`
	Counts         map[string]int64 `tfsdk:"counts"`
	GeneCount      int64            `tfsdk:"gene_count"`
	Missing        []string         `tfsdk:"missing"`
	Foreign        []string         `tfsdk:"foreign"`
	Genes          []geneModel      `tfsdk:"genes"`
}

type geneModel struct {
	Record  string `tfsdk:"record"`
	Locus   string `tfsdk:"locus"`
	Symbol  string `tfsdk:"symbol"`
	Product string `tfsdk:"product"`
	Type    string `tfsdk:"type"`
	Strand  string `tfsdk:"strand"`
	Start   int64  `tfsdk:"start"`
	End     int64  `tfsdk:"end"`
}

// Read implements [datasource.DataSource].
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m fileModel
	for name, to := range map[string]any{"source": &m.Source, "sha256": &m.SHA256, "biological_type": &m.BiologicalType, "list_genes": &m.ListGenes} {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), to)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	r, err := bioxen.DescribeGenome(ctx, bioxen.GenomeQuestion{
		File:           biovm.Source{Source: m.Source.ValueString(), SHA256: m.SHA256.ValueString()},
		BiologicalType: biovm.BiologicalType(m.BiologicalType.ValueString()),
	})
	if err != nil {
		n := diagnose.Noun{Attributes: []string{"source", "sha256", "biological_type"}}
		n.Add(&resp.Diagnostics, "The genome cannot be read", err)
		return
	}
	m.set(r)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// set puts in what the file says.
func (m *fileModel) set(r bioxen.GenomeReport) {
	m.SHA256 = types.StringValue(r.SHA256)
	m.Format, m.Accession, m.Organism = r.Format, r.Accession, r.Organism
	m.Records, m.Length, m.GeneCount = int64(r.Records), int64(r.BasePairs), int64(len(r.Genes))
	if r.GC > 0 {
		m.GC = &r.GC
	}
	m.Counts = map[string]int64{}
	for _, c := range r.Counts {
		m.Counts[c.Type] = int64(c.Genes)
	}
	if c := r.Compared; c != nil {
		m.GeneCount = int64(c.Genes)
		m.Missing, m.Foreign = append([]string{}, c.Missing...), append([]string{}, c.Foreign...)
	}
	if !m.ListGenes.ValueBool() {
		return
	}
	m.Genes = []geneModel{}
	for _, g := range r.Genes {
		m.Genes = append(m.Genes, geneModel{
			Record: g.Record, Locus: g.Locus, Symbol: g.Symbol, Product: g.Product, Type: g.Type, Strand: g.Strand, Start: int64(g.Start), End: int64(g.End),
		})
	}
}
