package sbml_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/sbml"
)

// wrong are changes of a good file, and what is to be said of each.
func wrong() map[string]struct{ old, new, want string } {
	math := `<math xmlns="http://www.w3.org/1998/Math/MathML">`
	return map[string]struct{ old, new, want string }{
		"a document type":           {"<sbml", "<!DOCTYPE sbml>\n<sbml", "line 2: declarations of document types are not allowed"},
		"entities":                  {"<sbml", "<!DOCTYPE s [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]>\n<sbml", "declarations of document types are not allowed"},
		"an unknown entity":         {`name="a model"`, `name="&bomb;"`, "line 5: the XML is not well-formed: invalid character entity &bomb;"},
		"tags that cross":           {"</model>", "</modell>", "not well-formed"},
		"deep nesting":              {"<listOfCompartments>", "<notes>" + strings.Repeat("<p>", sbml.MaxDepth) + strings.Repeat("</p>", sbml.MaxDepth) + "</notes><listOfCompartments>", "line 6: elements nest deeper than 256"},
		"a huge attribute":          {`name="a model"`, `name="` + strings.Repeat("x", sbml.MaxToken) + `"`, "longer than 4194304 bytes"},
		"a huge comment":            {"<sbml", "<!--" + strings.Repeat("x", sbml.MaxToken) + "--><sbml", "longer than 4194304 bytes"},
		"bytes that are no text":    {"cytosol", "cyto\xffsol", "invalid UTF-8"},
		"another root":              {"<sbml", "<svg", "line 4: <svg>: the document is not SBML"},
		"another level":             {`level="3"`, `level="1"`, `line 4: <sbml>: SBML Level "1" Version "1" is not supported`},
		"another character set":     {`UTF-8`, `EBCDIC`, `the character set is "EBCDIC": want UTF-8`},
		"no model":                  {"<model", "<annotation", "not well-formed"},
		"two models":                {"</model>", "</model><model/>", "<model>: it is there twice"},
		"more than a document":      {"</sbml>", "</sbml><sbml/>", "<sbml> after the end of the document"},
		"text after it":             {"</sbml>", "</sbml>hello", `"hello" is outside the document`},
		"a package it needs":        {"fbc:required", `xmlns:comp="http://www.sbml.org/sbml/level3/version1/comp/version1" comp:required="true" fbc:required`, "comp/version1, which is not supported"},
		"a list twice":              {"<listOfSpecies>", "<listOfSpecies></listOfSpecies><listOfSpecies>", "<listOfSpecies>: it is there twice"},
		"a flag":                    {`boundaryCondition="true"`, `boundaryCondition="yes"`, `line 10: <species>: boundaryCondition: want true or false, got "yes"`},
		"strict":                    {`fbc:strict="false"`, `fbc:strict="maybe"`, `fbc:strict: want true or false, got "maybe"`},
		"no id":                     {`id="M_a_c"`, ``, "line 8: <species>: it has no attribute id"},
		"a species twice":           {`"M_b__45__L_c"`, `"M_a_c"`, `line 9: <species>: "M_a_c" is there twice`},
		"species that become one":   {`"M_b__45__L_c"`, `"a_c"`, `line 9: species "a_c" is there twice, without prefix`},
		"a reaction twice":          {`id="R_B"`, `id="R_A"`, `<reaction>: "R_A" is there twice`},
		"reactions that are one":    {`id="R_B"`, `id="A"`, `reactions "R_A" and "A" are both "A"`},
		"a compartment twice":       {`</listOfCompartments>`, `<compartment id="c"/></listOfCompartments>`, `<compartment>: "c" is there twice`},
		"a parameter twice":         {`<parameter id="inf"`, `<parameter id="zero" value="1"/><parameter id="inf"`, `<parameter>: "zero" is there twice`},
		"a charge":                  {`charge="-2"`, `charge="two"`, `"M_a_c": charge: want a number`},
		"half a charge":             {`charge="-2"`, `charge="-2.5"`, `"M_a_c": charge`},
		"a number":                  {`value="10"`, `value="ten"`, `line 15: "ten": <parameter>: value: want a number, INF or -INF, got "ten"`},
		"a number of Go's":          {`value="10"`, `value="0x10"`, `want a number, INF or -INF, got "0x10"`},
		"a number too large":        {`value="10"`, `value="1e999"`, `want a number, INF or -INF, got "1e999"`},
		"a bound that is none":      {`value="0"`, `value="NaN"`, `parameter "zero" has no value`},
		"a bound without value":     {`<parameter id="zero" value="0"`, `<parameter id="zero"`, `parameter "zero" has no value`},
		"an unknown bound":          {`upperFluxBound="inf"`, `upperFluxBound="no"`, `line 18: "R_A": there is no parameter "no"`},
		"no bound where it must":    {`fbc:lowerFluxBound="zero"`, ``, `which fbc:strict asks for`},
		"bounds that cross":         {`lowerFluxBound="zero"`, `lowerFluxBound="inf"`, `no flux is between the lower bound +Inf`},
		"an unknown species":        {`<speciesReference species="M_a_c"`, `<speciesReference species="M_x"`, `line 20: reaction "R_A": there is no species "M_x"`},
		"a stoichiometry":           {`stoichiometry="2"`, `stoichiometry="two"`, `want a number, INF or -INF, got "two"`},
		"infinite stoichiometry":    {`stoichiometry="2"`, `stoichiometry="INF"`, `want a finite number, got +Inf`},
		"no stoichiometry":          {`stoichiometry="2"`, ``, `reaction "R_B": the stoichiometry of "M_a_c" is not given, which fbc:strict asks for`},
		"stoichiometry that varies": {`stoichiometry="2"`, `id="s" constant="false"`, `reaction "R_B": the stoichiometry of "M_a_c" is not given, and what it becomes`},
		"stoichiometry by formula":  {`stoichiometry="2"/>`, `stoichiometry="2"><stoichiometryMath/></speciesReference>`, `by formula is supported in Level 3 only`},
		"an unknown gene":           {`<fbc:geneProductRef fbc:geneProduct="G_b1"`, `<fbc:geneProductRef fbc:geneProduct="G_b2"`, `gene product "b2" is not listed`},
		"a gene twice":              {`</fbc:listOfGeneProducts>`, `<fbc:geneProduct fbc:id="b1"/></fbc:listOfGeneProducts>`, `gene "b1" is there twice`},
		"a rule of nothing":         {`<fbc:geneProductRef fbc:geneProduct="G_b1"/>`, `<fbc:and/>`, `it combines nothing`},
		"a rule of what is none":    {`<fbc:geneProductRef fbc:geneProduct="G_b1"/>`, `<fbc:not/>`, `it does not belong into a gene association`},
		"two rules":                 {`<fbc:geneProductRef fbc:geneProduct="G_b1"/>`, strings.Repeat(`<fbc:geneProductRef fbc:geneProduct="G_b1"/>`, 2), `a gene association holds one rule`},
		"an objective's sense":      {`fbc:type="maximize"`, `fbc:type="best"`, `"o": type: want maximize or minimize, got "best"`},
		"an objective's reaction":   {`fbc:reaction="R_A" fbc:coef`, `fbc:reaction="R_X" fbc:coef`, `<fluxObjective>: there is no reaction "R_X"`},
		"an objective's weight":     {`coefficient="1"`, `coefficient="INF"`, `coefficient: want a finite number, got "INF"`},
		"no weight":                 {`fbc:coefficient="1"`, ``, `coefficient: want a finite number, got ""`},
		"an unknown objective":      {`activeObjective="o"`, `activeObjective="p"`, `activeObjective: there is no objective "p"`},
		"a quadratic objective":     {`coefficient="1"`, `coefficient="1" fbc:variableType="quadratic"`, `quadratic objectives are not supported`},
		"an objective twice":        {`</fbc:listOfObjectives>`, `<fbc:objective fbc:id="o" fbc:type="maximize"/></fbc:listOfObjectives>`, `<objective>: "o" is there twice`},
		"own constraints":           {`<fbc:listOfObjectives`, `<fbc:listOfUserDefinedConstraints><fbc:userDefinedConstraint/></fbc:listOfUserDefinedConstraints><fbc:listOfObjectives`, `user-defined constraints are not supported`},
		"a conversion factor":       {`<species id="M_a_c"`, `<species conversionFactor="x" id="M_a_c"`, `conversion factors are not supported`},
		"the model's conversion":    {`<model`, `<model conversionFactor="x"`, `conversion factors are not supported`},
		"a bound of nobody":         {`<fbc:listOfObjectives`, `<fbc:listOfFluxBounds><fbc:fluxBound reaction="R_X" operation="equal" value="1"/></fbc:listOfFluxBounds><fbc:listOfObjectives`, `<fluxBound>: there is no reaction "R_X"`},
		"a bound's operation":       {`<fbc:listOfObjectives`, `<fbc:listOfFluxBounds><fbc:fluxBound reaction="R_A" operation="about" value="1"/></fbc:listOfFluxBounds><fbc:listOfObjectives`, `operation: want lessEqual, greaterEqual or equal, got "about"`},
		"a bound's value":           {`<fbc:listOfObjectives`, `<fbc:listOfFluxBounds><fbc:fluxBound reaction="R_A" operation="equal"/></fbc:listOfFluxBounds><fbc:listOfObjectives`, `it has no attribute value`},
		"algebra":                   {`<listOfReactions>`, `<listOfRules><algebraicRule/></listOfRules><listOfReactions>`, `algebraic rules are not supported`},
		"a circle": {`<listOfReactions>`, `<listOfInitialAssignments><initialAssignment symbol="zero">` + math + `<ci>ten</ci></math></initialAssignment>
<initialAssignment symbol="ten">` + math + `<ci>zero</ci></math></initialAssignment></listOfInitialAssignments><listOfReactions>`, `"zero" is assigned in a circle`},
		"no formula":              {`<listOfReactions>`, `<listOfInitialAssignments><initialAssignment symbol="zero"/></listOfInitialAssignments><listOfReactions>`, `"zero" is assigned by no formula`},
		"assigned twice":          {`<listOfReactions>`, `<listOfInitialAssignments><initialAssignment symbol="zero"/><initialAssignment symbol="zero"/></listOfInitialAssignments><listOfReactions>`, `"zero" is assigned twice`},
		"a formula of what":       {`<listOfReactions>`, assigned(math + `<ci>what</ci></math>`), `there is no parameter "what"`},
		"a formula of nothing":    {`<listOfReactions>`, assigned(math + `<ci/></math>`), `<ci>: it names nothing`},
		"a sine":                  {`<listOfReactions>`, assigned(math + `<apply><sin/><cn>1</cn></apply></math>`), `a formula with <sin> of 1 operands is not supported`},
		"a root":                  {`<listOfReactions>`, assigned(math + `<apply><power/><cn>2</cn><cn>0.5</cn></apply></math>`), `a formula with <power> of 2 operands is not supported`},
		"nothing by nothing":      {`<listOfReactions>`, assigned(math + `<apply><divide/><cn>0</cn><cn>0</cn></apply></math>`), `<divide> of [0 0] is not a number`},
		"a rational of nothing":   {`<listOfReactions>`, assigned(math + `<cn type="rational">0<sep/>0</cn></math>`), `0/0 is not a number`},
		"a number of which kind":  {`<listOfReactions>`, assigned(math + `<cn type="polar">1<sep/>0</cn></math>`), `numbers of the type "polar" are not supported`},
		"a number that is none":   {`<listOfReactions>`, assigned(math + `<cn>one</cn></math>`), `want a number, INF or -INF, got "one"`},
		"a piecewise formula":     {`<listOfReactions>`, assigned(math + `<piecewise/></math>`), `<piecewise>: formulas with it are not supported`},
		"an operator of nothing":  {`<listOfReactions>`, assigned(math + `<apply/></math>`), `<apply>: it has no operator`},
		"formulas":                {`<listOfReactions>`, assigned(math + `<cn>1</cn><cn>1</cn></math>`), `<cn>: a second formula`},
		"an element in a number":  {`<listOfReactions>`, assigned(math + `<cn>1<b/></cn></math>`), `<b> in it is not supported`},
		"a direction":             {`reversible="false"`, `reversible="both"`, `reversible: want true or false`},
		"a weight of a law":       {`</reaction>`, `<kineticLaw><listOfLocalParameters><localParameter id="LOWER_BOUND" value="NaN"/></listOfLocalParameters></kineticLaw></reaction>`, `want a number, INF or -INF, got "NaN"`},
		"a duplicate of quantity": {`<speciesReference species="M_out"`, `<speciesReference id="ten" species="M_out"`, `the id "ten" is there twice`},
	}
}

