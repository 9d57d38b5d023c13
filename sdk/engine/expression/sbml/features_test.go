package sbml_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression/sbml"
)

const counts = ` hasOnlySubstanceUnits="true"`

// inPackage says that a file needs package distrib.
func inPackage(text string) string {
	return strings.Replace(text, ` level="3"`, ` xmlns:distrib="http://www.sbml.org/sbml/level3/version1/distrib/version1" distrib:required="true" level="3"`, 1)
}

func read(tb testing.TB, text string) *sbml.Model {
	tb.Helper()
	m, err := sbml.Read(strings.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// A known number is an output's mean and standard deviation at a time.
type known struct {
	name, text, output string
	at, mean, sd       float64
}

// chances is a file in which X is drawn at 1, 2, 3... as in the stochastic cases
// of the SBML Test Suite: a parameter that grows at the rate 1 is set back when
// it has gone half its way.
func chances(draw string) string {
	return inPackage(file("1", species(`id="X" initialConcentration="0"`+counts), parameters("t=0 most=INF least=-INF"), rateRule("t", "1"),
		strings.Replace(event("draw", "(geq t 0.5)", "X", draw), "</listOfEventAssignments>", `<eventAssignment variable="t">`+formula("-0.5")+"</eventAssignment></listOfEventAssignments>", 1)))
}

func drawn() []known {
	uniform := 1 / math.Sqrt(12)
	half := math.Sqrt(2/math.Pi) * 1.5 // mean of |normal(0, 1.5)|
	return []known{
		{"normal", chances("(#normal 0 1.5)"), "X", 1, 0, 1.5},
		{"normal from a parameter", chances("(#normal 0 1.5 0 most)"), "X", 7, half, math.Sqrt(1.5*1.5 - half*half)},
		{"normal up to 0", chances("(#normal 0 1.5 least 0)"), "X", 2, -half, math.Sqrt(1.5*1.5 - half*half)},
		{"uniform", chances("(#uniform 0 1)"), "X", 3, 0.5, uniform},
		{"exponential", chances("(#exponential 0.5)"), "X", 1, 2, 2},
		{"exponential in the tail", chances("(#exponential 1 30 most)"), "X", 1, 31, 1},
		{"gamma", chances("(#gamma 2 1.1)"), "X", 1, 2.2, 1.1 * math.Sqrt2},
		{"gamma in a window", chances("(#gamma 1 2 3 6)"), "X", 1, 4.13838, 0.81968},
		{"poisson", chances("(#poisson 1.5)"), "X", 1, 1.5, math.Sqrt(1.5)},
		{"poisson from 1", chances("(#poisson 1.5 1 infinity)"), "X", 1, 1.5 / (1 - math.Exp(-1.5)), math.Sqrt(3.75/(1-math.Exp(-1.5)) - 2.25/((1-math.Exp(-1.5))*(1-math.Exp(-1.5))))},
		{"chisquare", chances("(#chisquare 3.2)"), "X", 1, 3.2, math.Sqrt(6.4)},
		{"chisquare in the tail", chances("(#chisquare 2 20 most)"), "X", 1, 22, 2},
		{"rayleigh", chances("(#rayleigh 2)"), "X", 1, 2 * math.Sqrt(math.Pi/2), 2 * math.Sqrt(2-math.Pi/2)},
		{"bernoulli", chances("(#bernoulli 0.23)"), "X", 1, 0.23, math.Sqrt(0.23 * 0.77)},
		{"laplace", chances("(#laplace 2)"), "X", 1, 0, 2 * math.Sqrt2},
		{"laplace at 1", chances("(#laplace 1 2)"), "X", 1, 1, 2 * math.Sqrt2},
		{"laplace from 1", chances("(#laplace 1 2 1 most)"), "X", 1, 3, 2},
		{"lognormal", chances("(ln (#lognormal 1 2))"), "X", 1, 1, 2},
		{"binomial", chances("(#binomial 100 0.2)"), "X", 1, 20, 4},
		{"cauchy's arctangent's sign", chances("(geq (#cauchy 1 2) 3)"), "X", 1, 0.25, math.Sqrt(0.25 * 0.75)},
		{"cauchy at 0", chances("(geq (#cauchy 2) 2)"), "X", 1, 0.25, math.Sqrt(0.25 * 0.75)},
		{"cauchy in a window", chances("(geq (#cauchy 1 2 1 most) 3)"), "X", 1, 0.5, 0.5},
	}
}

func features() []known {
	x := species(`id="X" initialAmount="0"` + counts)
	in := reaction("in", "", "1 X", "a")
	out := reaction("out", "1 X", "", "(times b X)")
	grown := math.Exp(0.2 * 5)
	inGrown := 3 * 2 * (math.Exp(0.2*5) - math.Exp(-0.6*5)) / (0.2 + 0.6)
	delayed := strings.Replace(event("late", "(geq time 2)", "Y", "(plus Y X)"), "<listOfEventAssignments>", "<delay>"+formula("(times 2 d)")+"</delay><listOfEventAssignments>", 1)
	return []known{
		{"a law that depends on the time", file("1", x, reactions(reaction("in", "", "1 X", "(times 2 time)"))), "X", 3, 9, 3},
		{"a compartment that grows", file("2", x, parameters("a=3"), rateRule("cell", "(times 0.2 cell)"), reactions(reaction("in", "", "1 X", "(times a cell)"), reaction("out", "1 X", "", "(times 0.6 X)"))), "X", 5, inGrown, math.Sqrt(inGrown)},
		{"its size", file("2", x, rateRule("cell", "(times 0.2 cell)")), "cell", 5, 2 * grown, 0},
		{"a concentration in it", file("2", species(`id="X" initialAmount="0"`), parameters("a=3"), rateRule("cell", "(times 0.2 cell)"), reactions(reaction("in", "", "1 X", "(times a cell)"), reaction("out", "1 X", "", "(times 0.6 X cell)"))), "X", 5, inGrown, math.Sqrt(inGrown)},
		{"a rate rule that a count drives", file("1", x, parameters("y=0 a=2"), rateRule("y", "X"), reactions(in)), "y", 3, 9, math.Sqrt(2 * 27.0 / 3)},
		{"a rate rule of a concentration", file("4", species(`id="S" initialConcentration="3"`), rateRule("S", "(minus S)")), "S", 1, 12 * math.Exp(-1), 0},
		{"a conversion factor", file("1", strings.Replace(x, `id="X"`, `id="X" conversionFactor="c"`, 1), parameters("a=1 b=0.2 c=5"), reactions(in, strings.Replace(out, `stoichiometry="1"`, `stoichiometry="0.2"`, 1))), "X", 50, 25, math.Sqrt(75)},
		{"a stoichiometry by an assignment", file("1", x, parameters("a=1 b=0.2 n=2"), `<listOfInitialAssignments><initialAssignment symbol="s">`+formula("(plus n 3)")+`</initialAssignment></listOfInitialAssignments>`,
			reactions(strings.Replace(in, `<speciesReference`, `<speciesReference id="s"`, 1), out)), "X", 50, 25, math.Sqrt(75)},
		{"a stoichiometry in a law", file("1", x, parameters("a=1 b=0.2"), reactions(strings.Replace(reaction("in", "", "5 X", "(divide s 5)"), `<speciesReference`, `<speciesReference id="s"`, 1), out)), "X", 50, 25, math.Sqrt(75)},
		{"a stoichiometry by MathML", file("1", x, parameters("a=1 b=0.2 n=2"), reactions(strings.Replace(in, `stoichiometry="1" constant="true"/>`, `><stoichiometryMath>`+formula("(plus n 3)")+`</stoichiometryMath></speciesReference>`, 1), out)), "X", 50, 25, math.Sqrt(75)},
		{"an event that waits, with the values of then", file("1", x, parameters("a=2 d=1.5 Y=0"), reactions(in), delayed), "Y", 6, 4, 2},
		{"an event that waits, with the values of now", file("1", x, parameters("a=2 d=1.5 Y=0"), reactions(in), strings.Replace(delayed, `Time="true"`, `Time="false"`, 1)), "Y", 6, 10, math.Sqrt(10)},
		{"an event that is called off", file("1", x, parameters("Y=0"), strings.NewReplacer(`persistent="true"`, `persistent="false"`, "<listOfEventAssignments>", "<delay>"+formula("2")+"</delay><listOfEventAssignments>").Replace(event("e", "(and (geq time 1) (lt time 2.5))", "Y", "1"))), "Y", 9, 0, 0},
		{"priorities", file("1", x, parameters("Y=0"), "<listOfEvents>"+
			strings.Replace(bare(event("low", "(geq time 1)", "Y", "(plus (times 10 Y) 1)")), "<listOfEventAssignments>", "<priority>"+formula("1")+"</priority><listOfEventAssignments>", 1)+
			strings.NewReplacer("<listOfEventAssignments>", "<priority>"+formula("2")+"</priority><listOfEventAssignments>").Replace(bare(event("high", "(geq time 1)", "Y", "(plus (times 10 Y) 2)")))+"</listOfEvents>"), "Y", 2, 1, 0},
		{"an event at a time that a parameter says", file("1", x, parameters("Y=0 when=2"), event("e", "(gt (minus time when) 1)", "Y", "time")), "Y", 9, 3, 0},
		{"an event that changes a compartment", file("2", species(`id="X" initialConcentration="8"`), event("e", "(geq time 1)", "cell", "4")), "[X]", 2, 4, 0},
	}
}

// bare is an event without its list.
func bare(text string) string {
	return strings.NewReplacer("<listOfEvents>", "", "</listOfEvents>", "").Replace(text)
}

// TestFeatures holds what files may have to its known moments, by the rule of
// the SBML Test Suite.
func TestFeatures(t *testing.T) {
	t.Parallel()
	for i, c := range append(drawn(), features()...) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			check(t, c, uint64(i))
		})
	}
}

