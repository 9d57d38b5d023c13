package sbml_test

import (
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/sbml"
)

// What is wrong with a file, and where.
func ExampleRead() {
	file := `<?xml version="1.0" encoding="UTF-8"?>
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1"
      xmlns:fbc="http://www.sbml.org/sbml/level3/version1/fbc/version2" fbc:required="false">
  <model id="m">
    <listOfReactions>
      <reaction id="R_growth" fbc:lowerFluxBound="zero" fbc:upperFluxBound="many"/>
    </listOfReactions>
  </model>
</sbml>`
	_, err := sbml.Read(strings.NewReader(file))
	fmt.Println(err)
	// Output:
	// line 6: "R_growth": there is no parameter "zero" with a value
}
