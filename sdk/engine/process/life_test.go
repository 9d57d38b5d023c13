package process_test

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// A body is a VM's cell and its life, from one execution to the next.
type body struct {
	cell  *cell.Cell
	state []byte
}

func (b *body) run(t testing.TB, code string) (biovm.Result, error) {
	t.Helper()
	organism := b.cell.Organism.Type()
	return process.Run(t.Context(), b.cell, status(organism), biovm.Process{Code: code}, 7,
		process.WithLife(b.state, func(state []byte) { b.state = state }))
}

// value is what a program that must succeed comes to.
func (b *body) value(t testing.TB, code string) string {
	t.Helper()
	r, err := b.run(t, code)
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	return string(r.Value)
}

// What is asked wrongly is refused, with what would be right; and leaves the
// cell as it was.
func TestLifeRefuses(t *testing.T) {
	t.Parallel()
	coli := &body{cell: newCell(t, biovm.EColi, nil)}
	coli.value(t, `plasmid("one"); operon("trp", "knock_out"); simulate(minutes=0.1)`)
	before := string(coli.state)
	for code, want := range map[string]string{
		`simulate()`:                                                  "missing argument for minutes",
		`simulate(minutes=0)`:                                         "minutes must be above 0",
		`simulate(minutes=-1)`:                                        "minutes must be above 0",
		`simulate(minutes=float("nan"))`:                              "minutes must be a finite number",
		`simulate(minutes=float("inf"))`:                              "minutes must be a finite number",
		`simulate(minutes=1e9)`:                                       "at most 527040",
		`simulate(minutes="1")`:                                       "minutes must be a number, not string",
		`simulate(minutes=1, every=0)`:                                "every must be",
		`simulate(minutes=1, every=-1)`:                               "every must be",
		`simulate(minutes=1000, every=0.0001)`:                        "every must be",
		`simulate(minutes=1, replicas=0)`:                             "replicas must be from 1 to 100000, not 0",
		`simulate(minutes=1, replicas=100001)`:                        "replicas must be from 1 to 100000",
		`simulate(minutes=1, replicas=1.5)`:                           "replicas",
		`simulate(minutes=1, seed=1.5)`:                               "seed must be a whole number, not float",
		`simulate(minutes=1, seed=1 << 64)`:                           "seed must fit 64 bits",
		`simulate(minutes=1, seed=1, anew=True)`:                      "anew is for the VM's own cell",
		`simulate(minutes=1, replicas=2, anew=True)`:                  "anew is for the VM's own cell",
		`simulate(minutes=1, record="biomas")`:                        "there is no such figure; did you mean biomass?",
		`simulate(minutes=1, record=[1])`:                             "record must hold names, not int",
		`simulate(minutes=1, record="plasmid:two")`:                   "no such plasmid",
		`simulate(minutes=1, record="medium:EX_glc__D")`:              "did you mean EX_glc__D_e?",
		`simulate(minutes=1, record="medium:glucose")`:                "did you mean EX_glc__D_e?; there are EX_ac_e, EX_glc__D_e, EX_lcts_e, IPTG, TMG",
		`simulate(minutes=1, record="medium:iptg2")`:                  "did you mean IPTG?",
		`simulate(minutes=1, record="medium:sawdust")`:                "there are EX_ac_e, EX_glc__D_e",
		`feed("sawdust", 1)`:                                          "there are acetate, glucose",
		`simulate(minutes=1, record="nope", replicas=2)`:              "there is no such figure",
		`simulate(minutes=1, record=["biomass"] * 30000, replicas=2)`: "bytes at once",
		`figures(1)`:                          "got 1 arguments, want at most 0",
		`transcribe([])`:                      "name at least one gene",
		`transcribe("dnaA")`:                  "lacZ, lacY and lacA are simulated",
		`transcribe("lacZ", minutes=0)`:       "minutes must be above 0",
		`operon("lac")`:                       "needs both ids and action",
		`operon([], "induce")`:                "name at least one operon",
		`operon("lacc", "induce")`:            "did you mean lac?",
		`operon("lac", "open")`:               "must be one of",
		`operon("trp", "release")`:            "was knocked out",
		`plasmid("")`:                         "must be a name",
		`plasmid(1)`:                          "name must be text, not int",
		`plasmid("one")`:                      "the cell has that plasmid already",
		`plasmid("two", origin="pBR")`:        "did you mean pBR322?",
		`plasmid("two", bp=0)`:                "bp must be a number of base pairs above 0",
		`plasmid("two", bp=1 << 40)`:          "bp must be a number of base pairs above 0",
		`plasmid("two", bp=1000000)`:          "not enough capacity",
		`feed("glucose")`:                     "needs both substance and mM",
		`feed("glucos", 1)`:                   "did you mean glucose?",
		`feed("glucose", -1)`:                 "must be from 0 to 100000 mM",
		`feed("glucose", float("nan"))`:       "mM must be a finite number",
		`simulate(minutes=1); fail("enough")`: "enough",
	} {
		_, err := coli.run(t, code)
		var e *biovm.ProcessError
		if !errors.As(err, &e) || !strings.Contains(e.Message, want) {
			t.Errorf("%s: error %v, want a process error with %q", code, err, want)
		}
	}
	if string(coli.state) != before {
		t.Error("what was refused changed the cell")
	}
	syn := &body{cell: newCell(t, biovm.Syn3A, nil)}
	for _, code := range []string{`operon()`, `operon("lac", "induce")`, `plasmid()`, `plasmid("a")`, `feed()`} {
		if _, err := syn.run(t, code); err == nil || !strings.Contains(err.Error(), "not supported: only") {
			t.Errorf("syn3a: %s: %v, want to be told that only ecoli has it", code, err)
		}
	}
	if syn.state != nil {
		t.Error("syn3a: a cell that did nothing lives")
	}
}

