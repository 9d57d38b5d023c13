package expression_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// busy is a network with every kind of law, an event of each kind and an
// invariant: a gene whose protein pairs up and stops it.
func busy(tb testing.TB) *expression.Network {
	tb.Helper()
	var b expression.NetworkBuilder
	gene, bound := b.AddSpecies("gene", 2), b.AddSpecies("bound", 0)
	m, p, d := b.AddSpecies("mRNA", 0), b.AddSpecies("protein", 0), b.AddSpecies("dimer", 0)
	boost := b.AddVariable("boost", 1)
	term := func(s expression.Species, n int) []expression.Term {
		return []expression.Term{{Species: s, Count: n}}
	}
	b.AddReaction(expression.Reaction{
		Name: "transcription", Products: term(m, 1), Reads: []expression.Species{gene, boost},
		Propensity: func(x []float64) float64 { return 3 * x[gene] * x[boost] },
	})
	b.AddReaction(expression.Reaction{Name: "decay", Reactants: term(m, 1), Rate: 1})
	b.AddReaction(expression.Reaction{Name: "translation", Reactants: term(m, 1), Products: append(term(m, 1), term(p, 1)...), Rate: 4})
	b.AddReaction(expression.Reaction{Name: "pair", Reactants: term(p, 2), Products: term(d, 1), Rate: 0.02})
	b.AddReaction(expression.Reaction{Name: "part", Reactants: term(d, 1), Products: term(p, 2), Rate: 0.5})
	b.AddReaction(expression.Reaction{Name: "bind", Reactants: append(term(gene, 1), term(d, 1)...), Products: term(bound, 1), Rate: 0.05})
	b.AddReaction(expression.Reaction{Name: "leave", Reactants: term(bound, 1), Products: append(term(gene, 1), term(d, 1)...), Rate: 0.3})
	b.AddReaction(expression.Reaction{Name: "decay of protein", Reactants: term(p, 1), Rate: 0.2})
	b.AddReaction(expression.Reaction{Name: "three", Reactants: term(d, 3), Products: term(p, 1), Rate: 1e-4})
	b.AddReaction(expression.Reaction{Name: "feed", Products: term(p, 1), Rate: 0.1})
	b.AddEvent(expression.Event{
		Name: "boost", Times: []float64{5, 10}, Writes: []expression.Species{boost},
		Assign: func(t float64, x []float64) { x[boost] = 1 + t/10 },
	})
	b.AddEvent(expression.Event{
		Name: "dilute", Trigger: func(_ float64, x []float64) bool { return x[p] > 60 }, Reads: []expression.Species{p},
		Writes: []expression.Species{p}, Assign: func(_ float64, x []float64) { x[p] = math.Floor(x[p] / 2) },
	})
	b.Conserve("gene copies", []expression.Species{gene, bound}, []float64{1, 1})
	n, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func simulator(tb testing.TB, n *expression.Network, o expression.Options) *expression.Simulator {
	tb.Helper()
	s, err := expression.NewSimulator(n, o)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func advance(tb testing.TB, s *expression.Simulator, until float64) {
	tb.Helper()
	if err := s.Advance(context.Background(), until); err != nil {
		tb.Fatal(err)
	}
}

var allMethods = []expression.Method{expression.Direct, expression.CompositionRejection, expression.NextReaction, expression.TauLeaping}

// Exact methods give the same whatever times Advance is called with, and every
// method the same with checkpoints in the middle.
func TestResumeBitForBit(t *testing.T) {
	t.Parallel()
	n := busy(t)
	for _, m := range allMethods {
		o := expression.Options{Method: m, Seed: 3, Stream: 9, CountFirings: m == expression.NextReaction}
		whole, cut, step := simulator(t, n, o), simulator(t, n, o), simulator(t, n, o)
		for k := 1; k <= 200; k++ {
			until := float64(k) * 0.1
			advance(t, cut, until)
			if m == expression.TauLeaping || k == 200 {
				advance(t, whole, until)
			}
			data := cut.Checkpoint()
			var err error
			if cut, err = expression.Restore(n, data); err != nil {
				t.Fatalf("%v at %v s: %v", m, until, err)
			}
			if again := cut.Checkpoint(); !bytes.Equal(data, again) {
				t.Fatalf("%v at %v s: the checkpoint of what was restored is another", m, until)
			}
		}
		if a, b := whole.Checkpoint(), cut.Checkpoint(); !bytes.Equal(a, b) {
			t.Errorf("%v: with checkpoints %v at %d events, without %v at %d", m, cut.Counts(), cut.Events(), whole.Counts(), whole.Events())
		}
		if m == expression.TauLeaping {
			continue
		}
		for more := true; more; {
			var err error
			if more, err = step.Step(20); err != nil {
				t.Fatal(err)
			}
		}
		if a, b := whole.Checkpoint(), step.Checkpoint(); !bytes.Equal(a, b) {
			t.Errorf("%v: step by step %v at %d events, at once %v at %d", m, step.Counts(), step.Events(), whole.Counts(), whole.Events())
		}
	}
}

// TestGoldenTrajectories holds the results of a seed, on every platform.
func TestGoldenTrajectories(t *testing.T) {
	t.Parallel()
	n := busy(t)
	want := map[expression.Method]string{
		expression.Direct:               "2 0 7 37 32 2 2463 0.3306866921921964",
		expression.CompositionRejection: "1 1 3 33 29 2 2567 0.4126812027314418",
		expression.NextReaction:         "2 0 8 44 24 2 2421 0.15622847369765946",
		expression.TauLeaping:           "1 1 2 41 24 2 2016 0.5839714198183472",
	}
	for _, m := range allMethods {
		s := simulator(t, n, expression.Options{Method: m, Seed: 1})
		advance(t, s, 50)
		if got := trace(s); got != want[m] {
			t.Errorf("%v:\ngot  %s\nwant %s", m, got, want[m])
		}
	}
}

// A change between calls of Advance counts before the next event, and is kept
// by a checkpoint that is taken before that.
func TestChangesBetween(t *testing.T) {
	t.Parallel()
	n := busy(t)
	p, _ := n.SpeciesNamed("protein")
	for _, m := range allMethods {
		run := func(restore bool) []byte {
			s := simulator(t, n, expression.Options{Method: m, Seed: 4})
			advance(t, s, 3)
			if err := errors.Join(s.SetCount(p, 500), s.SetRate(1, 0.25)); err != nil {
				t.Fatal(err)
			}
			s.Refresh()
			if restore {
				var err error
				if s, err = expression.Restore(n, s.Checkpoint()); err != nil {
					t.Fatal(err)
				}
			}
			if got := s.Count(p); got != 500 {
				t.Fatalf("%v: count %v: want 500", m, got)
			}
			advance(t, s, 6)
			if got, want := s.Propensity(1), 0.25*s.Count(2); got != want {
				t.Errorf("%v: the propensity of a changed rate is %v: want %v", m, got, want)
			}
			return s.Checkpoint()
		}
		if !bytes.Equal(run(false), run(true)) {
			t.Errorf("%v: with a checkpoint before the change counts the result is another", m)
		}
	}
}

// A changed rate changes the process as it must: the mean of births in a time
// is the sum of the rates over time.
func TestRateChangeMean(t *testing.T) {
	t.Parallel()
	var b expression.NetworkBuilder
	x := b.AddSpecies("X", 0)
	b.AddReaction(expression.Reaction{Name: "birth", Products: []expression.Term{{Species: x, Count: 1}}, Rate: 1})
	n, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	const replicas = 2000
	for _, m := range allMethods {
		sum := 0.0
		for i := range uint64(replicas) {
			s := simulator(t, n, expression.Options{Method: m, Seed: 8, Stream: i})
			advance(t, s, 2)
			for _, rate := range []float64{10, 0, 4} {
				if err := s.SetRate(0, rate); err != nil {
					t.Fatal(err)
				}
				advance(t, s, s.Time()+1)
			}
			sum += s.Count(x)
		}
		const mean = 2 + 10 + 0 + 4
		if z := (sum/replicas - mean) / math.Sqrt(mean/float64(replicas)); math.Abs(z) > 3.5 {
			t.Errorf("%v: mean %v: want %v (z = %.1f)", m, sum/replicas, mean, z)
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	n, err := birthDeath(1e6, 1, 1e6).Build()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range allMethods {
		ctx, cancel := context.WithCancel(context.Background())
		told := 0
		s := simulator(t, n, expression.Options{Method: m, Seed: 1, Progress: func(float64) { told++; cancel() }})
		if err := s.Advance(ctx, 1e9); !errors.Is(err, context.Canceled) {
			t.Fatalf("%v: got the error %v: want canceled", m, err)
		}
		if told != 1 {
			t.Errorf("%v: progress was told %d times after it canceled: want once", m, told)
		}
		at := s.Time()
		straight := simulator(t, n, expression.Options{Method: m, Seed: 1})
		if m == expression.TauLeaping {
			continue
		}
		advance(t, straight, at)
		advance(t, s, at+0.001)
		advance(t, straight, at+0.001)
		if !bytes.Equal(s.Checkpoint(), straight.Checkpoint()) {
			t.Errorf("%v: after a cancel the simulation goes on in another way", m)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	n := busy(t)
	for _, m := range allMethods {
		s := simulator(t, n, expression.Options{Method: m, Seed: 1})
		advance(t, s, 50) // groups have grown to their size
		at := s.Time()
		if got := testing.AllocsPerRun(50, func() {
			at += 2
			if err := s.Advance(context.Background(), at); err != nil {
				t.Fatal(err)
			}
		}); got != 0 {
			t.Errorf("%v: %v allocations in 2 s of simulation: want 0", m, got)
		}
	}
}

func TestFired(t *testing.T) {
	t.Parallel()
	n := busy(t)
	for _, m := range allMethods {
		s := simulator(t, n, expression.Options{Method: m, Seed: 1, CountFirings: true})
		plain := simulator(t, n, expression.Options{Method: m, Seed: 1})
		advance(t, s, 20)
		advance(t, plain, 20)
		total := uint64(0)
		for j := range n.Reactions() {
			total += s.Fired(j)
		}
		if total != s.Events() || total == 0 {
			t.Errorf("%v: reactions happened %d times: want %d", m, total, s.Events())
		}
		if m0, _ := n.SpeciesNamed("mRNA"); float64(s.Fired(0))-float64(s.Fired(1)) != s.Count(m0) {
			t.Errorf("%v: %d transcripts less %d decays: want %v", m, s.Fired(0), s.Fired(1), s.Count(m0))
		}
		if !slices.Equal(s.Counts(), plain.Counts()) || plain.Fired(0) != 0 {
			t.Errorf("%v: counting firings changes the result", m)
		}
	}
}

// The result of an ensemble does not depend on who computes it.
func TestEnsembleWorkers(t *testing.T) {
	t.Parallel()
	n := busy(t)
	for _, m := range allMethods {
		var first *expression.Statistics
		var order []int
		for _, workers := range []int{1, 2, 7, 0} {
			order = order[:0]
			done := 0
			st, err := expression.Ensemble(context.Background(), n, expression.EnsembleOptions{
				Method: m, Replicas: 100, Seed: 5, Grid: []float64{0, 1, 5, 5}, Workers: workers,
				Each:     func(replica int, _ []float64) error { order = append(order, replica); return nil },
				Progress: func(now, _ int) { done = max(done, now) },
			})
			if err != nil {
				t.Fatal(err)
			}
			if len(order) != 100 || !slices.IsSorted(order) || done != 100 {
				t.Errorf("%v: replicas came as %v, %d told to be done: want 0 to 99 in order", m, order, done)
			}
			if first == nil {
				first = st
			}
			if !reflect.DeepEqual(first, st) {
				t.Errorf("%v: with %d workers the statistics are others", m, workers)
			}
		}
		one := simulator(t, n, expression.Options{Method: m, Seed: 5, Stream: 0})
		advance(t, one, 0)
		if got := first.At(0, 0); got.Mean != one.Count(0) || got.Variance != 0 {
			t.Errorf("%v: at time 0: got %+v, want %v", m, got, one.Count(0))
		}
		if a, b := first.At(2, 3), first.At(3, 3); a != b || !(a.Variance > 0) || a.Min > a.Mean || a.Max < a.Mean {
			t.Errorf("%v: at the same time twice: %+v and %+v", m, a, b)
		}
	}
}

func TestEnsembleErrors(t *testing.T) {
	t.Parallel()
	n := busy(t)
	stop := errors.New("enough")
	good := func() expression.EnsembleOptions {
		return expression.EnsembleOptions{Replicas: 100, Grid: []float64{1}, Workers: 3}
	}
	for name, change := range map[string]func(*expression.EnsembleOptions){
		"replicas":   func(o *expression.EnsembleOptions) { o.Replicas = 0 },
		"workers":    func(o *expression.EnsembleOptions) { o.Workers = -1 },
		"grid":       func(o *expression.EnsembleOptions) { o.Grid = nil },
		"grid[1]":    func(o *expression.EnsembleOptions) { o.Grid = []float64{2, 1} },
		"species[0]": func(o *expression.EnsembleOptions) { o.Species = []expression.Species{99} },
		"epsilon":    func(o *expression.EnsembleOptions) { o.Epsilon = 0.1 },
		"method":     func(o *expression.EnsembleOptions) { o.Method = 9 },
		"replica 17:": func(o *expression.EnsembleOptions) {
			o.Each = func(replica int, _ []float64) error {
				if replica == 17 {
					return stop
				}
				return nil
			}
		},
		"replica 5:": func(o *expression.EnsembleOptions) {
			o.Workers = 1
			o.Prepare = func(replica int, s *expression.Simulator) error {
				if replica == 5 {
					return stop
				}
				return s.SetCount(0, 1)
			}
		},
	} {
		o := good()
		change(&o)
		_, err := expression.Ensemble(context.Background(), n, o)
		if err == nil || !strings.Contains(err.Error(), name) || !errors.Is(err, biovm.ErrInvalid) && !errors.Is(err, stop) {
			t.Errorf("%s: got the error %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	o := good()
	o.Replicas = 1 << 20
	o.Progress = func(int, int) { cancel() }
	if _, err := expression.Ensemble(ctx, n, o); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: got the error %v", err)
	}
}

func trace(s *expression.Simulator) string {
	var b strings.Builder
	for _, x := range s.Counts() {
		b.WriteString(strings.TrimSuffix(formatFloat(x), ".0") + " ")
	}
	b.WriteString(formatFloat(float64(s.Events())) + " " + formatFloat(s.Random().Float64()))
	return b.String()
}
