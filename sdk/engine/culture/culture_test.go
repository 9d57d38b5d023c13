package culture_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/culture"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

const yield = 0.1 // gDW per mmol, of the tiny network

// tiny is a network that turns two substrates into biomass, by the same yield.
func tiny() (*metabolism.Model, error) {
	ms := []metabolism.Metabolite{{ID: "a_e", Compartment: "e"}, {ID: "b_e", Compartment: "e"}, {ID: "x_c", Compartment: "c"}}
	rs := []metabolism.Reaction{
		{ID: "EX_a", Terms: []metabolism.Term{{Metabolite: 0, Coef: -1}}, Lower: -100, Upper: 100},
		{ID: "EX_b", Terms: []metabolism.Term{{Metabolite: 1, Coef: -1}}, Lower: -100, Upper: 100},
		{ID: "A", Terms: []metabolism.Term{{Metabolite: 0, Coef: -1}, {Metabolite: 2, Coef: 1}}, Upper: 100},
		{ID: "B", Terms: []metabolism.Term{{Metabolite: 1, Coef: -1}, {Metabolite: 2, Coef: 1}}, Upper: 100},
		{ID: "GROWTH", Terms: []metabolism.Term{{Metabolite: 2, Coef: -1 / yield}}, Upper: 100},
	}
	return metabolism.NewModel("tiny", "GROWTH", ms, rs, nil)
}

func tinyConfig(t testing.TB) culture.Config {
	t.Helper()
	m, err := tiny()
	if err != nil {
		t.Fatal(err)
	}
	return culture.Config{
		Model: m, Biomass: 0.01, Medium: map[string]float64{},
		Substrates: []culture.Substrate{{Exchange: "EX_a", Initial: 10, MaxUptake: 8, Half: 0.5}},
	}
}

func newCulture(t testing.TB, c culture.Config) *culture.Culture {
	t.Helper()
	k, err := culture.New(c)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return k
}

func grow(t testing.TB, k *culture.Culture, hours float64) culture.Sample {
	t.Helper()
	if err := k.Advance(context.Background(), hours*3600); err != nil {
		t.Fatalf("Advance to %v h: %v", hours, err)
	}
	return k.Sample()
}

// monod is when a batch culture by Monod's law has s mM left, in hours: the
// exact solution, from the integral of ds/(s·x(s)/(half+s)).
func monod(s, s0, x0, most, half float64) float64 {
	x := x0 + yield*(s0-s)
	k := half * yield / (x0 + yield*s0)
	return ((1+k)*math.Log(x/x0) - k*math.Log(s/s0)) / (most * yield)
}

// TestMonod compares with the exact solution, and the error halves with the
// step.
func TestMonod(t *testing.T) {
	t.Parallel()
	late := func(step float64) float64 {
		c := tinyConfig(t)
		c.StepSeconds = step
		s := grow(t, newCulture(t, c), 5.5)
		return s.Seconds/3600 - monod(s.Medium[0], 10, 0.01, 8, 0.5)
	}
	var before float64
	for _, step := range []float64{240, 120, 60, 30} {
		got := math.Abs(late(step))
		if limit := step / 3600; got > limit {
			t.Errorf("step %v s: off by %.5f h, more than a step", step, got)
		}
		if ratio := before / got; before > 0 && (ratio < 1.7 || ratio > 2.3) {
			t.Errorf("step %v s: the error is 1/%.2f of that of twice the step, want 1/2", step, ratio)
		}
		before = got
	}
}

// TestMassIsKept: biomass is what was taken up times the yield, with any step,
// and nothing falls below zero.
func TestMassIsKept(t *testing.T) {
	t.Parallel()
	for _, step := range []float64{30, 180, 1800, 3600} {
		c := tinyConfig(t)
		c.StepSeconds = step
		c.Substrates[0].Feed = 0.7
		k := newCulture(t, c)
		grow(t, k, 24)
		for _, s := range k.Trajectory() {
			fed := 10 + 0.7*s.Seconds/3600
			if want := 0.01 + yield*(fed-s.Medium[0]); math.Abs(s.Biomass-want) > 1e-9 || s.Medium[0] < 0 {
				t.Fatalf("step %v s, at %v s: biomass %v and %v mM left, want %v", step, s.Seconds, s.Biomass, s.Medium[0], want)
			}
		}
	}
}

