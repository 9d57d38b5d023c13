package vm

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

type xcpngModel struct {
	Host           types.String `tfsdk:"host"`
	Template       types.String `tfsdk:"template"`
	SR             types.String `tfsdk:"sr"`
	Network        types.String `tfsdk:"network"`
	VCPUs          types.Int64  `tfsdk:"vcpus"`
	MemoryMiB      types.Int64  `tfsdk:"memory_mib"`
	Placement      types.String `tfsdk:"placement"`
	SSHUser        types.String `tfsdk:"ssh_user"`
	SSHKeyPath     types.String `tfsdk:"ssh_key_path"`
	UserData       types.String `tfsdk:"user_data"`
	NetworkConfig  types.String `tfsdk:"network_config"`
	AddressWithin  types.String `tfsdk:"address_within"`
	AddressTimeout types.String `tfsdk:"address_timeout"`
	SSHTimeout     types.String `tfsdk:"ssh_timeout"`
	ShutdownGrace  types.String `tfsdk:"shutdown_grace"`
	KeepDisks      types.Bool   `tfsdk:"keep_disks"`
	AllowRestart   types.Bool   `tfsdk:"allow_restart"`
}

// onPool reports whether the VM runs in a machine on a pool.
func (m *model) onPool() bool { return m.VMType.ValueString() == string(biovm.XCPng) }

// machine is the block of the machine; zero when there is none, or it is not
// known.
func (m *model) machine(ctx context.Context, diags *diag.Diagnostics) xcpngModel {
	var x xcpngModel
	if !m.XCPng.IsNull() && !m.XCPng.IsUnknown() {
		diags.Append(m.XCPng.As(ctx, &x, basetypes.ObjectAsOptions{})...)
	}
	return x
}

// host is the name of the VM's pool, empty for one that runs elsewhere.
func (m *model) host() types.String {
	if s, ok := m.XCPng.Attributes()["host"].(types.String); ok {
		return s
	}
	return types.StringNull()
}

// machineKnown reports whether all of the block is known.
func (m *model) machineKnown() bool {
	if m.XCPng.IsUnknown() {
		return false
	}
	for _, v := range m.XCPng.Attributes() {
		if v.IsUnknown() {
			return false
		}
	}
	return true
}

// xcpngSpec is the machine that the model asks for; nil for none. What is not
// known yet is left out.
func (m *model) xcpngSpec(ctx context.Context, diags *diag.Diagnostics) *biovm.XCPngSpec {
	if m.XCPng.IsNull() || m.XCPng.IsUnknown() {
		return nil
	}
	x := m.machine(ctx, diags)
	return &biovm.XCPngSpec{
		Host: x.Host.ValueString(), Template: x.Template.ValueString(), SR: x.SR.ValueString(), Network: x.Network.ValueString(),
		VCPUs: int(x.VCPUs.ValueInt64()), MemoryMiB: int(x.MemoryMiB.ValueInt64()), Placement: x.Placement.ValueString(),
		SSHUser: x.SSHUser.ValueString(), SSHKeyPath: x.SSHKeyPath.ValueString(),
		UserData: x.UserData.ValueString(), NetworkConfig: x.NetworkConfig.ValueString(), AddressWithin: x.AddressWithin.ValueString(),
		AddressTimeout: span(x.AddressTimeout), SSHTimeout: span(x.SSHTimeout), ShutdownGrace: span(x.ShutdownGrace),
		KeepDisks: x.KeepDisks.ValueBool(), AllowRestart: x.AllowRestart.ValueBool(),
	}
}

// span reads a span of time, which validation has found to be one.
func span(s types.String) time.Duration {
	d, err := time.ParseDuration(s.ValueString())
	if err != nil {
		return 0
	}
	return d
}

// spanString writes a span of time as people do: 1m, not 1m0s.
func spanString(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// fillMachine puts in what the pool shows of the VM's machine. What the model
// leaves out is the template's or the pool's to say, and stays out, unless the
// VM is imported: then all is taken over that was asked for when it was made.
func (m *model) fillMachine(s biovm.Status, imported bool) {
	m.XCPngAddress, m.XCPngHostKey = types.StringNull(), types.StringNull()
	if s.XCPng == nil {
		m.XCPng = types.ObjectNull(xcpngTypes())
		return
	}
	m.XCPngAddress, m.XCPngHostKey = notEmpty(s.XCPng.Address), notEmpty(s.XCPng.HostKey)
	was := m.XCPng.Attributes()
	var x biovm.XCPngSpec
	if s.Spec.XCPng != nil {
		x = *s.Spec.XCPng
	}
	now := map[string]attr.Value{
		"host": types.StringValue(s.XCPng.Host), "template": notEmpty(x.Template), "sr": notEmpty(x.SR), "network": notEmpty(x.Network),
		"vcpus": notZero(x.VCPUs), "memory_mib": notZero(x.MemoryMiB), "placement": notEmpty(x.Placement),
		"ssh_user": notEmpty(x.SSHUser), "ssh_key_path": notEmpty(x.SSHKeyPath), "user_data": notEmpty(x.UserData), "network_config": notEmpty(x.NetworkConfig),
		"address_within": notEmpty(x.AddressWithin), "address_timeout": notInstant(x.AddressTimeout), "ssh_timeout": notInstant(x.SSHTimeout),
		"shutdown_grace": notInstant(x.ShutdownGrace), "keep_disks": notFalse(x.KeepDisks), "allow_restart": notFalse(x.AllowRestart),
	}
	for name, value := range now {
		if before, ok := was[name]; ok && !imported && (before.IsNull() || sameMeaning(before, value)) {
			now[name] = before
		}
	}
	m.XCPng = types.ObjectValueMust(xcpngTypes(), now)
}

// promised holds to what the plan said that the machine shows. What has
// changed since, the next refresh says.
func (m *model) promised(plan model) {
	if !plan.XCPngAddress.IsUnknown() {
		m.XCPngAddress = plan.XCPngAddress
	}
	if !plan.XCPngHostKey.IsUnknown() {
		m.XCPngHostKey = plan.XCPngHostKey
	}
	if !plan.XCPng.IsUnknown() {
		m.XCPng = plan.XCPng
	}
}

// sameMeaning reports whether two ways to write an attribute mean the same.
func sameMeaning(a, b attr.Value) bool {
	switch a := a.(type) {
	case types.Bool:
		other, ok := b.(types.Bool)
		return ok && a.ValueBool() == other.ValueBool()
	case types.String:
		other, ok := b.(types.String)
		return ok && (a.ValueString() == other.ValueString() || span(a) != 0 && span(a) == span(other))
	}
	return a.Equal(b)
}

func notEmpty(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

func notZero(n int) types.Int64 {
	if n == 0 {
		return types.Int64Null()
	}
	return types.Int64Value(int64(n))
}

func notInstant(d time.Duration) types.String {
	if d == 0 {
		return types.StringNull()
	}
	return types.StringValue(spanString(d))
}

func notFalse(b bool) types.Bool {
	if !b {
		return types.BoolNull()
	}
	return types.BoolValue(true)
}
