package sbml_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression/sbml"
)

// A thousand molecules that decay.
func ExampleRead() {
	file := `<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1">
  <model id="decay">
    <listOfCompartments><compartment id="cell" size="1" constant="true"/></listOfCompartments>
    <listOfSpecies><species id="X" compartment="cell" initialAmount="1000" hasOnlySubstanceUnits="true"/></listOfSpecies>
    <listOfReactions>
      <reaction id="decay" reversible="false">
        <listOfReactants><speciesReference species="X" stoichiometry="1" constant="true"/></listOfReactants>
        <kineticLaw><math xmlns="http://www.w3.org/1998/Math/MathML">
          <apply><times/><cn>0.5</cn><ci>X</ci></apply>
        </math></kineticLaw>
      </reaction>
    </listOfReactions>
  </model>
</sbml>`
	m, err := sbml.Read(strings.NewReader(file))
	if err != nil {
		panic(err)
	}
	s, err := expression.NewSimulator(m.Network, expression.Options{Seed: 1})
	if err != nil {
		panic(err)
	}
	if err := s.Advance(context.Background(), 1000); err != nil {
		panic(err)
	}
	fmt.Println(m.Outputs[0].ID, m.Outputs[0].Value(s.Time(), s.Counts()), "after", s.Events(), "events")
	// Output: X 0 after 1000 events
}