// TestLag: after a lag of two hours a culture is where one without was two hours
// before (Baranyi and Roberts 1994).
func TestLag(t *testing.T) {
	t.Parallel()
	c := tinyConfig(t)
	c.Substrates[0].Initial, c.StepSeconds = 1000, 30
	plain := grow(t, newCulture(t, c), 3)
	c.LagHours = 2
	k := newCulture(t, c)
	if p := grow(t, k, 1).Phase; p != culture.Lag {
		t.Errorf("after one of two hours of lag: %s", p)
	}
	lagged := grow(t, k, 5)
	if d := math.Log(lagged.Biomass/plain.Biomass) / plain.GrowthRate; math.Abs(d) > 0.05 {
		t.Errorf("biomass %v at 5 h with lag, %v at 3 h without: %.3f h apart", lagged.Biomass, plain.Biomass, d)
	}
	phases := culture.Phases(k.Trajectory())
	if len(phases) != 2 || phases[0].Phase != culture.Lag || math.Abs(phases[0].To/3600-2) > 0.1 || phases[1].Phase != culture.Exponential {
		t.Errorf("phases %+v, want a lag of two hours and exponential growth", phases)
	}
}

// TestForgets: cells that rested for long take as long to adapt to fresh medium as
// at the beginning, those that rested for a moment grow at once, and so do those
// that have no lag.
func TestForgets(t *testing.T) {
	t.Parallel()
	// late is by how many hours growth after a rest is behind growth without lag.
	late := func(lag, rest float64) float64 {
		c := tinyConfig(t)
		c.LagHours, c.StepSeconds = lag, 30
		k := newCulture(t, c)
		s := grow(t, k, 1)
		for s.Phase != culture.Stationary {
			s = grow(t, k, s.Seconds/3600+0.01)
		}
		before := grow(t, k, s.Seconds/3600+rest)
		if before.Phase != culture.Stationary {
			t.Fatalf("after %v h of rest: %s", rest, before.Phase)
		}
		if err := k.Set("EX_a", 1e4); err != nil {
			t.Fatal(err)
		}
		after := grow(t, k, before.Seconds/3600+3)
		return 3 - math.Log(after.Biomass/before.Biomass)/0.8 // 8·0.1 1/h at most
	}
	for _, c := range []struct{ lag, rest, want float64 }{{1, 20, 1}, {1, 0.02, 0}, {0.5, 20, 0.5}, {0, 20, 0}} {
		if got := late(c.lag, c.rest); math.Abs(got-c.want) > 0.08 {
			t.Errorf("a lag of %v h, %v h of rest: %.3f h late, want %v", c.lag, c.rest, got, c.want)
		}
	}
	if short, long := late(1, 1), late(1, 1.5); !(0.05 < short && short < long && long < 0.95) {
		t.Errorf("late by %.3f h after an hour of rest and %.3f after an hour and a half; want the one shorter, both between", short, long)
	}
}

// TestShift: a shift to a worse substrate takes a lag, one back to a better does
// not.
func TestShift(t *testing.T) {
	t.Parallel()
	c := tinyConfig(t)
	c.LagHours, c.StepSeconds = 1, 30
	c.Substrates = append(c.Substrates, culture.Substrate{
		Exchange: "EX_b", Initial: 400, MaxUptake: 2.5, Half: 0.5, RepressedBy: "EX_a", RepressionHalf: 0.01,
	})
	k := newCulture(t, c)
	grow(t, k, 12)
	var order []culture.Phase
	for _, p := range culture.Phases(k.Trajectory()) {
		order = append(order, p.Phase)
		if hours := (p.To - p.From) / 3600; p.Phase == culture.Lag && math.Abs(hours-1) > 0.05 {
			t.Errorf("a lag of %.2f h, want 1", hours)
		}
	}
	// Growth slows while the last of the better one goes, then cells find out.
	if fmt.Sprint(order) != "[lag exponential diauxie lag diauxie]" {
		t.Fatalf("phases %v, want lag, exponential, diauxie, lag, diauxie", order)
	}
	if err := k.Set("EX_a", 50); err != nil {
		t.Fatal(err)
	}
	if s := grow(t, k, k.Time()/3600+0.1); s.Phase != culture.Exponential || s.Adapted < 0.9 {
		t.Errorf("back on the better one: %+v, want exponential growth", s)
	}
}

