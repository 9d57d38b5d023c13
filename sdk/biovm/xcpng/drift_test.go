package xcpng_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// running makes a VM and starts it.
func running(t testing.TB, d biovm.Driver, s biovm.Spec) biovm.VM {
	t.Helper()
	vm, err := d.Create(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	c, ok := vm.(biovm.Confirmer)
	if !ok {
		t.Fatalf("%T cannot be confirmed", vm)
	}
	if err := errors.Join(c.Confirm(t.Context()), vm.Start(t.Context())); err != nil {
		t.Fatal(err)
	}
	return vm
}

func status(t testing.TB, vm biovm.VM) biovm.Status {
	t.Helper()
	s, err := vm.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// by calls the pool as somebody else does.
func (r *rig) by(t testing.TB, method string, params ...any) {
	t.Helper()
	if _, err := r.server.Do(t.Context(), method, params...); err != nil {
		t.Fatal(err)
	}
}

// ref is a VM's machine.
func (r *rig) ref(t testing.TB, name string) string {
	t.Helper()
	i := r.server.Inventory()
	vm, ok := i.VM(name)
	if !ok {
		t.Fatalf("the pool has no machine %q", name)
	}
	return vm.Ref
}

// TestDrift has others do things to machines.
func TestDrift(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		method string
		params []any
		state  biovm.State
		says   string
		back   func(ctx context.Context, vm biovm.VM) error
	}{
		"halted":    {"VM.hard_shutdown", nil, biovm.Stopped, "somebody halted its machine when it was running", func(ctx context.Context, vm biovm.VM) error { return vm.Start(ctx) }},
		"paused":    {"VM.pause", nil, biovm.Paused, "somebody paused its machine", func(ctx context.Context, vm biovm.VM) error { return vm.Resume(ctx) }},
		"suspended": {"VM.suspend", nil, biovm.Paused, "somebody suspended its machine", func(ctx context.Context, vm biovm.VM) error { return vm.Resume(ctx) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, xapitest.SingleHost())
			vm := running(t, r.driver(t), syn3a("a"))
			r.by(t, tt.method, append([]any{r.ref(t, "a")}, tt.params...)...)
			if s := status(t, vm); s.State != tt.state || !strings.Contains(s.Problem, tt.says) {
				t.Errorf("the vm is %s (%s), want %s (%s)", s.State, s.Problem, tt.state, tt.says)
			}
			// A call into it ends, and says why.
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if _, err := vm.Execute(ctx, biovm.Process{Code: "1"}); !errors.Is(err, biovm.ErrState) {
				t.Errorf("Execute = %v, want ErrState", err)
			}
			if m, err := vm.Metrics(ctx); err != nil || m.State != tt.state || m.Growth.GrowthRate <= 0 {
				t.Errorf("Metrics = %+v, %v; want those of a %s vm", m, err, tt.state)
			}
			if err := tt.back(t.Context(), vm); err != nil {
				t.Fatal(err)
			}
			if s := status(t, vm); s.State != biovm.Running || s.Problem != "" {
				t.Errorf("afterwards the vm is %s (%s), want running", s.State, s.Problem)
			}
			if res, err := vm.Execute(t.Context(), biovm.Process{Code: "1 + 1"}); err != nil || string(res.Value) != "2" {
				t.Errorf("afterwards 1 + 1 is %s, %v", res.Value, err)
			}
		})
	}
}

// TestDriftBack has others start a stopped VM's machine, and let a paused one's go
// on.
func TestDriftBack(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	d := r.driver(t)
	stopped, paused := running(t, d, syn3a("stopped")), running(t, d, syn3a("paused"))
	if err := errors.Join(stopped.Stop(t.Context()), paused.Pause(t.Context())); err != nil {
		t.Fatal(err)
	}
	r.by(t, "VM.start", r.ref(t, "stopped"), false, false)
	r.by(t, "VM.unpause", r.ref(t, "paused"))
	if s := status(t, stopped); s.State != biovm.Stopped || !strings.Contains(s.Problem, "somebody started its machine") {
		t.Errorf("the stopped vm is %s (%s)", s.State, s.Problem)
	}
	if s := status(t, paused); s.State != biovm.Paused || !strings.Contains(s.Problem, "somebody let its machine go on") {
		t.Errorf("the paused vm is %s (%s)", s.State, s.Problem)
	}
	if err := errors.Join(stopped.Start(t.Context()), paused.Resume(t.Context())); err != nil {
		t.Fatal(err)
	}
	for _, vm := range []biovm.VM{stopped, paused} {
		if res, err := vm.Execute(t.Context(), biovm.Process{Code: "1 + 1"}); err != nil || string(res.Value) != "2" {
			t.Errorf("in %q 1 + 1 is %s, %v", vm.ID(), res.Value, err)
		}
	}
}

