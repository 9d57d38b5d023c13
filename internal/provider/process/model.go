package process

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// noun says where a process' problems are shown.
func noun() diagnose.Noun {
	return diagnose.Noun{
		Attributes: []string{"code", "timeout", "triggers", "seed"},
		Code:       path.Root("code"),
		Fallback:   path.Root("vm_id"),
	}
}

type model struct {
	ID       types.String         `tfsdk:"id"`
	VMID     types.String         `tfsdk:"vm_id"`
	Code     types.String         `tfsdk:"code"`
	Triggers types.Map            `tfsdk:"triggers"`
	Seed     types.Int64          `tfsdk:"seed"`
	Timeout  types.String         `tfsdk:"timeout"`
	Result   jsontypes.Normalized `tfsdk:"result"`
	Stdout   types.String         `tfsdk:"stdout"`
	Packages types.Map            `tfsdk:"packages"`
}

// packageType is what the state has of a package.
func packageType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{"version": types.StringType, "digest": types.StringType}}
}

func packagesValue(used []biovm.PackageVersion) types.Map {
	elements := make(map[string]attr.Value, len(used))
	for _, p := range used {
		elements[p.Name] = types.ObjectValueMust(packageType().AttrTypes, map[string]attr.Value{
			"version": types.StringValue(p.Version), "digest": types.StringValue(p.Digest),
		})
	}
	return types.MapValueMust(packageType(), elements)
}

// process is what the model asks to run. A timeout that cannot be read is a
// [biovm.FieldError].
func (m *model) process() (biovm.Process, error) {
	p := biovm.Process{Code: m.Code.ValueString(), Seed: m.Seed.ValueInt64Pointer()}
	var err error
	if s := m.Timeout.ValueString(); s != "" {
		p.Limits.Timeout, err = parseTimeout(s)
	}
	return p, err
}

func parseTimeout(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, &biovm.FieldError{Path: "limits.timeout", Value: s, Reason: `must be a duration above 0 with its unit, such as "90s" or "10m"`}
	}
	return d, nil
}

// sameTimeout reports whether two ways to write a duration mean the same.
func sameTimeout(a, b string) bool {
	x, err := parseTimeout(a)
	if err != nil {
		return false
	}
	y, err := parseTimeout(b)
	return err == nil && x == y
}

// timeoutString writes a duration as people do: 1m, not 1m0s.
func timeoutString(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func (m *model) triggers() map[string]string {
	t := map[string]string{}
	for k, v := range m.Triggers.Elements() {
		if s, ok := v.(types.String); ok {
			t[k] = s.ValueString()
		}
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// fill puts in what the record says.
func (m *model) fill(r biovm.Record) {
	m.ID = types.StringValue(r.ID)
	m.VMID = types.StringValue(r.VMUUID)
	m.Code = types.StringValue(r.Process.Code)
	m.Seed = types.Int64PointerValue(r.Process.Seed)
	elements := make(map[string]attr.Value, len(r.Triggers))
	for k, v := range r.Triggers {
		elements[k] = types.StringValue(v)
	}
	m.Triggers = types.MapValueMust(types.StringType, elements)
	// The record has the timeout that it ran under; it may have been changed
	// since, which concerns Terraform only.
	if m.Timeout.IsNull() || m.Timeout.IsUnknown() {
		m.Timeout = types.StringValue(timeoutString(r.Process.Limits.WithDefaults().Timeout))
	}
	m.Result = jsontypes.NewNormalizedValue(string(r.Result.Value))
	m.Stdout = types.StringValue(r.Result.Stdout)
	m.Packages = packagesValue(r.Result.Packages)
}
