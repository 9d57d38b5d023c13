package sbml_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/sbml"
)

// A balanceFile is a network written by hand, in one of the forms of fbc.
type balanceFile struct {
	fbc        int    // version
	core       string // such as version1; empty is that
	strict     string // of fbc 2
	parameters string // ID=value ...
	lists      string // more, such as of assignments
	// reactions are "ID [lower upper] equation" with parameters as bounds of
	// fbc 2, and nothing in the brackets for none; "->" is irreversible, "<->"
	// is not; S0 and S9 are at the boundary.
	reactions string
	bounds    string // of fbc 1: "reaction operation value", one a line
	active    string
	// objectives are "ID sense: coefficient reaction ...", one a line.
	objectives string
}

func (b *balanceFile) text() string {
	var s strings.Builder
	core := b.core
	if core == "" {
		core = "version1"
	}
	strict := ""
	if b.strict != "" {
		strict = ` fbc:strict="` + b.strict + `"`
	}
	fmt.Fprintf(&s, `<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/%s/core" level="3" version="%s"
 xmlns:fbc="http://www.sbml.org/sbml/level3/version1/fbc/version%d" fbc:required="false">
<model id="case"%s><listOfCompartments><compartment id="c" constant="true" size="1"/></listOfCompartments>
<listOfSpecies>`, core, strings.TrimPrefix(core, "version"), b.fbc, strict)
	for _, id := range []string{"S0", "S1", "S2", "S3", "S9"} {
		fmt.Fprintf(&s, `<species id="%s" compartment="c" hasOnlySubstanceUnits="true" boundaryCondition="%v" constant="false"/>`, id, id == "S0" || id == "S9")
	}
	s.WriteString("</listOfSpecies>\n<listOfParameters>")
	for p := range strings.FieldsSeq(b.parameters) {
		id, value, _ := strings.Cut(p, "=")
		fmt.Fprintf(&s, `<parameter id="%s" value="%s" constant="true"/>`, id, value)
	}
	s.WriteString("</listOfParameters>\n" + b.lists + "<listOfReactions>\n")
	for r := range strings.Lines(b.reactions) {
		writeReaction(&s, strings.TrimSpace(r))
	}
	s.WriteString("</listOfReactions>\n")
	if b.bounds != "" {
		s.WriteString("<fbc:listOfFluxBounds>")
		for line := range strings.Lines(b.bounds) {
			f := strings.Fields(line)
			fmt.Fprintf(&s, `<fbc:fluxBound fbc:reaction="%s" fbc:operation="%s" fbc:value="%s"/>`, f[0], f[1], f[2])
		}
		s.WriteString("</fbc:listOfFluxBounds>\n")
	}
	fmt.Fprintf(&s, `<fbc:listOfObjectives fbc:activeObjective="%s">`, b.active)
	for line := range strings.Lines(b.objectives) {
		head, terms, _ := strings.Cut(line, ":")
		id, sense, _ := strings.Cut(head, " ")
		fmt.Fprintf(&s, `<fbc:objective fbc:id="%s" fbc:type="%s"><fbc:listOfFluxObjectives>`, id, sense)
		f := strings.Fields(terms)
		for k := 0; k < len(f); k += 2 {
			fmt.Fprintf(&s, `<fbc:fluxObjective fbc:reaction="%s" fbc:coefficient="%s"/>`, f[k+1], f[k])
		}
		s.WriteString("</fbc:listOfFluxObjectives></fbc:objective>")
	}
	s.WriteString("</fbc:listOfObjectives></model></sbml>\n")
	return s.String()
}

func writeReaction(s *strings.Builder, line string) {
	id, rest, _ := strings.Cut(line, " [")
	bounds, equation, _ := strings.Cut(rest, "]")
	arrow := "->"
	if strings.Contains(equation, "<->") {
		arrow = "<->"
	}
	fmt.Fprintf(s, `<reaction id="%s" reversible="%v" fast="false"`, id, arrow == "<->")
	if lower, upper, ok := strings.Cut(bounds, " "); ok {
		fmt.Fprintf(s, ` fbc:lowerFluxBound="%s" fbc:upperFluxBound="%s"`, lower, upper)
	}
	s.WriteString(">")
	left, right, _ := strings.Cut(equation, arrow)
	for list, side := range map[string]string{"listOfReactants": left, "listOfProducts": right} {
		if strings.TrimSpace(side) == "" {
			continue
		}
		s.WriteString("<" + list + ">")
		for term := range strings.SplitSeq(side, "+") {
			f := strings.Fields(term) // S1, 2 S1, and without a number ? S1 or, with an ID, #id S1
			switch {
			case len(f) == 1:
				fmt.Fprintf(s, `<speciesReference species="%s" stoichiometry="1" constant="true"/>`, f[0])
			case f[0] == "?":
				fmt.Fprintf(s, `<speciesReference species="%s" constant="true"/>`, f[1])
			case f[0][0] == '#':
				fmt.Fprintf(s, `<speciesReference id="%s" species="%s" constant="false"/>`, f[0][1:], f[1])
			default:
				fmt.Fprintf(s, `<speciesReference species="%s" stoichiometry="%s" constant="true"/>`, f[1], f[0])
			}
		}
		s.WriteString("</" + list + ">")
	}
	s.WriteString("</reaction>\n")
}

