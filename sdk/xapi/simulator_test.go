package xapi_test

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// options trust a simulated pool's first member by its pin.
func options(s *xapitest.Server) xapi.Options {
	return xapi.Options{
		URL: s.URL(), Username: xapitest.Username, Password: xapitest.Password, Pins: []string{s.Fingerprint(0)},
		RetryPause: time.Microsecond,
	}
}

// pool is a simulated pool and a client of it, which is closed before the
// simulator looks for what is left.
func pool(t testing.TB, p xapitest.Preset, o ...xapitest.Option) (*xapitest.Server, *xapi.Client) {
	t.Helper()
	s := xapitest.NewServer(t, p, o...)
	c, err := xapi.Dial(t.Context(), options(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s, c
}

// template finds one of the simulator's.
func template(t testing.TB, c *xapi.Client, name string) xapi.VMRef {
	t.Helper()
	f, err := c.FindTemplate(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return f.Ref
}

// clone makes a VM and destroys it when the test is over.
func clone(t testing.TB, c *xapi.Client, name string) xapi.VMRef {
	t.Helper()
	vm, err := c.CloneFromTemplate(t.Context(), xapi.CloneSpec{Template: template(t, c, name), Name: "vm"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.DestroyWithDisks(context.WithoutCancel(t.Context()), vm); err != nil {
			t.Errorf("DestroyWithDisks: %v", err)
		}
	})
	return vm
}

// started is a clone that runs.
func started(t testing.TB, c *xapi.Client, name string) xapi.VMRef {
	t.Helper()
	vm := clone(t, c, name)
	if err := c.Start(t.Context(), vm); err != nil {
		t.Fatal(err)
	}
	return vm
}

// image is what the journey's drive holds.
func image() *bytes.Reader { return bytes.NewReader(bytes.Repeat([]byte("bioxen"), 50_000)) }

// journey is a VM's creation as a driver does it: on error what it made is
// destroyed.
func journey(ctx context.Context, c *xapi.Client, name, template string) (vm xapi.VMRef, addr netip.Addr, err error) {
	t, err := c.FindTemplate(ctx, template)
	if err != nil {
		return "", addr, err
	}
	vm, err = c.CloneFromTemplate(ctx, xapi.CloneSpec{Template: t.Ref, Name: name, OtherConfig: map[string]string{"bioxen:a": "1", "bioxen:b": "2"}})
	if err != nil {
		return "", addr, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.DestroyWithDisks(context.WithoutCancel(ctx), vm))
		}
	}()
	networks, err := c.Networks(ctx)
	if err != nil {
		return vm, addr, err
	}
	drive := image()
	steps := []func() error{
		func() error { return c.SetMemory(ctx, vm, 1<<30) },
		func() error { return c.SetVCPUs(ctx, vm, 1) },
		func() error { return c.PutXenstoreData(ctx, vm, "vm-data/bioxen/nonce", "x") },
		func() error {
			for ref := range networks {
				_, err := c.AttachNetwork(ctx, vm, ref, "3")
				return err
			}
			return errors.New("no network")
		},
		func() error {
			_, err := c.AttachDrive(ctx, vm, xapi.DriveSpec{Name: "drive", Image: drive, Size: drive.Size()})
			return err
		},
		func() error { return c.Start(ctx, vm) },
	}
	if template != xapitest.TemplateDefault { // whose disk has nobody on it who would have an address
		steps = append(steps, func() error { addr, err = c.WaitIP(ctx, vm, xapi.IPFilter{}); return err })
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return vm, addr, err
		}
	}
	return vm, addr, nil
}

// voyage dials, makes a VM, destroys it, and closes.
func voyage(ctx context.Context, o xapi.Options, template string) (errs []error) {
	c, err := xapi.Dial(ctx, o)
	if err != nil {
		return []error{err}
	}
	after := context.WithoutCancel(ctx)
	vm, _, err := journey(ctx, c, "a", template)
	if err == nil {
		if err = c.DestroyWithDisks(ctx, vm); err != nil {
			errs = append(errs, err)
			err = c.DestroyWithDisks(after, vm) // it says that it may be called again
		}
	}
	if err != nil {
		errs = append(errs, err)
	}
	return append(errs, c.Close(after))
}

// methods lists the calls that a pool got.
func methods(s *xapitest.Server) []string {
	var all []string
	for _, call := range s.Journal() {
		all = append(all, call.Method)
	}
	return all
}

// beyondSessions leaves the sessions out of leftovers.
func beyondSessions(left []string) []string {
	return slices.DeleteFunc(left, func(l string) bool { return len(l) > 7 && l[:7] == "session" })
}
