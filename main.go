// Command terraform-provider-bioxen is the Terraform provider for biological
// virtual machines. Terraform starts it; with -debug, a debugger may.
package main

import (
	"context"
	"errors"
	"flag"
	"log"

	fwprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider"
)

//go:generate sh -c "go run ./cmd/bioxen process doc >examples/process/builtins.txt"
//go:generate go tool -modfile=tools/go.mod tfplugindocs generate --provider-name bioxen

// version names the release; the build sets it, which takes a package variable.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger such as delve, and print how Terraform reaches the provider")
	flag.Parse()

	ctx := context.Background()
	if !*debug {
		go func() { // ends with the process
			provider.Orphaned(ctx)
			log.Fatal("terraform is gone")
		}()
	}
	p := provider.New(version)
	err := providerserver.Serve(ctx, func() fwprovider.Provider { return p }, providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   *debug,
	})
	if err := errors.Join(err, p.Close()); err != nil {
		log.Fatal(err)
	}
}