// To make the cell costs steps, at its birth and from its state, besides what it
// lives; to ask it again in the same execution does not.
func TestLifeCostsItsMaking(t *testing.T) {
	t.Parallel()
	syn := &body{cell: newCell(t, biovm.Syn3A, nil)}
	for i, code := range []string{`simulate(minutes=0.05)`, `simulate(minutes=0.05)`, `simulate(minutes=0.025); simulate(minutes=0.025)`} {
		r, err := syn.run(t, code)
		if err != nil {
			t.Fatal(err)
		}
		if r.Steps < 21_500 || r.Steps > 22_000 { // 20,000, and 500 for each of 3 s
			t.Errorf("execution %d: %s took %d steps, want about 21,500", i, code, r.Steps)
		}
	}
}

// A moment is a time as good as others.
func TestLifeOfAMoment(t *testing.T) {
	t.Parallel()
	syn := &body{cell: newCell(t, biovm.Syn3A, nil)}
	if got := syn.value(t, `[simulate(minutes=1e-9)["age"], simulate(minutes=1e-6, record="mrna")["record"]["minutes"]]`); got != "[1e-9,[1e-9]]" {
		t.Errorf("got %s", got)
	}
}

// Work of a price that the limit would cut off is refused before any of it is
// done: a year of life and a hundred thousand cells take hours.
func TestLifeTooLong(t *testing.T) {
	t.Parallel()
	syn := &body{cell: newCell(t, biovm.Syn3A, nil)}
	began := time.Now()
	for _, code := range []string{`simulate(minutes=527040)`, `simulate(minutes=100, replicas=100000)`, `transcribe("dnaA", minutes=527040)`} {
		var e *biovm.LimitError
		if _, err := syn.run(t, code); !errors.As(err, &e) || e.Setting != "limits.steps" {
			t.Errorf("%s: error %v, want the limit of steps", code, err)
		}
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("told so after %v, want at once", took)
	}
}

// A cell whose genes were changed can begin anew, and others can live beside it,
// whatever they record.
func TestLifeOfOtherGenes(t *testing.T) {
	t.Parallel()
	syn := &body{cell: newCell(t, biovm.Syn3A, nil)}
	syn.value(t, `simulate(minutes=0.1)`)
	var err error
	if syn.cell, err = syn.cell.WithKnockouts([]string{"JCVISYN3A_0227"}); err != nil {
		t.Fatal(err)
	}
	if _, err := syn.run(t, `simulate(minutes=0.1)`); err == nil || !strings.Contains(err.Error(), "anew=True") {
		t.Errorf("lives on with other genes: %v", err)
	}
	for _, code := range []string{`len(figures()) > 0`, `len(simulate(minutes=0.1, record=True, seed=1)["record"]) > 1`, `len(simulate(minutes=0.1, record=True, anew=True)["record"]) > 1`} {
		if got := syn.value(t, code); got != "true" {
			t.Errorf("%s: %s", code, got)
		}
	}
}

// From a state that cannot be read a cell can be born anew. Until then nothing
// is said that depends on it: an ecoli may have lost operons.
func TestLifeUnreadable(t *testing.T) {
	t.Parallel()
	for _, organism := range biovm.BiologicalTypes() {
		off := false
		c := newCell(t, organism, nil)
		c.Config.BasicFunctionsOnly = &off
		for _, state := range []string{"\x00\x01", `{"version":99}`, `{}`} {
			b := &body{cell: c, state: []byte(state)}
			if _, err := b.run(t, `simulate(minutes=0.1)`); err == nil || !strings.Contains(err.Error(), "anew=True") {
				t.Errorf("%s: %q: lives on: %v; want to be told to begin anew", organism, state, err)
			}
			r, err := b.run(t, `fba(allocation=False)["growth_rate"] > 0`)
			if organism == biovm.EColi {
				if err == nil || !strings.Contains(err.Error(), "anew=True") {
					t.Errorf("%s: %q: %s, %v; want to be told to begin anew", organism, state, r.Value, err)
				}
				if _, err := b.run(t, `1`); err == nil {
					t.Errorf("%s: %q: has a growth rate", organism, state)
				}
			} else if string(r.Value) != "true" {
				t.Errorf("%s: %q: %s, %v", organism, state, r.Value, err)
			}
			if string(b.state) != state {
				t.Errorf("%s: %q: what failed changed it", organism, state)
			}
			if got := b.value(t, `simulate(minutes=0.5, anew=True)["age"]`); got != "0.5" {
				t.Errorf("%s: %q: %s minutes old, want 0.5", organism, state, got)
			}
			if got := b.value(t, `simulate(minutes=0.5)["age"]`); got != "1" {
				t.Errorf("%s: %q: %s minutes old, want 1", organism, state, got)
			}
		}
	}
}

