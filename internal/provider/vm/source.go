package vm

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func sourceTypes() map[string]attr.Type {
	return map[string]attr.Type{"source": types.StringType, "sha256": types.StringType}
}

func genomeTypes() map[string]attr.Type {
	return map[string]attr.Type{"id": types.StringType, "source": types.StringType, "sha256": types.StringType}
}

func modelAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "A metabolic network of your own in place of the organism's: SBML Level 3 with flux balance constraints, or the JSON of COBRApy and BiGG, plain or packed with gzip, of 64 MiB at most. " +
			"Its objective must be to maximise one reaction, whose flux is growth in 1/h. `medium` and `knockouts` are of its exchanges and genes, which need not be in the organism's gene table; " +
			"the genome, the settings and what ribosomes can do stay those of `biological_type`. An ATP share is of what the network makes at its highest growth; without a metabolite `atp_c` there is none, and an allocation of `atp` is refused. " +
			"The content is read when the VM is made, and kept with it: the file may be gone afterwards. Another content makes another cell, and replaces the VM. Default: the organism's own network.",
		Attributes: map[string]schema.Attribute{
			"source": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Path of the file on the machine that runs Terraform, such as `\"${path.module}/model.xml.gz\"`, or an `https` URL. A change that leaves the content as it is changes the VM in place.",
			},
			"sha256": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "SHA-256 of the file as it is, in lower-case hexadecimal, such as `filesha256(\"model.json\")`; another file is refused. Needed for a URL, and for a file that is made in the same apply: `local_file.model.content_sha256`, say. Default: that of the file at `source`, read at every plan; a file that is gone counts as unchanged.",
			},
		},
	}
}

func genomeAttribute() schema.Attribute {
	either := path.MatchRelative().AtParent()
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "A genome of your own in place of the organism's: a `bioxen_genome`, or a file, GenBank, or GFF3 with or without its sequence, plain or packed with gzip, of 64 MiB at most. " +
			"Its genes are those of `biological_type` by locus tag, by alias or by name; at least half of those must be there. Genes that it lacks or has as pseudogenes are lost to the metabolic network, as with `knockouts`. " +
			"Foreign genes take genome space, and ribosomes as proteins of the organism do on average; they can be knocked out. Its size is what the VM holds of its chassis' genome space by default. " +
			"The content is kept with the VM: the file, or the `bioxen_genome`, may be gone afterwards. Another content makes another cell, and replaces the VM. Default: the organism's own genome.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Optional: true,
				Validators: []validator.String{
					stringvalidator.ExactlyOneOf(either.AtName("source")),
					stringvalidator.RegexMatches(regexp.MustCompile(`^[0-9a-f]{64}$`), "must be the id of a bioxen_genome: 64 lower-case hexadecimal digits"),
				},
				MarkdownDescription: "The `id` of a `bioxen_genome`. Either this or `source`.",
			},
			"source": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Path of a file on the machine that runs Terraform, such as `\"${path.module}/strain.gb\"`, or an `https` URL. A change that leaves the content as it is changes the VM in place. Either this or `id`.",
			},
			"sha256": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "SHA-256 of the file as it is, in lower-case hexadecimal, such as `filesha256(\"strain.gb\")`; another file is refused. Needed for a URL, and for a file that is made in the same apply. Default: that of the file at `source`, read at every plan, where a file that is gone counts as unchanged; or `id`.",
			},
		},
	}
}

func dataGenomeAttribute() dataschema.Attribute {
	return dataSourceAttribute("Genome of the user's that the cell has; null for its organism's own.", " Null for one that is a `bioxen_genome`.")
}

func dataModelAttribute() dataschema.Attribute {
	return dataSourceAttribute("Metabolic network of the user's that the cell has; null for its organism's own.", "")
}

func dataSourceAttribute(description, null string) dataschema.Attribute {
	return dataschema.SingleNestedAttribute{
		Computed: true, MarkdownDescription: description,
		Attributes: map[string]dataschema.Attribute{
			"source": dataschema.StringAttribute{Computed: true, MarkdownDescription: "Where the file was when the VM was made; it may be gone." + null},
			"sha256": dataschema.StringAttribute{Computed: true, MarkdownDescription: "SHA-256 of the file."},
		},
	}
}

// sourceValue is a source in Terraform's terms; nil is null.
func sourceValue(s *biovm.Source) types.Object {
	if s == nil {
		return types.ObjectNull(sourceTypes())
	}
	at := types.StringNull()
	if s.Source != "" {
		at = types.StringValue(s.Source)
	}
	return types.ObjectValueMust(sourceTypes(), map[string]attr.Value{"source": at, "sha256": types.StringValue(s.SHA256)})
}

// genomeValue is a genome in Terraform's terms: one that is from no file has an
// id.
func genomeValue(s *biovm.Source) types.Object {
	if s == nil {
		return types.ObjectNull(genomeTypes())
	}
	v := sourceValue(s).Attributes()
	v["id"] = types.StringNull()
	if s.Source == "" {
		v["id"] = types.StringValue(s.SHA256)
	}
	return types.ObjectValueMust(genomeTypes(), v)
}

