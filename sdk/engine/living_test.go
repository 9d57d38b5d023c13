//go:build !race

package engine_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// run runs a program in a VM.
func runCode(t *testing.T, e *engine.Engine, vm, code string) biovm.Result {
	t.Helper()
	r, err := e.Execute(t.Context(), vm, biovm.Process{Code: code})
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	return r
}

// A cell's life goes on in another process, bit for bit, and a VM that is made
// anew under its name has none.
func TestLifePersists(t *testing.T) {
	t.Parallel()
	for _, o := range []biovm.BiologicalType{biovm.Syn3A, biovm.EColi} {
		const half = "simulate(minutes=0.5)"
		spec := biovm.Spec{ID: "a", BiologicalType: o, Seed: 7}
		whole := enginetest.Open(t, engine.Options{InMemory: true})
		start(t, whole, spec)
		runCode(t, whole, "a", half)
		want := runCode(t, whole, "a", half)

		dir := t.TempDir()
		e := enginetest.Open(t, engine.Options{Dir: dir})
		start(t, e, spec)
		runCode(t, e, "a", half)
		if _, err := e.Execute(t.Context(), "a", biovm.Process{Code: "simulate(minutes=1)\nfail('no')"}); err == nil {
			t.Fatal("a program that fails did not")
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		e = enginetest.Open(t, engine.Options{Dir: dir})
		got := runCode(t, e, "a", half)
		if string(got.Value) != string(want.Value) {
			t.Errorf("%s: another process went on to\n%s\nwant\n%s", o, got.Value, want.Value)
		}
		s, err := e.Status(t.Context(), "a")
		if err != nil || s.SimulatedSeconds != 60 || got.SimulatedSeconds != 30 {
			t.Errorf("%s: %v s simulated in all, %v s at last, %v; want 60 and 30", o, s.SimulatedSeconds, got.SimulatedSeconds, err)
		}
		if err := e.Operate(t.Context(), "a", biovm.OpPause); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Execute(t.Context(), "a", biovm.Process{Code: half}); !errors.Is(err, biovm.ErrState) {
			t.Errorf("%s: a paused cell lives on: %v", o, err)
		}
		if err := e.Operate(t.Context(), "a", biovm.OpDestroy); err != nil {
			t.Fatal(err)
		}
		start(t, e, spec)
		if got := age(t, runCode(t, e, "a", half)); got != 0.5 {
			t.Errorf("%s: a new vm's cell is %v minutes old, want 0.5", o, got)
		}
	}
}

// start makes a VM that runs.
func start(t *testing.T, e *engine.Engine, spec biovm.Spec) {
	t.Helper()
	if _, err := e.Create(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(e.Confirm(t.Context(), string(spec.ID)), e.Operate(t.Context(), string(spec.ID), biovm.OpStart)); err != nil {
		t.Fatal(err)
	}
}

func age(t *testing.T, r biovm.Result) float64 {
	t.Helper()
	var v struct{ Age float64 }
	if err := json.Unmarshal(r.Value, &v); err != nil {
		t.Fatal(err)
	}
	return v.Age
}

// An operon that was knocked out stays so, and metabolism does without it:
// without trpEDCBA a cell needs tryptophan, as Yanofsky's mutants did.
func TestOperonStaysLost(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{InMemory: true})
	start(t, e, biovm.Spec{ID: "a", BiologicalType: biovm.EColi})
	const free = `fba(allocation=False)["growth_rate"]`
	before := number(t, runCode(t, e, "a", free))
	if now := number(t, runCode(t, e, "a", `operon("trp", "knock_out"); `+free)); now > 0.01*before {
		t.Errorf("grows at %v 1/h at once, want nothing", now)
	}
	if after := number(t, runCode(t, e, "a", free)); !(before > 0.8) || after > 0.01*before {
		t.Errorf("%v 1/h with the trp operon and %v without, want growth and none", before, after)
	}
	if fed := number(t, runCode(t, e, "a", `set_medium({"EX_trp__L_e": 1}, update=True); `+free)); fed < before {
		t.Errorf("with tryptophan %v 1/h, want at least %v", fed, before)
	}
	m, err := e.Metrics(t.Context(), "a")
	if err != nil || m.Cell.EColi == nil || m.Cell.EColi.Operons["trp"] != "lost" {
		t.Errorf("metrics %+v, %v; want the trp operon lost", m.Cell.EColi, err)
	}
	if g := m.Growth; g.FreeGrowthRate > 0.01*before {
		t.Errorf("metrics say that it could grow at %v 1/h, want nothing", g.FreeGrowthRate)
	}
	runCode(t, e, "a", `simulate(minutes=0.1, anew=True)`)
	if after := number(t, runCode(t, e, "a", free)); after != before {
		t.Errorf("a cell born anew grows at %v 1/h, want %v", after, before)
	}
}

// What is done to operons shows in a VM's growth and figures, until it is undone.
func TestOperonsShow(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{InMemory: true})
	start(t, e, biovm.Spec{ID: "a", BiologicalType: biovm.EColi})
	look := func() (biovm.Growth, map[string]string) {
		t.Helper()
		m, err := e.Metrics(t.Context(), "a")
		if err != nil || m.Cell.EColi == nil {
			t.Fatalf("metrics %+v, %v", m, err)
		}
		return m.Growth, m.Cell.EColi.Operons
	}
	wild, _ := look()
	for _, c := range []struct {
		id, action, status string
		free, granted      float64 // of the wild type's
	}{
		{"his", "repress", "repressed", 0.01, 0.01 * wild.FreeGrowthRate / wild.GrowthRate},
		{"tna", "induce", "induced", 1 - (0.02083-0.00022)/0.38, 1 - (0.02083-0.00022)/0.38}, // Schmidt et al. 2016, Scott et al. 2010
		{"S10", "repress", "repressed", 1, 0.01},
	} {
		runCode(t, e, "a", `operon("`+c.id+`", "`+c.action+`")`)
		now, operons := look()
		if math.Abs(now.FreeGrowthRate-c.free*wild.FreeGrowthRate) > 1e-6 || math.Abs(now.GrowthRate-c.granted*wild.GrowthRate) > 1e-6 || operons[c.id] != c.status {
			t.Errorf("%s %s: %+v, %v; want %v and %v of %+v", c.action, c.id, now, operons, c.free, c.granted, wild)
		}
		if got := number(t, runCode(t, e, "a", `get_biological_status()["growth_rate"]`)); math.Abs(got-now.GrowthRate) > 1e-12 {
			t.Errorf("%s %s: get_biological_status() says %v 1/h, metrics %v", c.action, c.id, got, now.GrowthRate)
		}
		runCode(t, e, "a", `operon("`+c.id+`", "release")`)
	}
	if now, operons := look(); now.GrowthRate != wild.GrowthRate || len(operons) != 1 {
		t.Errorf("released: %+v, %v; want %+v and lac's status alone", now, operons, wild)
	}
}

