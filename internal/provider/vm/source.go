package vm

import (
	"context"
	"errors"
	"io/fs"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

func sourceTypes() map[string]attr.Type {
	return map[string]attr.Type{"source": types.StringType, "sha256": types.StringType}
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

func dataModelAttribute() dataschema.Attribute {
	return dataschema.SingleNestedAttribute{
		Computed: true, MarkdownDescription: "Metabolic network of the user's that the cell has; null for its organism's own.",
		Attributes: map[string]dataschema.Attribute{
			"source": dataschema.StringAttribute{Computed: true, MarkdownDescription: "Where the file was when the VM was made; it may be gone."},
			"sha256": dataschema.StringAttribute{Computed: true, MarkdownDescription: "SHA-256 of the file."},
		},
	}
}

// sourceValue is a source in Terraform's terms; nil is null.
func sourceValue(s *biovm.Source) types.Object {
	if s == nil {
		return types.ObjectNull(sourceTypes())
	}
	return types.ObjectValueMust(sourceTypes(), map[string]attr.Value{
		"source": types.StringValue(s.Source), "sha256": types.StringValue(s.SHA256),
	})
}

// sourceOf is the source that an object names; nil when it names none, or not
// yet where the file is. A sum that is not known yet is left out.
func sourceOf(o types.Object) *biovm.Source {
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

// remodels reports whether the plan makes another cell: one of another network.
// What is not known yet may be another.
func remodels(state, plan model) bool {
	return plan.Model.IsUnknown() || plan.Model.IsNull() != state.Model.IsNull() || !sumOf(plan.Model).Equal(sumOf(state.Model))
}

// planModel puts into the plan which content the VM's network has, as far as
// that can be known, and reports a file that is not there or is another than was
// meant. state is nil for a VM that is to be made.
func planModel(ctx context.Context, config, state, plan *model, resp *resource.ModifyPlanResponse) {
	if plan.Model.IsNull() || plan.Model.IsUnknown() {
		return
	}
	said, was := sourceOf(config.Model), (*biovm.Source)(nil)
	if state != nil {
		was = sourceOf(state.Model)
	}
	if said == nil || sumOf(config.Model).IsUnknown() {
		return // the plan says so: the sum is not known
	}
	sum := said.SHA256
	if sum == "" || was == nil || sum != was.SHA256 {
		var err error
		if sum, err = look(ctx, *said, was); err != nil {
			noun().Add(&resp.Diagnostics, cannotBeMade, err)
			return
		}
	}
	set(ctx, plan, sum, resp)
}

func set(ctx context.Context, plan *model, sum string, resp *resource.ModifyPlanResponse) {
	at := path.Root("model").AtName("sha256")
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, at, types.StringValue(sum))...)
	var changed *model
	resp.Diagnostics.Append(resp.Plan.Get(ctx, &changed)...)
	if !resp.Diagnostics.HasError() {
		*plan = *changed
	}
}

// look reads a file to know its sum. One that is gone since the VM was made of
// it counts as unchanged; one that is to be downloaded is as it is said to be.
func look(ctx context.Context, said biovm.Source, was *biovm.Source) (string, error) {
	if said.IsURL() {
		return said.SHA256, nil
	}
	_, sum, err := source.Reader{}.Read(ctx, biovm.Part{Name: "model", Source: &said})
	switch {
	case errors.Is(err, fs.ErrNotExist) && was != nil && said.SHA256 == "" && was.Source == said.Source:
		return was.SHA256, nil
	case errors.Is(err, fs.ErrNotExist) && said.SHA256 == "":
		f := biovm.FieldErrors(err)[0]
		return "", &biovm.FieldError{Path: f.Path, Value: f.Value, Reason: f.Reason + "; of a file that is made in the same apply give the sha256 too, as whoever makes it says it"}
	}
	return sum, err
}

// withoutModel leaves out of a spec what cannot be judged as long as the network
// is not known.
func withoutModel(spec biovm.Spec) biovm.Spec {
	spec.Model, spec.Medium, spec.Knockouts = nil, nil, nil
	return spec
}
