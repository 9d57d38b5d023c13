package living_test

import (
	"context"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/living"
)

// A cell lives for a minute, is written down, and lives on elsewhere.
func Example() {
	ctx := context.Background()
	grant := biovm.Resources{ATP: 100, Ribosomes: 15, RNAPolymerase: 10}
	c, err := cell.New(biovm.Spec{BiologicalType: biovm.Syn3A}, grant, biovm.Defaults(biovm.Syn3A), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err := living.Begin(ctx, c, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := l.Advance(ctx, 60); err != nil {
		fmt.Println(err)
		return
	}
	state, err := l.Checkpoint()
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err = living.Resume(ctx, c, state)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("age:", l.Seconds(), "s")
	// Output: age: 60 s
}