func number(t *testing.T, r biovm.Result) float64 {
	t.Helper()
	var v float64
	if err := json.Unmarshal(r.Value, &v); err != nil {
		t.Fatalf("%s: %v", r.Value, err)
	}
	return v
}

// Each type has the figures that it is known by.
func TestCellMetrics(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{InMemory: true})
	for _, o := range biovm.BiologicalTypes() {
		start(t, e, biovm.Spec{ID: biovm.ID(o), BiologicalType: o})
	}
	of := func(o biovm.BiologicalType) biovm.CellMetrics {
		m, err := e.Metrics(t.Context(), string(o))
		if err != nil || m.Cell.Problem != "" {
			t.Fatalf("%s: %v %s", o, err, m.Cell.Problem)
		}
		return m.Cell
	}
	// 15 units of 325 ribosomes; ATP and essential genes of the published cell.
	s := of(biovm.Syn3A).Syn3A
	if s == nil || s.RibosomesAllocated != 4875 || !(s.ATPLevel > 0.5 && s.ATPLevel < 2) || s.EssentialGenes < 350 || s.ActiveEssentialGenes > s.EssentialGenes {
		t.Errorf("syn3a: %+v", s)
	}
	runCode(t, e, string(biovm.Syn3A), "simulate(minutes=0.5)")
	if now := of(biovm.Syn3A).Syn3A; *now == *s || !(now.RibosomesActive > 0) {
		t.Errorf("syn3a: after half a minute %+v, as at birth", now)
	}
	c := of(biovm.EColi).EColi
	if c == nil || c.GrowthPhase != "lag" || c.Operons["lac"] != "repressed" || c.PlasmidCount != 0 {
		t.Errorf("ecoli: %+v", c)
	}
	m := of(biovm.MinimalCell).MinimalCell
	if m == nil || len(m.Functions) != 3 {
		t.Fatalf("minimal_cell: %+v", m)
	}
	for _, f := range m.Functions {
		if !f.Supported {
			t.Errorf("minimal_cell: %s: %v", f.Name, f.Missing)
		}
	}
}

