// Package xcpng is the bioxen_xcpng_host resource and the data sources about
// what a pool of XCP-ng hosts offers.
package xcpng

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func resourceSchema() schema.Schema {
	named := []validator.String{stringvalidator.LengthAtLeast(1)}
	return schema.Schema{
		MarkdownDescription: "A pool of XCP-ng hosts (one host is a pool of one) that VMs of `vm_type = \"xcpng\"` can be made on. " +
			"The data directory keeps its address and credentials: the password encrypted, with a key file of its own that only this user can read. " +
			"The state and plans never have the password.\n\n" +
			"When it is planned, the pool is logged in to, and `template`, `network` and `sr` are looked up there; what cannot be known yet, or a pool that does not answer, is a warning. " +
			"Nothing in the pool is changed, and destroying the resource only forgets it.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "The `name`.",
			},
			"name": schema.StringAttribute{
				Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "What `xcpng.host` of a `bioxen_vm` calls the pool, unique in the data directory: 1 to 63 letters, digits, `-` and `_`, starting with a letter or digit. A change replaces the resource.",
			},
			"url": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Address of a member of the pool, `https://host` or `https://host:port`. Any will do: the master is found, and again when another member becomes it.",
			},
			"username": schema.StringAttribute{Required: true, MarkdownDescription: "Who logs in, such as `root`."},
			"password_wo": schema.StringAttribute{
				Optional: true, Sensitive: true, WriteOnly: true,
				Validators:          append(named, stringvalidator.AlsoRequires(path.MatchRoot("password_wo_version"))),
				MarkdownDescription: "Password of the user. It is set when the resource is created and when `password_wo_version` changes. Default: the one that the provider's block `xcpng`, or the environment variable `BIOXEN_XCPNG_PASSWORD`, has for the pool.",
			},
			"password_wo_version": schema.Int64Attribute{
				Optional:            true,
				Validators:          []validator.Int64{int64validator.AlsoRequires(path.MatchRoot("password_wo")), int64validator.AtLeast(1)},
				MarkdownDescription: "Any number from 1 on; a change sets `password_wo` anew.",
			},
			"ca_cert_pem": schema.StringAttribute{
				Optional:            true,
				Validators:          append(named, stringvalidator.ConflictsWith(path.MatchRoot("pins"))),
				MarkdownDescription: "Certificates of the authorities to trust, in PEM form. Default: the system's, unless there are `pins`.",
			},
			"pins": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues()},
				MarkdownDescription: "SHA-256 fingerprints of members' certificates to trust for what they are, in hexadecimal digits, with or without colons. One member's is enough: the others' are learned from it. " +
					"A host shows its own with `openssl x509 -in /etc/xensource/xapi-ssl.pem -noout -fingerprint -sha256`. A certificate is never trusted unseen.",
			},
			"template": schema.StringAttribute{
				Optional: true, Validators: named,
				MarkdownDescription: "Template, by name or UUID, of VMs on the pool that name none. The pool must have it.",
			},
			"network": schema.StringAttribute{
				Optional: true, Validators: named,
				MarkdownDescription: "Network, by name or UUID, of VMs on the pool that name none. The pool must have it.",
			},
			"sr": schema.StringAttribute{
				Optional: true, Validators: named,
				MarkdownDescription: "Storage repository, by name or UUID, of VMs on the pool that name none. The pool must have it.",
			},
			"pool_uuid":        schema.StringAttribute{Computed: true, MarkdownDescription: "UUID of the pool."},
			"master":           schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the pool's master."},
			"hosts":            schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Names of the pool's members, sorted."},
			"product":          schema.StringAttribute{Computed: true, MarkdownDescription: "What the master calls its product, such as `XCP-ng`."},
			"version":          schema.StringAttribute{Computed: true, MarkdownDescription: "Version of the product."},
			"cpus":             schema.Int64Attribute{Computed: true, MarkdownDescription: "Logical processors of all members."},
			"memory_total_mib": schema.Int64Attribute{Computed: true, MarkdownDescription: "Memory of all members, in MiB. What is free, the data source `bioxen_xcpng_hosts` says."},
		},
	}
}
