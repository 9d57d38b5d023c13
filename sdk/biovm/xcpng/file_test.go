package xcpng_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// sugar is a network that grows at 1/h, and is long.
func sugar() string {
	return `{"id": "sugar", "version": "1", "compartments": {"c": ""}, "metabolites": [{"id": "s_c", "name": "` + strings.Repeat("long ", 20_000) + `", "compartment": "c"}],
"reactions": [
 {"id": "EX_s_c", "name": "", "metabolites": {"s_c": -1}, "lower_bound": -1, "upper_bound": 0, "gene_reaction_rule": ""},
 {"id": "growth", "name": "", "metabolites": {"s_c": -1}, "lower_bound": 0, "upper_bound": 9, "gene_reaction_rule": "mine", "objective_coefficient": 1}],
"genes": [{"id": "mine", "name": ""}]}`
}

// TestModelIsInTheGuest holds that the pool has a model's sum alone, that a guest
// that runs needs no file, and that one that stands still is spoken for where the
// file is, or was read.
func TestModelIsInTheGuest(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	path := filepath.Join(t.TempDir(), "sugar.json")
	if err := os.WriteFile(path, []byte(sugar()), 0o600); err != nil {
		t.Fatal(err)
	}
	s := syn3a("a")
	s.Model = &biovm.Source{Source: path}
	o := r.options()
	o.KeyDir = t.TempDir()
	first := r.open(t, o)
	t.Cleanup(func() { _ = first.Close() })
	vm := running(t, first, s)
	sum := sha256.Sum256([]byte(sugar()))
	if got := status(t, vm); got.Spec.Model == nil || got.Spec.Model.SHA256 != hex.EncodeToString(sum[:]) || got.Growth == nil || math.Abs(got.Growth.FreeGrowthRate-1) > 1e-9 {
		t.Errorf("status: %+v growing at %+v", got.Spec.Model, got.Growth)
	}
	inventory := r.server.Inventory()
	machine, _ := inventory.VM("a")
	for key, text := range machine.OtherConfig {
		if len(text) > 4096 || strings.Contains(text, "long long") {
			t.Errorf("the pool holds %d bytes under %s", len(text), key)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}

	// Another process, whose twin never saw the file.
	e, err := engine.Open(t.Context(), engine.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	o.Twin = basic.New(e)
	t.Cleanup(func() { _ = o.Twin.Close() })
	d := r.open(t, o)
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	far, err := d.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	u, _ := far.(biovm.Updater)
	if err := u.Update(t.Context(), biovm.Change{Seed: new(int64(4))}); err != nil {
		t.Errorf("Update of a guest that runs: %v", err)
	}
	if m, err := far.Metrics(t.Context()); err != nil || math.Abs(m.Growth.FreeGrowthRate-1) > 1e-9 {
		t.Errorf("Metrics of a guest that runs: %+v, %v", m.Growth, err)
	}
	if err := far.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := status(t, far); got.Growth == nil || math.Abs(got.Growth.FreeGrowthRate-1) > 1e-9 {
		t.Errorf("status of a guest that stands still: %+v", got.Growth)
	}
	if _, err := far.Metrics(t.Context()); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("Metrics of a guest that stands still, without its file: %v, want where it was", err)
	}
	// Where the file is said to be now, it is read.
	moved := filepath.Join(t.TempDir(), "moved.json")
	if err := os.WriteFile(moved, []byte(sugar()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := u.Update(t.Context(), biovm.Change{ModelSource: &moved, Knockouts: new([]string{"mine"})}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(moved), far.Start(t.Context())); err != nil {
		t.Fatal(err)
	}
	got := status(t, far)
	if got.Spec.Model.Source != moved || got.Spec.Seed != 4 || got.Growth == nil || got.Growth.FreeGrowthRate != 0 {
		t.Errorf("started anew: %+v, growing at %+v", got.Spec, got.Growth)
	}
	if res, err := far.Execute(context.WithoutCancel(t.Context()), biovm.Process{Code: "fba(allocation=False)['growth_rate']"}); err != nil || string(res.Value) != "0" && string(res.Value) != "0.0" {
		t.Errorf("in the guest it grows at %s, %v", res.Value, err)
	}
}

// kept are files by their sums.
type kept map[string][]byte

func (k kept) File(_ context.Context, sum string) ([]byte, error) {
	content, ok := k[sum]
	if !ok {
		return nil, biovm.ErrNotFound
	}
	return content, nil
}

// TestFilesBySum holds that a spec can name what this side keeps by its sum alone,
// and that the guest has it then.
func TestFilesBySum(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	sum := sha256.Sum256([]byte(sugar()))
	s := syn3a("a")
	s.Model = &biovm.Source{SHA256: hex.EncodeToString(sum[:])}
	for name, files := range map[string]xcpng.Files{"none": nil, "others": kept{}} {
		o := r.options()
		o.Files = files
		d := r.open(t, o)
		_, err := d.Create(t.Context(), s)
		if f := biovm.FieldErrors(err); len(f) != 1 || !strings.HasPrefix(f[0].Path, "model.") {
			t.Errorf("Create with %s of the files: %v, want a problem with the model", name, err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}
	o := r.options()
	o.Files = kept{s.Model.SHA256: []byte(sugar())}
	d := r.open(t, o)
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	vm := running(t, d, s)
	if got := status(t, vm); got.Spec.Model.Source != "" || got.Growth == nil || math.Abs(got.Growth.FreeGrowthRate-1) > 1e-9 {
		t.Errorf("status: %+v growing at %+v", got.Spec.Model, got.Growth)
	}
}
