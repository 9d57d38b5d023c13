package expression_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// Build names every problem at once.
func TestBuildNamesEveryProblem(t *testing.T) {
	t.Parallel()
	var b expression.NetworkBuilder
	a, v := b.AddSpecies("A", 1.5), b.AddVariable("v", math.NaN())
	b.AddSpecies("A", 1)
	b.AddSpecies("", 1)
	one := []expression.Term{{Species: a, Count: 1}}
	b.AddReaction(expression.Reaction{Name: "r", Reactants: []expression.Term{{Species: 9, Count: 1}}, Rate: -1})
	b.AddReaction(expression.Reaction{Name: "s", Products: []expression.Term{{Species: a, Count: 0}}, Rate: math.NaN(), Reads: []expression.Species{a}})
	b.AddReaction(expression.Reaction{Name: "u", Reactants: []expression.Term{{Species: v, Count: 1}, {Species: a, Count: 40}}})
	b.AddReaction(expression.Reaction{Name: "w", Propensity: func([]float64) float64 { return 1 }, Reads: []expression.Species{-1}, Order: 99})
	b.AddReaction(expression.Reaction{Name: "leak", Reactants: one, Rate: 1})
	b.AddEvent(expression.Event{Name: "e", Times: []float64{3, 2}})
	b.AddEvent(expression.Event{Name: "f", Assign: func(float64, []float64) {}, Writes: []expression.Species{77}})
	b.Conserve("A", []expression.Species{a}, []float64{1})
	b.Conserve("B", []expression.Species{a}, nil)
	b.Conserve("C", []expression.Species{a}, []float64{0.5})
	b.Conserve("D", []expression.Species{50}, []float64{1})
	_, err := b.Build()
	var got []string
	for _, f := range biovm.FieldErrors(err) {
		got = append(got, f.Path)
	}
	want := []string{
		`species "A": initial`, `variable "v": initial`, "species[2].name", "species[3].name",
		`reaction 0 "r": reactants[0]`, `reaction 0 "r": rate`,
		`reaction 1 "s": products[0].count`, `reaction 1 "s": rate`, `reaction 1 "s": reads`,
		`reaction 2 "u": reactants[0]`, `reaction 2 "u": reactants[1].count`,
		`reaction 3 "w": order`, `reaction 3 "w": reads[0]`,
		`event 0 "e": assign`, `event 0 "e": times[1]`, `event 1 "f"`, `event 1 "f": reads and writes[0]`,
		`invariant "A": reaction 2 "u"`, `invariant "A": reaction 4 "leak"`,
		`invariant "B": weights`, `invariant "C": weights[0]`, `invariant "C": reaction 2 "u"`, `invariant "C": reaction 4 "leak"`, `invariant "D": species[0]`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("%v is no ErrInvalid", err)
	}
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	n := busy(t)
	for reaction, want := range map[int][]int{
		0: {1, 2},          // mRNA: its decay and translation
		2: {3, 7},          // protein, and mRNA that stays
		3: {3, 4, 5, 7, 8}, // protein and dimer
		5: {0, 4, 5, 6, 8}, // gene, dimer and what is bound
	} {
		if got := n.DependsOn(reaction); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", n.ReactionName(reaction), got, want)
		}
	}
}

// Propensities of any order are rate times binomials.
func TestMassAction(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		counts, takes []int
		want          float64
	}{
		{[]int{7, 5}, nil, 2},
		{[]int{7, 5}, []int{1}, 14},
		{[]int{7, 5}, []int{1, 1}, 70},
		{[]int{7, 5}, []int{2}, 42},
		{[]int{1, 5}, []int{2}, 0},
		{[]int{7, 5}, []int{3}, 70},
		{[]int{7, 5}, []int{2, 3}, 2 * 21 * 10},
		{[]int{2, 5}, []int{3, 1}, 0},
		{[]int{20}, []int{16}, 2 * 4845},
		{[]int{0, 5}, []int{1, 2}, 0},
	} {
		var b expression.NetworkBuilder
		var reactants []expression.Term
		for i, x := range c.counts {
			s := b.AddSpecies(fmt.Sprint(i), float64(x))
			if i < len(c.takes) {
				reactants = append(reactants, expression.Term{Species: s, Count: c.takes[i]})
			}
		}
		b.AddReaction(expression.Reaction{Name: "r", Reactants: reactants, Rate: 2})
		n, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		s := simulator(t, n, expression.Options{})
		advance(t, s, 0)
		if got := s.Propensity(0); got != c.want {
			t.Errorf("%v of %v: got %v, want %v", c.takes, c.counts, got, c.want)
		}
	}
}

