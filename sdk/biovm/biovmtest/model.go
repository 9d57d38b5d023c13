package biovmtest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// toy is a network that can be solved by hand: glucose g of 10 mmol/gDW/h at
// most goes into ATP, two of it, or into biomass with ten ATP; maintenance takes
// one. Free, 10 = x + μ and 2x = 1 + 10μ: μ = 19/12 and 2x = 101/6 ATP. With a
// share s of that, 10μ = s·101/6 - 1. JCVISYN3A_0445 is called by an alias, and
// toy_t is no gene of the organism.
const toy = `{
"id": "toy", "version": "1", "compartments": {"c": "", "e": ""},
"metabolites": [
 {"id": "glc__D_e", "name": "", "compartment": "e"},
 {"id": "glc__D_c", "name": "", "compartment": "c"},
 {"id": "atp_c", "name": "", "compartment": "c"},
 {"id": "adp_c", "name": "", "compartment": "c"}],
"reactions": [
 {"id": "EX_glc__D_e", "name": "", "metabolites": {"glc__D_e": -1}, "lower_bound": -10, "upper_bound": 1000, "gene_reaction_rule": ""},
 {"id": "GLCt", "name": "", "metabolites": {"glc__D_e": -1, "glc__D_c": 1}, "lower_bound": 0, "upper_bound": 1000, "gene_reaction_rule": "toy_t"},
 {"id": "GLYC", "name": "", "metabolites": {"glc__D_c": -1, "adp_c": -2, "atp_c": 2}, "lower_bound": 0, "upper_bound": 1000, "gene_reaction_rule": "MMSYN1_0445"},
 {"id": "ATPM", "name": "", "metabolites": {"atp_c": -1, "adp_c": 1}, "lower_bound": 1, "upper_bound": 1000, "gene_reaction_rule": ""},
 {"id": "GROWTH", "name": "", "metabolites": {"glc__D_c": -1, "atp_c": -10, "adp_c": 10}, "lower_bound": 0, "upper_bound": 1000, "gene_reaction_rule": "", "objective_coefficient": 1}],
"genes": [{"id": "toy_t", "name": ""}, {"id": "MMSYN1_0445", "name": ""}]}
`

const (
	toyFree = 19.0 / 12
	toyATP  = 101.0 / 6
)

// written writes a file and returns it as a source.
func written(t *testing.T, name, content string) *biovm.Source {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return &biovm.Source{Source: path}
}

// toySum is the SHA-256 of the toy.
func toySum() string {
	sum := sha256.Sum256([]byte(toy))
	return hex.EncodeToString(sum[:])
}

func closeTo(got, want float64) bool { return math.Abs(got-want) <= 1e-9*max(1, math.Abs(want)) }

// testModel holds that a VM lives by the network that it was made with, long
// after the file is gone.
func testModel(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	s := spec(d, "a")
	s.Model = written(t, "toy.json", toy)
	if err := d.Check(t.Context(), s); err != nil {
		t.Fatalf("Check: %v", err)
	}
	vm := create(t, d, s)
	if s.Model.SHA256 != "" {
		t.Errorf("Create changed the caller's spec: %+v", s.Model)
	}
	if err := os.Remove(s.Model.Source); err != nil {
		t.Fatal(err)
	}
	is, sum := status(t, vm), toySum()
	if want := (biovm.Source{Source: s.Model.Source, SHA256: sum}); is.Spec.Model == nil || *is.Spec.Model != want || !strings.Contains(is.ModelVersion, sum[:12]) {
		t.Errorf("status of a vm with a model: %+v of version %q, want %+v and the sum's beginning", is.Spec.Model, is.ModelVersion, want)
	}
	if err := vm.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	share := *biovm.Defaults(biovm.Syn3A).ResourceLimits.MaxATP
	m := metrics(t, vm)
	if g := m.Growth; !closeTo(g.FreeGrowthRate, toyFree) || !closeTo(g.GrowthRate, (share/100*toyATP-1)/10) || g.LimitedBy != biovm.LimitedByATP || !closeTo(g.ATP.Maintenance, 1) {
		t.Errorf("growth %+v, want %v free and %v with %v percent of ATP", m.Growth, toyFree, (share/100*toyATP-1)/10, share)
	}
	if m.ModelVersion != is.ModelVersion {
		t.Errorf("model versions %q and %q", m.ModelVersion, is.ModelVersion)
	}
	r := execute(t, vm, `[essential_genes()["in_silico"], knockout("toy_t")["growth_rate"]]`)
	if want := `[["JCVISYN3A_0445", "toy_t"], 0.0]`; !sameJSON(t, r.Value, want) || r.ModelVersion != is.ModelVersion {
		t.Errorf("knock-outs of the toy's genes: %s of version %q, want %s", r.Value, r.ModelVersion, want)
	}
	testModelUpdate(t, vm)
}

