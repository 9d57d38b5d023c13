package expression_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// A diary writes down which events happen, and when.
type diary struct {
	b   expression.NetworkBuilder
	log []string
	x   expression.Species
}

// event adds one that writes itself down, with what x was, and sets x.
func (d *diary) event(e expression.Event, to float64) {
	e.Writes = []expression.Species{d.x}
	e.Values = func(t float64, x []float64, _ *expression.Random, out []float64) {
		out[0] = to
		d.log = append(d.log, e.Name+"@"+formatFloat(t)+":"+formatFloat(x[d.x]))
	}
	d.b.AddEvent(e)
}

func seconds(s float64) func(float64, []float64, *expression.Random) float64 {
	return func(float64, []float64, *expression.Random) float64 { return s }
}

func (d *diary) lived(t *testing.T, until float64) string {
	t.Helper()
	s := simulator(t, assembled(t, &d.b), expression.Options{Seed: 1})
	d.log = nil
	advance(t, s, until)
	return strings.Join(d.log, " ")
}

// Events wait, are called off, and take turns as they must.
func TestEventOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		add  func(d *diary)
		want string
	}{
		"a delay": {func(d *diary) {
			d.event(expression.Event{Name: "a", Times: []float64{1, 2}, Delay: seconds(1.5)}, 7)
		}, "a@2.5:0 a@3.5:7"},
		"early values are those of when it was triggered": {func(d *diary) {
			d.event(expression.Event{Name: "late", Times: []float64{2}}, 7)
			d.event(expression.Event{Name: "early", Times: []float64{1}, Delay: seconds(2), Early: true}, 8)
			d.event(expression.Event{Name: "last", Times: []float64{4}}, 9)
		}, "early@1:0 late@2:0 last@4:8"},
		"early of the same moment": {func(d *diary) {
			d.event(expression.Event{Name: "first", Times: []float64{1}}, 7)
			d.event(expression.Event{Name: "second", Times: []float64{1}, Early: true}, 8)
		}, "second@1:0 first@1:0"},
		"priorities, and then the network's order": {func(d *diary) {
			d.event(expression.Event{Name: "none", Times: []float64{1}}, 1)
			d.event(expression.Event{Name: "low", Times: []float64{1}, Priority: seconds(-3)}, 2)
			d.event(expression.Event{Name: "high", Times: []float64{1}, Priority: seconds(5)}, 3)
			d.event(expression.Event{Name: "nor", Times: []float64{1}}, 4)
		}, "high@1:0 low@1:3 none@1:2 nor@1:1"},
		"a priority that the first changes": {func(d *diary) {
			d.event(expression.Event{Name: "one", Times: []float64{1}, Priority: seconds(9)}, 1)
			d.event(expression.Event{Name: "two", Times: []float64{1}, Priority: func(_ float64, x []float64, _ *expression.Random) float64 { return 2 - 4*x[0] }}, 2)
			d.event(expression.Event{Name: "three", Times: []float64{1}, Priority: seconds(0)}, 3)
		}, "one@1:0 three@1:1 two@1:3"},
		"called off": {func(d *diary) {
			high := func(_ float64, x []float64) bool { return x[0] == 5 }
			d.event(expression.Event{Name: "up", Times: []float64{1}}, 5)
			d.event(expression.Event{Name: "down", Times: []float64{2}}, 0)
			d.event(expression.Event{Name: "off", Trigger: high, Reads: []expression.Species{0}, Delay: seconds(2), Transient: true}, 1)
			d.event(expression.Event{Name: "on", Trigger: high, Reads: []expression.Species{0}, Delay: seconds(2)}, 2)
			d.event(expression.Event{Name: "soon", Trigger: high, Reads: []expression.Species{0}, Delay: seconds(0.5), Transient: true}, 5)
		}, "up@1:0 soon@1.5:5 down@2:5 on@3:0"},
		"called off in the moment": {func(d *diary) {
			zero := func(_ float64, x []float64) bool { return x[0] == 0 }
			d.event(expression.Event{Name: "a", Trigger: zero, Armed: true, Reads: []expression.Species{0}, Transient: true}, 1)
			d.event(expression.Event{Name: "b", Trigger: zero, Armed: true, Reads: []expression.Species{0}, Transient: true}, 2)
		}, "a@0:0"},
		"triggered again while it waits": {func(d *diary) {
			d.event(expression.Event{Name: "a", Trigger: func(t float64, _ []float64) bool { return t < 4 && math.Mod(t, 2) >= 1 }, Times: []float64{1, 2, 3, 4}, Delay: seconds(2.5)}, 1)
		}, "a@3.5:0 a@5.5:1"},
	} {
		d := &diary{}
		d.x = d.b.AddVariable("x", 0)
		c.add(d)
		if got := d.lived(t, 10); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
	}
}

// Of equal priorities chance decides, and evenly.
func TestEventTies(t *testing.T) {
	t.Parallel()
	d := &diary{}
	d.x = d.b.AddVariable("x", 0)
	for _, name := range []string{"a", "b", "c"} {
		d.event(expression.Event{Name: name, Times: []float64{1}, Priority: seconds(1)}, 0)
	}
	n := assembled(t, &d.b)
	orders := map[string]float64{}
	const replicas = 6000
	for i := range uint64(replicas) {
		d.log = nil
		advance(t, simulator(t, n, expression.Options{Seed: 2, Stream: i}), 2)
		orders[strings.Join(d.log, " ")]++
	}
	chi := 0.0
	for _, k := range orders {
		chi += (k - replicas/6) * (k - replicas/6) / (replicas / 6)
	}
	if const999 := 20.5; len(orders) != 6 || chi > const999 { // of five degrees of freedom
		t.Errorf("orders of three events: %v, chi-square %.1f", orders, chi)
	}
}