func assigned(formula string) string {
	return `<listOfInitialAssignments><initialAssignment symbol="zero">` + formula + `</initialAssignment></listOfInitialAssignments><listOfReactions>`
}

// good is a file that nothing is wrong with.
func good() string {
	return file(listed, reactions(`<fbc:geneProductAssociation><fbc:geneProductRef fbc:geneProduct="G_b1"/></fbc:geneProductAssociation>`), aim,
		`<fbc:listOfGeneProducts><fbc:geneProduct fbc:id="G_b1" fbc:label="b1"/></fbc:listOfGeneProducts>`)
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range wrong() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := good()
			if strings.Contains(tt.want, "fbc:strict asks") {
				text = strings.Replace(text, `strict="false"`, `strict="true"`, 1)
			}
			if !strings.Contains(text, tt.old) {
				t.Fatalf("the good file has no %q", tt.old)
			}
			_, err := sbml.Read(strings.NewReader(strings.Replace(text, tt.old, tt.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want one that says %q", err, tt.want)
			}
			var at *metabolism.LineError
			if !errors.As(err, &at) && name != "a gene twice" {
				t.Errorf("%v does not name the line", err)
			}
			if len(err.Error()) > 400 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

// A file that ends too early is refused wherever it does.
func TestTruncated(t *testing.T) {
	t.Parallel()
	text := strings.TrimSpace(good())
	if _, err := sbml.Read(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	for n := range len(text) {
		if m, err := sbml.Read(strings.NewReader(text[:n])); err == nil {
			t.Fatalf("of %d bytes of %d: got %v, want an error", n, len(text), m)
		}
	}
	if _, err := sbml.Read(iotest.ErrReader(errors.ErrUnsupported)); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("got %v, want the error of the input", err)
	}
	if _, err := sbml.Read(iotest.TimeoutReader(strings.NewReader(text))); err == nil {
		t.Error("a reader that fails later: got no error")
	}
	if _, err := sbml.Read(strings.NewReader("<sbml xmlns='http://www.sbml.org/sbml/level3/version1/core' level='3'/>")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("no model: got %v", err)
	}
}
