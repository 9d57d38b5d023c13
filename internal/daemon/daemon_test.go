package daemon_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/biovmtest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// serve serves an engine on a unix socket until the test ends, and returns the
// endpoint.
func serve(t testing.TB, o daemon.Options) string {
	t.Helper()
	if o.Engine == nil {
		o.Engine = enginetest.Open(t, engine.Options{})
	}
	// Not in the test's own folder: a socket's path must be short.
	path := filepath.Join(t.TempDir(), "s")
	l, err := daemon.ListenUnix(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	serveOn(t, o, l)
	return "unix://" + path
}

func serveOn(t testing.TB, o daemon.Options, l daemon.Listener) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	d := daemon.New(o)
	go func() { ended <- d.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

func dial(t testing.TB, o remote.Options) *remote.Client {
	t.Helper()
	c, err := remote.Dial(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return c
}

// TestDriver holds that an engine behind a socket is as good as one at hand.
func TestDriver(t *testing.T) {
	t.Parallel()
	biovmtest.TestDriver(t, func(t *testing.T) biovm.Driver {
		t.Helper()
		return basic.New(dial(t, remote.Options{Endpoint: serve(t, daemon.Options{})}))
	})
}
