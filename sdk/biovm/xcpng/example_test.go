package xcpng_test

import (
	"context"
	"fmt"
	"os"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

// onePool is the simplest kind of Hosts.
type onePool struct{ host biovm.XCPngHost }

func (p onePool) HostNames(context.Context) ([]string, error) { return []string{p.host.Name}, nil }

func (p onePool) Host(_ context.Context, name string) (biovm.XCPngHost, error) {
	if name != p.host.Name {
		return biovm.XCPngHost{}, biovm.ErrNotFound
	}
	return p.host, nil
}

// A cell in a virtual machine of its own. The directory's engine tells which marks
// on the pool are this process', the one in memory answers for guests that stand
// still.
func Example() {
	ctx := context.Background()
	if err := grow(ctx, os.Getenv("POOL"), os.Getenv("PASSWORD")); err != nil {
		fmt.Println(err)
	}
	// Output: say where the pool is
}

func grow(ctx context.Context, url, password string) error {
	if url == "" {
		return fmt.Errorf("say where the pool is")
	}
	home, err := engine.Open(ctx, engine.Options{})
	if err != nil {
		return err
	}
	defer home.Close()
	memory, err := engine.Open(ctx, engine.Options{InMemory: true})
	if err != nil {
		return err
	}
	twin := basic.New(memory)
	defer twin.Close()
	driver, err := xcpng.New(xcpng.Options{
		Hosts:  onePool{biovm.XCPngHost{Name: "lab", URL: url, Username: "root", Password: password}},
		Keeper: home, Twin: twin, KeyDir: home.Dir() + "/xcpng",
	})
	if err != nil {
		return err
	}
	defer driver.Close()
	vm, err := driver.Create(ctx, biovm.Spec{
		ID: "cell", BiologicalType: biovm.Syn3A, VMType: biovm.XCPng,
		XCPng: &biovm.XCPngSpec{Host: "lab", Template: "debian-12-cloud", MemoryMiB: 1024},
	})
	if err != nil {
		return err
	}
	if err := vm.Start(ctx); err != nil {
		return err
	}
	result, err := vm.Execute(ctx, biovm.Process{Code: "fba()['growth_rate']"})
	if err != nil {
		return err
	}
	fmt.Printf("it grows at %s 1/h\n", result.Value)
	return vm.Destroy(ctx)
}

// What a pool has to make machines of, before any is made.
func ExampleDriver_Pool() {
	show := func(ctx context.Context, driver *xcpng.Driver) error {
		pool, err := driver.Pool(ctx, "lab")
		if err != nil {
			return err
		}
		for _, t := range pool.Templates {
			fmt.Println(t.Name, t.Problems)
		}
		return nil
	}
	_ = show
}
