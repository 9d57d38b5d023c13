package biovmtest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// testLifecycle walks every operation in every state: it leads where the
// table in biovm says, or fails with ErrState and changes nothing.
func testLifecycle(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	for _, state := range reachable() {
		for _, op := range biovm.Ops() {
			vm := inState(t, d, spec(d, biovm.ID(fmt.Sprintf("%s-%s", state, op))), state)
			before := status(t, vm)
			want, refusal := state.Next(op)
			err := apply(t.Context(), vm, op)
			switch {
			case errors.Is(err, errNoAbility):
			case refusal != nil:
				if !errors.Is(err, biovm.ErrState) {
					t.Errorf("%s of a %s vm = %v, want an ErrState", op, state, err)
				}
				checkOpError(t, err, string(op), vm.ID())
				if after := status(t, vm); form(t, after) != form(t, before) {
					t.Errorf("the refused %s of a %s vm changed it from %s to %s", op, state, form(t, before), form(t, after))
				}
			case err != nil:
				t.Errorf("%s of a %s vm: %v", op, state, err)
			case want == biovm.Destroyed:
				checkGone(t, d, vm)
			default:
				after := status(t, vm)
				if after.State != want {
					t.Errorf("%s of a %s vm led to %s, want %s", op, state, after.State, want)
				}
				if op != biovm.OpAllocate && after.Grant != before.Grant {
					t.Errorf("%s of a %s vm changed its grant from %+v to %+v", op, state, before.Grant, after.Grant)
				}
			}
			if err := vm.Destroy(t.Context()); err != nil { // of many VMs each call may take longer
				t.Errorf("Destroy of %q: %v", vm.ID(), err)
			}
		}
	}
}

// checkGone checks that nothing of a VM is there any more.
func checkGone(t *testing.T, d biovm.Driver, vm biovm.VM) {
	t.Helper()
	if _, err := d.Get(t.Context(), string(vm.ID())); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("Get of the destroyed %q = %v, want ErrNotFound", vm.ID(), err)
	}
	if _, err := vm.Status(t.Context()); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("Status of the destroyed %q = %v, want ErrNotFound", vm.ID(), err)
	}
	if _, err := vm.Metrics(t.Context()); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("Metrics of the destroyed %q = %v, want ErrNotFound", vm.ID(), err)
	}
	for _, op := range biovm.Ops() {
		err := apply(t.Context(), vm, op)
		switch {
		case errors.Is(err, errNoAbility):
		case op == biovm.OpDestroy && err != nil:
			t.Errorf("destroying the destroyed %q: %v, want no error", vm.ID(), err)
		case op != biovm.OpDestroy && !errors.Is(err, biovm.ErrNotFound):
			t.Errorf("%s of the destroyed %q = %v, want ErrNotFound", op, vm.ID(), err)
		case err != nil:
			checkOpError(t, err, string(op), vm.ID())
		}
	}
}

func testDestroy(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	create(t, d, spec(d, "bystander"))
	for _, state := range reachable() {
		vm := inState(t, d, spec(d, biovm.ID(state)), state)
		again, err := d.Get(t.Context(), string(vm.ID()))
		if err != nil {
			t.Fatal(err)
		}
		if err := vm.Destroy(t.Context()); err != nil {
			t.Errorf("Destroy of a %s vm: %v", state, err)
		}
		checkGone(t, d, vm)
		checkGone(t, d, again)
	}
	if got := names(t, d); len(got) != 1 || got[0] != "bystander" {
		t.Errorf("after the others were destroyed List = %q, want the bystander", got)
	}
	// A VM that nobody confirmed can be destroyed as well.
	vm, err := d.Create(t.Context(), spec(d, "pending"))
	if err != nil {
		t.Fatal(err)
	}
	if err := vm.Destroy(t.Context()); err != nil {
		t.Errorf("Destroy of a pending vm: %v", err)
	}
	checkGone(t, d, vm)
}

// testSameNameAnew holds that a handle is on the very VM, not on a name.
func testSameNameAnew(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	old := running(t, d, spec(d, "a"))
	before := status(t, old)
	if err := old.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	anew := create(t, d, spec(d, "a"))
	after := status(t, anew)
	if after.UUID == before.UUID || after.State != biovm.Created {
		t.Errorf("the vm made anew has UUID %s and state %s; the old one had %s", after.UUID, after.State, before.UUID)
	}
	for _, op := range biovm.Ops() {
		err := apply(t.Context(), old, op)
		if op != biovm.OpDestroy && !errors.Is(err, biovm.ErrNotFound) && !errors.Is(err, errNoAbility) {
			t.Errorf("%s of the old vm = %v, want ErrNotFound", op, err)
		}
	}
	if now := status(t, anew); form(t, now) != form(t, after) {
		t.Errorf("the old handle changed the new vm from %s to %s", form(t, after), form(t, now))
	}
}
