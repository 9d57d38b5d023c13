package engine_test

import (
	"context"
	"errors"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// TestSession holds that what a session made is its own until it is closed, and
// everybody's to adopt afterwards, in a directory and in memory.
func TestSession(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]engine.Options{"a directory": {}, "memory": {InMemory: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			e := enginetest.Open(t, o)
			spec := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}
			one, err := e.NewSession(ctx)
			if err != nil {
				t.Fatal(err)
			}
			two, err := e.NewSession(ctx)
			if err != nil {
				t.Fatal(err)
			}
			made, err := one.Create(ctx, spec)
			if err != nil || !made.Pending {
				t.Fatalf("Create = %+v, %v; want a pending vm", made, err)
			}
			if !o.InMemory {
				// Opening a directory clears away what ended processes left.
				enginetest.Open(t, engine.Options{Dir: e.Dir()})
			}
			for _, maker := range []interface {
				Create(ctx context.Context, spec biovm.Spec) (biovm.Status, error)
			}{one, two, e} {
				if _, err := maker.Create(ctx, spec); !errors.Is(err, biovm.ErrExists) {
					t.Errorf("Create while the session is open = %v, want ErrExists", err)
				}
			}
			if err := one.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			adopted, err := two.Create(ctx, spec)
			if err != nil || adopted.UUID != made.UUID || !adopted.Pending {
				t.Errorf("Create after the session's end = %+v, %v; want the same vm, pending", adopted, err)
			}
			testSessionRecord(t, e, two)
			if err := two.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
}

// testSessionRecord holds the same of records.
func testSessionRecord(t *testing.T, e *engine.Engine, s *engine.Session) {
	t.Helper()
	ctx := t.Context()
	if err := s.Operate(ctx, "a", biovm.OpStart); err != nil {
		t.Fatal(err)
	}
	gone, err := e.NewSession(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p := biovm.Process{Code: "1 + 1"}
	made, err := gone.ExecuteRecorded(ctx, "a", p, nil)
	if err != nil {
		t.Fatal(err)
	}
	if other, err := s.ExecuteRecorded(ctx, "a", p, nil); err != nil || other.ID == made.ID {
		t.Errorf("ExecuteRecorded while the session is open = %q, %v; want another record than %q", other.ID, err, made.ID)
	} else if err := s.ConfirmRecord(ctx, other.ID); err != nil {
		t.Error(err)
	}
	if err := gone.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if again, err := s.ExecuteRecorded(ctx, "a", p, nil); err != nil || again.ID != made.ID {
		t.Errorf("ExecuteRecorded after the session's end = %q, %v; want %q", again.ID, err, made.ID)
	}
}