// Events that wait are in a checkpoint.
func TestEventCheckpoint(t *testing.T) {
	t.Parallel()
	d := &diary{}
	d.x = d.b.AddVariable("x", 0)
	d.event(expression.Event{Name: "a", Times: []float64{1, 2, 3}, Delay: seconds(4), Early: true}, 7)
	d.b.AddEvent(expression.Event{
		Name: "draw", Times: []float64{2.5}, Writes: []expression.Species{d.x}, Delay: func(_ float64, _ []float64, r *expression.Random) float64 { return r.Exponential() },
		Values: func(_ float64, x []float64, r *expression.Random, to []float64) { to[0] = x[d.x] + r.Normal(0, 1) },
	})
	n := assembled(t, &d.b)
	whole, cut := simulator(t, n, expression.Options{Seed: 1}), simulator(t, n, expression.Options{Seed: 1})
	advance(t, whole, 10)
	for k := range 20 {
		advance(t, cut, float64(k)/2)
		var err error
		if cut, err = expression.Restore(n, cut.Checkpoint()); err != nil {
			t.Fatal(err)
		}
	}
	advance(t, cut, 10)
	if !bytes.Equal(whole.Checkpoint(), cut.Checkpoint()) {
		t.Errorf("with checkpoints x is %v, without %v", cut.Count(0), whole.Count(0))
	}
}

func TestEventErrors(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]expression.Event{
		"delay":      {Name: "a", Times: []float64{1}, Delay: seconds(-1)},
		"waiting":    {Name: "a", Times: manyTimes(70_000), Delay: seconds(1e6)},
		"variable":   {Name: "a", Times: []float64{1}, Values: func(_ float64, _ []float64, _ *expression.Random, to []float64) { to[0] = math.NaN() }},
		"not both":   {Name: "a", Times: []float64{1}, Assign: func(float64, []float64) {}, Values: func(float64, []float64, *expression.Random, []float64) {}},
		"Values":     {Name: "a", Times: []float64{1}, Assign: func(float64, []float64) {}, Early: true},
		"the clock,": {Name: "a", Times: []float64{1}, Assign: func(float64, []float64) {}, Writes: []expression.Species{1}},
	} {
		var b expression.NetworkBuilder
		x := b.AddVariable("x", 0)
		b.AddClock("time")
		if e.Assign == nil && e.Values == nil {
			e.Values = func(float64, []float64, *expression.Random, []float64) {}
		}
		if !slices.Contains(e.Writes, 1) && e.Values != nil && want == "variable" {
			e.Writes = []expression.Species{x}
		}
		b.AddEvent(e)
		n, err := b.Build()
		if err == nil {
			s := simulator(t, n, expression.Options{})
			err = s.Advance(context.Background(), 1e6)
		}
		if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got the error %v", want, err)
		}
	}
}

func manyTimes(n int) []float64 {
	times := make([]float64, n)
	for i := range times {
		times[i] = float64(i)
	}
	return times
}

// Where the time cannot get on there is an error, not a wait without an end.
func TestTimeStandsStill(t *testing.T) {
	t.Parallel()
	for name, add := range map[string]func(b *expression.NetworkBuilder){
		"reactions faster than rounding": func(b *expression.NetworkBuilder) {
			x, rate := b.AddSpecies("X", 0), b.AddVariable("rate", 0)
			b.AddReaction(expression.Reaction{
				Name: "in", Products: []expression.Term{{Species: x, Count: 1}}, Reads: []expression.Species{rate},
				Propensity: func(x []float64) float64 { return x[rate] },
			})
			b.AddEvent(expression.Event{Name: "fast", Times: []float64{1}, Assign: func(_ float64, x []float64) { x[rate] = 1e30 }, Writes: []expression.Species{rate}})
		},
		"events with delays of nothing": func(b *expression.NetworkBuilder) {
			p := b.AddVariable("p", 0)
			for from, name := range []string{"up", "down"} {
				b.AddEvent(expression.Event{
					Name: name, Trigger: func(_ float64, x []float64) bool { return x[p] == float64(from) }, Reads: []expression.Species{p}, Armed: true,
					Delay:  seconds(1e-300),
					Assign: func(_ float64, x []float64) { x[p] = float64(1 - from) }, Writes: []expression.Species{p},
				})
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b expression.NetworkBuilder
			add(&b)
			s := simulator(t, assembled(t, &b), expression.Options{})
			check := func(call string, err error) {
				if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "at ") {
					t.Errorf("%s: got the error %v", call, err)
				}
			}
			check("Advance", s.Advance(context.Background(), 10))
			s.Reset(1, 0)
			var err error
			const most = 1 << 22
			for step := 0; step < most && err == nil; step++ {
				_, err = s.Step(10)
			}
			check("Step", err)
			s.Reset(1, 0)
			tr, err := expression.NewTrajectory(s.Network())
			if err != nil {
				t.Fatal(err)
			}
			check("RecordChanges", s.RecordChanges(context.Background(), tr, 10))
		})
	}
}