// sourceOf is the source that an object names, which is a content alone when it
// names that by its id; nil when it names none, or not yet. A sum that is not
// known yet is left out.
func sourceOf(o types.Object) *biovm.Source {
	if id, ok := o.Attributes()["id"].(types.String); ok && !id.IsNull() {
		if id.IsUnknown() {
			return nil
		}
		return &biovm.Source{SHA256: id.ValueString()}
	}
	at, ok := o.Attributes()["source"].(types.String)
	if !ok || at.IsUnknown() {
		return nil
	}
	s := &biovm.Source{Source: at.ValueString()}
	if sum, ok := o.Attributes()["sha256"].(types.String); ok {
		s.SHA256 = sum.ValueString()
	}
	return s
}

// checkGenome reports a sum that is another content than the id says.
func checkGenome(o types.Object, diags *diag.Diagnostics) {
	id, ok := o.Attributes()["id"].(types.String)
	if sum := sumOf(o); ok && !id.IsNull() && !id.IsUnknown() && !sum.IsNull() && !sum.IsUnknown() && !sum.Equal(id) {
		diags.AddAttributeError(path.Root("genome"), "The VM is not valid", "genome.sha256 is another content than genome.id. The id says it already: leave sha256 out.")
	}
}

// reword names the id of a genome where a VM has that in place of a file: all that
// can be wrong with its content is that it is not there.
func (m *model) reword(e biovm.FieldError) biovm.FieldError {
	if id, ok := m.Genome.Attributes()["id"].(types.String); ok && !id.IsNull() && e.Path == "genome.sha256" {
		e.Path, e.Reason = "genome.id", "no bioxen_genome has this content: bioxen genome list shows those that are kept, with their SHA-256"
	}
	return e
}

// sourceKnown reports whether it is known of which file, and what content, an
// object is.
func sourceKnown(o types.Object) bool {
	if o.IsUnknown() {
		return false
	}
	for _, v := range o.Attributes() {
		if v.IsUnknown() {
			return false
		}
	}
	return true
}

// sumOf is the sum that an object has; null when there is no object.
func sumOf(o types.Object) types.String {
	if o.IsUnknown() {
		return types.StringUnknown()
	}
	if sum, ok := o.Attributes()["sha256"].(types.String); ok {
		return sum
	}
	return types.StringNull()
}

// A part is what of a VM is made of a file, and where the configuration says so.
type part struct {
	name string
	of   func(m *model) types.Object
}

func parts() []part {
	return []part{
		{"model", func(m *model) types.Object { return m.Model }},
		{"genome", func(m *model) types.Object { return m.Genome }},
	}
}

// remade lists the parts by which the plan makes another cell: those of another
// content. What is not known yet may be another.
func remade(state, plan *model) []string {
	var names []string
	for _, p := range parts() {
		was, now := p.of(state), p.of(plan)
		if now.IsUnknown() || now.IsNull() != was.IsNull() || !sumOf(now).Equal(sumOf(was)) {
			names = append(names, p.name)
		}
	}
	return names
}

// planSources puts into the plan which contents the VM's parts have, as far as
// that can be known, and reports files that are not there or are others than were
// meant. state is nil for a VM that is to be made.
func planSources(ctx context.Context, config, state, plan *model, resp *resource.ModifyPlanResponse) {
	for _, p := range parts() {
		p.plan(ctx, config, state, plan, resp)
	}
}

func (p part) plan(ctx context.Context, config, state, plan *model, resp *resource.ModifyPlanResponse) {
	if o := p.of(plan); o.IsNull() || o.IsUnknown() {
		return
	}
	said, was := sourceOf(p.of(config)), (*biovm.Source)(nil)
	if state != nil {
		was = sourceOf(p.of(state))
	}
	if said == nil || sumOf(p.of(config)).IsUnknown() {
		return // the plan says so: the sum is not known
	}
	sum, err := providerdata.Content(ctx, biovm.Part{Name: p.name, Source: said}, was)
	if err != nil {
		noun().Add(&resp.Diagnostics, cannotBeMade, err)
		return
	}
	p.set(ctx, plan, sum, resp)
}

func (p part) set(ctx context.Context, plan *model, sum string, resp *resource.ModifyPlanResponse) {
	at := path.Root(p.name).AtName("sha256")
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, at, types.StringValue(sum))...)
	var changed *model
	resp.Diagnostics.Append(resp.Plan.Get(ctx, &changed)...)
	if !resp.Diagnostics.HasError() {
		*plan = *changed
	}
}

// withoutUnknown leaves out of a spec what cannot be judged as long as the content
// of its parts is not known: exchanges are the network's, and genes are of both.
func withoutUnknown(spec biovm.Spec, m *model) biovm.Spec {
	if !sourceKnown(m.Model) {
		spec.Model, spec.Medium, spec.Knockouts = nil, nil, nil
	}
	if !sourceKnown(m.Genome) {
		spec.Genome, spec.Knockouts = nil, nil
	}
	return spec
}