const mathHead = `<math xmlns="http://www.w3.org/1998/Math/MathML">`

// balances are cases of which every flux can be told on paper.
func balances() map[string]struct {
	file      balanceFile
	status    metabolism.Status
	objective float64
	fluxes    map[string]float64
} {
	type fluxes = map[string]float64
	type balance = struct {
		file      balanceFile
		status    metabolism.Status
		objective float64
		fluxes    map[string]float64
	}
	const (
		best   = metabolism.StatusOptimal
		chain  = "J0 [] S0 -> S1\nJ1 [] S1 -> S2\nJ2 [] S2 -> S9\n"
		strict = "J0 [zero ten] S0 -> S1\nJ1 [zero inf] S1 -> S2\nJ2 [zero inf] S2 -> S9\n"
		usual  = "zero=0 ten=10 inf=INF low=-INF "
	)
	assign := func(symbol, formula string) string {
		return `<listOfInitialAssignments><initialAssignment symbol="` + symbol + `">` + mathHead + formula + `</math></initialAssignment></listOfInitialAssignments>`
	}
	thrice := `<apply><times/><cn type="integer">3</cn><ci>base</ci></apply>`
	return map[string]balance{
		"fbc 1, maximise": {
			balanceFile{fbc: 1, reactions: chain, bounds: "J0 lessEqual 10\nJ0 greaterEqual 0\nJ1 lessEqual INF", active: "o", objectives: "o maximize: 1 J2"},
			best, 10,
			fluxes{"J0": 10, "J1": 10, "J2": 10},
		},
		"fbc 1, minimise": {
			balanceFile{fbc: 1, reactions: chain, bounds: "J0 lessEqual 10\nJ2 greaterEqual 3", active: "o", objectives: "o minimize: 1 J0"},
			best, 3,
			fluxes{"J0": 3, "J1": 3, "J2": 3},
		},
		"fbc 1, equal": {
			balanceFile{fbc: 1, reactions: chain, bounds: "J0 lessEqual 10\nJ1 equal 4", active: "o", objectives: "o maximize: 1 J2"},
			best, 4,
			fluxes{"J0": 4, "J1": 4, "J2": 4},
		},
		"fbc 1, less and greater": {
			balanceFile{fbc: 1, reactions: chain, bounds: "J0 less 6\nJ2 greater -2\nJ0 less 7", active: "o", objectives: "o maximize: 1 J2"},
			best, 6,
			fluxes{"J0": 6, "J1": 6, "J2": 6},
		},
		"fbc 1, no lower bound of an irreversible reaction": {
			balanceFile{fbc: 1, reactions: chain, bounds: "J0 lessEqual 10", active: "o", objectives: "o minimize: 1 J2"},
			best, 0,
			fluxes{"J0": 0, "J1": 0, "J2": 0},
		},
		"fbc 1, of several objectives the active one": {balanceFile{
			fbc: 1, reactions: chain, bounds: "J0 lessEqual 10\nJ0 greaterEqual 2", active: "p", objectives: "o maximize: 1 J2\np minimize: 2 J2\nq maximize: 1 J0",
		}, best, 4, fluxes{"J0": 2, "J1": 2, "J2": 2}},
		"fbc 1, backwards": {
			balanceFile{fbc: 1, reactions: "J0 [] S0 <-> S1\nJ1 [] S1 <-> S2\nJ2 [] S2 <-> S9", bounds: "J1 greaterEqual -5\nJ0 greaterEqual -INF", active: "o", objectives: "o minimize: 1 J2"},
			best, -5,
			fluxes{"J0": -5, "J1": -5, "J2": -5},
		},
		"fbc 1, infeasible": {
			balanceFile{fbc: 1, reactions: chain, bounds: "J0 equal 3\nJ2 lessEqual 2", active: "o", objectives: "o maximize: 1 J2"},
			metabolism.StatusInfeasible, 0, nil,
		},
		"fbc 1, unbounded": {
			balanceFile{fbc: 1, reactions: chain, active: "o", objectives: "o maximize: 1 J2"},
			metabolism.StatusUnbounded, math.Inf(1), nil,
		},
		"fbc 2, strict": {
			balanceFile{fbc: 2, strict: "true", parameters: usual, reactions: strict, active: "o", objectives: "o maximize: 1 J2"},
			best, 10,
			fluxes{"J0": 10, "J1": 10, "J2": 10},
		},
		"fbc 2, strict, of Level 3 Version 2": {
			balanceFile{fbc: 2, core: "version2", strict: "true", parameters: usual, reactions: strict, active: "o", objectives: "o maximize: 1 J2"},
			best, 10,
			fluxes{"J0": 10, "J1": 10, "J2": 10},
		},
		"fbc 2, not strict, bounds left out": {
			balanceFile{fbc: 2, strict: "false", parameters: usual, reactions: strings.ReplaceAll(strict, "[zero inf]", "[]"), active: "o", objectives: "o maximize: 1 J2"},
			best, 10,
			fluxes{"J0": 10, "J1": 10, "J2": 10},
		},
		"fbc 2, weights and a branch": {balanceFile{
			fbc: 2, strict: "true", parameters: usual + "four=4",
			reactions: strict + "J3 [zero inf] 2 S1 -> S3\nJ4 [zero inf] S3 -> S9\nJ5 [zero four] S2 -> S9", active: "o", objectives: "o maximize: 1 J5 -1 J2 1.5 J4",
		}, best, 4 + 1.5*3, fluxes{"J0": 10, "J1": 4, "J2": 0, "J3": 3, "J4": 3, "J5": 4}},
		"fbc 2, minimise with a negative weight": {
			balanceFile{fbc: 2, strict: "true", parameters: usual, reactions: strict, active: "o", objectives: "o minimize: -0.5 J2"},
			best, -5,
			fluxes{"J0": 10, "J1": 10, "J2": 10},
		},
		"fbc 2, a bound by assignment": {balanceFile{
			fbc: 2, strict: "false", parameters: usual + "base=2.5", lists: assign("ten", thrice), reactions: strict, active: "o", objectives: "o maximize: 1 J2",
		}, best, 7.5, fluxes{"J0": 7.5, "J1": 7.5, "J2": 7.5}},
		"fbc 2, a stoichiometry by assignment": {balanceFile{
			fbc: 2, strict: "false", parameters: usual + "base=2", lists: assign("s", thrice), reactions: strings.Replace(strict, "S1 -> S2", "S1 -> #s S2", 1),
			active: "o", objectives: "o maximize: 1 J2",
		}, best, 60, fluxes{"J0": 10, "J1": 10, "J2": 60}},
		"fbc 2, a stoichiometry that is not given": {balanceFile{
			fbc: 2, strict: "false", parameters: usual, reactions: strings.Replace(strict, "S1 -> S2", "2 S1 -> ? S2", 1), active: "o", objectives: "o maximize: 1 J2",
		}, best, 5, fluxes{"J0": 10, "J1": 5, "J2": 5}},
		"fbc 2, a species named twice": {balanceFile{
			fbc: 2, strict: "true", parameters: usual, reactions: strings.Replace(strict, "S1 -> S2", "S1 + 1.5 S1 -> S2 + 0.5 S1", 1), active: "o", objectives: "o maximize: 1 J2",
		}, best, 5, fluxes{"J0": 10, "J1": 5, "J2": 5}},
		"fbc 2, the boundary inside": {balanceFile{
			fbc: 2, strict: "true", parameters: usual, reactions: strings.Replace(strict, "S1 -> S2", "S1 + 3 S0 -> S2 + 2 S9", 1), active: "o", objectives: "o maximize: 1 J2",
		}, best, 10, fluxes{"J0": 10, "J1": 10, "J2": 10}},
		"fbc 2, backwards": {balanceFile{
			fbc: 2, strict: "true", parameters: usual + "five=-5", reactions: "J0 [low inf] S0 <-> S1\nJ1 [five ten] S1 <-> S2\nJ2 [low inf] S2 <-> S9", active: "o", objectives: "o minimize: 1 J0",
		}, best, -5, fluxes{"J0": -5, "J1": -5, "J2": -5}},
		"fbc 2, infeasible": {balanceFile{
			fbc: 2, strict: "true", parameters: usual + "eleven=11", reactions: strings.Replace(strict, "J2 [zero inf]", "J2 [eleven inf]", 1), active: "o", objectives: "o maximize: 1 J2",
		}, metabolism.StatusInfeasible, 0, nil},
		"fbc 2, unbounded": {balanceFile{
			fbc: 2, strict: "true", parameters: usual, reactions: strings.Replace(strict, "ten", "inf", 1), active: "o", objectives: "o maximize: 1 J2",
		}, metabolism.StatusUnbounded, math.Inf(1), nil},
		"fbc 3": {
			balanceFile{fbc: 3, strict: "true", parameters: usual, reactions: strict, active: "o", objectives: "o maximize: 1 J2"},
			best, 10,
			fluxes{"J0": 10, "J1": 10, "J2": 10},
		},
	}
}

// TestBalances solves flux balances in all forms that fbc has.
func TestBalances(t *testing.T) {
	t.Parallel()
	for name, tt := range balances() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t, tt.file.text())
			var out strings.Builder
			if err := sbml.Write(&out, m); err != nil {
				t.Fatal(err)
			}
			for _, m := range []*metabolism.Model{m, read(t, out.String())} { // as written, and as we write it
				f, err := metabolism.NewAnalyzer(m).FBA(t.Context(), metabolism.Question{})
				if err != nil {
					t.Fatal(err)
				}
				if f.Status != tt.status || f.Objective != tt.objective {
					t.Errorf("got %v, objective %v; want %v, %v", f.Status, f.Objective, tt.status, tt.objective)
				}
				for id, want := range tt.fluxes {
					if got, ok := f.Of(id); !ok || math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) {
						t.Errorf("flux of %s: got %v, want %v", id, got, want)
					}
				}
			}
		})
	}
}