// TestPace: cells at half of their pace do half of everything.
func TestPace(t *testing.T) {
	t.Parallel()
	c := tinyConfig(t)
	whole := grow(t, newCulture(t, c), 1)
	c.Pace = 0.5
	k := newCulture(t, c)
	half := grow(t, k, 1)
	if math.Abs(half.GrowthRate/whole.GrowthRate-0.5) > 0.01 || math.Abs(half.Fluxes[0]/whole.Fluxes[0]-0.5) > 0.01 {
		t.Errorf("at half of the pace %+v, want half of %+v", half, whole)
	}
	if err := k.SetPace(1); err != nil {
		t.Fatal(err)
	}
	if s := grow(t, k, 1.1); math.Abs(s.GrowthRate/whole.GrowthRate-1) > 0.02 {
		t.Errorf("at full pace again %+v, want the rates of %+v", s, whole)
	}
	for _, share := range []float64{0, -1, 1.1, math.NaN()} {
		if err := k.SetPace(share); !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("SetPace(%v): %v", share, err)
		}
	}
}

// TestNewSubstrate: what the medium has from now on is there, once; what there is
// of others stays.
func TestNewSubstrate(t *testing.T) {
	t.Parallel()
	c := tinyConfig(t)
	c.Substrates = append(c.Substrates, culture.Substrate{Exchange: "EX_b", MaxUptake: 1, Half: 0.5}) // none so far
	k := newCulture(t, c)
	left := grow(t, k, 1).Medium[0]
	set := func(initial float64) []float64 {
		t.Helper()
		next := c
		next.Substrates = slices.Clone(c.Substrates)
		next.Substrates[1].Initial = initial
		if err := k.SetConditions(next); err != nil {
			t.Fatal(err)
		}
		return k.Sample().Medium
	}
	if got := set(3); got[0] != left || got[1] != 3 {
		t.Errorf("after the medium has 3 mM of the other: %v, want %v and 3", got, left)
	}
	if err := k.Set("EX_b", 1); err != nil {
		t.Fatal(err)
	}
	set(0)
	if got := set(3); got[1] != 1 {
		t.Errorf("named again it is filled up again: %v", got)
	}
}

// TestDiauxie: of two substrates the one that represses the other goes first.
func TestDiauxie(t *testing.T) {
	t.Parallel()
	c := tinyConfig(t)
	c.Substrates = append(c.Substrates, culture.Substrate{
		Exchange: "EX_b", Initial: 4, MaxUptake: 2.5, Half: 0.5, RepressedBy: "EX_a", RepressionHalf: 0.01,
	})
	k := newCulture(t, c)
	grow(t, k, 20)
	for _, s := range k.Trajectory() {
		if s.Medium[0] > 1 && s.Medium[1] < 3.9 {
			t.Fatalf("at %v s with %v mM of the first, %v mM of the second: it was held back", s.Seconds, s.Medium[0], s.Medium[1])
		}
	}
	var order []culture.Phase
	for _, p := range culture.Phases(k.Trajectory()) {
		order = append(order, p.Phase)
	}
	if fmt.Sprint(order) != "[exponential diauxie stationary]" {
		t.Errorf("phases %v, want exponential, diauxie, stationary", order)
	}
	if s := k.Sample(); s.Medium[0] > 1e-3 || s.Medium[1] > 1e-3 || s.Phase != culture.Stationary {
		t.Errorf("after 20 h %+v", s)
	}
	// Fresh medium wakes it.
	if err := k.Set("EX_a", 5); err != nil {
		t.Fatal(err)
	}
	if s := grow(t, k, 20.1); s.Phase != culture.Exponential {
		t.Errorf("with fresh medium: %+v", s)
	}
}

