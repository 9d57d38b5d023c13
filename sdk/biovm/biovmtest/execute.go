package biovmtest

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func testExecute(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	s := spec(d, "a")
	s.Seed = 42
	vm := running(t, d, s)
	tests := map[string]struct{ code, value, stdout string }{
		"an expression":  {"1 + 2", "3", ""},
		"no expression":  {"x = 1", "null", ""},
		"none":           {"None", "null", ""},
		"what it prints": {"print('a', 1)\nprint('ä')\nTrue", "true", "a 1\nä\n"},
		"a structure":    {`{"b": [1.5, None, "x"], "a": (True,)}`, `{"b":[1.5,null,"x"],"a":[true]}`, ""},
		"a function": {`
def twice(x):
    return 2 * x
twice(21)
`, "42", ""},
	}
	for name, tt := range tests {
		r, err := vm.Execute(t.Context(), biovm.Process{Code: tt.code})
		if err != nil {
			t.Errorf("%s: Execute(%q): %v", name, tt.code, err)
			continue
		}
		if !sameJSON(t, r.Value, tt.value) || r.Stdout != tt.stdout {
			t.Errorf("%s: Execute(%q) = %s, printing %q; want %s, %q", name, tt.code, r.Value, r.Stdout, tt.value, tt.stdout)
		}
		if r.Seed != 42 || r.ModelVersion != status(t, vm).ModelVersion || r.WallSeconds < 0 || r.Metrics["growth_rate"] <= 0 || r.Metrics["free_growth_rate"] <= 0 {
			t.Errorf("%s: Execute(%q) = %+v, want the vm's seed and model version, and its growth rates", name, tt.code, r)
		}
	}
	r, err := vm.Execute(t.Context(), biovm.Process{Code: "1", Seed: new(int64(-7))})
	if err != nil || r.Seed != -7 {
		t.Errorf("Execute with a seed of its own = seed %d, %v; want -7", r.Seed, err)
	}
	if got := status(t, vm); got.State != biovm.Running || got.Spec.Seed != 42 {
		t.Errorf("after processes the vm is %s with seed %d", got.State, got.Spec.Seed)
	}
}

// testExecuteDeterministic holds that the same cell, code and seed give the
// same bits, again and on another driver.
func testExecuteDeterministic(t *testing.T, open func(t *testing.T) biovm.Driver) {
	code := "[fba(), get_biological_status()['growth_rate'], [g for g in genes()][:3]]"
	var first string
	for range 2 {
		d := open(t)
		s := spec(d, "a")
		s.Seed = 5
		vm := running(t, d, s)
		for range 2 {
			got := canonical(t, execute(t, vm, code))
			if first == "" {
				first = got
			}
			if got != first {
				t.Fatalf("Execute(%q) = %s and then %s", code, first, got)
			}
		}
	}
}

func testExecuteErrors(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := running(t, d, spec(d, "a"))
	tests := map[string]struct {
		code      string
		is        error // and not the other
		line, col int   // 0 is any
		text      string
	}{
		"syntax":            {"x = 1\ny = (", biovm.ErrInvalid, 2, 0, ""},
		"an unknown name":   {"1\n2 + fbaa()", biovm.ErrInvalid, 2, 5, "fba"},
		"division by zero":  {"x = 0\n\n1 // x", biovm.ErrProcess, 3, 3, "zero"},
		"fail":              {"fail('so it is')", biovm.ErrProcess, 1, 0, "so it is"},
		"an unknown gene":   {"knockout('no-such-gene')", biovm.ErrProcess, 1, 0, "no-such-gene"},
		"an argument":       {"fba(alocation=False)", biovm.ErrProcess, 1, 0, "allocation"},
		"no JSON":           {"fba", biovm.ErrProcess, 0, 0, ""},
		"within a function": {"def f():\n    return [][1]\nf()", biovm.ErrProcess, 2, 0, "range"},
	}
	for name, tt := range tests {
		_, err := vm.Execute(t.Context(), biovm.Process{Code: tt.code})
		var e *biovm.ProcessError
		if !errors.As(err, &e) || errors.Is(err, biovm.ErrProcess) != (tt.is == biovm.ErrProcess) || errors.Is(err, biovm.ErrInvalid) != (tt.is == biovm.ErrInvalid) { //nolint:errorlint // the table's own sentinels
			t.Errorf("%s: Execute(%q) = %v (%T), want a ProcessError that is %v", name, tt.code, err, err, tt.is)
			continue
		}
		checkOpError(t, err, "execute", "a")
		if tt.line != 0 && e.Line != tt.line || tt.col != 0 && e.Col != tt.col || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: Execute(%q) = %v, at %d:%d; want it at %d:%d (0 is any) and to say %q", name, tt.code, err, e.Line, e.Col, tt.line, tt.col, tt.text)
		}
	}
	for _, p := range []biovm.Process{{}, {Code: " \n"}, {Code: "1", Limits: biovm.Limits{Timeout: -1}}} {
		_, err := vm.Execute(t.Context(), p)
		if !errors.Is(err, biovm.ErrInvalid) || len(biovm.FieldErrors(err)) != 1 {
			t.Errorf("Execute(%+v) = %v, want one FieldError", p, err)
		}
		checkOpError(t, err, "execute", "a")
	}
	if got := string(execute(t, vm, "1 + 1").Value); got != "2" {
		t.Errorf("after failures 1 + 1 is %s", got)
	}
}