// Errors of models in motion say what went wrong, and when.
func TestBadModels(t *testing.T) {
	t.Parallel()
	build := func(fill func(b *expression.NetworkBuilder, x expression.Species)) *expression.Network {
		var b expression.NetworkBuilder
		fill(&b, b.AddSpecies("X", 3))
		n, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	one := func(x expression.Species) []expression.Term { return []expression.Term{{Species: x, Count: 1}} }
	below := build(func(b *expression.NetworkBuilder, x expression.Species) {
		b.AddReaction(expression.Reaction{Name: "take", Reactants: one(x), Propensity: func([]float64) float64 { return 1 }})
	})
	nan := build(func(b *expression.NetworkBuilder, x expression.Species) {
		b.AddReaction(expression.Reaction{Name: "take", Reactants: one(x), Propensity: func(x []float64) float64 { return (x[0] - 2) / (x[0] - 2) }, Reads: []expression.Species{x}})
	})
	huge := build(func(b *expression.NetworkBuilder, x expression.Species) {
		for _, name := range []string{"a", "b"} {
			b.AddReaction(expression.Reaction{Name: name, Products: one(x), Rate: math.MaxFloat64})
		}
	})
	loop := build(func(b *expression.NetworkBuilder, x expression.Species) {
		for want := range 2 {
			b.AddEvent(expression.Event{
				Name: fmt.Sprint("flip", want), Armed: true, Reads: []expression.Species{x}, Writes: []expression.Species{x},
				Trigger: func(_ float64, x []float64) bool { return int(x[0])%2 == want }, Assign: func(_ float64, x []float64) { x[0] = float64(1 - want) },
			})
		}
	})
	half := build(func(b *expression.NetworkBuilder, x expression.Species) {
		b.AddEvent(expression.Event{Name: "half", Times: []float64{1}, Writes: []expression.Species{x}, Assign: func(_ float64, x []float64) { x[0] /= 2 }})
	})
	for _, m := range allMethods {
		var count *expression.CountError
		if err := simulator(t, below, expression.Options{Method: m}).Advance(context.Background(), 100); m != expression.TauLeaping && (!errors.As(err, &count) || count.Count != -1) {
			t.Errorf("%v: got the error %v: want a CountError", m, err)
		}
		var propensity *expression.PropensityError
		if err := simulator(t, nan, expression.Options{Method: m}).Advance(context.Background(), 100); !errors.As(err, &propensity) || !math.IsNaN(propensity.Value) {
			t.Errorf("%v: got the error %v: want a PropensityError", m, err)
		}
		if m != expression.NextReaction { // it needs no sum
			if err := simulator(t, huge, expression.Options{Method: m}).Advance(context.Background(), 1e-300); !errors.As(err, &propensity) {
				t.Errorf("%v: got the error %v: want a PropensityError", m, err)
			}
		}
		if err := simulator(t, loop, expression.Options{Method: m}).Advance(context.Background(), 1); err == nil {
			t.Errorf("%v: events that trigger each other came to an end", m)
		}
		if err := simulator(t, half, expression.Options{Method: m}).Advance(context.Background(), 2); !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("%v: got the error %v of half a molecule: want ErrInvalid", m, err)
		}
	}
}

func TestSettersRefuse(t *testing.T) {
	t.Parallel()
	n := busy(t)
	s := simulator(t, n, expression.Options{})
	boost, _ := n.SpeciesNamed("boost")
	advance(t, s, 1)
	for what, err := range map[string]error{
		"negative count": s.SetCount(0, -1), "half a count": s.SetCount(0, 0.5), "no species": s.SetCount(99, 1), "NaN": s.SetCount(boost, math.NaN()),
		"negative rate": s.SetRate(1, -1), "rate of a function": s.SetRate(0, 1), "no reaction": s.SetRate(99, 1),
		"back in time": s.Advance(context.Background(), 0.5), "NaN time": s.Advance(context.Background(), math.NaN()),
	} {
		if !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("%s: got the error %v: want ErrInvalid", what, err)
		}
	}
	if err := s.SetCount(boost, -2.5); err != nil {
		t.Errorf("a negative variable: %v", err)
	}
	for _, o := range []expression.Options{{Method: 7}, {Method: -1}, {Epsilon: 0.1}, {Method: expression.TauLeaping, Epsilon: 1}} {
		if _, err := expression.NewSimulator(n, o); !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("%+v: got the error %v: want ErrInvalid", o, err)
		}
	}
	for _, m := range allMethods {
		if got, err := expression.ParseMethod(m.String()); err != nil || got != m {
			t.Errorf("ParseMethod(%q): got %v, %v", m.String(), got, err)
		}
	}
	if _, err := expression.ParseMethod("guess"); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("got the error %v: want ErrInvalid", err)
	}
}

