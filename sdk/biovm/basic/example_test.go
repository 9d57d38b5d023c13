package basic_test

import (
	"context"
	"fmt"
	"os"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

// A driver by itself makes VMs that are pending: what keeps its own books
// confirms them when it has put them down.
func Example() {
	ctx := context.Background()
	e, err := engine.Open(ctx, engine.Options{InMemory: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	driver := basic.New(e)
	defer driver.Close()

	vm, err := driver.Create(ctx, biovm.Spec{ID: "cell", BiologicalType: biovm.MinimalCell})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	before, err := vm.Status(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	if c, ok := vm.(biovm.Confirmer); ok {
		if err := c.Confirm(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
	}
	after, err := vm.Status(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Println("pending:", before.Pending, "and then", after.Pending)
	fmt.Println("holds:", after.Grant.Ribosomes, "units of ribosomes and", after.Grant.ATP, "percent of its ATP")
	// Output:
	// pending: true and then false
	// holds: 12 units of ribosomes and 60 percent of its ATP
}
