package bioxen_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// TestOpenEndpoint holds that a client of a daemon does what one of a directory
// does.
func TestOpenEndpoint(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/s"
	l, err := daemon.ListenUnix(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	e := enginetest.Open(t, engine.Options{Version: "v7.0.0"})
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- daemon.New(daemon.Options{Engine: e}).Serve(ctx, l) }() // ends with ctx
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})

	c := open(t, bioxen.Options{Endpoint: "unix://" + path})
	if c.Dir() != "" || c.Endpoint() != "unix://"+path {
		t.Errorf("Dir() = %q, Endpoint() = %q", c.Dir(), c.Endpoint())
	}
	vm, err := c.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})
	if err != nil {
		t.Fatal(err)
	}
	checkEvents(t, c, vm)
	if s, err := e.Status(t.Context(), "a"); err != nil || s.State != biovm.Running || s.Pending {
		t.Errorf("at the engine it is %+v, %v", s, err)
	}
	if caps, err := c.Capabilities(t.Context()); err != nil || caps.Version != "v7.0.0" {
		t.Errorf("Capabilities = version %q, %v; want the daemon's", caps.Version, err)
	}
}

func TestOpenEndpointFails(t *testing.T) {
	t.Parallel()
	const token = "bioxen_secret"
	for name, o := range map[string]struct {
		options bioxen.Options
		want    error
	}{
		"a directory besides": {bioxen.Options{Endpoint: "unix:///s", DataDir: t.TempDir()}, biovm.ErrInvalid},
		"memory besides":      {bioxen.Options{Endpoint: "unix:///s", InMemory: true}, biovm.ErrInvalid},
		"a token for nothing": {bioxen.Options{Token: token}, biovm.ErrInvalid},
		"pins for nothing":    {bioxen.Options{Pins: []string{"ab"}}, biovm.ErrInvalid},
		"a CA for nothing":    {bioxen.Options{CACertPEM: []byte("x")}, biovm.ErrInvalid},
		"http":                {bioxen.Options{Endpoint: "http://example.org", Token: token}, biovm.ErrInvalid},
		"no token":            {bioxen.Options{Endpoint: "https://example.org"}, biovm.ErrInvalid},
		"a path":              {bioxen.Options{Endpoint: "https://example.org/v1", Token: token}, biovm.ErrInvalid},
		"a user":              {bioxen.Options{Endpoint: "https://u:" + token + "@example.org", Token: token}, biovm.ErrInvalid},
		"nonsense":            {bioxen.Options{Endpoint: "https://u:" + token + "@%zz"}, biovm.ErrInvalid},
		"nobody there":        {bioxen.Options{Endpoint: "unix://" + t.TempDir() + "/s"}, remote.ErrUnavailable},
	} {
		_, err := bioxen.Open(t.Context(), o.options)
		if !errors.Is(err, o.want) || strings.Contains(err.Error(), token) {
			t.Errorf("with %s: Open = %v, want %v and no token in it", name, err, o.want)
		}
		if text := fmt.Sprintf("%v %+v %#v %s", o.options, o.options, o.options, o.options); strings.Contains(text, token) {
			t.Errorf("with %s: the options print as %q", name, text)
		}
	}
}