// TestGone has others destroy machines, and pools that do not answer.
func TestGone(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	d := r.driver(t)
	vm := running(t, d, syn3a("a"))
	r.by(t, "VM.hard_shutdown", r.ref(t, "a"))
	i := r.server.Inventory()
	machine, _ := i.VM("a")
	r.by(t, "VM.destroy", machine.Ref)
	for _, disk := range i.VDIs {
		if strings.Contains(disk.Name, "bioxen") || len(machine.VBDs) > 0 && diskOf(i, machine, disk.Ref) {
			r.by(t, "VDI.destroy", disk.Ref)
		}
	}
	_, execute := vm.Execute(t.Context(), biovm.Process{Code: "1"})
	_, metrics := vm.Metrics(t.Context())
	_, stat := vm.Status(t.Context())
	_, get := d.Get(t.Context(), "a")
	for call, err := range map[string]error{"Execute": execute, "Metrics": metrics, "Status": stat, "Get": get, "Start": vm.Start(t.Context())} {
		if !errors.Is(err, biovm.ErrNotFound) {
			t.Errorf("%s = %v, want ErrNotFound", call, err)
		}
	}
	// Its name is free again when it is destroyed here too, and an equal one is
	// made without that.
	if _, err := d.Create(t.Context(), syn3a("a")); err != nil {
		t.Errorf("Create: %v", err)
	}
	if err := vm.Destroy(t.Context()); err != nil {
		t.Errorf("Destroy: %v", err)
	}

	nobody := r.hosts["lab"]
	nobody.URL = "https://127.0.0.1:1"
	o := r.options()
	o.Hosts = hosts{"lab": r.hosts["lab"], "nobody": nobody}
	both := r.open(t, o)
	defer both.Close()
	if _, err := both.Get(t.Context(), "a"); err != nil {
		t.Errorf("Get of what another pool has: %v", err)
	}
	if _, err := both.Get(t.Context(), "b"); err == nil || errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("Get of what the pool that does not answer may have = %v, want an error that is not ErrNotFound", err)
	}
	if _, err := both.List(t.Context()); err == nil {
		t.Error("List with a pool that does not answer gives no error")
	}
	s := syn3a("c")
	s.XCPng = &biovm.XCPngSpec{Host: "nobody"}
	if err := both.Check(t.Context(), s); err != nil {
		t.Errorf("Check with a pool that does not answer: %v", err)
	}
}

// diskOf reports whether a machine has a disk.
func diskOf(i xapitest.Inventory, vm xapitest.VM, disk string) bool {
	for _, b := range i.VBDs {
		if b.VM == vm.Ref && b.VDI == disk {
			return true
		}
	}
	return false
}

// TestOtherAddress has a guest come up at another address.
func TestOtherAddress(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	r.lodge.set(lodgeWays{move: true})
	vm := running(t, r.driver(t), syn3a("a"))
	before := status(t, vm).XCPng.Address
	r.by(t, "VM.hard_reboot", r.ref(t, "a"))
	if _, err := vm.Metrics(t.Context()); err != nil { // may be asked twice, if need be
		t.Error(err)
	}
	for range 2 {
		if res, err := vm.Execute(t.Context(), biovm.Process{Code: "1 + 1"}); err != nil || string(res.Value) != "2" {
			t.Errorf("1 + 1 is %s, %v", res.Value, err)
		}
	}
	if after := status(t, vm).XCPng.Address; after == before || after == "" {
		t.Errorf("the guest was at %s and is at %s", before, after)
	}
}

// TestPausedMeanwhile has another process pause a VM while calls are in it.
func TestPausedMeanwhile(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	vm := running(t, r.driver(t), syn3a("a"))
	ended := make(chan error, 1)
	begun := make(chan struct{})
	go func() {
		close(begun)
		_, err := vm.Execute(t.Context(), biovm.Process{
			Code:   "def f():\n    for i in range(1000000000):\n        for j in range(1000000000):\n            pass\nf()",
			Limits: biovm.Limits{Steps: 1 << 62, Timeout: time.Hour},
		})
		ended <- err
	}()
	<-begun
	r.by(t, "VM.pause", r.ref(t, "a"))
	if err := <-ended; !errors.Is(err, biovm.ErrState) {
		t.Errorf("Execute in a machine that somebody paused = %v, want ErrState", err)
	}
}

// TestOtherStamp has a machine whose stamp this release cannot read.
func TestOtherStamp(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	d := r.driver(t)
	vm := running(t, d, syn3a("a"))
	r.by(t, "VM.add_to_other_config", r.ref(t, "a"), "bioxen:vm:999", `{"version":7,"uuid":"`+status(t, vm).UUID+`"}`)
	s := status(t, vm)
	if s.State != biovm.Failed || !strings.Contains(s.Problem, "version 7") || !strings.Contains(s.Problem, "version 1") {
		t.Errorf("the vm is %s (%s), want an error that names both versions", s.State, s.Problem)
	}
	if err := vm.Pause(t.Context()); !errors.Is(err, biovm.ErrState) {
		t.Errorf("Pause = %v, want ErrState", err)
	}
	if _, err := d.Create(t.Context(), syn3a("a")); !errors.Is(err, biovm.ErrExists) {
		t.Errorf("Create of its name = %v, want ErrExists", err)
	}
	// A copy that somebody makes of a machine is no VM.
	if err := vm.Destroy(t.Context()); err != nil {
		t.Errorf("Destroy: %v", err)
	}
}
