package xcpng_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

// oneHost is a pool that is known by one name.
type oneHost biovm.XCPngHost

// Host implements xcpng.Hosts.
func (h oneHost) Host(_ context.Context, name string) (biovm.XCPngHost, error) {
	if name != h.Name {
		return biovm.XCPngHost{}, biovm.ErrNotFound
	}
	return biovm.XCPngHost(h), nil
}

// HostNames implements xcpng.Hosts.
func (h oneHost) HostNames(context.Context) ([]string, error) { return []string{h.Name}, nil }

// What is wrong with a spec is said before any machine is made, and before the
// pool is asked.
func Example() {
	ctx := context.Background()
	twin, err := engine.Open(ctx, engine.Options{InMemory: true})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer twin.Close()
	driver, err := xcpng.New(xcpng.Options{
		Hosts:    oneHost{Name: "lab", URL: "https://pool.example", Username: "root", Password: os.Getenv("POOL_PASSWORD")},
		Twin:     basic.New(twin),
		Defaults: biovm.XCPngSpec{Host: "lab", Template: "debian-12-bioxen"},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer driver.Close()
	err = driver.Check(ctx, biovm.Spec{
		ID: "cell", BiologicalType: biovm.Syn3A, VMType: biovm.XCPng, Knockouts: []string{"no-such-gene"},
		XCPng: &biovm.XCPngSpec{VCPUs: -1},
	})
	fmt.Println(errors.Is(err, biovm.ErrInvalid))
	for _, e := range biovm.FieldErrors(err) {
		fmt.Println(e.Path)
	}
	// Unordered output:
	// true
	// xcpng.vcpus
	// knockouts[0]
}
