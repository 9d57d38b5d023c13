package providerdata_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// onPool is the data of a configuration that knows a simulated pool.
func onPool(t *testing.T) (*providerdata.Data, *xapitest.Server) {
	t.Helper()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	client, err := bioxen.Open(t.Context(), bioxen.Options{InMemory: true, XCPng: []biovm.XCPngHost{{
		Name: "lab", URL: s.URL(), Username: xapitest.Username, Password: xapitest.Password, Pins: []string{s.Fingerprint(0)},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return providerdata.New(client), s
}

// All that is refreshed of a pool shares one read of it, until an apply begins.
func TestPoolIsReadOnce(t *testing.T) {
	t.Parallel()
	d, s := onPool(t)
	reads := func() int { return s.Calls("VM.get_all_records") }
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := d.FindOn(t.Context(), "lab", "nobody"); !errors.Is(err, biovm.ErrNotFound) {
				t.Errorf("a VM that is not there: got %v, want %v", err, biovm.ErrNotFound)
			}
		})
	}
	wg.Wait()
	if _, err := d.Statuses(t.Context()); err != nil {
		t.Error(err)
	}
	if n := reads(); n != 1 {
		t.Errorf("the pool was read %d times, want once", n)
	}
	d.Apply()
	for range 2 {
		if _, err := d.FindOn(t.Context(), "lab", "nobody"); !errors.Is(err, biovm.ErrNotFound) {
			t.Errorf("in an apply: got %v, want %v", err, biovm.ErrNotFound)
		}
	}
	if n := reads(); n < 3 {
		t.Errorf("the pool was read %d times, want anew in an apply", n)
	}
}

// Who gives up does not spoil the read for others, and a pool that does not
// answer is asked again.
func TestPoolIsAskedAgain(t *testing.T) {
	t.Parallel()
	d, s := onPool(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.OnHost(gone, "lab"); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: got %v, want %v", err, context.Canceled)
	}
	s.Inject(xapitest.Fault{Method: "VM.get_all_records", Effect: xapitest.Fail("INTERNAL_ERROR", "x")})
	if _, err := d.Find(t.Context(), "nobody"); err == nil || errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("where a pool cannot be read: got %v, want its error", err)
	}
	if _, err := d.Find(t.Context(), "nobody"); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("after that: got %v, want %v", err, biovm.ErrNotFound)
	}
}

// A confirmation may look up what it confirms, and those that take too long are
// left to the next refresh.
func TestConfirm(t *testing.T) {
	t.Parallel()
	d, _ := onPool(t)
	for range 20 {
		d.Made(func(ctx context.Context) error {
			_, err := d.Find(ctx, "nobody")
			return err
		})
	}
	d.Confirm(t.Context())
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	d.Made(func(ctx context.Context) error { return ctx.Err() })
	d.Confirm(gone)
}

func TestHostKnown(t *testing.T) {
	t.Parallel()
	d := providerdata.New(nil)
	if !d.HostKnown("lab") {
		t.Error("a pool of which nothing is unknown is not known")
	}
	d.UnknownHosts(false, "lab")
	if d.HostKnown("lab") || !d.HostKnown("other") {
		t.Error("one pool is unknown, and it should be lab")
	}
	d.UnknownHosts(true)
	if d.HostKnown("other") {
		t.Error("all pools are unknown, and one is known")
	}
}
