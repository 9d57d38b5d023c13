// Command quickstart boots a JCVI-syn3A in memory, runs a process in it, and
// shows what other allocations would bring.
//
//	go run ./examples/sdk/quickstart
package main

import (
	"context"
	"encoding/json"
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

	vm, err := client.Create(ctx, biovm.Spec{
		ID: "cell", BiologicalType: biovm.Syn3A, Chassis: biovm.ChassisOrthogonal,
		Config: biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxATP: new(100.0)}},
	})
	if err != nil {
		return err
	}
	if err := vm.Start(ctx); err != nil {
		return err
	}
	resources, err := biovm.NewResourceManager(vm)
	if err != nil {
		return err
	}
	if err := resources.AllocateRibosomes(ctx, 200); err != nil {
		return err
	}

	// A process is a program in the cell; its last expression is its result.
	result, err := vm.Execute(ctx, biovm.Process{Code: `fba()`})
	if err != nil {
		return err
	}
	var cell biovm.Growth
	if err := json.Unmarshal(result.Value, &cell); err != nil {
		return err
	}
	fmt.Printf("growth rate    %.4f 1/h\ndoubling time  %.1f min\nlimited by     %s\n", cell.GrowthRate, cell.DoublingTimeMinutes, cell.LimitedBy)

	advice, err := resources.Recommendations(ctx)
	if err != nil {
		return err
	}
	fmt.Println("\nadvice:")
	for _, r := range advice {
		fmt.Printf("- %s\n", r.Reason)
	}
	return vm.Destroy(ctx)
}
