package biovmtest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// atOnce calls fn n times, all at the same time, and waits.
func atOnce(n int, fn func(i int)) {
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			fn(i)
		})
	}
	done.Wait()
}

// testConcurrent holds that VMs live beside each other.
func testConcurrent(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	atOnce(12, func(i int) {
		s := spec(d, biovm.ID(fmt.Sprintf("vm-%d", i)))
		vm, err := d.Create(t.Context(), s)
		if err != nil {
			t.Errorf("Create of %q: %v", s.ID, err)
			return
		}
		for _, op := range []biovm.Op{biovm.OpStart, biovm.OpExecute, biovm.OpAllocate, biovm.OpUpdate, biovm.OpPause, biovm.OpResume, biovm.OpStop, biovm.OpStart} {
			if err := apply(t.Context(), vm, op); err != nil && !errors.Is(err, errNoAbility) {
				t.Errorf("%s of %q: %v", op, s.ID, err)
			}
		}
		if vms, err := d.List(t.Context()); err != nil || len(vms) < 1 {
			t.Errorf("List = %d vms, %v; want %q at least", len(vms), err, s.ID)
		}
		if i%2 == 0 {
			if err := vm.Destroy(t.Context()); err != nil {
				t.Errorf("Destroy of %q: %v", s.ID, err)
			}
		}
	})
	if got := names(t, d); len(got) != 6 {
		t.Errorf("%q are there, want 6", got)
	}
}

// testConcurrentCreate holds that a name has one owner.
func testConcurrentCreate(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	var made atomic.Int32
	atOnce(8, func(int) {
		switch _, err := d.Create(t.Context(), spec(d, "a")); {
		case err == nil:
			made.Add(1)
		case !errors.Is(err, biovm.ErrExists):
			t.Errorf("Create = %v, want ErrExists", err)
		}
	})
	if made.Load() != 1 || len(names(t, d)) != 1 {
		t.Errorf("%d of 8 made the vm, and %q are there; want 1", made.Load(), names(t, d))
	}
}

// testConcurrentShared holds that a chassis carries no more VMs when they come
// all at once.
func testConcurrentShared(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	shares(t, d)
	one, _ := fill(t, d, "one-by-one")
	var made atomic.Int32
	atOnce(3*len(one), func(i int) {
		s := spec(d, biovm.ID(fmt.Sprintf("vm-%d", i)))
		s.SharedChassis = "at-once"
		switch _, err := d.Create(t.Context(), s); {
		case err == nil:
			made.Add(1)
		case !errors.Is(err, biovm.ErrNoCapacity):
			t.Errorf("Create = %v, want ErrNoCapacity", err)
		}
	})
	if int(made.Load()) != len(one) {
		t.Errorf("the chassis took %d vms at once, and %d one by one", made.Load(), len(one))
	}
}

// testConcurrentStart holds that of the same step made at once one is made.
func testConcurrentStart(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := create(t, d, spec(d, "a"))
	for _, op := range []biovm.Op{biovm.OpStart, biovm.OpPause, biovm.OpResume, biovm.OpStop, biovm.OpStart} {
		var won atomic.Int32
		atOnce(8, func(int) {
			switch err := apply(t.Context(), vm, op); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, biovm.ErrState):
				t.Errorf("%s = %v, want ErrState", op, err)
			}
		})
		if won.Load() != 1 {
			t.Errorf("%d of 8 made the step %s, want 1", won.Load(), op)
		}
	}
	// Destroying is no contest.
	atOnce(8, func(int) {
		if err := vm.Destroy(t.Context()); err != nil {
			t.Errorf("Destroy: %v", err)
		}
	})
	checkGone(t, d, vm)
}

// testConcurrentExecute holds that processes of one VM do not disturb each
// other.
func testConcurrentExecute(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := running(t, d, spec(d, "a"))
	// Each starves its own cell, or not.
	codes := []string{"set_medium({})\nfba()['growth_rate']", "fba()['growth_rate']"}
	want := []string{canonical(t, execute(t, vm, codes[0])), canonical(t, execute(t, vm, codes[1]))}
	atOnce(12, func(i int) {
		r, err := vm.Execute(t.Context(), biovm.Process{Code: codes[i%2]})
		if err != nil {
			t.Errorf("Execute: %v", err)
			return
		}
		if got, err := r.Canonical(); err != nil || string(got) != want[i%2] {
			t.Errorf("Execute(%q) among others = %s, %v; alone %s", codes[i%2], got, err, want[i%2])
		}
	})
}
