// Command quickstart boots a minimal cell in memory, analyses it, and shows
// what more ribosomes would bring.
//
//	go run ./examples/sdk/quickstart
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	client, err := bioxen.Open(ctx, bioxen.Options{InMemory: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()

	vm, err := client.Create(ctx, biovm.Spec{ID: "cell", BiologicalType: biovm.Syn3A})
	if err != nil {
		return err
	}
	if err := vm.Start(ctx); err != nil {
		return err
	}
	result, err := vm.Execute(ctx, biovm.Process{Code: `fba(fluxes=["PGI", "PFK"])`})
	if err != nil {
		return err
	}
	fmt.Printf("%s\n", result.Value)

	resources, err := biovm.NewResourceManager(vm)
	if err != nil {
		return err
	}
	advice, err := resources.Recommendations(ctx)
	if err != nil {
		return err
	}
	for _, r := range advice {
		fmt.Printf("%+.4f 1/h: %s\n", r.Change, r.Reason)
	}
	return vm.Destroy(ctx)
}
