package expression_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

func assembled(tb testing.TB, b *expression.NetworkBuilder) *expression.Network {
	tb.Helper()
	n, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func one(s expression.Species) []expression.Term {
	return []expression.Term{{Species: s, Count: 1}}
}

// flowing is a network with all that may flow: a volume that grows and is
// halved when it is twice what it was, a protein that is made as it grows and
// diluted, a signal that the protein drives, a law that depends on the time, and
// an event that waits.
func flowing(tb testing.TB) *expression.Network {
	tb.Helper()
	var b expression.NetworkBuilder
	clock := b.AddClock("time")
	volume, signal, dose := b.AddVariable("volume", 1), b.AddVariable("signal", 0), b.AddVariable("dose", 1)
	p, q := b.AddSpecies("P", 10), b.AddSpecies("Q", 0)
	b.AddFlow(expression.Flow{Variable: volume, Rate: func(x []float64) float64 { return 0.1 * x[volume] }})
	b.AddFlow(expression.Flow{Variable: signal, Rate: func(x []float64) float64 { return x[p] - x[signal] }})
	b.AddReaction(expression.Reaction{Name: "make", Products: one(p), Reads: []expression.Species{volume, dose}, Propensity: func(x []float64) float64 { return 5 * x[volume] * x[dose] }})
	b.AddReaction(expression.Reaction{Name: "turn", Reactants: one(p), Products: one(q), Rate: 0.3})
	b.AddReaction(expression.Reaction{Name: "lose", Reactants: one(q), Reads: []expression.Species{q, clock}, Propensity: func(x []float64) float64 {
		return x[q] * (0.5 + 0.4*math.Abs(math.Mod(x[clock], 4)-2))
	}})
	b.AddEvent(expression.Event{
		Name: "divide", Trigger: func(_ float64, x []float64) bool { return x[volume] >= 2 }, Reads: []expression.Species{volume},
		Writes: []expression.Species{volume, p}, Early: true,
		Values: func(_ float64, x []float64, r *expression.Random, to []float64) {
			to[0], to[1] = x[volume]/2, r.Binomial(x[p], 0.5)
		},
	})
	b.AddEvent(expression.Event{
		Name: "dose", Trigger: func(_ float64, x []float64) bool { return x[signal] > 20 }, Reads: []expression.Species{signal}, Writes: []expression.Species{dose},
		Values: func(_ float64, x []float64, r *expression.Random, to []float64) {
			to[0] = x[dose] * r.Uniform(0.8, 1.2)
		},
		Delay: func(_ float64, _ []float64, r *expression.Random) float64 { return r.Gamma(2, 0.5) },
	})
	b.Begin(func(x []float64, r *expression.Random) { x[p] = r.Poisson(10) }, p)
	return assembled(tb, &b)
}

// Cut or not, with a checkpoint or not, in one step or many: the same bits.
func TestFlowBitForBit(t *testing.T) {
	t.Parallel()
	n := flowing(t)
	for stream := range uint64(5) {
		o := expression.Options{Seed: 3, Stream: stream}
		whole, cut, step := simulator(t, n, o), simulator(t, n, o), simulator(t, n, expression.Options{Method: expression.NextReaction, Seed: 3, Stream: stream})
		advance(t, whole, 30)
		for k := 1; k <= 300; k++ {
			advance(t, cut, float64(k)*0.1)
			data := cut.Checkpoint()
			var err error
			if cut, err = expression.Restore(n, data); err != nil {
				t.Fatalf("at %v s: %v", cut.Time(), err)
			}
			if !bytes.Equal(data, cut.Checkpoint()) {
				t.Fatalf("at %v s: the checkpoint of what was restored is another", cut.Time())
			}
		}
		for more := true; more; {
			var err error
			if more, err = step.Step(30); err != nil {
				t.Fatal(err)
			}
		}
		a, b, c := whole.Checkpoint(), cut.Checkpoint(), step.Checkpoint()
		if !bytes.Equal(a, b) || !bytes.Equal(a, c) {
			t.Errorf("stream %d: at once %v, cut %v, step by step %v", stream, whole.Counts(), cut.Counts(), step.Counts())
		}
	}
}

// TestFlowGolden holds the result of a seed, on every platform.
func TestFlowGolden(t *testing.T) {
	t.Parallel()
	s := simulator(t, flowing(t), expression.Options{Seed: 1})
	advance(t, s, 50)
	const want = "50 1.1594778058691273 25.367330010164768 1.4591722574810588 22 8 1030 0.38488715599407575"
	if got := trace(s); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestFlowNoAllocation(t *testing.T) {
	s := simulator(t, flowing(t), expression.Options{Seed: 1})
	advance(t, s, 100) // what waits has grown to its size
	at := s.Time()
	if got := testing.AllocsPerRun(20, func() {
		at += 2
		if err := s.Advance(context.Background(), at); err != nil {
			t.Fatal(err)
		}
	}); got != 0 {
		t.Errorf("%v allocations in 2 s of simulation: want 0", got)
	}
}

// A pendulum is where it must be, and its trigger turns when it must: also
// between two looks.
func TestFlowAccuracy(t *testing.T) {
	t.Parallel()
	var b expression.NetworkBuilder
	x, v, at := b.AddVariable("x", 1), b.AddVariable("v", 0), b.AddVariable("at", 0)
	b.AddFlow(expression.Flow{Variable: x, Rate: func(s []float64) float64 { return s[v] }})
	b.AddFlow(expression.Flow{Variable: v, Rate: func(s []float64) float64 { return -s[x] }})
	b.AddEvent(expression.Event{
		Name: "crossing", Trigger: func(_ float64, s []float64) bool { return s[x] < 0 }, Reads: []expression.Species{x},
		Writes: []expression.Species{at}, Assign: func(t float64, s []float64) { s[at] = t },
	})
	s := simulator(t, assembled(t, &b), expression.Options{})
	for k, until := range []float64{1, 5, 10, 50} {
		advance(t, s, until)
		if got, want := s.Count(x), math.Cos(until); math.Abs(got-want) > 1e-4 {
			t.Errorf("x at %v s: got %v, want %v", until, got, want)
		}
		crossed := math.Pi/2 + 2*math.Pi*math.Floor((until-math.Pi/2)/(2*math.Pi))
		if got := s.Count(at); k > 0 && math.Abs(got-crossed) > 1e-4 {
			t.Errorf("x passed 0 at %v s: want %v", got, crossed)
		}
	}
}

// What is set back again and again turns each time, however much time passes,
// and so does what is true for a moment only.
func TestFlowMetronome(t *testing.T) {
	t.Parallel()
	var b expression.NetworkBuilder
	phase, beats, brief, quiet := b.AddVariable("phase", 0), b.AddVariable("beats", 0), b.AddVariable("brief", 0), b.AddVariable("quiet", 0)
	b.AddFlow(expression.Flow{Variable: phase, Rate: func([]float64) float64 { return 1 }})
	b.AddFlow(expression.Flow{Variable: quiet, Rate: func([]float64) float64 { return 1 }})
	b.AddEvent(expression.Event{
		Name: "beat", Trigger: func(_ float64, x []float64) bool { return x[phase] >= 0.5 }, Reads: []expression.Species{phase},
		Writes: []expression.Species{phase, beats}, Assign: func(_ float64, x []float64) { x[phase] = -0.5; x[beats]++ },
	})
	b.AddEvent(expression.Event{
		Name: "brief", Trigger: func(_ float64, x []float64) bool { return x[quiet] >= 20_000 && x[quiet] < 23_000 }, Reads: []expression.Species{quiet},
		Writes: []expression.Species{brief}, Assign: func(t float64, x []float64) { x[brief] = t },
	})
	s := simulator(t, assembled(t, &b), expression.Options{})
	advance(t, s, 2000.25)
	if got := s.Count(beats); got != 2000 {
		t.Errorf("beats in 2000 s: %v", got)
	}
	if err := s.SetCount(phase, -1e9); err != nil {
		t.Fatal(err)
	}
	advance(t, s, 1e5)
	if got := s.Count(brief); math.Abs(got-20_000) > 1e-6 {
		t.Errorf("what is true from 20000 to 23000 s was seen at %v s", got)
	}
}

// What happens often goes on happening, however long.
func TestFlowLong(t *testing.T) {
	t.Parallel()
	var b expression.NetworkBuilder
	clock := b.AddClock("time")
	x := b.AddSpecies("X", 0)
	b.AddReaction(expression.Reaction{Name: "birth", Products: one(x), Reads: []expression.Species{clock}, Propensity: func(x []float64) float64 { return 100 + 0*x[clock] }})
	s := simulator(t, assembled(t, &b), expression.Options{Seed: 1})
	for k := 1; k <= 10; k++ {
		before := s.Count(x)
		advance(t, s, float64(k)*100)
		if z := (s.Count(x) - before - 10_000) / 100; math.Abs(z) > 4 {
			t.Errorf("births up to %v s: %v in 100 s at 100/s", s.Time(), s.Count(x)-before)
		}
	}
}

func TestFlowErrors(t *testing.T) {
	t.Parallel()
	var b expression.NetworkBuilder
	y := b.AddVariable("y", 1)
	b.AddFlow(expression.Flow{Variable: y, Rate: func(x []float64) float64 { return x[y] * x[y] }})
	n := assembled(t, &b)
	s := simulator(t, n, expression.Options{})
	advance(t, s, 0.9)
	if got, want := s.Count(y), 10.0; math.Abs(got-want) > 1e-4*want {
		t.Errorf("y of y' = y² at 0.9 s: got %v, want %v", got, want)
	}
	err := s.Advance(context.Background(), 2)
	var flow *expression.FlowError
	if !errors.As(err, &flow) || !errors.Is(err, biovm.ErrInvalid) || math.Abs(flow.Time-1) > 1e-3 {
		t.Errorf("y beyond its pole at 1 s: got the error %v", err)
	}
	var timed expression.NetworkBuilder
	clock := timed.AddClock("time")
	timed.AddReaction(expression.Reaction{Name: "ends", Products: one(timed.AddSpecies("X", 0)), Reads: []expression.Species{clock}, Propensity: func(x []float64) float64 { return 1 - x[clock] }})
	s = simulator(t, assembled(t, &timed), expression.Options{})
	if err := s.Advance(context.Background(), 2); !errors.Is(err, biovm.ErrInvalid) || math.Abs(s.Time()-1) > 1e-9 {
		t.Errorf("a propensity that is below 0 after 1 s: got the error %v at %v s", err, s.Time())
	}
	if _, err := expression.NewSimulator(n, expression.Options{Method: expression.TauLeaping}); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("tau-leaping of flows: got the error %v", err)
	}
	b.AddFlow(expression.Flow{Variable: y, Rate: func([]float64) float64 { return 0 }})
	b.AddFlow(expression.Flow{Variable: b.AddSpecies("S", 0), Rate: func([]float64) float64 { return 0 }})
	b.AddFlow(expression.Flow{Variable: b.AddVariable("z", 0)})
	b.Begin(func([]float64, *expression.Random) {}, 77)
	if _, err := b.Build(); err == nil || len(err.(interface{ Unwrap() []error }).Unwrap()) != 4 { //nolint:forcetypeassert // Build joins them
		t.Errorf("flows that cannot be: got the error %v, want four problems", err)
	}
}

// What chance sets before time 0 must be what it can be.
func TestBeginRefused(t *testing.T) {
	t.Parallel()
	var b expression.NetworkBuilder
	x := b.AddSpecies("X", 0)
	b.Begin(func(s []float64, r *expression.Random) { s[x] = r.Normal(0, 1) }, x)
	s := simulator(t, assembled(t, &b), expression.Options{Seed: 1})
	if err := s.Advance(context.Background(), 1); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("a count that is not whole: got the error %v", err)
	}
}

// A pulse that turns when it is said to is not stepped over, and is exact.
func TestTurns(t *testing.T) {
	t.Parallel()
	var b expression.NetworkBuilder
	clock, v := b.AddClock("time"), b.AddVariable("v", 0)
	b.AddFlow(expression.Flow{v, func(x []float64) float64 {
		if x[clock] > 1000 && x[clock] <= 1000.125 {
			return 8
		}
		return 0
	}})
	b.AddTurns(func(t float64, _ []float64) float64 {
		for _, at := range []float64{1000, 1000.125} {
			if at > t {
				return at
			}
		}
		return math.Inf(1)
	})
	s, err := expression.NewSimulator(assembled(t, &b), expression.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Advance(context.Background(), 1e6); err != nil {
		t.Fatal(err)
	}
	if got := s.Count(v); math.Abs(got-1) > 1e-12 {
		t.Errorf("got %v, want 1", got)
	}
}
