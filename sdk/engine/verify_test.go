package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// What no call can bring about, Verify must find.
func TestVerifyFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*store.VM)
		want  []string
	}{
		"nothing":      {func(*store.VM) {}, nil},
		"above limits": {func(vm *store.VM) { vm.Grant.Ribosomes = 16 }, []string{`vm "a"`, "15 units at most"}},
		"small genome": {func(vm *store.VM) { vm.Grant.MemoryKB = 1 }, []string{`vm "a"`, "takes 544 kb"}},
		"over capacity": {func(vm *store.VM) {
			vm.Spec.Config.ResourceLimits.MaxATP = new(100.0)
			vm.Grant.ATP = 76
		}, []string{`chassis "pool" has granted too much`, "want 101, free 100"}},
		"other kind": {func(vm *store.VM) {
			vm.Spec.Chassis = biovm.ChassisYeast
		}, []string{`it is on a chassis "pool" of kind "ecoli", not "yeast"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			e, err := Open(ctx, Options{InMemory: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { e.Close() })
			for _, id := range []biovm.ID{"a", "b"} {
				if _, err := e.Create(ctx, biovm.Spec{ID: id, BiologicalType: biovm.Syn3A, SharedChassis: "pool"}); err != nil {
					t.Fatal(err)
				}
			}
			err = e.store.Write(ctx, func(tx *store.Tx) error {
				vm, err := tx.VM(ctx, "a")
				if err != nil {
					return err
				}
				c.spoil(&vm)
				return tx.UpdateVM(ctx, vm)
			})
			if err != nil {
				t.Fatal(err)
			}
			err = e.Verify(ctx)
			if len(c.want) == 0 && err != nil {
				t.Errorf("verify: got %v, want none", err)
			}
			for _, want := range c.want {
				if !strings.Contains(fmt.Sprint(err), want) {
					t.Errorf("verify: got %v, want it to mention %q", err, want)
				}
			}
		})
	}
}

// A VM that cannot go on can only be destroyed.
func TestFailedVM(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	e, err := Open(ctx, Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	if _, err := e.Create(ctx, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}); err != nil {
		t.Fatal(err)
	}
	err = e.store.Write(ctx, func(tx *store.Tx) error {
		vm, err := tx.VM(ctx, "a")
		if err != nil {
			return err
		}
		vm.State, vm.Problem = biovm.Failed, "its table is gone"
		return tx.UpdateVM(ctx, vm)
	})
	if err != nil {
		t.Fatal(err)
	}
	if s, err := e.Status(ctx, "a"); err != nil || s.Problem != "its table is gone" {
		t.Errorf("status: got %+v, %v; want its problem", s, err)
	}
	for _, op := range []biovm.Op{biovm.OpStart, biovm.OpPause, biovm.OpResume, biovm.OpStop} {
		if err := e.Operate(ctx, "a", op); !strings.Contains(fmt.Sprint(err), "it is error") {
			t.Errorf("%s: got %v, want it refused", op, err)
		}
	}
	if err := e.Operate(ctx, "a", biovm.OpDestroy); err != nil {
		t.Errorf("destroy: %v", err)
	}
}

// A package that is not what its row says, and one that is missing, are found.
func TestVerifyFindsPackages(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	e, err := Open(ctx, Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	s, err := e.Create(ctx, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Packages: []string{"media", "growth_law"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Verify(ctx); err != nil {
		t.Errorf("verify: got %v, want none", err)
	}
	err = e.store.Write(ctx, func(tx *store.Tx) error {
		rows, err := tx.Packages(ctx, s.UUID)
		if err != nil {
			return err
		}
		rows[0].Digest = rows[1].Digest
		return tx.SetPackages(ctx, s.UUID, rows[:1])
	})
	if err != nil {
		t.Fatal(err)
	}
	err = e.Verify(ctx)
	for _, want := range []string{"package growth_law 1.0.0: its file is another package", `the vm's spec requires package media , and "" is installed`} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("verify: got %v, want it to mention %q", err, want)
		}
	}
}
