package basic_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

func encode(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestReopen holds that VMs outlive the driver that made them, with all that
// they are and hold.
func TestReopen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx := t.Context()
	first := open(t, engine.Options{Dir: dir})
	vm, err := first.Create(ctx, biovm.Spec{
		ID: "a", BiologicalType: biovm.Syn3A, Knockouts: []string{"JCVISYN3A_0227"}, Seed: 4,
		Medium: map[string]float64{}, // a cell that finds nothing is not one on its default medium
	})
	if err != nil {
		t.Fatal(err)
	}
	c, ok := vm.(biovm.Confirmer)
	if !ok {
		t.Fatalf("%T cannot be confirmed", vm)
	}
	if err := errors.Join(c.Confirm(ctx), vm.Start(ctx)); err != nil {
		t.Fatal(err)
	}
	m, err := biovm.NewResourceManager(vm)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.OptimizeForBiologicalType(ctx); err != nil {
		t.Fatal(err)
	}
	before, err := vm.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	second := open(t, engine.Options{Dir: dir})
	defer second.Close()
	again, err := second.Get(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	after, err := again.Status(ctx)
	if err != nil || encode(t, after) != encode(t, before) {
		t.Errorf("opened again the vm is %s, %v; it was %s", encode(t, after), err, encode(t, before))
	}
	metrics, err := again.Metrics(ctx)
	if err != nil || metrics.Growth.LimitedBy != biovm.LimitedByDead {
		t.Errorf("a cell that finds nothing grows at %v 1/h, %v; want it dead", metrics.Growth.GrowthRate, err)
	}
}

// TestAdopt holds that a VM whose maker is gone before it was confirmed is
// adopted by an equal Create, and by no other.
func TestAdopt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx := t.Context()
	spec := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Seed: 1}
	first := open(t, engine.Options{Dir: dir})
	lost, err := first.Create(ctx, spec)
	if err != nil {
		t.Fatal(err)
	}
	before, err := lost.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}

	second := open(t, engine.Options{Dir: dir})
	defer second.Close()
	other := spec
	other.Seed = 2
	if _, err := second.Create(ctx, other); !errors.Is(err, biovm.ErrExists) {
		t.Errorf("Create of another spec = %v, want ErrExists", err)
	}
	vm, err := second.Create(ctx, spec)
	if err != nil {
		t.Fatal(err)
	}
	after, err := vm.Status(ctx)
	if err != nil || after.UUID != before.UUID || !after.Pending {
		t.Errorf("Create of an equal spec gave %s, %v; want the pending %s", encode(t, after), err, encode(t, before))
	}
	if _, err := second.Create(ctx, spec); !errors.Is(err, biovm.ErrExists) {
		t.Errorf("Create of what was adopted = %v, want ErrExists", err)
	}
}
