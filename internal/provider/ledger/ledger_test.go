package ledger_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/ledger"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func vm(name string, ribosomes int) ledger.VM {
	return ledger.VM{
		Name:     name,
		Spec:     biovm.Spec{ID: biovm.ID(name), Chassis: biovm.ChassisEColi, SharedChassis: "pool"},
		Grant:    biovm.Resources{ATP: 10, Ribosomes: ribosomes, RNAPolymerase: 1, MemoryKB: 1},
		Capacity: biovm.Resources{ATP: 100, Ribosomes: 68, RNAPolymerase: 68, MemoryKB: 1000},
		MaxVMs:   4,
	}
}

func there(vms ...ledger.VM) func(context.Context) ([]biovm.Status, error) {
	return func(context.Context) ([]biovm.Status, error) {
		var all []biovm.Status
		for _, v := range vms {
			all = append(all, biovm.Status{ID: v.Spec.ID, UUID: "uuid-" + v.Name, Spec: v.Spec, Grant: v.Grant})
		}
		return all, nil
	}
}

// Each fits alone; together they do not.
func TestWholePlan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ledger.New(there(vm("old", 8)))
		for _, name := range []string{"a", "b"} {
			if err := l.Plan(t.Context(), vm(name, 30)); err != nil {
				t.Fatalf("Plan(%s) = %v, want no error: 8 + 30 + 30 of 68", name, err)
			}
		}
		err := l.Plan(t.Context(), vm("c", 1))
		capacity, ok := errors.AsType[*biovm.CapacityError](err)
		if !ok || capacity.Resource != "ribosomes" || capacity.Free != 0 || capacity.Want != 1 {
			t.Fatalf("Plan(c) = %v, want a capacity error: 1 ribosome wanted, 0 free", err)
		}
		// What did not fit does not count.
		other := vm("d", 1)
		other.Spec.SharedChassis = "elsewhere"
		if err := l.Plan(t.Context(), other); err != nil {
			t.Errorf("Plan(d) on another chassis = %v, want no error", err)
		}
	})
}

// Terraform may plan the VM that takes before the one that gives.
func TestWaitsForTheRestOfThePlan(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		room func(l *ledger.Ledger)
	}{
		{"destroyed", func(l *ledger.Ledger) { l.Free("old") }},
		{"lowered", func(l *ledger.Ledger) {
			old := vm("old", 60)
			if err := l.Grant(t.Context(), old, biovm.Resources{Ribosomes: 8}); err != nil {
				t.Errorf("Grant(old) = %v, want no error", err)
			}
		}},
		{"in an apply the engine decides", func(l *ledger.Ledger) { l.Apply() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := ledger.New(there(vm("old", 60)))
				done := make(chan error, 1)
				go func() { done <- l.Plan(t.Context(), vm("new", 60)) }()
				<-time.After(100 * time.Millisecond)
				select {
				case err := <-done:
					t.Fatalf("Plan(new) = %v at once, want it to wait for room", err)
				default:
				}
				tt.room(l)
				if err := <-done; err != nil {
					t.Errorf("Plan(new) = %v, want no error once there is room", err)
				}
			})
		})
	}
}

func TestSharedChassisIsOfOneKind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ledger.New(there(vm("old", 1)))
		other := vm("a", 1)
		other.Spec.Chassis = biovm.ChassisYeast
		err := l.Plan(t.Context(), other)
		if fields := biovm.FieldErrors(err); len(fields) != 1 || fields[0].Path != "shared_chassis" {
			t.Errorf("Plan with another kind = %v, want a field error at shared_chassis", err)
		}
	})
}

func TestTooManyVMs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ledger.New(there(vm("a", 1), vm("b", 1), vm("c", 1), vm("d", 1)))
		err := l.Plan(t.Context(), vm("e", 1))
		capacity, ok := errors.AsType[*biovm.CapacityError](err)
		if !ok || capacity.Resource != "vms" {
			t.Errorf("Plan of a fifth VM = %v, want a capacity error about vms", err)
		}
		// One that takes the place of a VM of its name is not a fifth.
		if err := l.Plan(t.Context(), vm("a", 2)); err != nil {
			t.Errorf("Plan of a VM again = %v, want no error", err)
		}
	})
}

