package biovmtest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// spin does not end while anybody lives.
const spin = `
def spin():
    for i in range(1000000000):
        for j in range(1000000000):
            pass
spin()
`

// endless may spin for longer than any test.
func endless() biovm.Process {
	return biovm.Process{Code: spin, Limits: biovm.Limits{Steps: 1 << 62, Timeout: 24 * time.Hour}}
}

// testContextEndsAfter holds that the context bounds the call and not the VM.
func testContextEndsAfter(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	vm, err := d.Create(ctx, spec(d, "a"))
	cancel()
	if err != nil {
		t.Fatal(err)
	}
	if got := status(t, vm).State; got != biovm.Created {
		t.Errorf("when Create's context has ended, the vm is %s", got)
	}
	ctx, cancel = context.WithCancel(t.Context())
	err = vm.Start(ctx)
	cancel()
	if err != nil {
		t.Fatal(err)
	}
	if got := status(t, vm).State; got != biovm.Running {
		t.Errorf("when Start's context has ended, the vm is %s, want running", got)
	}
	if got := string(execute(t, vm, "1 + 1").Value); got != "2" {
		t.Errorf("when Start's context has ended, 1 + 1 is %s", got)
	}
}

// testContextEndedBefore holds that a call whose context has ended does
// nothing and says so.
func testContextEndedBefore(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for ctx, want := range map[context.Context]error{canceled: context.Canceled, expired: context.DeadlineExceeded} {
		if vm, err := d.Create(ctx, spec(d, "never")); !errors.Is(err, want) || vm != nil {
			t.Errorf("Create = %v, %v; want %v", vm, err, want)
		}
		if _, err := d.Get(ctx, "never"); !errors.Is(err, want) {
			t.Errorf("Get = %v, want %v", err, want)
		}
		if _, err := d.List(ctx); !errors.Is(err, want) {
			t.Errorf("List = %v, want %v", err, want)
		}
		for _, state := range reachable() {
			vm := inState(t, d, spec(d, biovm.ID(state)), state)
			before := form(t, status(t, vm))
			if _, err := vm.Status(ctx); !errors.Is(err, want) {
				t.Errorf("Status of a %s vm = %v, want %v", state, err, want)
			}
			if _, err := vm.Metrics(ctx); !errors.Is(err, want) {
				t.Errorf("Metrics of a %s vm = %v, want %v", state, err, want)
			}
			for _, op := range biovm.Ops() {
				if _, refusal := state.Next(op); refusal != nil {
					continue // either error will do
				}
				if err := apply(ctx, vm, op); !errors.Is(err, want) && !errors.Is(err, errNoAbility) {
					t.Errorf("%s of a %s vm = %v, want %v", op, state, err, want)
				}
			}
			if after := form(t, status(t, vm)); after != before {
				t.Errorf("calls whose context has ended changed a %s vm from %s to %s", state, before, after)
			}
			if err := vm.Destroy(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := names(t, d); slices.Contains(got, "never") {
			t.Error("Create made a vm although its context had ended")
		}
	}
}

// testContextEndsDuring holds that a process ends with its context, and that
// the VM goes on.
func testContextEndsDuring(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := running(t, d, spec(d, "a"))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := vm.Execute(ctx, endless())
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, biovm.ErrLimit) {
		t.Errorf("Execute beyond its context's deadline = %v, want %v and no ErrLimit", err, context.DeadlineExceeded)
	}
	if got := status(t, vm).State; got != biovm.Running {
		t.Errorf("the vm is %s after its process was canceled, want running", got)
	}
	if got := string(execute(t, vm, "1 + 1").Value); got != "2" {
		t.Errorf("the vm says that 1 + 1 is %s after its process was canceled", got)
	}
}
