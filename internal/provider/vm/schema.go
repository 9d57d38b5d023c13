// Package vm is the bioxen_vm resource and the data sources bioxen_vm and
// bioxen_vms.
package vm

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func resourceSchema(ctx context.Context) schema.Schema {
	s := schema.Schema{
		MarkdownDescription: "A biological virtual machine: a runnable model of a real cell, on the local engine, or inside a virtual machine of its own on XCP-ng.\n\n" +
			"A VM holds a grant of its chassis' ribosomes, ATP, polymerases and genome space from its creation to its destruction, " +
			"running or not. Without a `bioxen_resource_allocation` it is the default of its type. How fast the cell grows under its " +
			"grant is an attribute of the allocation; `free_growth_rate` here never changes with it.\n\n" +
			"`state`, `config`, `medium`, `knockouts`, `packages` and `seed` change in place and never stop the VM; what of `xcpng` does, a plan says; all else replaces it, but for where an unchanged `model` or `genome` is from. " +
			"A VM that was destroyed outside of Terraform is made anew, and what refers to its `id` with it.",
		Attributes: resourceAttributes(),
	}
	s.Attributes["config"] = configAttribute()
	s.Attributes["model"] = modelAttribute()
	s.Attributes["genome"] = genomeAttribute()
	s.Attributes["xcpng"] = xcpngAttribute()
	s.Attributes["timeouts"] = timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Update: true, Delete: true,
		CreateDescription: "How long making the VM may take, waiting for capacity that is freed in the same apply included, such as `30s` or `10m`. Default: `5m`, and `15m` for `xcpng`.",
		UpdateDescription: "How long changing the VM may take, waiting for capacity included. Default: `5m`, and `15m` for `xcpng`.",
		DeleteDescription: "How long destroying the VM may take. Default: `5m`, and `15m` for `xcpng`.",
	})
	return s
}

func resourceAttributes() map[string]schema.Attribute {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	named := []validator.String{stringvalidator.LengthAtLeast(1)} // the engine takes an empty one as left out
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true, PlanModifiers: keep,
			MarkdownDescription: "UUID of the VM, new for every VM that is made: one made anew under the same name has another.",
		},
		"name": schema.StringAttribute{
			Required: true, PlanModifiers: replace,
			MarkdownDescription: "Name, unique in the data directory, or on the pool: 1 to 63 letters, digits, `-` and `_`, starting with a letter or digit. A change replaces the VM.",
		},
		"biological_type": schema.StringAttribute{
			Required: true, PlanModifiers: replace,
			MarkdownDescription: "Organism: `syn3a` (JCVI-syn3A, the minimal cell), `ecoli` (*Escherichia coli* K-12 MG1655) or `minimal_cell` (JCVI-syn3A without its non-essential genes). A change replaces the VM.",
		},
		"vm_type": schema.StringAttribute{
			Optional: true, Computed: true, PlanModifiers: replace, Validators: named, Default: stringdefault.StaticString(string(biovm.Basic)),
			MarkdownDescription: "Where the cell runs: `basic`, in the engine inside the provider, or `xcpng`, inside a virtual machine of its own on a pool of XCP-ng hosts. A change replaces the VM. Default: `basic`.",
		},
		"chassis": schema.StringAttribute{
			Optional: true, Computed: true, PlanModifiers: replace, Validators: named, Default: stringdefault.StaticString(string(biovm.ChassisEColi)),
			MarkdownDescription: "Kind of host cell: `ecoli`, `yeast` or `orthogonal`; the data source `bioxen_capabilities` says what each has to give. A change replaces the VM. Default: `ecoli`.",
		},
		"shared_chassis": schema.StringAttribute{
			Optional: true, PlanModifiers: replace, Validators: named,
			MarkdownDescription: "Name of a chassis that several VMs share, made on first use and gone with its last VM. Its VMs are of one `chassis` kind. A change replaces the VM. Default: the VM has a chassis for itself.",
		},
		"state": schema.StringAttribute{
			Optional: true, Computed: true, Default: stringdefault.StaticString(string(biovm.Running)),
			Validators:          []validator.String{stringvalidator.OneOf(wantable()...)},
			MarkdownDescription: "State to be in: `running`, `paused` (alive but standing still) or `stopped`. A VM that was never started counts as `stopped`. Processes execute in a running VM only. One that reads `error` cannot go on and is replaced. Default: `running`.",
		},
		"medium": schema.MapAttribute{
			Optional: true, ElementType: types.Float64Type,
			Validators:          []validator.Map{mapvalidator.NoNullValues()},
			MarkdownDescription: "What the cell finds around it: exchange reactions of its metabolic network, such as `EX_glc__D_e`, with the largest uptake in mmol per gram dry weight and hour. It replaces the organism's default medium; what it leaves out is not there. Default: the organism's default medium.",
		},
		"knockouts": schema.SetAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			Default:             setdefault.StaticValue(types.SetValueMust(types.StringType, nil)),
			MarkdownDescription: "Genes that the cell lacks, by locus (`JCVISYN3A_0445`, `b0008`), alias or symbol (`talB`). Default: none.",
		},
		"packages": schema.SetAttribute{
			Optional: true, Computed: true, ElementType: types.StringType,
			Default: setdefault.StaticValue(types.SetValueMust(types.StringType, nil)),
			MarkdownDescription: "Packages of the catalogue that processes can load from, by name, or with a range of versions as in `media@^1.0`: `essentiality`, `genome_report`, `growth_law`, `media`. What they require comes along. " +
				"A package that is no one of the catalogue is a `bioxen_package`. Default: none.",
		},
		"seed": schema.Int64Attribute{
			Optional: true, Computed: true, Default: int64default.StaticInt64(0),
			MarkdownDescription: "Start of the VM's random stream. The same seed gives the same results. Default: `0`.",
		},
		"free_growth_rate": schema.Float64Attribute{
			Computed:            true,
			MarkdownDescription: "Growth rate with machinery without end, in 1/h, to 12 significant digits: what the organism does on the medium with the knock-outs. It never changes with the grant.",
		},
		"gene_count": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Number of genes that the cell has: its organism's, of every type, less its knock-outs.",
		},
		"xcpng_address": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "Address of an `xcpng` VM's guest, as it reported it; null for others, and while the machine is halted.",
		},
		"xcpng_host_key": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "SSH host key of an `xcpng` VM's guest, as the guest published it through the pool, in the form of `authorized_keys`; null for others.",
		},
	}
}

