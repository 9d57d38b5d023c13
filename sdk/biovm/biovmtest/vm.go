package biovmtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// spec asks for a syn3a, which is small and starts at once, of the driver's
// own type.
func spec(d biovm.Driver, name biovm.ID) biovm.Spec {
	return biovm.Spec{ID: name, BiologicalType: biovm.Syn3A, VMType: d.Info().VMType}
}

// create makes a VM and confirms it, as a caller that keeps no books does.
func create(t *testing.T, d biovm.Driver, s biovm.Spec) biovm.VM {
	t.Helper()
	vm, err := d.Create(t.Context(), s)
	if err != nil {
		t.Fatalf("Create(%+v): %v", s, err)
	}
	if c, ok := vm.(biovm.Confirmer); ok {
		if err := c.Confirm(t.Context()); err != nil {
			t.Fatalf("Confirm of %q: %v", s.ID, err)
		}
	}
	return vm
}

// running makes a VM and starts it.
func running(t *testing.T, d biovm.Driver, s biovm.Spec) biovm.VM {
	t.Helper()
	vm := create(t, d, s)
	if err := vm.Start(t.Context()); err != nil {
		t.Fatalf("Start of %q: %v", s.ID, err)
	}
	return vm
}

// reachable are the states that a VM can be brought to; nothing that a caller
// may do leads to error.
func reachable() []biovm.State {
	return []biovm.State{biovm.Created, biovm.Running, biovm.Paused, biovm.Stopped}
}

// inState makes a VM that is in a state.
func inState(t *testing.T, d biovm.Driver, s biovm.Spec, state biovm.State) biovm.VM {
	t.Helper()
	vm := create(t, d, s)
	var way []biovm.Op
	switch state {
	case biovm.Created:
	case biovm.Running:
		way = []biovm.Op{biovm.OpStart}
	case biovm.Paused:
		way = []biovm.Op{biovm.OpStart, biovm.OpPause}
	case biovm.Stopped:
		way = []biovm.Op{biovm.OpStart, biovm.OpStop}
	default:
		t.Fatalf("no way leads to state %q", state)
	}
	for _, op := range way {
		if err := apply(t.Context(), vm, op); err != nil {
			t.Fatalf("on the way to %q: %v", state, err)
		}
	}
	if got := status(t, vm).State; got != state {
		t.Fatalf("after %v the state is %q, want %q", way, got, state)
	}
	return vm
}

// errNoAbility: the VM's type cannot do that.
var errNoAbility = errors.New("the vm does not implement the ability")

// apply does an operation, the smallest of its kind.
func apply(ctx context.Context, vm biovm.VM, op biovm.Op) error {
	switch op {
	case biovm.OpStart:
		return vm.Start(ctx)
	case biovm.OpPause:
		return vm.Pause(ctx)
	case biovm.OpResume:
		return vm.Resume(ctx)
	case biovm.OpStop:
		return vm.Stop(ctx)
	case biovm.OpDestroy:
		return vm.Destroy(ctx)
	case biovm.OpExecute:
		_, err := vm.Execute(ctx, biovm.Process{Code: "1"})
		return err
	case biovm.OpAllocate:
		if a, ok := vm.(biovm.Allocator); ok {
			_, err := a.Allocate(ctx, biovm.Allocation{Priority: new(4)})
			return err
		}
		return errNoAbility
	case biovm.OpUpdate:
		if u, ok := vm.(biovm.Updater); ok {
			return u.Update(ctx, biovm.Change{Seed: new(int64(7))})
		}
		return errNoAbility
	}
	return fmt.Errorf("the suite does not know operation %q", op)
}

func status(t *testing.T, vm biovm.VM) biovm.Status {
	t.Helper()
	s, err := vm.Status(t.Context())
	if err != nil {
		t.Fatalf("Status of %q: %v", vm.ID(), err)
	}
	return s
}

func metrics(t *testing.T, vm biovm.VM) biovm.Metrics {
	t.Helper()
	m, err := vm.Metrics(t.Context())
	if err != nil {
		t.Fatalf("Metrics of %q: %v", vm.ID(), err)
	}
	return m
}

func execute(t *testing.T, vm biovm.VM, code string) biovm.Result {
	t.Helper()
	r, err := vm.Execute(t.Context(), biovm.Process{Code: code})
	if err != nil {
		t.Fatalf("Execute(%q) in %q: %v", code, vm.ID(), err)
	}
	return r
}

// ability returns what the VM can do besides, or skips the test.
func ability[T any](t *testing.T, vm biovm.VM) T {
	t.Helper()
	a, ok := vm.(T)
	if !ok {
		t.Skipf("%T cannot do that: it does not implement %T", vm, *new(T))
	}
	return a
}

// form is a value's JSON form, to compare and to print.
func form(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sameJSON reports whether two texts are the same value in JSON.
func sameJSON(t *testing.T, got []byte, want string) bool {
	t.Helper()
	var a, b any
	if err := errors.Join(json.Unmarshal(got, &a), json.Unmarshal([]byte(want), &b)); err != nil {
		t.Errorf("reading %s and %s: %v", got, want, err)
	}
	return reflect.DeepEqual(a, b)
}

// canonical is a result as it must be on every repetition.
func canonical(t *testing.T, r biovm.Result) string {
	t.Helper()
	b, err := r.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// names are the names of a driver's VMs, in its order.
func names(t *testing.T, d biovm.Driver) []biovm.ID {
	t.Helper()
	vms, err := d.List(t.Context())
	if err != nil {
		t.Fatalf("List: %v", err)
	}
	ids := []biovm.ID{}
	for _, vm := range vms {
		ids = append(ids, vm.ID())
	}
	return ids
}

// near reports whether two figures agree to 1e-6, relative: as well as
// independent solvers of one model do.
func near(got, want float64) bool {
	return got-want <= 1e-6*want && want-got <= 1e-6*want
}
