package biovm_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A spec is checked as a whole: every problem comes at once, with its path.
func ExampleSpec_Validate() {
	spec := biovm.Spec{
		ID:             "my cell",
		BiologicalType: biovm.Syn3A,
		Config:         biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxATP: new(120.0)}},
	}
	for _, e := range biovm.FieldErrors(spec.Validate()) {
		fmt.Printf("%s: %s\n", e.Path, e.Reason)
	}
	// Output:
	// id: a name is 1 to 63 letters, digits, '-' and '_', and starts with a letter or digit
	// config.resource_limits.max_atp: must be above 0 and at most 100 percent
}

// What a file sets goes over the organism's defaults.
func ExampleMerge() {
	file := strings.NewReader(`{"resource_limits": {"max_ribosomes": 40}, "minimal_mode": false}`)
	over, err := biovm.LoadConfig(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	c := biovm.Merge(biovm.Defaults(biovm.Syn3A), over)
	fmt.Println("ribosomes:", *c.ResourceLimits.MaxRibosomes)
	fmt.Println("ATP:", *c.ResourceLimits.MaxATP)
	fmt.Println("minimal mode:", *c.MinimalMode)
	// Output:
	// ribosomes: 40
	// ATP: 70
	// minimal mode: false
}

// The whole lifecycle is one table.
func ExampleState_Next() {
	next, err := biovm.Created.Next(biovm.OpStart)
	fmt.Println(next, err)
	_, err = next.Next(biovm.OpResume)
	fmt.Println(err, errors.Is(err, biovm.ErrState))
	// Output:
	// running <nil>
	// wrong state: it is running, and resume needs it to be paused true
}