func TestCheckpointContinuesBitForBit(t *testing.T) {
	t.Parallel()
	c := tinyConfig(t)
	c.LagHours = 1
	straight, cut := newCulture(t, c), newCulture(t, c)
	grow(t, straight, 9)
	for _, hours := range []float64{0, 0.3, 2.02, 6.6, 9} {
		grow(t, cut, hours)
		data, err := cut.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		if cut, err = culture.Restore(c.Model, data); err != nil {
			t.Fatal(err)
		}
	}
	a, err := straight.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	b, err := cut.Checkpoint()
	if err != nil || !bytes.Equal(a, b) {
		t.Errorf("in one go %+v, with checkpoints %+v, %v", straight.Sample(), cut.Sample(), err)
	}
}

func TestBadConfig(t *testing.T) {
	t.Parallel()
	for path, change := range map[string]func(*culture.Config){
		"model":                      func(c *culture.Config) { c.Model = nil },
		"biomass":                    func(c *culture.Config) { c.Biomass = -1 },
		"pace":                       func(c *culture.Config) { c.Pace = 1.5 },
		"lag_hours":                  func(c *culture.Config) { c.LagHours = math.NaN() },
		"step_seconds":               func(c *culture.Config) { c.StepSeconds = 1e6 },
		"substrates":                 func(c *culture.Config) { c.Substrates = nil },
		"substrates[0].exchange":     func(c *culture.Config) { c.Substrates[0].Exchange = "A" },
		"substrates[0].half":         func(c *culture.Config) { c.Substrates[0].Half = 0 },
		"substrates[0].repressed_by": func(c *culture.Config) { c.Substrates[0].RepressedBy, c.Substrates[0].RepressionHalf = "EX_a", 1 },
		"substrates[0].repression_half": func(c *culture.Config) {
			c.Substrates = append(c.Substrates, culture.Substrate{Exchange: "EX_b", Half: 1})
			c.Substrates[0].RepressedBy = "EX_b"
		},
		"maintenance": func(c *culture.Config) { c.Maintenance = "SLEEP" },
		"medium":      func(c *culture.Config) { c.Medium["EX_gold"] = 3 },
	} {
		c := tinyConfig(t)
		change(&c)
		_, err := culture.New(c)
		if found := biovm.FieldErrors(err); len(found) != 1 || found[0].Path != path {
			t.Errorf("%s: %v, want one error there", path, err)
		}
	}
	c := tinyConfig(t)
	c.Medium["EX_a"] = 5
	if _, err := culture.New(c); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("a substrate in the medium: %v", err)
	}
	k := newCulture(t, tinyConfig(t))
	if err := k.Set("EX_b", 1); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Set of what is no substrate: %v", err)
	}
	if err := k.Advance(context.Background(), math.Inf(1)); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Advance for ever: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := k.Advance(ctx, 3600); !errors.Is(err, context.Canceled) {
		t.Errorf("Advance of a cancelled context: %v", err)
	}
	grow(t, k, 1)
	whole := newCulture(t, tinyConfig(t))
	if grow(t, whole, 1).Biomass != k.Sample().Biomass {
		t.Error("a cancelled call changed the culture")
	}
}

func FuzzRestore(f *testing.F) {
	m, err := tiny()
	if err != nil {
		f.Fatal(err)
	}
	k, err := culture.New(culture.Config{Model: m, Biomass: 0.1, Medium: map[string]float64{}, Substrates: []culture.Substrate{{Exchange: "EX_a", Initial: 1, MaxUptake: 1, Half: 1}}})
	if err != nil {
		f.Fatal(err)
	}
	if err := k.Advance(context.Background(), 300); err != nil {
		f.Fatal(err)
	}
	good, err := k.Checkpoint()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := culture.Restore(m, data)
		if err != nil {
			if !errors.Is(err, biovm.ErrInvalid) {
				t.Errorf("Restore: %v, want an ErrInvalid", err)
			}
			return
		}
		again, err := k.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := culture.Restore(m, again); err != nil {
			t.Errorf("the checkpoint of a restored culture: %v", err)
		}
	})
}