// What is done to an operon holds for analyses at once, in the next execution, and
// on any medium of the program; until it is released, or the cell begins anew.
func TestOperonsHold(t *testing.T) {
	t.Parallel()
	coli := &body{cell: newCell(t, biovm.EColi, nil)}
	const free = `fba(allocation=False)["growth_rate"]`
	growth := func(code string) float64 {
		t.Helper()
		v, err := strconv.ParseFloat(coli.value(t, code), 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-6 {
			t.Errorf("%s: growth %v 1/h, want %v", what, got, want)
		}
	}
	wild := growth(free)
	near("trp clamped shut", growth(`operon("trp", "repress"); `+free), wild/600)
	near("in the next execution", growth(free), wild/600)
	near("on another medium", growth(`set_medium({"EX_glc__D_e": 5}, update=True); x = `+free+`; set_medium(None); `+free), wild/600)
	if fed := growth(`set_medium({"EX_trp__L_e": 1}, update=True); ` + free); fed < wild {
		t.Errorf("with tryptophan %v 1/h, want %v at least", fed, wild)
	}
	near("released on a medium of the program's", growth(`set_medium({"EX_o2_e": 1000}, update=True); operon("trp", "release"); `+free), wild)
	near("afterwards", growth(free), wild)
	granted := growth(`fba()["growth_rate"]`)
	// 0.11843 of the protein less 0.01117, of 0.38: Schmidt et al. 2016, Scott et al. 2010.
	near("aceBAK clamped open", growth(`operon("aceBAK", "induce"); fba()["growth_rate"]`), granted*(1-0.10726/0.38))
	if limit := coli.value(t, `fba()["limited_by"]`); limit != `"ribosomes"` {
		t.Errorf("with aceBAK clamped open limited by %s, want ribosomes", limit)
	}
	near("both", growth(`operon(["trp", "leu"], "knock_out"); `+free), 0)
	near("anew on a medium of the program's", growth(`set_medium({"EX_o2_e": 1000}, update=True); simulate(minutes=0.1, anew=True); `+free), wild)
	near("anew", growth(free), wild)
	if got := coli.value(t, `[o["status"] for o in operon() if o["status"] != "regulated"]`); got != "[]" {
		t.Errorf("a cell born anew has clamped operons: %s", got)
	}
}

// A medium that a living cell has not had is there, and lac that was knocked out is
// not open.
func TestLifeOnAnotherMedium(t *testing.T) {
	t.Parallel()
	coli := &body{cell: newCell(t, biovm.EColi, nil)}
	coli.value(t, `simulate(minutes=6)`)
	for code, want := range map[string]string{
		`set_medium({"EX_succ_e": 10}, update=True); feed()["EX_succ_e"]`:                      "10.8",
		`set_medium({"EX_ac_e": 10}, update=True); feed()["EX_ac_e"]`:                          "10.8",
		`feed("acetate", 20); set_medium({"EX_ac_e": 10}, update=True); feed()["EX_ac_e"]`:     "20",
		`set_medium({"EX_succ_e": 10}); [feed()["EX_succ_e"], feed()["EX_glc__D_e"] > 10]`:     "[10.8,true]",
		`operon("lac", "knock_out"); simulate(minutes=1)["figures"]["lac_open"]`:               "0",
		`operon("lac", "repress"); simulate(minutes=1)["figures"]["lac_open"]`:                 "0",
		`len([o for o in operon() if o["regulators"]])`:                                        "40",
		`min([o["protein"] for o in operon()]) > 0 and all([o["source"] for o in operon()])`:   "true",
		`operon("lac", "induce")[0]["protein"]`:                                                "0.0642",
		`simulate(minutes=0.1, record="medium:EX_ac_e")["record"]["medium:EX_ac_e"][0] >= 0.0`: "true",
	} {
		b := &body{cell: coli.cell, state: coli.state}
		if got := b.value(t, code); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
	// What was filled up once is not filled up by the next execution.
	coli.value(t, `set_medium({"EX_succ_e": 10}, update=True); feed("EX_succ_e", 3)`)
	if got := coli.value(t, `set_medium({"EX_succ_e": 10}, update=True); feed()["EX_succ_e"]`); got != "3" {
		t.Errorf("%s mM succinate, want the 3 that there were", got)
	}
}