func limitsTypes() map[string]attr.Type {
	return map[string]attr.Type{"max_atp": types.Float64Type, "max_ribosomes": types.Int64Type}
}

func configTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"resource_limits":      types.ObjectType{AttrTypes: limitsTypes()},
		"genome_optimization":  types.BoolType,
		"minimal_mode":         types.BoolType,
		"operon_management":    types.BoolType,
		"plasmid_support":      types.BoolType,
		"basic_functions_only": types.BoolType,
		"function_validation":  types.BoolType,
	}
}

// Settings that are left out, empty and null mean the same, so that a VM can be
// imported whichever of them its configuration says; see quiet.
func configAttribute() schema.Attribute {
	flag := func(description string) schema.Attribute {
		return schema.BoolAttribute{Optional: true, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Optional: true, Computed: true, PlanModifiers: []planmodifier.Object{quiet{}},
		MarkdownDescription: "Settings that differ from those of the VM's type. A type has only some of them.",
		Attributes: map[string]schema.Attribute{
			"resource_limits": schema.SingleNestedAttribute{
				Optional: true, Computed: true, PlanModifiers: []planmodifier.Object{quiet{}},
				MarkdownDescription: "Limits of what may be allocated to the VM, whatever its chassis has left. As long as nothing is allocated, they are also what it holds, if the chassis has that much; on a shared chassis it holds at most its fair share then, and a higher limit is leave to allocate more.",
				Attributes: map[string]schema.Attribute{
					"max_atp": schema.Float64Attribute{
						Optional:            true,
						MarkdownDescription: "Largest ATP share, in percent of the cell's reference regeneration, above 0, at most 100. Default: 70 for `syn3a`, 90 for `ecoli`, 60 for `minimal_cell`; on a shared chassis at most the fair share.",
					},
					"max_ribosomes": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Largest number of ribosome units, at least 1. Default: 15 for `syn3a`, 30 for `ecoli`, 12 for `minimal_cell` on an `ecoli` chassis of its own; elsewhere a fair share.",
					},
				},
			},
			"genome_optimization":  flag("`syn3a`: analyses report the parsimonious flux distribution instead of any optimal one. Default: `true`."),
			"minimal_mode":         flag("`syn3a`: the cell takes no foreign DNA. Default: `true`."),
			"operon_management":    flag("`ecoli`: operons can be managed. Default: `true`."),
			"plasmid_support":      flag("`ecoli`: the cell can hold plasmids. Default: `true`."),
			"basic_functions_only": flag("`minimal_cell`: processes may only use the built-ins for status, flux balance and knock-outs. Default: `true`."),
			"function_validation":  flag("`minimal_cell`: starting verifies that DNA replication, protein synthesis and energy production are supported. Default: `true`."),
		},
	}
}

// wantable are the states that a configuration may ask for.
func wantable() []string {
	return []string{string(biovm.Running), string(biovm.Paused), string(biovm.Stopped)}
}