func check(t *testing.T, c known, seed uint64) {
	t.Helper()
	const replicas = 4000
	m := read(t, c.text)
	out, err := m.Show(c.output)
	if err != nil {
		t.Fatal(err)
	}
	st, err := expression.Ensemble(context.Background(), m.Network, expression.EnsembleOptions{
		Replicas: replicas, Seed: seed, Grid: []float64{c.at}, Derived: []func(float64, []float64) float64{out.Value},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := st.At(0, 0)
	if c.sd == 0 {
		if math.Abs(got.Mean-c.mean) > 1e-5*max(1, math.Abs(c.mean)) || got.Variance > 1e-12 {
			t.Errorf("got %+v, want always %v", got, c.mean)
		}
		return
	}
	if z := (got.Mean - c.mean) / (c.sd / math.Sqrt(replicas)); !(math.Abs(z) < 3.3) {
		t.Errorf("mean: got %v, want %v (z = %.2f)", got.Mean, c.mean, z)
	}
	if z := math.Sqrt(replicas/2.0) * (got.Variance/(c.sd*c.sd) - 1); !(math.Abs(z) < 6) {
		t.Errorf("sd: got %v, want %v (%.2f)", math.Sqrt(got.Variance), c.sd, z)
	}
}

// What chance sets at time 0 goes through rules, and through what depends on it:
// k is normal, w is its square, and X is Poisson of twice that.
func TestInitialChance(t *testing.T) {
	t.Parallel()
	text := inPackage(file("1", species(`id="X" initialAmount="0"`+counts), parameters("k=0 w=0 v=1"),
		`<listOfInitialAssignments><initialAssignment symbol="X">`+formula("(#poisson (times v w))")+`</initialAssignment><initialAssignment symbol="k">`+formula("(#normal 3 0.5)")+
			`</initialAssignment><initialAssignment symbol="v">`+formula("(plus 1 1)")+`</initialAssignment></listOfInitialAssignments><listOfRules><assignmentRule variable="w">`+formula("(power k 2)")+`</assignmentRule></listOfRules>`,
		reactions(reaction("out", "1 X", "", "(times 0.1 X k)"))))
	square, fourth := 9+0.25, 81+6*9*0.25+3*0.25*0.25
	variance := fourth - square*square
	for i, c := range []known{
		{"", text, "k", 0, 3, 0.5},
		{"", text, "w", 0, square, math.Sqrt(variance)},
		{"", text, "X", 0, 2 * square, math.Sqrt(2*square + 4*variance)},
		{"", text, "v + 0*X", 4, 2, 0},
	} {
		check(t, c, uint64(i))
	}
	wrong := strings.Replace(text, "distrib/poisson", "distrib/exponential", 1)
	s, err := expression.NewSimulator(read(t, wrong).Network, expression.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Advance(context.Background(), 1); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("a number of molecules that is not whole: got the error %v", err)
	}
}

// With 1 worker or more, with a checkpoint or without: the same.
func TestChanceIsReproducible(t *testing.T) {
	t.Parallel()
	m := read(t, chances("(#gamma 2 1.1)"))
	var first *expression.Statistics
	for _, workers := range []int{1, 3} {
		st, err := expression.Ensemble(context.Background(), m.Network, expression.EnsembleOptions{Replicas: 100, Seed: 1, Grid: []float64{0, 1.25, 7}, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = st
		}
		if !reflect.DeepEqual(first, st) {
			t.Errorf("with %d workers the statistics are others", workers)
		}
	}
	var ends [][]byte
	for _, cuts := range []int{1, 9} {
		s, err := expression.NewSimulator(m.Network, expression.Options{Seed: 4})
		if err != nil {
			t.Fatal(err)
		}
		for k := 1; k <= cuts; k++ {
			if err := s.Advance(context.Background(), 20*float64(k)/float64(cuts)); err != nil {
				t.Fatal(err)
			}
			if s, err = expression.Restore(m.Network, s.Checkpoint()); err != nil {
				t.Fatal(err)
			}
		}
		ends = append(ends, s.Checkpoint())
	}
	if !bytes.Equal(ends[0], ends[1]) {
		t.Error("with checkpoints the simulation is another")
	}
}

// Every level and version that there is of Levels 2 and 3 is read.
func TestLevels(t *testing.T) {
	t.Parallel()
	for _, v := range []struct{ space, level, version string }{
		{"level2", "2", "1"},
		{"level2/version2", "2", "2"},
		{"level2/version3", "2", "3"},
		{"level2/version4", "2", "4"},
		{"level2/version5", "2", "5"},
		{"level3/version1/core", "3", "1"},
		{"level3/version2/core", "3", "2"},
	} {
		text := fmt.Sprintf(`<sbml xmlns="http://www.sbml.org/sbml/%s" level="%s" version="%s"><model><listOfCompartments><compartment id="c"/></listOfCompartments>
<listOfSpecies><species id="X" compartment="c" initialAmount="10" hasOnlySubstanceUnits="true"/></listOfSpecies>`, v.space, v.level, v.version) +
			reactions(strings.Replace(reaction("out", "1 X", "", "(times k X)"), "</kineticLaw>", `<listOfParameters><parameter id="k" value="0.5"/></listOfParameters></kineticLaw>`, 1)) + `</model></sbml>`
		m := read(t, text)
		if len(m.Outputs) != 1 || (m.Outputs[0].Concentration != nil) != (v.level == "2") {
			t.Errorf("level %s version %s: outputs are %+v: want X, with a concentration where the size is 1 by default", v.level, v.version, m.Outputs)
		}
	}
}

// What is packed with gzip is unpacked, up to the limit.
func TestPacked(t *testing.T) {
	t.Parallel()
	pack := func(text string, times int) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		for range times {
			if _, err := io.WriteString(z, text); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	text := file("1", species(`id="X" initialAmount="10"`))
	packed := pack(text, 1)
	if m, err := sbml.Read(bytes.NewReader(packed)); err != nil || len(m.Outputs) != 1 {
		t.Errorf("packed: %v", err)
	}
	for name, data := range map[string][]byte{"cut off": packed[:len(packed)/2], "no gzip": {0x1f, 0x8b, 1}, "too much": pack(text+strings.Repeat(" ", 1<<20), 65)} {
		if _, err := sbml.Read(bytes.NewReader(data)); !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("%s: got the error %v", name, err)
		}
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	m := read(t, file("2", species(`id="X" initialAmount="16"`, `id="Y" initialAmount="3"`+counts), parameters("k=0.5"),
		`<listOfFunctionDefinitions><functionDefinition id="twice"><math xmlns="http://www.w3.org/1998/Math/MathML"><lambda><bvar><ci>a</ci></bvar><apply><times/><ci>a</ci><cn>2</cn></apply></lambda></math></functionDefinition></listOfFunctionDefinitions>`))
	x := []float64{16, 3}
	for text, want := range map[string]float64{
		"X": 16, "[X]": 8, "[Y]": 1.5, "k": 0.5, "cell": 2, "ln(exp(Y))": 3, "X + Y*2 - 1": 21, "-Y^2": -9, "2^-1": 0.5, "2^3^2": 512, "(X+Y)/ 2": 9.5, "8/4/2": 1, "7-2-1": 4,
		"max(X, [X], 1e-3)": 16, "twice(Y)": 6, "sqrt(X)": 4, "pow(Y, 2)": 9, "log10(1E+2)": 2, "ceil(.5)+floor(1.5)": 2, "abs(-Y)": 3, "--Y": 3, "min([ X ],Y)": 3,
	} {
		out, err := m.Show(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := out.Value(0, x); math.Abs(got-want) > 1e-14*math.Abs(want) || out.ID != text {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
	if out, err := m.Show("X + 1", "X"); err != nil || out.Value(0, x) != 9 {
		t.Errorf("X as a concentration: %v, want 9", err)
	}
	for text, want := range map[string]string{
		"Z": `there is no compartment, species or parameter "Z"`, "": "ends too soon", "X +": "ends too soon", "(X": `want ")"`, "X)": "not expected", "twice(X, Y)": "takes 1 arguments",
		"sin(X)": "no function", "1.2.3": "finite number", "X Y": "not expected", "#": "not expected", "ln()": "not expected", strings.Repeat("(", 5000): "nests deeper", strings.Repeat("2^", 5000) + "2": "nests deeper", "ln(1,2,3)": "3 operands",
	} {
		if _, err := m.Show(text); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: got the error %v, want %q", text, err, want)
		}
	}
}

// FuzzShow has formulas of strangers refused or shown.
func FuzzShow(f *testing.F) {
	m := read(f, file("2", species(`id="X" initialAmount="16"`), parameters("k=0.5")))
	for _, text := range []string{"ln(X)", "[X]/k - 2^3", "max(1, X)", "-(X)", "1e-3"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out, err := m.Show(text)
		if err != nil {
			if !errors.Is(err, biovm.ErrInvalid) {
				t.Fatalf("%v is no ErrInvalid", err)
			}
			return
		}
		out.Value(0, []float64{16})
	})
}
