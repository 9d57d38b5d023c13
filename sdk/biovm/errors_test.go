package biovm_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// TestErrors holds what each error says and which sentinel it is.
func TestErrors(t *testing.T) {
	t.Parallel()
	field := &biovm.FieldError{Path: "config.resource_limits.max_atp", Value: 120.0, Reason: "must be above 0 and at most 100 percent"}
	capacity := &biovm.CapacityError{Resource: "ribosomes", Want: 30, Free: 12, Capacity: 68, Chassis: "lab"}
	tests := []struct {
		err  error
		text string
		is   error
	}{
		{field, "config.resource_limits.max_atp: 120: must be above 0 and at most 100 percent", biovm.ErrInvalid},
		{&biovm.FieldError{Path: "id", Value: "a b", Reason: "no spaces"}, `id: "a b": no spaces`, biovm.ErrInvalid},
		{&biovm.FieldError{Path: "code", Reason: "is too long"}, "code: is too long", biovm.ErrInvalid},
		{capacity, `not enough ribosomes: want 30, free 12 of 68 on chassis "lab"`, biovm.ErrNoCapacity},
		{
			&biovm.CapacityError{Resource: "memory_kb", Want: 1_000_000_000, Free: 850_000, Capacity: 12.5, Chassis: "ecoli"},
			`not enough memory_kb: want 1000000000, free 850000 of 12.5 on chassis "ecoli"`, biovm.ErrNoCapacity,
		},
		{
			&biovm.CapacityError{Resource: "ribosomes", Want: 1 << 62, Free: 0.1, Capacity: 68, Chassis: "ecoli"},
			`not enough ribosomes: want 4611686018427387904, free 0.1 of 68 on chassis "ecoli"`, biovm.ErrNoCapacity,
		},
		{&biovm.ProcessError{Message: "division by zero", Line: 2, Col: 7}, "line 2, column 7: division by zero", biovm.ErrProcess},
		{&biovm.ProcessError{Message: "no end of file", Checked: true}, "no end of file", biovm.ErrInvalid},
		{
			&biovm.LimitError{Limit: "steps", Allowed: "1000", Setting: "limits.steps"},
			"the process used up its steps: 1000 allowed; make it shorter or raise limits.steps", biovm.ErrLimit,
		},
		{
			&biovm.OpError{Op: "start", VM: "a", Err: capacity},
			`start vm "a": not enough ribosomes: want 30, free 12 of 68 on chassis "lab"`, biovm.ErrNoCapacity,
		},
		{&biovm.OpError{Op: "find record 7 of", Err: biovm.ErrNotFound}, "find record 7: not found", biovm.ErrNotFound},
		{&biovm.OpError{Op: "check process for", Err: biovm.ErrInvalid}, "check process: invalid", biovm.ErrInvalid},
	}
	sentinels := []error{
		biovm.ErrNotFound, biovm.ErrExists, biovm.ErrState, biovm.ErrNoCapacity, biovm.ErrUnsupported, biovm.ErrInvalid,
		biovm.ErrLimit, biovm.ErrProcess,
	}
	for _, tt := range tests {
		if got := tt.err.Error(); got != tt.text {
			t.Errorf("%T says %q, want %q", tt.err, got, tt.text)
		}
		for _, s := range sentinels {
			if got, want := errors.Is(tt.err, s), errors.Is(tt.is, s); got != want {
				t.Errorf("errors.Is(%v, %v) = %t, want %t", tt.err, s, got, want)
			}
		}
	}
}

func TestFieldErrors(t *testing.T) {
	t.Parallel()
	a, b, c := &biovm.FieldError{Path: "a"}, &biovm.FieldError{Path: "b"}, &biovm.FieldError{Path: "c"}
	tests := map[string]struct {
		err  error
		want []*biovm.FieldError
	}{
		"nil":           {nil, nil},
		"none":          {io.EOF, nil},
		"one":           {a, []*biovm.FieldError{a}},
		"wrapped":       {&biovm.OpError{Op: "check", VM: "x", Err: fmt.Errorf("so: %w", a)}, []*biovm.FieldError{a}},
		"joined":        {errors.Join(a, io.EOF, b), []*biovm.FieldError{a, b}},
		"a tree":        {fmt.Errorf("%w and %w", errors.Join(c, fmt.Errorf("so: %w", a)), b), []*biovm.FieldError{c, a, b}},
		"twice":         {errors.Join(a, a), []*biovm.FieldError{a, a}},
		"an empty wrap": {&biovm.OpError{Op: "check", VM: "x"}, nil},
	}
	for name, tt := range tests {
		if got := biovm.FieldErrors(tt.err); !slices.Equal(got, tt.want) {
			t.Errorf("%s: FieldErrors(%v) = %v, want %v", name, tt.err, got, tt.want)
		}
	}
}

func TestNear(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{
		"":                         nil,
		"; did you mean pgi?":      {"pgi"},
		"; did you mean pgi, pgm?": {"pgi", "pgm"},
	} {
		if got := biovm.Near(names); got != want {
			t.Errorf("Near(%q) = %q, want %q", names, got, want)
		}
	}
}
