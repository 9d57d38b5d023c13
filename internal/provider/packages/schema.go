// Package packages is the bioxen_package resource.
package packages

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

func resourceSchema() schema.Schema {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	said := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "A package that is installed in a VM: code and tables that its processes load, " +
			"as in `load(\"@growth_law//growth_law.star\", \"ribosome_sweep\")`. What it requires of the catalogue comes along.\n\n" +
			"Packages of the catalogue are listed shorter in `packages` of a `bioxen_vm`; this is for packages of your own, and for those that are installed in a VM that is made elsewhere. " +
			"A process that loads from it says so with `depends_on`. [Write a package](../guides/packages.md) shows how to make one.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: keep,
				MarkdownDescription: "UUID of the VM and name of the package, as `UUID/NAME`.",
			},
			"vm_id": schema.StringAttribute{
				Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "UUID of the VM: the `id` of a `bioxen_vm`. One of `vm_type` `xcpng` must be running. A change replaces the package.",
			},
			"source": schema.StringAttribute{
				Required: true, Validators: said,
				MarkdownDescription: "Name of a package of the catalogue, or where the package is: a path on the machine where Terraform runs, of a `.tar.gz` or a folder (`./media`, not `media`), or the https URL of a `.tar.gz`. " +
					"It is read or downloaded when it is planned and when it is installed, and is kept with the VM. A change installs in place; one to a package of another name replaces it.",
			},
			"version_range": schema.StringAttribute{
				Optional: true, Validators: said,
				MarkdownDescription: "Versions that will do, as `^1.2`, `~1.2.3`, `>=1.0, <2.0` or `1.2.3`. Default: any. What is installed and fits stays.",
			},
			"sha256": schema.StringAttribute{
				Optional: true, Validators: said,
				MarkdownDescription: "SHA-256 of the `.tar.gz`, in 64 lower-case hexadecimal digits, as `sha256sum` and `filesha256` give it. Needed for a URL; a folder and a package of the catalogue have none.",
			},
			"name": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Name of the package, as its manifest says and `load` takes it.",
			},
			"version": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Version that is installed.",
			},
			"digest": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "SHA-256 of what is in the package. It does not depend on how it is packed, and results name it.",
			},
		},
	}
}
