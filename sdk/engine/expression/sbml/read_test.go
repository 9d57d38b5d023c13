package sbml_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression/sbml"
)

const head = `<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"><model id="m">`

const tail = `</model></sbml>`

// file puts the parts of a model together, with a compartment of a size.
func file(size string, parts ...string) string {
	return head + `<listOfCompartments><compartment id="cell" size="` + size + `" constant="true"/></listOfCompartments>` + strings.Join(parts, "") + tail
}

func species(attrs ...string) string {
	text := "<listOfSpecies>"
	for _, a := range attrs {
		text += `<species compartment="cell" ` + a + `/>`
	}
	return text + "</listOfSpecies>"
}

func parameters(list string) string {
	text := "<listOfParameters>"
	for p := range strings.FieldsSeq(list) {
		id, value, _ := strings.Cut(p, "=")
		text += fmt.Sprintf(`<parameter id="%s" value="%s" constant="false"/>`, id, value)
	}
	return text + "</listOfParameters>"
}

// reaction writes one; sides are as in "2 P", laws in MathML.
func reaction(id, takes, makes, law string) string {
	side := func(list, text string) string {
		var n, s string
		if _, err := fmt.Sscan(text, &n, &s); err != nil {
			return ""
		}
		return fmt.Sprintf(`<%s><speciesReference species="%s" stoichiometry="%s" constant="true"/></%s>`, list, s, n, list)
	}
	return fmt.Sprintf(`<reaction id="%s" reversible="false">%s%s<kineticLaw>%s</kineticLaw></reaction>`,
		id, side("listOfReactants", takes), side("listOfProducts", makes), formula(law))
}

// formula writes MathML of a formula in prefix notation: (times k X).
func formula(text string) string {
	fields := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(text))
	var one func() string
	one = func() string {
		word := fields[0]
		fields = fields[1:]
		switch {
		case word == "(":
			op := fields[0]
			fields = fields[1:]
			out := "<apply><" + op + "/>"
			if name, ok := strings.CutPrefix(op, "@"); ok {
				out = "<apply><ci>" + name + "</ci>"
			} else if name, ok := strings.CutPrefix(op, "#"); ok {
				out = `<apply><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/distrib/` + name + `">` + name + `</csymbol>`
			}
			for fields[0] != ")" {
				out += one()
			}
			fields = fields[1:]
			return out + "</apply>"
		case word == "infinity":
			return "<infinity/>"
		case word == "time":
			return `<csymbol definitionURL="http://www.sbml.org/sbml/symbols/time" encoding="text">t</csymbol>`
		case strings.ContainsAny(word[:1], "-0123456789"):
			return "<cn>" + word + "</cn>"
		}
		return "<ci>" + word + "</ci>"
	}
	return `<math xmlns="http://www.w3.org/1998/Math/MathML">` + one() + "</math>"
}

func reactions(list ...string) string {
	return "<listOfReactions>" + strings.Join(list, "") + "</listOfReactions>"
}

// A stochastic case is one of the kinds that the SBML Test Suite has (DSMTS),
// with what is known of an output at a time.
type stochasticCase struct {
	name, text string
	output     string
	at         float64
	mean, sd   float64
	massAction bool // all of its laws are recognised
}

