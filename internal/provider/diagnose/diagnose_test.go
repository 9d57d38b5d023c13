package diagnose_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func TestAttributePath(t *testing.T) {
	t.Parallel()
	tests := []struct {
		field biovm.FieldError
		want  string
	}{
		{biovm.FieldError{Path: "id"}, "name"},
		{biovm.FieldError{Path: "biological_type"}, "biological_type"},
		{biovm.FieldError{Path: "config.resource_limits.max_atp"}, "config.resource_limits.max_atp"},
		{biovm.FieldError{Path: `medium["EX_o2_e"]`}, `medium["EX_o2_e"]`},
		{biovm.FieldError{Path: `medium["a.b]c"]`}, `medium["a.b]c"]`},
		{biovm.FieldError{Path: "knockouts[1]", Value: "dnaA"}, `knockouts[Value("dnaA")]`},
		{biovm.FieldError{Path: "knockouts[1]"}, "knockouts"},
		{biovm.FieldError{Path: "limits.timeout"}, "timeout"},
		{biovm.FieldError{Path: "limits"}, ""},
		{biovm.FieldError{Path: ""}, ""},
		{biovm.FieldError{Path: "a["}, "a."},
	}
	for _, tt := range tests {
		if got := diagnose.AttributePath(&tt.field).String(); got != tt.want {
			t.Errorf("AttributePath(%q, value %v) = %q, want %q", tt.field.Path, tt.field.Value, got, tt.want)
		}
	}
}

// Each problem is shown apart and at its attribute, others with all their
// words.
func TestAdd(t *testing.T) {
	t.Parallel()
	noun := diagnose.Noun{
		Attributes: []string{"name", "atp"}, Code: path.Root("code"), Fallback: path.Root("vm_id"),
		Capacity: map[string]path.Path{"": path.Root("shared_chassis"), "atp": path.Root("atp")},
	}
	field := &biovm.FieldError{Path: "atp", Value: 0.0, Reason: "must be above 0"}
	elsewhere := &biovm.FieldError{Path: "frog", Reason: "is green"}
	full := &biovm.CapacityError{Resource: "vms", Want: 1, Free: 0, Capacity: 4, Chassis: "pool"}
	atp := &biovm.CapacityError{Resource: "atp", Want: 200, Free: 100, Capacity: 100, Chassis: "pool"}
	code := &biovm.ProcessError{Message: "unknown name", Line: 3, Col: 5, Checked: true}
	tests := []struct {
		name string
		err  error
		want []string
	}{
		{"nothing", nil, nil},
		{"plain", errors.New("the disk is full"), []string{"vm_id: The disk is full."}},
		{"a vm", errors.New("vm \"a\" is gone"), []string{"vm_id: VM \"a\" is gone."}},
		{"joined", errors.Join(errors.New("one"), errors.New("two")), []string{"vm_id: One.", "vm_id: Two."}},
		{"field", field, []string{"atp: atp: 0: must be above 0."}},
		{"field of nobody", elsewhere, []string{"vm_id: frog: is green."}},
		{
			"wrapped and joined",
			&biovm.OpError{Op: "create", VM: "a", Err: errors.Join(field, fmt.Errorf("%w: %w", biovm.ErrNoCapacity, full))},
			[]string{"atp: atp: 0: must be above 0.", "shared_chassis: Not enough vms: want 1, free 0 of 4 on chassis \"pool\". Put the VM on another shared chassis or on one of its own, or destroy a VM that is there."},
		},
		{"more than there is", atp, []string{"atp: Not enough atp: want 200, free 100 of 100 on chassis \"pool\". No chassis of its kind has that much: ask for less, or choose another kind of chassis."}},
		{
			"as the configuration calls it",
			&biovm.FieldError{Path: "id", Value: "my cell", Reason: "has a space"},
			[]string{"name: name: \"my cell\": has a space."},
		},
		{
			"time", &biovm.LimitError{Limit: "wall time", Allowed: "1s", Setting: "limits.timeout"},
			[]string{"code: The process used up its wall time: 1s allowed; make it shorter or raise timeout."},
		},
		{
			"steps", &biovm.LimitError{Limit: "steps", Allowed: "100", Setting: "limits.steps"},
			[]string{"code: The process used up its steps: 100 allowed; make it shorter."},
		},
		{"code", code, []string{"code: Line 3, column 5: unknown name."}},
		{
			"words around a sentinel",
			&biovm.OpError{Op: "create", VM: "a", Err: fmt.Errorf("%w: another call is creating it", biovm.ErrExists)},
			[]string{"vm_id: Create vm \"a\": already exists: another call is creating it. Import what is there (terraform import), choose another name, or destroy it first (bioxen vm destroy); with create_before_destroy the name must change too."},
		},
		{"not there", biovm.ErrNotFound, []string{"vm_id: Not found. What is there, bioxen vm list shows; what was destroyed outside of Terraform, a new plan makes anew."}},
		{"control characters", errors.New("\x1b[31mred\x07"), []string{"vm_id: \uFFFD[31mred\uFFFD."}},
	}
	for _, tt := range tests {
		var diags diag.Diagnostics
		noun.Add(&diags, "It went wrong", tt.err)
		var got []string
		for _, d := range diags {
			at := ""
			if p, ok := d.(diag.DiagnosticWithPath); ok {
				at = p.Path().String()
			}
			got = append(got, at+": "+d.Detail())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", tt.name, diff)
		}
	}
}

func TestDetailsAreBounded(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	diagnose.Noun{}.Add(&diags, "It went wrong", errors.New(strings.Repeat("é", 1<<20)))
	if n := len(diags[0].Detail()); n > 10_000 {
		t.Errorf("the detail has %d bytes, want 10000 at most", n)
	}
}
