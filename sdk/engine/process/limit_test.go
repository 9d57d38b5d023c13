package process_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	c := newCell(t, biovm.Syn3A, nil)
	for _, tt := range []struct {
		code   string
		limits biovm.Limits
		limit  string
	}{
		{"fba()", biovm.Limits{Steps: 5}, "steps"},
		{"fba()", biovm.Limits{Steps: 1000}, "steps"},
		{"fva()", biovm.Limits{Steps: 100_000}, "steps"},
		{"moma(\"dnaA\")", biovm.Limits{Steps: 10_000}, "steps"},
		{"minimal_medium()", biovm.Limits{Steps: 10_000}, "steps"},
		{"growth_curve()", biovm.Limits{Steps: 100_000}, "steps"},
		{"while True:\n    fba()", biovm.Limits{Steps: 100_000}, "steps"},
		{"for i in range(1000):\n    pass", biovm.Limits{Steps: 1000}, "steps"},
		{`print("abcd")`, biovm.Limits{OutputBytes: 4}, "output"},
		{`"abcd"`, biovm.Limits{OutputBytes: 5}, "result size"},
		{`[1, 2, 3]`, biovm.Limits{OutputBytes: 6}, "result size"},
	} {
		result, err := process.Run(t.Context(), c, status(biovm.Syn3A), biovm.Process{Code: tt.code, Limits: tt.limits}, 0)
		var e *biovm.LimitError
		if !errors.As(err, &e) || e.Limit != tt.limit || !errors.Is(err, biovm.ErrLimit) {
			t.Errorf("%s under %+v: %v, want it to use up its %s", tt.code, tt.limits, err, tt.limit)
		}
		if tt.limit == "steps" && result.Steps < tt.limits.Steps {
			t.Errorf("%s: %d steps reported, want %d or more", tt.code, result.Steps, tt.limits.Steps)
		}
	}
	for _, code := range []string{`print("abc")`, `"ab"`} {
		if _, err := process.Run(t.Context(), c, status(biovm.Syn3A), biovm.Process{Code: code, Limits: biovm.Limits{OutputBytes: 4}}, 0); err != nil {
			t.Errorf("%s with just enough room: %v", code, err)
		}
	}
}

func TestContext(t *testing.T) {
	t.Parallel()
	cause := errors.New("enough")
	for _, code := range []string{"while True:\n    pass", "while True:\n    fba()", "fba()", "while True:\n    fba(objective=\"ATPase\")", "while True:\n    fva(0.9, True)", "while True:\n    moma(fluxes=True)", "while True:\n    minimal_medium()", "while True:\n    growth_curve()"} {
		ctx, cancel := context.WithCancelCause(t.Context())
		if code == "fba()" {
			cancel(cause)
		} else {
			time.AfterFunc(20*time.Millisecond, func() { cancel(cause) })
		}
		c := newCell(t, biovm.Syn3A, nil)
		_, err := process.Run(ctx, c, status(biovm.Syn3A), biovm.Process{Code: code, Limits: biovm.Limits{Steps: 1 << 62}}, 0)
		if !errors.Is(err, cause) {
			t.Errorf("%s, canceled: %v, want the cause", code, err)
		}
	}
}

// What goes wrong in the memo is not the program's fault.
func TestMemoThatFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	for _, code := range []string{"fba()", "knockout(\"dnaA\")", "fva()", "moma()", "minimal_medium()", "growth_curve()", "essential_genes()", "get_biological_status()", "minimal_metabolism_analysis()", "1"} {
		c := newCell(t, biovm.Syn3A, &memory{fail: broken})
		_, err := process.Run(t.Context(), c, status(biovm.Syn3A), biovm.Process{Code: code}, 0)
		if !errors.Is(err, broken) || errors.Is(err, biovm.ErrProcess) {
			t.Errorf("%s: %v, want the memo's error", code, err)
		}
	}
}