func cases() []stochasticCase {
	x100 := `id="X" initialAmount="100" hasOnlySubstanceUnits="true"`
	birthDeath := reactions(reaction("Birth", "1 X", "2 X", "(times Lambda X)"), reaction("Death", "1 X", "", "(times Mu X)"))
	grown := math.Exp(-0.01 * 20)
	linear := math.Sqrt(100 * 0.21 / 0.01 * grown * (1 - grown))
	poisson := 10 * (1 - math.Exp(-2))
	inDense := reactions(reaction("Birth", "1 X", "2 X", "(times cell Lambda X)"), reaction("Death", "1 X", "", "(times cell Mu X)"))
	growing := parameters("Lambda=0.1 Mu=0.11")
	dimers, dimersSD := dimerisation(10)
	immigration := func(law string) string {
		return reactions(reaction("In", "", "1 X", law), reaction("Out", "1 X", "", "(times Mu X)"))
	}
	return []stochasticCase{
		{"birth-death", file("1", species(x100), growing, birthDeath), "X", 20, 100 * grown, linear, true},
		{"birth-death in concentrations", file("2", species(`id="X" initialConcentration="50"`), growing, inDense), "X", 20, 100 * grown, linear, true},
		{
			"local parameters", file("1", species(x100), parameters("Lambda=9 Mu=0.11"), strings.Replace(birthDeath, "</kineticLaw>",
				`<listOfLocalParameters><localParameter id="Lambda" value="0.1"/></listOfLocalParameters></kineticLaw>`, 1)), "X", 20, 100 * grown, linear, true,
		},
		{
			"an assignment rule", file("1", species(x100, `id="Y" hasOnlySubstanceUnits="true"`), growing,
				`<listOfRules><assignmentRule variable="Y">`+formula("(times 2 X)")+`</assignmentRule></listOfRules>`, birthDeath), "Y", 20, 200 * grown, 2 * linear, true,
		},
		{
			"a function", file("1", `<listOfFunctionDefinitions><functionDefinition id="f"><math xmlns="http://www.w3.org/1998/Math/MathML"><lambda><bvar><ci>a</ci></bvar><bvar><ci>b</ci></bvar><apply><times/><ci>a</ci><ci>b</ci></apply></lambda></math></functionDefinition></listOfFunctionDefinitions>`,
				species(x100), growing, reactions(reaction("Birth", "1 X", "2 X", "(@f X Lambda)"), reaction("Death", "1 X", "", "(@f Mu X)"))), "X", 20, 100 * grown, linear, true,
		},
		{"immigration-death", file("1", species(`id="X" initialAmount="0" hasOnlySubstanceUnits="true"`), parameters("Alpha=1 Mu=0.1"), immigration("Alpha")), "X", 20, poisson, math.Sqrt(poisson), true},
		{
			"immigration from a boundary", file("1", species(`id="X" initialAmount="0" hasOnlySubstanceUnits="true"`, `id="Source" initialAmount="10" boundaryCondition="true" hasOnlySubstanceUnits="true"`), parameters("Alpha=0.1 Mu=0.1"),
				reactions(reaction("In", "1 Source", "1 X", "(times Alpha Source)"), reaction("Out", "1 X", "", "(times Mu X)"))), "X", 20, poisson, math.Sqrt(poisson), true,
		},
		{
			"an event at a time", file("1", species(`id="X" initialAmount="0" hasOnlySubstanceUnits="true"`), parameters("Alpha=1 Mu=0.1"), immigration("Alpha"),
				event("reset", "(geq time 25)", "X", "50")), "X", 30, 50*math.Exp(-0.5) + 10*(1-math.Exp(-0.5)), math.Sqrt(50*math.Exp(-0.5)*(1-math.Exp(-0.5)) + 10*(1-math.Exp(-0.5))), true,
		},
		{
			"an event changes a parameter", file("1", species(`id="X" initialAmount="0" hasOnlySubstanceUnits="true"`), parameters("Alpha=1 Mu=0.1"), immigration("Alpha"),
				event("stop", "(and (gt time 20) (lt time 90))", "Alpha", "(minus Alpha 1)")), "X", 30, poisson * math.Exp(-1), math.Sqrt(poisson * math.Exp(-1)), false,
		},
		{
			"dimerisation", file("1", species(`id="P" initialAmount="100" hasOnlySubstanceUnits="true"`, `id="P2" initialAmount="0" hasOnlySubstanceUnits="true"`), parameters("k1=0.001 k2=0.01"),
				reactions(reaction("pair", "2 P", "1 P2", "(divide (times k1 P (minus P 1)) 2)"), reaction("part", "1 P2", "2 P", "(times k2 P2)"))), "P2", 10, dimers, dimersSD, false,
		},
		{
			"batches", file("1", species(`id="X" initialAmount="0" hasOnlySubstanceUnits="true"`), parameters("Alpha=1 Mu=0.2"),
				reactions(reaction("In", "", "5 X", "Alpha"), reaction("Out", "1 X", "", "(times Mu X)"))), "X", 50, 25, math.Sqrt(25 * 3), true,
		},
	}
}

func rateRule(variable, rate string) string {
	return `<listOfRules><rateRule variable="` + variable + `">` + formula(rate) + `</rateRule></listOfRules>`
}

func event(id, trigger, variable, value string) string {
	return fmt.Sprintf(`<listOfEvents><event id="%s" useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">%s</trigger><listOfEventAssignments><eventAssignment variable="%s">%s</eventAssignment></listOfEventAssignments></event></listOfEvents>`,
		id, formula(trigger), variable, formula(value))
}