func testExecuteLimits(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := running(t, d, spec(d, "a"))
	tests := map[string]struct {
		process biovm.Process
		limit   string
	}{
		"steps": {biovm.Process{Code: spin, Limits: biovm.Limits{Steps: 10_000}}, "steps"},
		"time":  {biovm.Process{Code: spin, Limits: biovm.Limits{Steps: 1 << 62, Timeout: 20 * time.Millisecond}}, "wall time"},
		"output": {biovm.Process{
			Code:   "def f():\n    for i in range(1000):\n        print('0123456789')\nf()",
			Limits: biovm.Limits{OutputBytes: 1000},
		}, "output"},
		"result": {biovm.Process{Code: "'x' * 2000", Limits: biovm.Limits{OutputBytes: 1000}}, "result"},
	}
	for name, tt := range tests {
		_, err := vm.Execute(t.Context(), tt.process)
		var e *biovm.LimitError
		if !errors.As(err, &e) || !errors.Is(err, biovm.ErrLimit) || !strings.HasPrefix(e.Limit, tt.limit) || e.Allowed == "" || e.Setting == "" {
			t.Errorf("%s: Execute = %v (%T), want a LimitError for %s", name, err, err, tt.limit)
		}
		if got := status(t, vm).State; got != biovm.Running {
			t.Errorf("%s: the vm is %s afterwards, want running", name, got)
		}
	}
	if got := string(execute(t, vm, "1 + 1").Value); got != "2" {
		t.Errorf("after limits 1 + 1 is %s", got)
	}
}

// testExecuteScope holds that what a process changes is gone with it.
func testExecuteScope(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := running(t, d, spec(d, "a"))
	before, wild := form(t, status(t, vm)), execute(t, vm, "fba()['growth_rate']")
	starved := execute(t, vm, "set_medium({})\nfba()['growth_rate']")
	if string(starved.Value) == string(wild.Value) {
		t.Errorf("on no medium the cell grows at %s, as fast as on its own", starved.Value)
	}
	again := execute(t, vm, "fba()['growth_rate']")
	if canonical(t, again) != canonical(t, wild) {
		t.Errorf("after a process that set the medium fba() gives %s, and gave %s", canonical(t, again), canonical(t, wild))
	}
	execute(t, vm, "x = 1")
	if _, err := vm.Execute(t.Context(), biovm.Process{Code: "x"}); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("a process sees the variable of another one: %v", err)
	}
	if after := form(t, status(t, vm)); after != before {
		t.Errorf("processes changed the vm from %s to %s", before, after)
	}
}

func testMetrics(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	for i, state := range reachable() {
		vm := inState(t, d, spec(d, biovm.ID(state)), state)
		m, s := metrics(t, vm), status(t, vm)
		if m.State != state || m.Grant != s.Grant || m.ModelVersion != s.ModelVersion || m.SimulatedSeconds != s.SimulatedSeconds || m.Usage.Grant != s.Grant {
			t.Errorf("the metrics of a %s vm are %s, and its status is %s", state, form(t, m), form(t, s))
		}
		checkGrowth(t, m.Growth)
		if i == 0 && !near(m.Growth.FreeGrowthRate, 0.342393120) {
			t.Errorf("a free syn3a grows at %v 1/h, want the published 0.342393120", m.Growth.FreeGrowthRate)
		}
	}
}

// checkGrowth checks that the figures of a living cell agree.
func checkGrowth(t *testing.T, g biovm.Growth) {
	t.Helper()
	limits := []string{biovm.LimitedByRibosomes, biovm.LimitedByATP, biovm.LimitedByMetabolism}
	if g.GrowthRate <= 0 || g.FreeGrowthRate < g.GrowthRate*(1-1e-9) || !slices.Contains(limits, g.LimitedBy) {
		t.Errorf("the cell grows at %v of %v 1/h, limited by %q; want one of %q", g.GrowthRate, g.FreeGrowthRate, g.LimitedBy, limits)
	}
	if want := 60 * math.Ln2 / g.GrowthRate; !near(g.DoublingTimeMinutes, want) {
		t.Errorf("a cell that grows at %v 1/h doubles in %v minutes, want %v", g.GrowthRate, g.DoublingTimeMinutes, want)
	}
	if g.OneMoreUnit.Ribosomes < 0 || g.OneMoreUnit.ATP < 0 {
		t.Errorf("one more unit brings %+v 1/h; more never slows a cell down", g.OneMoreUnit)
	}
}

func testGenes(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	s := spec(d, "a")
	vm := create(t, d, s)
	catalog := ability[biovm.GeneCatalog](t, vm)
	genes, err := catalog.Genes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := status(t, vm).Genome.Genes; len(genes) != want || want == 0 {
		t.Errorf("Genes lists %d, and the genome has %d", len(genes), want)
	}
	loci := map[string]bool{}
	for _, g := range genes {
		if g.Locus == "" || loci[g.Locus] {
			t.Errorf("the locus of %+v is missing, or there twice", g)
		}
		loci[g.Locus] = true
	}
	essential, err := catalog.EssentialGenes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for name, set := range map[string][]string{"in silico": essential.InSilico, "in vivo": essential.InVivo} {
		if len(set) == 0 || !slices.IsSorted(set) {
			t.Errorf("the genes that are essential %s are %q, want some, sorted", name, set)
		}
		for _, locus := range set {
			if !loci[locus] {
				t.Errorf("%s is essential %s, and the cell does not have it", locus, name)
			}
		}
	}
	if a := essential.Agreement; a.TruePositives == 0 || a.Accuracy <= 0 || a.Accuracy > 1 || a.MCC < -1 || a.MCC > 1 {
		t.Errorf("the agreement is %+v", a)
	}

	s.ID, s.Knockouts = "b", []string{genes[len(genes)-1].Locus}
	less, err := ability[biovm.GeneCatalog](t, create(t, d, s)).Genes(t.Context())
	if err != nil || len(less) != len(genes)-1 {
		t.Errorf("without %q the cell has %d genes, %v; want %d", s.Knockouts, len(less), err, len(genes)-1)
	}
}
