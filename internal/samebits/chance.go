package main

import (
	"fmt"
	"strings"
)

// chance is a volume that grows and is halved, a count that is made by the
// volume and the time, and numbers of every distribution, in SBML.
func chance() string {
	draws := map[string]string{
		"normal": "<cn>1.3</cn><cn>0.7</cn>", "uniform": "<cn>-1.1</cn><cn>2.3</cn>", "bernoulli": "<cn>0.3</cn>", "binomial": "<cn>300</cn><cn>0.4</cn>",
		"cauchy": "<cn>1.1</cn><cn>0.2</cn>", "chisquare": "<cn>3.2</cn>", "exponential": "<cn>1.7</cn>", "gamma": "<cn>0.7</cn><cn>1.1</cn>",
		"laplace": "<cn>0.3</cn><cn>1.1</cn>", "lognormal": "<cn>0.1</cn><cn>0.9</cn>", "poisson": "<cn>33.3</cn>", "rayleigh": "<cn>1.9</cn>",
	}
	windows := map[string]string{"normal": "<cn>4</cn><cn>9</cn>", "binomial": "<cn>150</cn><cn>160</cn>", "cauchy": "<cn>3</cn><cn>8</cn>", "chisquare": "<cn>20</cn><cn>99</cn>", "exponential": "<cn>2</cn><cn>3</cn>", "gamma": "<cn>9</cn><cn>19</cn>", "laplace": "<cn>-2</cn><cn>1</cn>", "lognormal": "<cn>5</cn><cn>6</cn>", "poisson": "<cn>70</cn><cn>90</cn>", "rayleigh": "<cn>3</cn><cn>5</cn>"}
	var parameters, assignments strings.Builder
	const maths = `<math xmlns="http://www.w3.org/1998/Math/MathML">%s</math>`
	for _, name := range []string{"normal", "uniform", "bernoulli", "binomial", "cauchy", "chisquare", "exponential", "gamma", "laplace", "lognormal", "poisson", "rayleigh"} {
		for _, window := range []string{"", windows[name]} {
			id := name
			if window != "" {
				id += "_window"
			}
			fmt.Fprintf(&parameters, `<parameter id="%s" value="0" constant="false"/>`, id)
			fmt.Fprintf(&assignments, `<eventAssignment variable="%s">`+maths+`</eventAssignment>`, id,
				`<apply><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/distrib/`+name+`">`+name+`</csymbol>`+draws[name]+window+`</apply>`)
			if windows[name] == "" {
				break
			}
		}
	}
	const time = `<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">t</csymbol>`
	return `<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2" xmlns:distrib="http://www.sbml.org/sbml/level3/version1/distrib/version1" distrib:required="true"><model id="chance">
<listOfCompartments><compartment id="cell" size="1" constant="false"/></listOfCompartments>
<listOfSpecies><species id="X" compartment="cell" initialAmount="10" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"/></listOfSpecies>
<listOfParameters>` + parameters.String() + `</listOfParameters>
<listOfRules><rateRule variable="cell">` + fmt.Sprintf(maths, "<apply><times/><cn>0.3</cn><ci>cell</ci></apply>") + `</rateRule></listOfRules>
<listOfReactions>
<reaction id="make" reversible="false"><listOfProducts><speciesReference species="X" stoichiometry="1" constant="true"/></listOfProducts>
<kineticLaw>` + fmt.Sprintf(maths, "<apply><divide/><apply><times/><cn>7</cn><ci>cell</ci></apply><apply><plus/><cn>1.1</cn><apply><exp/><apply><minus/>"+time+"</apply></apply></apply></apply>") + `</kineticLaw></reaction>
<reaction id="lose" reversible="false"><listOfReactants><speciesReference species="X" stoichiometry="1" constant="true"/></listOfReactants>
<kineticLaw>` + fmt.Sprintf(maths, "<apply><times/><cn>0.7</cn><ci>X</ci></apply>") + `</kineticLaw></reaction>
</listOfReactions>
<listOfEvents><event id="divide" useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">` + fmt.Sprintf(maths, "<apply><geq/><ci>cell</ci><cn>2</cn></apply>") + `</trigger>
<delay>` + fmt.Sprintf(maths, `<apply><csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/distrib/exponential">exponential</csymbol><cn>9</cn></apply>`) + `</delay>
<listOfEventAssignments><eventAssignment variable="cell">` + fmt.Sprintf(maths, "<apply><divide/><ci>cell</ci><cn>2</cn></apply>") + `</eventAssignment>` + assignments.String() + `</listOfEventAssignments></event></listOfEvents>
</model></sbml>`
}
