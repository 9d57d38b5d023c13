package bioxen_test

import (
	"context"
	"fmt"
	"os"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// A cell lives, grows and answers.
func Example() {
	if err := grow(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// growth: 0.2379 1/h, limited by atp
	// without any sugar: 0
}

func grow(ctx context.Context) error {
	client, err := bioxen.Open(ctx, bioxen.Options{InMemory: true})
	if err != nil {
		return err
	}
	defer client.Close()

	vm, err := client.Create(ctx, biovm.Spec{ID: "cell", BiologicalType: biovm.Syn3A})
	if err != nil {
		return err
	}
	if err := vm.Start(ctx); err != nil {
		return err
	}
	m, err := vm.Metrics(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("growth: %.4f 1/h, limited by %s\n", m.Growth.GrowthRate, m.Growth.LimitedBy)

	result, err := vm.Execute(ctx, biovm.Process{Code: `
set_medium({"EX_glc__D_e": 0})
fba()["growth_rate"]
`})
	if err != nil {
		return err
	}
	fmt.Printf("without any sugar: %s\n", result.Value)
	return nil
}

// What a cell is allocated decides how fast it grows, until something else
// limits it.
func ExampleClient_allocate() {
	ctx := context.Background()
	client, err := bioxen.Open(ctx, bioxen.Options{InMemory: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer client.Close()

	vm, err := client.Create(ctx, biovm.Spec{
		ID: "cell", BiologicalType: biovm.Syn3A, Chassis: biovm.ChassisOrthogonal,
		Config: biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxATP: new(100.0)}},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	resources, err := biovm.NewResourceManager(vm)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	for _, units := range []int{100, 200, 300, 425} {
		if err := resources.AllocateRibosomes(ctx, units); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		m, err := vm.Metrics(ctx)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return
		}
		fmt.Printf("%d ribosomes: doubles in %.1f min, limited by %s\n", units, m.Growth.DoublingTimeMinutes, m.Growth.LimitedBy)
	}
	// Output:
	// 100 ribosomes: doubles in 530.5 min, limited by ribosomes
	// 200 ribosomes: doubles in 265.3 min, limited by ribosomes
	// 300 ribosomes: doubles in 176.8 min, limited by ribosomes
	// 425 ribosomes: doubles in 124.8 min, limited by ribosomes
}

// A genome is kept once, and cells are made of it when its file is gone.
func ExampleClient_PutGenome() {
	ctx := context.Background()
	client, err := bioxen.Open(ctx, bioxen.Options{InMemory: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer client.Close()

	strain, err := client.PutGenome(ctx, "strain", biovm.Source{Source: "../../examples/resources/bioxen_genome/strain.gff3"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	vm, err := client.Create(ctx, biovm.Spec{ID: "cell", BiologicalType: biovm.Syn3A, Genome: strain.Content()})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	status, err := vm.Status(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Printf("%d genes; it lacks %v\n", strain.Genes, status.Genome.Missing)
	// Output: 494 genes; it lacks [JCVISYN3A_0227 JCVISYN3A_0876]
}