// Those that wait for room do not keep Terraform from those that make it: of a
// chassis one VM waits, and judges for all.
func TestOneWaitsForAll(t *testing.T) {
	t.Parallel()
	for _, room := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			l := ledger.New(there(vm("old", 60)))
			first := make(chan error, 1)
			go func() { first <- l.Plan(t.Context(), vm("a", 30)) }()
			synctest.Wait()
			if err := l.Plan(t.Context(), vm("b", 30)); err != nil {
				t.Errorf("Plan(b) = %v while a waits, want no error", err)
			}
			if room {
				l.Free("old")
			}
			if err := <-first; (err == nil) != room {
				t.Errorf("Plan(a) = %v, want an error: %t", err, !room)
			}
		})
	}
}

func TestNameIsTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := ledger.New(there(vm("foreign", 1), vm("ours", 1), vm("going", 1)))
		l.See("uuid-ours")
		go l.Free("going")
		if err := l.Name(t.Context(), "new"); err != nil {
			t.Fatalf("Name(new) = %v, want no error", err)
		}
		for name, want := range map[string]error{"foreign": biovm.ErrExists, "new": biovm.ErrExists, "ours": nil, "going": nil, "other": nil} {
			if err := l.Name(t.Context(), name); !errors.Is(err, want) {
				t.Errorf("Name(%s) = %v, want %v", name, err, want)
			}
		}
	})
}

// VMs that change their names among themselves wait for each other to be read:
// one waits and judges for all, lest they take all the turns that Terraform
// has and nobody comes to be read.
func TestOneWaitsForAllNames(t *testing.T) {
	t.Parallel()
	for _, read := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			l := ledger.New(there(vm("a", 1), vm("b", 1), vm("c", 1)))
			first := make(chan error, 1)
			go func() { first <- l.Name(t.Context(), "a") }()
			synctest.Wait()
			began := time.Now()
			for _, name := range []string{"b", "c"} {
				if err := l.Name(t.Context(), name); err != nil || time.Since(began) > 0 {
					t.Errorf("Name(%s) = %v after %v while another waits, want no error at once", name, err, time.Since(began))
				}
			}
			l.See("uuid-a")
			l.Free("b")
			if read {
				l.See("uuid-c")
			}
			switch err := <-first; {
			case read && err != nil:
				t.Errorf("Name(a) = %v, want no error: all were read or destroyed", err)
			case !read && (!errors.Is(err, biovm.ErrExists) || !strings.Contains(err.Error(), `"c"`) || strings.Contains(err.Error(), `"a"`)):
				t.Errorf("Name(a) = %v, want an error about c and nothing else", err)
			}
			if err := l.Name(t.Context(), "b"); !errors.Is(err, biovm.ErrExists) {
				t.Errorf("Name(b) = %v once more, want %v", err, biovm.ErrExists)
			}
		})
	}
}

// One error tells of all names that are taken, those of the VM that waits first.
func TestManyNamesAreTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		names := []string{"h", "g", "f", "e", "d", "c", "b", "a"}
		var vms []ledger.VM
		for _, name := range names {
			vms = append(vms, vm(name, 1))
		}
		l := ledger.New(there(vms...))
		first := make(chan error, 1)
		go func() { first <- l.Name(t.Context(), "h") }()
		synctest.Wait()
		for _, name := range names[1:] {
			if err := l.Name(t.Context(), name); err != nil {
				t.Errorf("Name(%s) = %v while another waits, want no error", name, err)
			}
		}
		err := <-first
		if want := `vm "h" (and likewise "a", "b", "c", "d", "e" and 2 more): already exists`; !errors.Is(err, biovm.ErrExists) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Name(h) = %v, want %s", err, want)
		}
	})
}