// testModelUpdate holds that the network stays when the rest changes.
func testModelUpdate(t *testing.T, vm biovm.VM) {
	t.Helper()
	u := ability[biovm.Updater](t, vm)
	if err := u.Update(t.Context(), biovm.Change{Knockouts: new([]string{"toy_t"}), ModelSource: new("elsewhere.json")}); err != nil {
		t.Fatal(err)
	}
	is := status(t, vm).Spec
	if is.Model == nil || is.Model.Source != "elsewhere.json" || is.Model.SHA256 != toySum() || metrics(t, vm).Growth.FreeGrowthRate != 0 {
		t.Errorf("after Update the vm has the model %+v and grows at %v", is.Model, metrics(t, vm).Growth.FreeGrowthRate)
	}
	for path, c := range map[string]biovm.Change{
		"knockouts[0]":           {Knockouts: new([]string{"toy_x"})},
		`medium["EX_o2_e"]`:      {Medium: new(map[string]float64{"EX_o2_e": 1})},
		"config.plasmid_support": {Config: new(biovm.Config{PlasmidSupport: new(true)})},
		"xcpng":                  {XCPng: &biovm.XCPngSpec{Host: "elsewhere"}},
	} {
		if vm.Type() == biovm.XCPng && path == "xcpng" {
			continue
		}
		if err := u.Update(t.Context(), c); !slices.Equal(paths(err), []string{path}) {
			t.Errorf("Update(%s) = %v, want a problem at %s", form(t, c), err, path)
		}
	}
}

// testModelShared holds that two VMs may have one network, and each its own life.
func testModelShared(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	model := written(t, "toy.json", toy)
	model.SHA256 = toySum()
	a, b := spec(d, "a"), spec(d, "b")
	a.Model, b.Model = model, model
	first, second := create(t, d, a), create(t, d, b)
	if err := first.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := metrics(t, second).Growth.FreeGrowthRate; !closeTo(got, toyFree) {
		t.Errorf("after its sister is gone the vm grows at %v free, want %v", got, toyFree)
	}
	plain := create(t, d, spec(d, "c"))
	if got := metrics(t, plain).Growth.FreeGrowthRate; closeTo(got, toyFree) {
		t.Errorf("a vm without a model grows at the toy's %v", got)
	}
	u := ability[biovm.Updater](t, plain)
	if err := u.Update(t.Context(), biovm.Change{ModelSource: new("toy.json")}); !slices.Equal(paths(err), []string{"model.source"}) {
		t.Errorf("a change of where no model is from: %v, want a problem at model.source", err)
	}
}