// Events happen when they must, in the order of the network.
func TestEvents(t *testing.T) {
	t.Parallel()
	var b expression.NetworkBuilder
	x, log := b.AddSpecies("X", 0), b.AddVariable("log", 0)
	count := b.AddSpecies("count", 0)
	b.AddReaction(expression.Reaction{Name: "birth", Products: []expression.Term{{Species: x, Count: 1}}, Rate: 100})
	note := func(digit float64) func(float64, []float64) {
		return func(_ float64, x []float64) { x[log] = x[log]*10 + digit }
	}
	writes := []expression.Species{log}
	b.AddEvent(expression.Event{Name: "second", Times: []float64{0, 2}, Assign: note(1), Writes: writes})
	b.AddEvent(expression.Event{Name: "first", Times: []float64{1, 2}, Assign: note(2), Writes: writes})
	b.AddEvent(expression.Event{
		Name: "reset", Trigger: func(_ float64, c []float64) bool { return c[x] >= 50 }, Reads: []expression.Species{x},
		Assign: func(_ float64, c []float64) { c[x] = 0; c[count]++ }, Writes: []expression.Species{x, count},
	})
	b.AddEvent(expression.Event{Name: "late", Trigger: func(t float64, _ []float64) bool { return t >= 3 }, Times: []float64{3}, Assign: note(3), Writes: writes})
	b.AddEvent(expression.Event{Name: "from the start", Trigger: func(float64, []float64) bool { return true }, Assign: note(9), Writes: writes})
	b.AddEvent(expression.Event{Name: "armed", Armed: true, Trigger: func(float64, []float64) bool { return true }, Assign: note(4), Writes: writes})
	n, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range allMethods {
		s := simulator(t, n, expression.Options{Method: m, Seed: 2, CountFirings: true})
		for _, at := range []struct{ time, log float64 }{{0, 14}, {0.99, 14}, {1, 142}, {2, 14212}, {5, 142123}} {
			if m == expression.CompositionRejection && at.time != 5 {
				continue // and in one go
			}
			advance(t, s, at.time)
			if got := s.Count(log); got != at.log {
				t.Errorf("%v at %v s: the events were %v: want %v", m, at.time, got, at.log)
			}
		}
		if m == expression.TauLeaping {
			continue // a leap goes past the threshold
		}
		if got, want := s.Count(count)*50+s.Count(x), float64(s.Fired(0)); got != want || s.Count(count) == 0 {
			t.Errorf("%v: %v resets at 50 and %v left: want %v births", m, s.Count(count), s.Count(x), want)
		}
	}
}

// What is recorded is read back bit for bit, on a grid and by change.
func TestTrajectory(t *testing.T) {
	t.Parallel()
	n := busy(t)
	type record struct {
		t float64
		x []float64
	}
	for _, m := range allMethods {
		s, peer := simulator(t, n, expression.Options{Method: m, Seed: 6}), simulator(t, n, expression.Options{Method: m, Seed: 6})
		tr, err := expression.NewTrajectory(n)
		if err != nil {
			t.Fatal(err)
		}
		var grid []float64
		var want []record
		for k := range 300 {
			grid = append(grid, float64(k)*0.1)
			advance(t, peer, grid[k])
			want = append(want, record{peer.Time(), peer.Counts()})
		}
		if err := s.RecordGrid(context.Background(), tr, grid); err != nil {
			t.Fatal(err)
		}
		for {
			changed, err := peer.Step(40)
			if err != nil {
				t.Fatal(err)
			}
			if !changed {
				break
			}
			if !slices.Equal(want[len(want)-1].x, peer.Counts()) {
				want = append(want, record{peer.Time(), peer.Counts()})
			}
		}
		if err := s.RecordChanges(context.Background(), tr, 40); err != nil {
			t.Fatal(err)
		}
		k := 0
		for time, x := range tr.All() {
			if k < len(want) && (time != want[k].t || !slices.Equal(x, want[k].x)) {
				t.Fatalf("%v: record %d: got %v at %v, want %v at %v", m, k, x, time, want[k].x, want[k].t)
			}
			k++
		}
		if k != len(want) || tr.Len() != k {
			t.Errorf("%v: %d records: want %d", m, k, len(want))
		}
		if each := float64(tr.Size()) / float64(k); each > 20 {
			t.Errorf("%v: a record takes %.1f bytes: want at most 20", m, each)
		}
		if !bytes.Equal(s.Checkpoint(), peer.Checkpoint()) {
			t.Errorf("%v: recording changes the result", m)
		}
	}
	if _, err := expression.NewTrajectory(n, 99); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("got the error %v of a species that is not there: want ErrInvalid", err)
	}
	tr, err := expression.NewTrajectory(busy(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := simulator(t, n, expression.Options{}).RecordChanges(context.Background(), tr, 1); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("got the error %v of another network's trajectory: want ErrInvalid", err)
	}
}
