package cobrajson_test

import (
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/cobrajson"
)

// What is wrong with a file, and where.
func ExampleRead() {
	file := `{
  "metabolites": [{"id": "a_c", "charge": 0}],
  "reactions": [
    {"id": "growth", "metabolites": {"a_c": -1, "b_c": 1}, "objective_coefficient": 1}
  ]
}`
	_, err := cobrajson.Read(strings.NewReader(file))
	fmt.Println(err)
	// Output:
	// line 4: reaction "growth": metabolite "b_c" is not one of the model's
}