// testModelRefused holds that what is wrong with a file is said of the file.
func testModelRefused(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	right := written(t, "toy.json", toy)
	wrongSum := &biovm.Source{Source: right.Source, SHA256: strings.Repeat("0", 64)}
	broken := strings.Replace(toy, `"lower_bound": -10`, `"lower_bound": "ten"`, 1)
	for name, tt := range map[string]struct {
		change func(s *biovm.Spec)
		path   string
		words  []string
	}{
		"missing":     {func(s *biovm.Spec) { s.Model = &biovm.Source{Source: "/no/such/model.json"} }, "model.source", []string{"/no/such/model.json", "no such file"}},
		"a folder":    {func(s *biovm.Spec) { s.Model = &biovm.Source{Source: t.TempDir()} }, "model.source", []string{"regular file"}},
		"another sum": {func(s *biovm.Spec) { s.Model = wrongSum }, "model.sha256", []string{wrongSum.SHA256, toySum()}},
		"broken":      {func(s *biovm.Spec) { s.Model = written(t, "broken.json", broken) }, "model.source", []string{"broken.json", "line 9"}},
		"no model":    {func(s *biovm.Spec) { s.Model = written(t, "readme.md", "hello") }, "model.source", []string{"readme.md", "not a model"}},
		"two goals": {func(s *biovm.Spec) {
			s.Model = written(t, "goals.json", strings.Replace(toy, `"gene_reaction_rule": "toy_t"`, `"gene_reaction_rule": "toy_t", "objective_coefficient": 1`, 1))
		}, "model.source", []string{"goals.json", "one reaction"}},
		"no goal": {func(s *biovm.Spec) {
			s.Model = written(t, "aimless.json", strings.Replace(toy, `, "objective_coefficient": 1`, "", 1))
		}, "model.source", []string{"aimless.json", "one reaction"}},
		"a gene":      {func(s *biovm.Spec) { s.Model, s.Knockouts = right, []string{"toy_x"} }, "knockouts[0]", []string{"toy_t"}},
		"an exchange": {func(s *biovm.Spec) { s.Model, s.Medium = right, map[string]float64{"EX_o2_e": 1} }, `medium["EX_o2_e"]`, []string{"toy"}},
	} {
		s := spec(d, "a")
		tt.change(&s)
		_, err := d.Create(t.Context(), s)
		for door, err := range map[string]error{"Check": d.Check(t.Context(), s), "Create": err} {
			if !slices.Equal(paths(err), []string{tt.path}) || !errors.Is(err, biovm.ErrInvalid) {
				t.Errorf("%s: %s = %v, with problems at %q; want one at %s", name, door, err, paths(err), tt.path)
				continue
			}
			checkOpError(t, err, strings.ToLower(door), "a")
			for _, word := range tt.words {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%s: %s = %v, want it to name %s", name, door, err, word)
				}
			}
		}
	}
	if all, err := d.List(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("after refusals there are %d vms, %v", len(all), err)
	}
}

// testModelWithoutATP holds that a network that has no ATP is not rationed.
func testModelWithoutATP(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	s := spec(d, "a")
	s.Model = written(t, "other.json", strings.ReplaceAll(toy, "atp_c", "energy_c"))
	vm := create(t, d, s)
	if g := metrics(t, vm).Growth; !closeTo(g.GrowthRate, toyFree) || !closeTo(g.FreeGrowthRate, toyFree) || g.ATP.Cap != 0 || g.OneMoreUnit.ATP != 0 {
		t.Errorf("growth without ATP to ration: %+v, want %v", g, toyFree)
	}
	a := ability[biovm.Allocator](t, vm)
	if _, err := a.Allocate(t.Context(), biovm.Allocation{ATP: new(50.0)}); !slices.Equal(paths(err), []string{"atp"}) || !strings.Contains(err.Error(), "atp_c") {
		t.Errorf("allocating ATP to a cell that has none: %v, want a problem at atp that names atp_c", err)
	}
	for _, ask := range []biovm.Allocation{{Ribosomes: new(1)}, {ATP: biovm.Defaults(biovm.Syn3A).ResourceLimits.MaxATP, Ribosomes: new(2)}} {
		if _, err := a.Allocate(t.Context(), ask); err != nil {
			t.Errorf("Allocate(%s) to a cell without ATP: %v", form(t, ask), err)
		}
	}
	if usage, err := a.Usage(t.Context()); err != nil || usage.ATPPercent != 0 {
		t.Errorf("usage %+v, %v; want no ATP in use", usage, err)
	}
	all, err := a.Recommendations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.Allocation.ATP != nil {
			t.Errorf("recommends %+v", r)
		}
	}
}