// A living cell keeps its genes: whoever changes those is told so, and the VM can
// still be looked at.
func TestLifeOfOtherGenes(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{InMemory: true})
	start(t, e, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})
	runCode(t, e, "a", "simulate(minutes=0.1)")
	if err := e.Update(t.Context(), "a", biovm.Change{Knockouts: &[]string{"JCVISYN3A_0227"}}); err != nil {
		t.Fatal(err)
	}
	_, err := e.Execute(t.Context(), "a", biovm.Process{Code: "simulate(minutes=0.1)"})
	if err == nil || age(t, runCode(t, e, "a", "simulate(minutes=0.1, anew=True)")) != 0.1 {
		t.Errorf("the cell went on with other genes: %v", err)
	}
	m, err := e.Metrics(t.Context(), "a")
	if err != nil || m.Cell.Syn3A == nil {
		t.Errorf("metrics %+v, %v", m.Cell, err)
	}
}

// A process that is killed while a cell lives leaves the cell as it was, and so
// does one whose VM is stopped; a stopped VM's cell goes on when it is started.
func TestKilledLife(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := enginetest.Open(t, engine.Options{Dir: dir})
	start(t, e, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})
	runCode(t, e, "a", "simulate(minutes=0.5)")
	cmd, acks := child(t, "lives", dir, "")
	if !acks.Scan() {
		t.Fatal("the child did not begin")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if got := age(t, runCode(t, e, "a", "simulate(minutes=0.5)")); got != 1 {
		t.Errorf("after a kill the cell is %v minutes old, want 1", got)
	}

	done := make(chan error, 1)
	go func() { done <- second(e.Execute(t.Context(), "a", endlessLife())) }()
	if err := busy(t.Context(), e, "a"); err != nil {
		t.Fatal(err)
	}
	if err := e.Operate(t.Context(), "a", biovm.OpStop); err != nil {
		t.Fatal(err)
	}
	wantError(t, "life of a vm that is stopped", <-done, biovm.ErrState)
	if err := e.Operate(t.Context(), "a", biovm.OpStart); err != nil {
		t.Fatal(err)
	}
	if got := age(t, runCode(t, e, "a", "simulate(minutes=0.5)")); got != 1.5 {
		t.Errorf("stopped and started the cell is %v minutes old, want 1.5", got)
	}
	s, err := e.Status(t.Context(), "a")
	if err != nil || s.SimulatedSeconds != 90 {
		t.Errorf("%v s simulated, %v; want 90", s.SimulatedSeconds, err)
	}
	sweeper, err := engine.Open(t.Context(), engine.Options{Dir: dir}) // removes what the dead one left
	if err != nil {
		t.Fatal(err)
	}
	if err := sweeper.Close(); err != nil {
		t.Error(err)
	}
}
