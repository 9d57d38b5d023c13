// Package process is the bioxen_process resource.
package process

import (
	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// defaultTimeout is what biovm.DefaultLimits says, in words.
const defaultTimeout = "1m"

func resourceSchema() schema.Schema {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	return schema.Schema{
		MarkdownDescription: "A process that runs once in a VM, when the resource is created. The engine keeps the record: what ran and what it came to.\n\n" +
			"The code is Starlark with the cell's verbs as built-ins: [The process language](../guides/process-language.md) lists them, and so does the data source `bioxen_capabilities`. The value of its last expression is the result. " +
			"A change of `code`, `triggers`, `seed` or `vm_id` runs it anew. A change of the VM's medium or grant does not: name in `triggers` what should. " +
			"The record, and with it the result, is gone with its VM.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "UUID of the record.",
			},
			"vm_id": schema.StringAttribute{
				Required: true, PlanModifiers: replace,
				MarkdownDescription: "UUID of the VM, which must be running: the `id` of a `bioxen_vm`. A change runs the process anew.",
			},
			"code": schema.StringAttribute{
				Required: true, PlanModifiers: replace,
				MarkdownDescription: "The program, or `file(\"analysis.star\")`. It is checked at plan time. At most 1 MiB. A change runs it anew.",
			},
			"triggers": schema.MapAttribute{
				Optional: true, Computed: true, ElementType: types.StringType,
				Default:             mapdefault.StaticValue(types.MapValueMust(types.StringType, nil)),
				PlanModifiers:       []planmodifier.Map{mapplanmodifier.RequiresReplace()},
				Validators:          []validator.Map{mapvalidator.NoNullValues()},
				MarkdownDescription: "Any values; when one changes, the process runs anew. Default: none.",
			},
			"seed": schema.Int64Attribute{
				Optional: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
				MarkdownDescription: "Start of the random stream for this execution. A change runs the process anew. Default: the VM's `seed`.",
			},
			"timeout": schema.StringAttribute{
				Optional: true, Computed: true, Default: stringdefault.StaticString(defaultTimeout),
				MarkdownDescription: "How long the process may take, such as `90s` or `10m`, counted from when its turn has come; processes of one VM run one after the other. Results never depend on it, and a change runs nothing anew. Default: `1m`.",
			},
			"result": schema.StringAttribute{
				Computed: true, CustomType: jsontypes.NormalizedType{}, PlanModifiers: keep,
				MarkdownDescription: "Value of the last expression, as JSON; `null` when the program does not end in one. Use `jsondecode`. At most 1 MiB; it is in the state, so let the program return what is needed only.",
			},
			"stdout": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "What the program printed. At most 1 MiB.",
			},
			"packages": schema.MapNestedAttribute{
				Computed: true, PlanModifiers: []planmodifier.Map{mapplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "The packages that the program loaded code or data from, by name. It is empty when it loaded none.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"version": schema.StringAttribute{Computed: true, MarkdownDescription: "Version of the package."},
					"digest":  schema.StringAttribute{Computed: true, MarkdownDescription: "Digest of all that is in the package, in lower-case hexadecimal. Two packages of one digest are the same to the byte."},
				}},
			},
		},
	}
}
