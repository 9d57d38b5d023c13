package engine_test

import (
	"context"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

func Example() {
	ctx := context.Background()
	e, err := engine.Open(ctx, engine.Options{InMemory: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer e.Close()
	vm, err := e.Create(ctx, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := e.Operate(ctx, vm.UUID, biovm.OpStart); err != nil {
		fmt.Println(err)
		return
	}
	result, err := e.Execute(ctx, vm.UUID, biovm.Process{Code: "6 * 7"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s holds %d units of ribosomes; the answer is %s\n", vm.ID, vm.Grant.Ribosomes, result.Value)
	// Output: a holds 15 units of ribosomes; the answer is 42
}
