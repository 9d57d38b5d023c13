package vm

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func xcpngTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"host": types.StringType, "template": types.StringType, "sr": types.StringType, "network": types.StringType,
		"vcpus": types.Int64Type, "memory_mib": types.Int64Type, "placement": types.StringType,
		"ssh_user": types.StringType, "ssh_key_path": types.StringType, "user_data": types.StringType, "network_config": types.StringType,
		"address_within": types.StringType, "address_timeout": types.StringType, "ssh_timeout": types.StringType, "shutdown_grace": types.StringType,
		"keep_disks": types.BoolType, "allow_restart": types.BoolType,
	}
}

func xcpngAttribute() schema.Attribute {
	named := []validator.String{stringvalidator.LengthAtLeast(1)}
	text := func(description string) schema.Attribute {
		return schema.StringAttribute{Optional: true, Validators: named, MarkdownDescription: description}
	}
	wait := func(description string) schema.Attribute {
		return schema.StringAttribute{Optional: true, Validators: []validator.String{duration{}}, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "The virtual machine that a VM of `vm_type = \"xcpng\"` runs in, which needs it. A plan says of each change whether it replaces the VM, " +
			"needs the guest restarted, or neither.",
		Attributes: map[string]schema.Attribute{
			"host": schema.StringAttribute{
				Required: true, Validators: named, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "Name of the pool: of a `bioxen_xcpng_host`, or in the provider's block `xcpng`. A change replaces the VM.",
			},
			"template": text("Name or UUID of the template that the machine is cloned from; the data source `bioxen_xcpng_templates` says which ones fit. A change replaces the VM. Default: the pool's (`template` of its `bioxen_xcpng_host`)."),
			"sr":       text("Name or UUID of the storage repository that its disks go to. A change replaces the VM. Default: the pool's `sr`, or beside the template's disks."),
			"network":  text("Name or UUID of the network of its first interface. A change replaces the VM. Default: the pool's `network`, or the template's."),
			"vcpus": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
				MarkdownDescription: "Virtual processors. A change needs a restart. Default: the template's.",
			},
			"memory_mib": schema.Int64Attribute{
				Optional: true, Validators: []validator.Int64{int64validator.AtLeast(1)},
				MarkdownDescription: "Memory, in MiB. A change needs a restart. Default: the template's.",
			},
			"placement":       text("Name or UUID of the pool's member to start on. A change replaces the VM. Default: the pool chooses."),
			"ssh_user":        text("User that logs in to the guest. Default: `root`."),
			"ssh_key_path":    text("File of the private key to log in with, on the machine that Terraform runs on. Default: a key that is made in the data directory."),
			"user_data":       text("cloud-config, in YAML, that is merged into what the guest is told at its first boot, such as `yamlencode({ packages = [\"htop\"] })`. It is in the state and in the pool: no place for secrets. A change replaces the VM."),
			"network_config":  text("Configuration of the guest's interfaces in cloud-init's format. A change replaces the VM. Default: DHCP."),
			"address_within":  text("Network, in CIDR notation, that the guest's address must be in to be used, such as `10.0.0.0/8`. A change replaces the VM. Default: any."),
			"address_timeout": wait("How long to wait for the guest to report its address, such as `90s` or `10m`. Default: `5m`."),
			"ssh_timeout":     wait("How long to wait for SSH, and for the engine in the guest, once the address is known. Default: `5m`."),
			"shutdown_grace":  wait("How long the guest may take to shut down before its power is taken off. Default: `1m`."),
			"keep_disks": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether the disks stay when the VM is destroyed. Default: `false`.",
			},
			"allow_restart": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether a change may shut the guest down and start it again. Without it, a plan that needs that is refused. " +
					"The cell and its records survive a restart. Default: `false`.",
			},
		},
	}
}

// duration validates a span of time, such as 90s or 10m.
type duration struct{}

var _ validator.String = duration{}

// Description implements [validator.String].
func (duration) Description(context.Context) string {
	return `must be a duration above 0 with its unit, such as "90s" or "10m"`
}

// MarkdownDescription implements [validator.String].
func (d duration) MarkdownDescription(ctx context.Context) string { return d.Description(ctx) }

// ValidateString implements [validator.String].
func (d duration) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if v, err := time.ParseDuration(req.ConfigValue.ValueString()); err != nil || v <= 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "The VM is not valid", fmt.Sprintf("%s: %q: %s.", req.Path, req.ConfigValue.ValueString(), d.Description(ctx)))
	}
}