// dimerisation solves the master equation of 2P = P2 by small steps.
func dimerisation(until float64) (mean, sd float64) {
	p := make([]float64, 51) // by dimers, of 100 P
	p[0] = 1
	const step = 1e-4
	for range int(until / step) {
		next := append([]float64(nil), p...)
		for d, v := range p {
			free := float64(100 - 2*d)
			if d < 50 {
				flow := v * 0.001 * free * (free - 1) / 2 * step
				next[d], next[d+1] = next[d]-flow, next[d+1]+flow
			}
			if d > 0 {
				flow := v * 0.01 * float64(d) * step
				next[d], next[d-1] = next[d]-flow, next[d-1]+flow
			}
		}
		p = next
	}
	square := 0.0
	for d, v := range p {
		mean += v * float64(d)
		square += v * float64(d) * float64(d)
	}
	return mean, math.Sqrt(square - mean*mean)
}

// TestStochasticCases simulates the kinds of models of the SBML Test Suite's
// stochastic cases, by its rule.
func TestStochasticCases(t *testing.T) {
	t.Parallel()
	replicas := 4000
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, err := sbml.Read(strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			var derived []func(float64, []float64) float64
			for _, o := range m.Outputs {
				if o.ID == c.output {
					derived = append(derived, o.Value)
				}
			}
			st, err := expression.Ensemble(context.Background(), m.Network, expression.EnsembleOptions{Replicas: replicas, Seed: 3, Grid: []float64{c.at}, Derived: derived})
			if err != nil {
				t.Fatal(err)
			}
			got := st.At(0, 0)
			if z := (got.Mean - c.mean) / (c.sd / math.Sqrt(float64(replicas))); !(math.Abs(z) < 3) {
				t.Errorf("mean: got %v, want %v (z = %.2f)", got.Mean, c.mean, z)
			}
			if z := math.Sqrt(float64(replicas)/2) * (got.Variance/(c.sd*c.sd) - 1); !(math.Abs(z) < 5) {
				t.Errorf("sd: got %v, want %v (%.2f)", math.Sqrt(got.Variance), c.sd, z)
			}
			s, err := expression.NewSimulator(m.Network, expression.Options{})
			if err != nil {
				t.Fatal(err)
			}
			all := true
			for j := range m.Network.Reactions() {
				all = all && s.SetRate(j, 1) == nil // refused where there is a function
			}
			if all != c.massAction {
				t.Errorf("all laws are mass action: got %v, want %v", all, c.massAction)
			}
		})
	}
}

