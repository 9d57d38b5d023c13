package remote_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// A cell at a daemon answers as one at hand does. Here the daemon is in the same
// process; "bioxen serve" is one of its own.
func Example() {
	if err := ask(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Output:
	// growth: 0.237888
	// start vm "cell": wrong state: it is running, and start needs it to be created or stopped
	// is it ErrState? true
}

func ask(ctx context.Context) error {
	endpoint, stop, err := startDaemon(ctx)
	if err != nil {
		return err
	}
	defer stop()
	client, err := remote.Dial(ctx, remote.Options{Endpoint: endpoint})
	if err != nil {
		return err
	}
	defer client.Close()

	if _, err := client.Create(ctx, biovm.Spec{ID: "cell", BiologicalType: biovm.Syn3A}); err != nil {
		return err
	}
	if err := errors.Join(client.Confirm(ctx, "cell"), client.Operate(ctx, "cell", biovm.OpStart)); err != nil {
		return err
	}
	m, err := client.Metrics(ctx, "cell")
	if err != nil {
		return err
	}
	fmt.Printf("growth: %.6f\n", m.Growth.GrowthRate)
	err = client.Operate(ctx, "cell", biovm.OpStart)
	fmt.Println(err)
	fmt.Println("is it ErrState?", errors.Is(err, biovm.ErrState))
	return nil
}

// startDaemon serves an engine in memory on a socket.
func startDaemon(ctx context.Context) (endpoint string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "bioxen")
	if err != nil {
		return "", nil, err
	}
	e, err := engine.Open(ctx, engine.Options{InMemory: true})
	if err != nil {
		return "", nil, err
	}
	l, err := daemon.ListenUnix(ctx, dir+"/s")
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- daemon.New(daemon.Options{Engine: e}).Serve(ctx, l) }()
	return "unix://" + dir + "/s", func() {
		cancel()
		if err := errors.Join(<-ended, e.Close(), os.RemoveAll(dir)); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}, nil
}

// Any connection will do, such as a channel of an SSH connection.
func ExampleOptions_dial() {
	ctx := context.Background()
	_, err := remote.Dial(ctx, remote.Options{Dial: func(context.Context) (net.Conn, error) {
		return nil, errors.New("there is no tunnel")
	}})
	fmt.Println(err)
	fmt.Println("is it ErrUnavailable?", errors.Is(err, remote.ErrUnavailable))
	// Output:
	// connect to the other end of a connection: the daemon is not available: there is no tunnel
	// is it ErrUnavailable? true
}
