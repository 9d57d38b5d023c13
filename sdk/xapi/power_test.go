package xapi_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

func state(t *testing.T, c *xapi.Client, vm xapi.VMRef) string {
	t.Helper()
	got, err := c.VM(t.Context(), vm)
	if err != nil {
		t.Fatal(err)
	}
	return got.PowerState
}

func TestPowerStates(t *testing.T) {
	t.Parallel()
	_, c := pool(t, xapitest.Pool(2))
	ctx := t.Context()
	vm := clone(t, c, xapitest.TemplateDebian)
	hosts, err := c.PossibleHosts(ctx, vm)
	if err != nil || len(hosts) != 2 {
		t.Fatalf("PossibleHosts = %v, %v; want two", hosts, err)
	}
	for _, step := range []struct {
		name string
		do   func() error
		want string
	}{
		{"StartOn", func() error { return c.StartOn(ctx, vm, hosts[1]) }, xapi.PowerRunning},
		{"Pause", func() error { return c.Pause(ctx, vm) }, xapi.PowerPaused},
		{"Unpause", func() error { return c.Unpause(ctx, vm) }, xapi.PowerRunning},
		{"Suspend", func() error { return c.Suspend(ctx, vm) }, xapi.PowerSuspended},
		{"Resume", func() error { return c.Resume(ctx, vm) }, xapi.PowerRunning},
		{"Shutdown", func() error { return c.Shutdown(ctx, vm, time.Minute) }, xapi.PowerHalted},
		{"Shutdown of a halted VM", func() error { return c.Shutdown(ctx, vm, time.Minute) }, xapi.PowerHalted},
		{"Start", func() error { return c.Start(ctx, vm) }, xapi.PowerRunning},
		{"Suspend again", func() error { return c.Suspend(ctx, vm) }, xapi.PowerSuspended},
		{"Shutdown of a suspended VM", func() error { return c.Shutdown(ctx, vm, time.Minute) }, xapi.PowerHalted},
		{"Start again", func() error { return c.Start(ctx, vm) }, xapi.PowerRunning},
		{"Pause again", func() error { return c.Pause(ctx, vm) }, xapi.PowerPaused},
		{"Shutdown of a paused VM", func() error { return c.Shutdown(ctx, vm, time.Minute) }, xapi.PowerHalted},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if got := state(t, c, vm); got != step.want {
			t.Errorf("after %s it is %s, want %s", step.name, got, step.want)
		}
	}
	if err := c.Pause(ctx, vm); !errors.Is(err, xapi.VMBadPowerState) {
		t.Errorf("Pause of a halted VM: %v, want VM_BAD_POWER_STATE", err)
	}
	// Its suspend image goes with it.
	if err := errors.Join(c.Start(ctx, vm), c.Suspend(ctx, vm), c.DestroyWithDisks(ctx, vm)); err != nil {
		t.Error(err)
	}
}

// A guest that hears but does not obey, one that does not hear, and none at all
// lose their power after the grace; what the server forbids it forbids.
func TestShutdownOfTheDeaf(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	ctx := t.Context()
	stubborn := started(t, c, xapitest.TemplateDebian)
	f := s.Inject(xapitest.Fault{Method: "VM.clean_shutdown", Effect: xapitest.Stall()})
	if err := c.Shutdown(ctx, stubborn, time.Millisecond); err != nil || state(t, c, stubborn) != xapi.PowerHalted {
		t.Errorf("a guest that does not obey: %v, it is %s", err, state(t, c, stubborn))
	}
	f.Release()
	silent := started(t, c, xapitest.TemplateSilent)
	if err := c.Shutdown(ctx, silent, time.Hour); err != nil || state(t, c, silent) != xapi.PowerHalted {
		t.Errorf("a guest that does not hear: %v, it is %s", err, state(t, c, silent))
	}
	at := started(t, c, xapitest.TemplateDebian)
	if err := c.Shutdown(ctx, at, 0); err != nil || state(t, c, at) != xapi.PowerHalted {
		t.Errorf("no grace: %v, it is %s", err, state(t, c, at))
	}
	forbidden := started(t, c, xapitest.TemplateDebian)
	s.Inject(xapitest.Fault{Method: "VM.clean_shutdown", Effect: xapitest.Fail("RBAC_PERMISSION_DENIED", "VM.clean_shutdown", "no")})
	if err := c.Shutdown(ctx, forbidden, time.Hour); !errors.Is(err, xapi.RBACPermissionDenied) || state(t, c, forbidden) != xapi.PowerRunning {
		t.Errorf("a shutdown that is forbidden: %v, it is %s; want it to run", err, state(t, c, forbidden))
	}
	cancelled, cancel := context.WithCancel(ctx)
	g := s.Inject(xapitest.Fault{Method: "VM.clean_shutdown", Effect: xapitest.Stall()})
	go func() { // ends when the call arrives
		<-g.Reached()
		cancel()
	}()
	if err := c.Shutdown(cancelled, forbidden, time.Hour); !errors.Is(err, context.Canceled) || state(t, c, forbidden) != xapi.PowerRunning {
		t.Errorf("a shutdown that is given up: %v, it is %s; want it to run", err, state(t, c, forbidden))
	}
	g.Release()
}

func TestSnapshots(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	ctx := t.Context()
	vm := started(t, c, xapitest.TemplateDebian)
	before, err := c.VM(ctx, vm)
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := c.Snapshot(ctx, vm, "as it was")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.VM(ctx, snapshot); err != nil || !got.IsASnapshot || got.SnapshotOf != vm || got.NameLabel != "as it was" {
		t.Errorf("the snapshot is %+v, %v", got, err)
	}
	if err := c.Revert(ctx, snapshot); err != nil {
		t.Fatal(err)
	}
	after, err := c.VM(ctx, vm)
	if err != nil || after.PowerState != xapi.PowerHalted || after.VIFs[0] == before.VIFs[0] {
		t.Errorf("after the revert it is %s, its interface %s as before, %v; want Halted and a new one", after.PowerState, after.VIFs[0], err)
	}
	s.Inject(xapitest.Fault{Method: "VM.set_name_label", Effect: xapitest.Fail("INTERNAL_ERROR")})
	if _, err := c.Snapshot(ctx, vm, "fails"); !errors.Is(err, xapi.InternalError) {
		t.Errorf("a snapshot that fails half-way: %v", err)
	}
	if n := len(after.Snapshots); n != 1 {
		t.Errorf("%d snapshots, want 1", n)
	}
	// The VM goes with its snapshot: the end of the test looks.
}
