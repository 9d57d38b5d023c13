package remote_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// A driver on a daemon makes VMs as one on an engine at hand does. Here the daemon
// is in the same program; as a rule it is "bioxen serve", here or elsewhere.
func Example() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	dir, err := os.MkdirTemp("", "bx")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer os.RemoveAll(dir)
	socket := filepath.Join(dir, "s")
	ended := make(chan error, 1)
	go func() { ended <- daemon.Run(ctx, daemon.Settings{DataDir: filepath.Join(dir, "data"), Socket: socket}) }()
	defer func() { cancel(); <-ended }()

	client, err := dial(ctx, "unix://"+socket)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	driver := basic.New(client)
	defer driver.Close()
	vm, err := driver.Create(ctx, biovm.Spec{ID: "cell", BiologicalType: biovm.Syn3A})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	if err := vm.Start(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	result, err := vm.Execute(ctx, biovm.Process{Code: "fba(allocation=False)['limited_by']"})
	fmt.Println(string(result.Value), err)
	// Output: "metabolism" <nil>
}

// dial connects as soon as the daemon listens.
func dial(ctx context.Context, endpoint string) (*remote.Client, error) {
	for {
		client, err := remote.Dial(ctx, remote.Options{Endpoint: endpoint})
		if err == nil || ctx.Err() != nil {
			return client, err
		}
	}
}
