package sbml_test

import (
	"context"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// laws are immigration and death, written in ways that take longer and longer
// to work out.
func laws() map[string]string {
	x := species(`id="X" initialAmount="1000"` + counts)
	with := func(birth, death string, parts ...string) string {
		return file("1", append(append([]string{strings.Join(parts, ""), x}, parameters("a=100 b=0.1 r=0 half=1000000")), reactions(reaction("in", "", "1 X", birth), reaction("out", "1 X", "", death)))...)
	}
	functions := `<listOfFunctionDefinitions><functionDefinition id="f"><math xmlns="http://www.w3.org/1998/Math/MathML"><lambda><bvar><ci>u</ci></bvar><bvar><ci>v</ci></bvar><apply><times/><ci>u</ci><ci>v</ci></apply></lambda></math></functionDefinition></listOfFunctionDefinitions>`
	rule := `<listOfRules><assignmentRule variable="r">` + formula("(divide (times b X) (plus 1 (divide X half)))") + `</assignmentRule></listOfRules>`
	return map[string]string{
		"mass action": with("a", "(times b X)"),
		"functions":   with("a", "(@f b X)", functions),
		"a formula":   with("a", "(divide (times b X half) (plus half X))"),
		"a rule":      strings.Replace(with("a", "r"), "<listOfReactions>", rule+"<listOfReactions>", 1),
		"a clock":     with("(times a (plus 1 (times 0 time)))", "(times b X)"),
	}
}

func BenchmarkLaws(b *testing.B) {
	for name, text := range laws() {
		b.Run(name, func(b *testing.B) {
			s, err := expression.NewSimulator(read(b, text).Network, expression.Options{Seed: 1})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Advance(context.Background(), s.Time()+1); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(s.Events())/b.Elapsed().Seconds()/1e6, "Mevents/s")
		})
	}
}

// Nothing is allocated per event, however a law or an event is written.
func TestNoAllocation(t *testing.T) {
	files := laws()
	files["chance"] = chances("(#gamma 2 1.1 1 4)")
	for name, text := range files {
		s, err := expression.NewSimulator(read(t, text).Network, expression.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		at := 10.0
		if err := s.Advance(context.Background(), at); err != nil {
			t.Fatal(err)
		}
		if got := testing.AllocsPerRun(20, func() {
			at++
			if err := s.Advance(context.Background(), at); err != nil {
				t.Fatal(err)
			}
		}); got != 0 {
			t.Errorf("%s: %v allocations in 1 s of simulation: want 0", name, got)
		}
	}
}
