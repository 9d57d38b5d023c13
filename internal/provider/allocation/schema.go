// Package allocation is the bioxen_resource_allocation resource and the data
// source bioxen_resources.
package allocation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
)

func resourceSchema(ctx context.Context) schema.Schema {
	integer := func(description string) schema.Attribute {
		return schema.Int64Attribute{Optional: true, Computed: true, MarkdownDescription: description}
	}
	number := func(description string) schema.Attribute {
		return schema.Float64Attribute{Computed: true, MarkdownDescription: description}
	}
	return schema.Schema{
		MarkdownDescription: "What a VM holds of its chassis, and how fast it grows with it. A VM has one allocation; without one it holds the default of its type.\n\n" +
			"Amounts above the VM's limits (`config.resource_limits`) or beyond what its chassis has left are refused, at plan time where they can be known. " +
			"Destroying the allocation brings the defaults back.",
		Attributes: map[string]schema.Attribute{
			"vm_id": schema.StringAttribute{
				Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "UUID of the VM: the `id` of a `bioxen_vm`. A change replaces the allocation.",
			},
			"atp": schema.Float64Attribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Share of ATP, in percent of the cell's reference regeneration, above 0, at most 100. Default: the VM's default grant, which is its limit; on a shared chassis the smaller of it and the fair share.",
			},
			"ribosomes":      integer("Ribosome units of the chassis, at least 1. A unit stands for 325 ribosomes on an `ecoli` chassis, for one on the others. Default: the VM's default grant."),
			"rna_polymerase": integer("RNA polymerase units of the chassis, at least 1. A unit stands for 62.5 polymerases on an `ecoli` chassis, for one on the others. Default: the VM's default grant."),
			"memory_kb":      integer("Genome space, in kilobases, at least the size of the genome. Default: the size of the genome, rounded up."),
			"priority":       integer("Weight of the VM's share of the host's cores, 1 to 5. Default: `3`."),
			"optimize": schema.BoolAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Whether to allocate the preset of the VM's type: 60 % ATP and 10 ribosome units for `syn3a`, 80 % and 25 for `ecoli`, 50 % and 8 for `minimal_cell`. It is a preset, no optimum: the data source `bioxen_resources` has recommendations that were solved for. Not with other amounts in `atp` or `ribosomes`. Default: `false`.",
			},
			"growth_rate":           number("Growth rate under the grant, in 1/h, to 12 significant digits."),
			"doubling_time_minutes": number("Doubling time under the grant, in minutes, to 12 significant digits; 0 when the cell does not grow."),
			"limited_by": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "What limits growth: `ribosomes`, `atp`, `metabolism` (the network itself), or `dead` (the cell cannot even meet its maintenance).",
			},
			"timeouts": timeouts.Attributes(ctx, timeouts.Opts{
				Create: true, Update: true,
				CreateDescription: "How long allocating may take, waiting for capacity that is freed in the same apply included, such as `30s` or `10m`. Default: `5m`.",
				UpdateDescription: "How long changing the allocation may take, waiting for capacity included. Default: `5m`.",
			}),
		},
	}
}
