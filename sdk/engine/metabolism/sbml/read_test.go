package sbml_test

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/sbml"
)

const (
	head = `<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"
 xmlns:fbc="http://www.sbml.org/sbml/level3/version1/fbc/version2" fbc:required="false"
 xmlns:groups="http://www.sbml.org/sbml/level3/version1/groups/version1" groups:required="false">
`
	tail = "</model></sbml>\n"

	listed = `<listOfCompartments><compartment id="c" name="cytosol" size="2" constant="true"/></listOfCompartments>
<listOfSpecies>
<species id="M_a_c" name="A" compartment="c" fbc:charge="-2" fbc:chemicalFormula="C6H12O6" boundaryCondition="false"/>
<species id="M_b__45__L_c" compartment="c"/>
<species id="M_out" compartment="c" boundaryCondition="true"/>
<species id="M_const" compartment="c" constant="true"/>
</listOfSpecies>
<listOfParameters>
<parameter id="zero" value="0" constant="true"/><parameter id="inf" value="INF" constant="true"/>
<parameter id="low" value="-INF" constant="true"/><parameter id="ten" value="10" constant="true"/>
</listOfParameters>
`
	bounded = `fbc:lowerFluxBound="zero" fbc:upperFluxBound="inf"`
	aim     = `<fbc:listOfObjectives fbc:activeObjective="o">
<fbc:objective fbc:id="o" fbc:type="maximize"><fbc:listOfFluxObjectives>
<fbc:fluxObjective fbc:reaction="R_A" fbc:coefficient="1"/></fbc:listOfFluxObjectives></fbc:objective>
</fbc:listOfObjectives>
`
)

// reactions are <reaction> R_A, which makes M_a_c, and R_B, which makes of it
// what is given, besides more.
func reactions(more string) string {
	return `<listOfReactions>
<reaction id="R_A" reversible="false" fast="false" ` + bounded + `>
<listOfReactants><speciesReference species="M_out" stoichiometry="1"/></listOfReactants>
<listOfProducts><speciesReference species="M_a_c" stoichiometry="1"/></listOfProducts></reaction>
<reaction id="R_B" ` + bounded + `><listOfReactants><speciesReference species="M_a_c" stoichiometry="2"/></listOfReactants>` + more + `</reaction>
</listOfReactions>
`
}

func file(parts ...string) string {
	return head + `<model id="m" name="a model" fbc:strict="false">` + "\n" + strings.Join(parts, "") + tail
}

func read(t *testing.T, text string) *metabolism.Model {
	t.Helper()
	m, err := sbml.Read(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, text)
	}
	return m
}

func reaction(t *testing.T, m *metabolism.Model, id string) metabolism.Reaction {
	t.Helper()
	j, ok := m.Reaction(id)
	if !ok {
		t.Fatalf("the model has no reaction %s", id)
	}
	return m.Reactions()[j]
}

