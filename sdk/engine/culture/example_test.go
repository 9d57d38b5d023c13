package culture_test

import (
	"context"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/culture"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// E. coli on glucose: what it grows on, and when that is gone.
func Example() {
	ecoli, err := organism.Of(biovm.EColi)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := culture.Glucose(ecoli.Model())
	c.Biomass, c.StepSeconds = 0.05, 600
	k, err := culture.New(c)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := k.Advance(context.Background(), 7*3600); err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range culture.Phases(k.Trajectory()) {
		fmt.Printf("%s to %.1f h\n", p.Phase, p.To/3600)
	}
	// Output:
	// exponential to 4.0 h
	// diauxie to 5.5 h
	// stationary to 7.0 h
}
