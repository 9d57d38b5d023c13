// Package genome is the bioxen_genome resource and the data source bioxen_genome.
package genome

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func resourceSchema() schema.Schema {
	said := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "A genome that is kept by a name, for VMs to be made of: `genome = { id = bioxen_genome.strain.id }` of a `bioxen_vm`.\n\n" +
			"The file is read when the genome is made, and its content is kept with the VMs, in the data directory or at the daemon: it may be gone afterwards, and need not be on the machine of the next plan. " +
			"Another content changes the genome in place, with another `id`, and replaces the VMs that are made of it, whether they are destroyed before or after. A VM has the content for itself: that the genome is destroyed does not touch it.\n\n" +
			"A name that is taken is refused when the plan is made, whatever its content: `terraform import` takes over what is there.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "What a `bioxen_vm` names the genome by: its content, as `sha256` is. It is known at plan time if the file is there.",
			},
			"name": schema.StringAttribute{
				Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "Name, unique in the data directory: 1 to 63 letters, digits, `-` and `_`, starting with a letter or digit. A change replaces the genome.",
			},
			"source": schema.StringAttribute{
				Required: true, Validators: said,
				MarkdownDescription: "Path of the file on the machine that runs Terraform, such as `\"${path.module}/strain.gb\"`, or an `https` URL: GenBank, or GFF3 with or without its sequence, plain or packed with gzip, of 64 MiB at most. It must have genes. " +
					"A change that leaves the content as it is changes the genome in place.",
			},
			"sha256": schema.StringAttribute{
				Optional: true, Computed: true, Validators: said,
				MarkdownDescription: "SHA-256 of the file as it is, in lower-case hexadecimal, such as `filesha256(\"strain.gb\")`; another file is refused. Needed for a URL, and for a file that is made in the same apply. Default: that of the file at `source`, read at every plan; a file that is gone counts as unchanged. A saved plan is applied with the file that it was made with.",
			},
			"format":     schema.StringAttribute{Computed: true, MarkdownDescription: "`GenBank` or `GFF3`."},
			"accession":  schema.StringAttribute{Computed: true, MarkdownDescription: "Accession of the first record, with its version."},
			"organism":   schema.StringAttribute{Computed: true, MarkdownDescription: "Organism of the first record; empty if the file does not say."},
			"records":    schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of sequences."},
			"length":     schema.Int64Attribute{Computed: true, MarkdownDescription: "Base pairs of all records."},
			"gc":         schema.Float64Attribute{Computed: true, MarkdownDescription: "Share of G and C, 0 to 1, to 12 significant digits; null if the file has no sequence."},
			"counts":     schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "Number of genes of each type: `CDS`, `tRNA`, `rRNA`, `pseudogene` and so on."},
			"gene_count": schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of genes of every type."},
		},
	}
}