func TestRead(t *testing.T) {
	t.Parallel()
	m := read(t, file(listed, reactions(`
<listOfProducts><speciesReference species="M_b__45__L_c" stoichiometry="0.5"/><speciesReference species="M_const" stoichiometry="3"/>
<speciesReference species="M_a_c" stoichiometry="0.5"/></listOfProducts>
<fbc:geneProductAssociation><fbc:or><fbc:and><fbc:geneProductRef fbc:geneProduct="G_b0001"/><fbc:geneProductRef fbc:geneProduct="G_x__SBML_DOT__1"/></fbc:and>
<fbc:geneProductRef fbc:geneProduct="G_y__45__2"/></fbc:or></fbc:geneProductAssociation>`), aim, `
<fbc:listOfGeneProducts><fbc:geneProduct fbc:id="G_b0001" fbc:name="thrL" fbc:label="b0001"/><fbc:geneProduct fbc:id="G_x__SBML_DOT__1" fbc:label="l"/>
<fbc:geneProduct fbc:id="G_y__45__2" fbc:label="k"/></fbc:listOfGeneProducts>
<groups:listOfGroups><groups:group groups:id="g1" groups:kind="partonomy" groups:name="Making"><groups:listOfMembers>
<groups:member groups:idRef="R_A"/><groups:member groups:idRef="M_a_c"/></groups:listOfMembers></groups:group></groups:listOfGroups>`))
	want := metabolism.Parts{
		ID: "m", Name: "a model",
		Compartments: []metabolism.Compartment{{ID: "c", Name: "cytosol"}},
		Metabolites: []metabolism.Metabolite{
			{ID: "a_c", Name: "A", Compartment: "c", Formula: "C6H12O6", Charge: -2},
			{ID: "b-L_c", Compartment: "c", ChargeUnknown: true},
		},
		Reactions: []metabolism.Reaction{
			{ID: "A", Subsystem: "Making", Terms: []metabolism.Term{{Metabolite: 0, Coef: 1}}, Upper: math.Inf(1)},
			{ID: "B", Terms: []metabolism.Term{{Metabolite: 0, Coef: -1.5}, {Metabolite: 1, Coef: 0.5}}, Upper: math.Inf(1), Rule: parse(t, "(b0001 and x.1) or y-2")},
		},
		Genes: []metabolism.Gene{{ID: "b0001", Name: "thrL"}, {ID: "x.1"}, {ID: "y-2"}},
		Goal:  metabolism.Goal{Terms: []metabolism.GoalTerm{{Reaction: 0, Coef: 1}}},
	}
	if diff := cmp.Diff(want, m.Parts(), cmp.Comparer(sameRule)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func parse(t *testing.T, rule string) *metabolism.Rule {
	t.Helper()
	r, err := metabolism.ParseRule(rule)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sameRule(a, b *metabolism.Rule) bool { return a.String() == b.String() }

func TestGoals(t *testing.T) {
	t.Parallel()
	objectives := func(active, more string) string {
		return `<fbc:listOfObjectives` + active + `>
<fbc:objective fbc:id="o" fbc:type="minimize"><fbc:listOfFluxObjectives><fbc:fluxObjective fbc:reaction="R_A" fbc:coefficient="2"/>
<fbc:fluxObjective fbc:reaction="R_B" fbc:coefficient="-0.5"/><fbc:fluxObjective fbc:reaction="R_A" fbc:coefficient="1"/></fbc:listOfFluxObjectives></fbc:objective>` +
			more + `</fbc:listOfObjectives>`
	}
	other := `<fbc:objective id="p" type="maximize"><fbc:listOfFluxObjectives><fbc:fluxObjective reaction="R_B" coefficient="1"/></fbc:listOfFluxObjectives></fbc:objective>`
	weighted := metabolism.Goal{Minimize: true, Terms: []metabolism.GoalTerm{{Reaction: 0, Coef: 3}, {Reaction: 1, Coef: -0.5}}}
	for _, tt := range []struct {
		active, more string
		want         metabolism.Goal
	}{
		{"", "", weighted},
		{` fbc:activeObjective="o"`, other, weighted},
		{` activeObjective="p"`, other, metabolism.Goal{Terms: []metabolism.GoalTerm{{Reaction: 1, Coef: 1}}}},
	} {
		m := read(t, file(listed, reactions(""), objectives(tt.active, tt.more)))
		if diff := cmp.Diff(tt.want, m.Goal()); diff != "" {
			t.Errorf("active%s (-want +got):\n%s", tt.active, diff)
		}
	}
}

// Bounds by formula, of Level 3 Version 2, and what a formula may hold.
func TestAssignments(t *testing.T) {
	t.Parallel()
	number := func(f string) string {
		return `<math xmlns="http://www.w3.org/1998/Math/MathML">` + f + `</math>`
	}
	apply := func(op string, of ...string) string {
		return "<apply><" + op + "/>" + strings.Join(of, "") + "</apply>"
	}
	for _, tt := range []struct {
		formula string
		want    float64
	}{
		{"<cn> 7 </cn>", 7},
		{`<cn type="integer">7</cn>`, 7},
		{`<cn type="e-notation">7<sep/>-1</cn>`, 0.7},
		{`<cn type="rational">7<sep/>4</cn>`, 1.75},
		{"<ci> ten </ci>", 10},
		{"<ci>c</ci>", 2},
		{"<infinity/>", math.Inf(1)},
		{"<pi/>", math.Pi},
		{apply("plus", "<cn>1</cn>", "<cn>2</cn>", "<ci>ten</ci>"), 13},
		{apply("times", "<cn>3</cn>", "<ci>ten</ci>"), 30},
		{apply("minus", apply("minus", "<cn>3</cn>"), "<ci>ten</ci>"), -13},
		{apply("divide", "<cn>3</cn>", "<ci>ten</ci>"), 0.3},
		{apply("power", "<cn>3</cn>", "<cn>4</cn>"), 81},
		{apply("power", "<cn>2</cn>", "<cn>-1</cn>"), 0.5},
		{apply("max", "<cn>3</cn>", "<cn>4</cn>"), 4},
		{apply("min", "<cn>3</cn>", "<cn>4</cn>"), 3},
		{apply("abs", "<cn>-3</cn>"), 3},
		{apply("floor", "<cn>-3.5</cn>"), -4},
		{apply("ceiling", "<cn>-3.5</cn>"), -3},
		{"<ci>other</ci>", 20},
	} {
		for _, list := range []string{
			`<listOfInitialAssignments><initialAssignment symbol="zero">` + number(tt.formula) + `</initialAssignment>
<initialAssignment symbol="other">` + number(apply("times", "<cn>2</cn>", "<ci>ten</ci>")) + `</initialAssignment></listOfInitialAssignments>`,
			`<listOfRules><assignmentRule variable="other">` + number("<cn>20</cn>") + `</assignmentRule><rateRule variable="q">` + number("<cn>1</cn>") + `</rateRule>
<assignmentRule variable="zero">` + number(tt.formula) + `</assignmentRule></listOfRules>`,
		} {
			text := file(listed, list, strings.ReplaceAll(reactions(""), bounded, `fbc:lowerFluxBound="low" fbc:upperFluxBound="zero"`), aim)
			text = strings.ReplaceAll(text, "version1/core", "version2/core")
			if got := reaction(t, read(t, text), "A").Upper; got != tt.want {
				t.Errorf("%s: got %v, want %v", tt.formula, got, tt.want)
			}
		}
	}
	text := file(listed, `<listOfInitialAssignments><initialAssignment symbol="s">`+number("<cn>4</cn>")+`</initialAssignment></listOfInitialAssignments>`,
		reactions(`<listOfProducts><speciesReference id="s" species="M_b__45__L_c" constant="false"/></listOfProducts>`), aim)
	if got := reaction(t, read(t, text), "B").Terms[1].Coef; got != 4 {
		t.Errorf("stoichiometry by assignment: got %v, want 4", got)
	}
}

// What fbc 1 has.
func TestFluxBounds(t *testing.T) {
	t.Parallel()
	bounds := ""
	for _, b := range []string{"A lessEqual 5", "A greaterEqual -3", "A less 4", "A greater -2", "B equal 7", "C greaterEqual -INF"} {
		var id, operation, value string
		if _, err := fmt.Sscan(b, &id, &operation, &value); err != nil {
			t.Fatal(err)
		}
		bounds += fmt.Sprintf(`<fbc:fluxBound fbc:id="%s%s" fbc:reaction="R_%[1]s" fbc:operation="%[2]s" fbc:value="%s"/>`, id, operation, value)
	}
	text := file(listed, strings.ReplaceAll(strings.Replace(reactions(""), "</listOfReactions>",
		`<reaction id="R_C" reversible="false"/><reaction id="R_D" reversible="true"/><reaction id="R_E" reversible="false">
<notes><body xmlns="http://www.w3.org/1999/xhtml"><p>GENE_ASSOCIATION: (G_b1 and b2) or b__45__3</p><p>SUBSYSTEM: Leftovers</p></body></notes></reaction></listOfReactions>`, 1), bounded, ""),
		`<fbc:listOfFluxBounds>`, bounds, `</fbc:listOfFluxBounds>`, aim)
	text = strings.ReplaceAll(strings.ReplaceAll(text, "fbc/version2", "fbc/version1"), ` fbc:strict="false"`, "")
	m := read(t, text)
	for id, want := range map[string][2]float64{"A": {-2, 4}, "B": {7, 7}, "C": {math.Inf(-1), math.Inf(1)}, "D": {math.Inf(-1), math.Inf(1)}, "E": {0, math.Inf(1)}} {
		if r := reaction(t, m, id); r.Lower != want[0] || r.Upper != want[1] {
			t.Errorf("bounds of %s: got %v and %v, want %v", id, r.Lower, r.Upper, want)
		}
	}
	e := reaction(t, m, "E")
	if got := e.Rule.String(); got != "(b1 and b2) or b-3" || e.Subsystem != "Leftovers" {
		t.Errorf("notes: got rule %q, subsystem %q", got, e.Subsystem)
	}
	if diff := cmp.Diff([]string{"b1", "b2", "b-3"}, m.Genes()); diff != "" {
		t.Errorf("genes by notes (-want +got):\n%s", diff)
	}
}

// What was common before fbc, in Level 2, in another character set.
func TestLegacy(t *testing.T) {
	t.Parallel()
	law := func(lower, upper, objective string) string {
		return `<kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML"><ci>FLUX_VALUE</ci></math><listOfParameters>
<parameter id="LOWER_BOUND" value="` + lower + `"/><parameter id="UPPER_BOUND" value="` + upper + `"/><parameter id="FLUX_VALUE" value="0"/>
<parameter id="OBJECTIVE_COEFFICIENT" value="` + objective + `"/></listOfParameters></kineticLaw>`
	}
	m := read(t, `<?xml version="1.0" encoding="ISO-8859-1"?>
<sbml xmlns="http://www.sbml.org/sbml/level2" level="2" version="1" xmlns:html="http://www.w3.org/1999/xhtml"><model id="old">
<listOfCompartments><compartment id="e"/></listOfCompartments>
<listOfSpecies><species id="M_a_e" name="`+"\xe4"+`" compartment="e" charge="-1"><notes><html:p>FORMULA: CH4</html:p></notes></species>
<species id="M_b_e" compartment="e"><notes><html:p>CHARGE: 3</html:p></notes></species><species id="M_c_e" compartment="e"><notes><html:p>CHARGE: NA</html:p></notes></species>
<species id="M_a_b" compartment="e" boundaryCondition="true"/></listOfSpecies>
<listOfReactions><reaction id="R_EX_a_e"><listOfReactants><speciesReference species="M_a_e"/></listOfReactants>
<listOfProducts><speciesReference species="M_a_b"/></listOfProducts>`+law("-10", "999999", "0")+`</reaction>
<reaction id="R_grow" reversible="false">`+law("0", "INF", "1.0")+`</reaction></listOfReactions></model></sbml>`)
	want := []metabolism.Metabolite{
		{ID: "a_e", Name: "ä", Compartment: "e", Formula: "CH4", Charge: -1},
		{ID: "b_e", Compartment: "e", Charge: 3},
		{ID: "c_e", Compartment: "e", ChargeUnknown: true},
	}
	if diff := cmp.Diff(want, m.Metabolites()); diff != "" {
		t.Errorf("metabolites (-want +got):\n%s", diff)
	}
	if r := reaction(t, m, "EX_a_e"); !r.Boundary() || r.Coef(0) != -1 || r.Lower != -10 || r.Upper != 999999 {
		t.Errorf("exchange: got %+v", r)
	}
	if got := m.Reactions()[m.Objective()].ID; got != "grow" {
		t.Errorf("objective: got %s, want grow", got)
	}
}

func TestNoObjective(t *testing.T) {
	t.Parallel()
	nothing := strings.Replace(aim, `coefficient="1"`, `coefficient="0"`, 1)
	for _, text := range []string{file(listed, reactions("")), file(listed, reactions(""), nothing)} {
		m := read(t, text)
		if len(m.Goal().Terms) > 0 || m.Objective() != -1 {
			t.Errorf("got the goal %+v, want none", m.Goal())
		}
		var out strings.Builder
		if err := sbml.Write(&out, m); err != nil {
			t.Fatal(err)
		}
		if again := read(t, out.String()); len(again.Goal().Terms) > 0 {
			t.Errorf("read back: got the goal %+v, want none", again.Goal())
		}
	}
}

// A slow reader gives one byte at a time, and an empty read now and then.
type slow struct {
	text string
	turn int
}

func (s *slow) Read(p []byte) (int, error) {
	if s.turn++; s.turn%3 == 0 {
		return 0, nil
	}
	if s.text == "" {
		return 0, io.EOF
	}
	p[0], s.text = s.text[0], s.text[1:]
	return 1, nil
}

func TestReadsPieces(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"UTF-8", "US-ASCII"} {
		text := strings.Replace(file(listed, reactions(""), aim), "UTF-8", encoding, 1)
		if _, err := sbml.Read(&slow{text: text}); err != nil {
			t.Errorf("%s: got %v", encoding, err)
		}
	}
}