// Formulas mean what MathML says.
func TestFormulas(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"(plus 1 2 3)": 6, "(minus 5)": -5, "(divide 1 4)": 0.25, "(power 2 10)": 1024, "(power 2 -1)": 0.5, "(power 4 0.5)": 2, "(power 0 0.5)": 0, "(root 9)": 3,
		"(exp 0)": 1, "(ln 1)": 0, "(log 100)": 2, "(abs -3)": 3, "(floor 2.7)": 2, "(ceiling 2.1)": 3, "(factorial 5)": 120, "(max 1 7 3)": 7, "(min 4 2)": 2,
		"(lt 1 2 3)": 1, "(lt 1 3 2)": 0, "(eq 1 1)": 1, "(neq 1 1)": 0, "(and 1 0)": 0, "(or 1 0)": 1, "(xor 1 1)": 0, "(not 0)": 1, "(rem 7 4)": 3, "(quotient 7 4)": 1,
		"(times k X)": 0.5 * 8, "(divide X k)": 16, "(geq X 8)": 1,
	} {
		m, err := sbml.Read(strings.NewReader(file("2", species(`id="X" initialAmount="16"`), parameters("k=0.5 y=0"),
			`<listOfRules><assignmentRule variable="y">`+formula(text)+`</assignmentRule></listOfRules>`)))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := m.Outputs[1].Value(0, []float64{16}); math.Abs(got-want) > 1e-15*math.Abs(want) {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

// What cannot be simulated is refused, by its line.
func TestRefuse(t *testing.T) {
	t.Parallel()
	x := species(`id="X" initialAmount="5" hasOnlySubstanceUnits="true"`)
	deep := strings.Repeat("<apply><minus/>", 300) + "<cn>1</cn>" + strings.Repeat("</apply>", 300)
	doubling := "<listOfFunctionDefinitions>"
	for i := range 60 {
		body := fmt.Sprintf("(plus (@f%d a) (@f%d a))", i+1, i+1)
		if i == 59 {
			body = "(plus a a)"
		}
		doubling += fmt.Sprintf(`<functionDefinition id="f%d"><math xmlns="http://www.w3.org/1998/Math/MathML"><lambda><bvar><ci>a</ci></bvar>%s</lambda></math></functionDefinition>`,
			i, strings.NewReplacer(`<math xmlns="http://www.w3.org/1998/Math/MathML">`, "", "</math>", "").Replace(formula(body)))
	}
	for want, text := range map[string]string{
		"not well-formed":           head,
		"after the end":             file("1", x) + "<more/>",
		"root should be <sbml>":     "<html/>",
		"the file is empty":         "",
		"document types":            `<!DOCTYPE a [<!ENTITY b "c">]>` + file("1"),
		"Level":                     strings.Replace(file("1"), `level="3"`, `level="1"`, 1),
		"no <model>":                `<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"/>`,
		"there is twice":            "",
		"no compartment":            head + x + tail,
		"whole number of molecules": file("1", species(`id="X" initialAmount="1.5" hasOnlySubstanceUnits="true"`), reactions(reaction("r", "1 X", "", "X"))),
		"no finite value":           file("1", species(`id="X"`)),
		"want one above 0":          file("0", species(`id="X" initialConcentration="1"`)),
		"assignment rules":          file("1", x, "<listOfRules><algebraicRule/></listOfRules>"),
		"cannot have a rate rule":   file("1", x, rateRule("X", "1"), reactions(reaction("r", "1 X", "", "X"))),
		"one formula in a <math>":   file("1", x, "<listOfRules><rateRule variable=\"X\"/></listOfRules>"),
		"kineticLaw":                file("1", x, `<listOfReactions><reaction id="r"/></listOfReactions>`),
		"but for a moment":          file("1", x, event("e", "(eq time 3)", "X", "1")),
		"may change":                file("1", x, event("e", "(gt time 3)", "tissue", "1")),
		"left to chance":            file("1", x, reactions(reaction("r", "1 X", "", "(#normal X 1)"))),
		"does not take 3 arguments": file("1", x, event("e", "(gt time 3)", "X", "(#normal 1 2 3)")),
		"supported as a function":   file("1", x, event("e", "(gt time 3)", "X", "(#weibull 1 2)")),
		"a stoichiometry that":      file("1", x, strings.Replace(reactions(reaction("r", "1 X", "", "X")), "/></listOfReactants>", "><stoichiometryMath>"+formula("X")+"</stoichiometryMath></speciesReference></listOfReactants>", 1)),
		"in a circle":               file("1", x, parameters("a=1 b=1"), `<listOfRules><assignmentRule variable="a">`+formula("b")+`</assignmentRule><assignmentRule variable="b">`+formula("a")+`</assignmentRule></listOfRules>`),
		"no function":               file("1", x, reactions(reaction("r", "1 X", "", "(@g X)"))),
		"stoichiometry":             file("1", x, reactions(reaction("r", "0.5 X", "", "X"))),
		"with the conversion":       file("1", strings.Replace(x, `id="X"`, `id="X" conversionFactor="k"`, 1), parameters("k=1.5"), reactions(reaction("r", "1 X", "", "X"))),
		"nest deeper":               file("1", x, `<listOfReactions><reaction id="r"><kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML">`+deep+`</math></kineticLaw></reaction></listOfReactions>`),
		"are longer than":           file("1", doubling+"</listOfFunctionDefinitions>", x, reactions(reaction("r", "1 X", "", "(@f0 X)"))),
		"<csymbol>":                 file("1", x, strings.Replace(reactions(reaction("r", "1 X", "", "time")), "symbols/time", "symbols/delay", 1)),
		"set by a rule":             file("1", x, `<listOfRules><assignmentRule variable="X">`+formula("3")+`</assignmentRule></listOfRules>`, reactions(reaction("r", "1 X", "", "1"))),
	} {
		_, err := sbml.Read(strings.NewReader(text))
		if want == "there is twice" {
			_, err = sbml.Read(strings.NewReader(file("1", species(`id="cell"`))))
			want = "there twice"
		}
		if want == "not well-formed" && err != nil { // it ends
			want = ""
		}
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("%s: got the error %v", want, err)
		}
	}
}

// FuzzRead has files of strangers refused or read, and a little simulated.
func FuzzRead(f *testing.F) {
	for _, c := range cases() {
		f.Add([]byte(c.text))
	}
	for _, c := range append(features(), drawn()...) {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := sbml.Read(strings.NewReader(string(data)))
		if err != nil {
			if !errors.Is(err, biovm.ErrInvalid) {
				t.Fatalf("%v is no ErrInvalid", err)
			}
			return
		}
		s, err := expression.NewSimulator(m.Network, expression.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := s.Step(1); err != nil {
				break
			}
		}
		for _, o := range m.Outputs {
			o.Value(s.Time(), s.Counts())
		}
	})
}
