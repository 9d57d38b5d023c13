package xcpng_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// change asks for another machine.
func change(x biovm.XCPngSpec) biovm.Change { return biovm.Change{XCPng: &x} }

func paths(err error) []string {
	var all []string
	for _, e := range biovm.FieldErrors(err) {
		all = append(all, e.Path)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// TestMachine makes a machine with everything that a spec can say.
func TestMachine(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.Pool(2))
	d := r.driver(t)
	p, err := d.Pool(t.Context(), "lab")
	if err != nil {
		t.Fatal(err)
	}
	member := p.Members[1]
	s := syn3a("a_b")
	s.XCPng = &biovm.XCPngSpec{
		Host: "lab", Template: xapitest.TemplateDebian, SR: xapitest.LocalSRName, Network: xapitest.NetworkName, VCPUs: 3, MemoryMiB: 1024,
		Placement: member.Name, AddressWithin: "10.77.0.0/16", ShutdownGrace: time.Second,
	}
	if err := d.Check(t.Context(), s); err != nil {
		for _, e := range biovm.FieldErrors(err) { // each member has local storage of that name
			if e.Path != "xcpng.sr" {
				t.Fatal(err)
			}
		}
		for _, st := range p.Storage {
			if st.Shared && st.Usable {
				s.XCPng.SR = st.UUID
			}
		}
	}
	vm := running(t, d, s)
	got := status(t, vm)
	if x := got.XCPng; x.VCPUs != 3 || x.MemoryMiB != 1024 || x.Member != member.Name || x.Host != "lab" || x.Template != xapitest.TemplateDebian || x.PowerState != "Running" {
		t.Errorf("the machine is %+v", x)
	}
	if !got.Spec.Equal(s) {
		t.Errorf("the spec is %+v, want %+v", got.Spec, s)
	}
	// It is where it is to be after a stop, too.
	if err := errors.Join(vm.Stop(t.Context()), vm.Start(t.Context())); err != nil {
		t.Fatal(err)
	}
	if got := status(t, vm); got.XCPng.Member != member.Name {
		t.Errorf("after a stop and a start it is on %q, want %q", got.XCPng.Member, member.Name)
	}
}

// TestCheckMachine holds that all that is wrong with a machine is said at once.
func TestCheckMachine(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	d := r.driver(t)
	s := syn3a("a")
	s.Knockouts = []string{"no-such-gene"}
	s.XCPng = &biovm.XCPngSpec{Template: "none", SR: xapitest.ISOSRName, Network: "none", Placement: "none", VCPUs: -1, AddressWithin: "x", UserData: "#!/bin/sh\n"}
	want := []string{"knockouts[0]", "xcpng.address_within", "xcpng.network", "xcpng.placement", "xcpng.sr", "xcpng.template", "xcpng.user_data", "xcpng.vcpus"}
	if got := paths(d.Check(t.Context(), s)); !slices.Equal(got, want) {
		t.Errorf("Check: problems at %q, want %q", got, want)
	}
	if _, err := d.Create(t.Context(), s); !slices.Equal(paths(err), want) {
		t.Errorf("Create: problems at %q, want %q", paths(err), want)
	}
	s = syn3a("a")
	s.XCPng = &biovm.XCPngSpec{Host: "nowhere"}
	if err := d.Check(t.Context(), s); !slices.Equal(paths(err), []string{"xcpng.host"}) || !strings.Contains(err.Error(), `"lab"`) {
		t.Errorf("Check = %v, want one problem at xcpng.host that names the pools", err)
	}
	s.XCPng = &biovm.XCPngSpec{Template: xapitest.TemplateDefault, Network: xapitest.NetworkName}
	if err := d.Check(t.Context(), s); !slices.Equal(paths(err), []string{"xcpng.template"}) || !strings.Contains(err.Error(), "no disk with a system") {
		t.Errorf("Check of a template without a system = %v", err)
	}
	s.XCPng, s.SharedChassis = nil, "lab"
	if err := d.Check(t.Context(), s); !errors.Is(err, biovm.ErrUnsupported) || !slices.Equal(paths(err), []string{"shared_chassis"}) {
		t.Errorf("Check on a shared chassis = %v", err)
	}
	r.expectNothing(t, "after refused specs")
}

// TestResize changes machines, in every state.
func TestResize(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	d := r.driver(t)
	states := map[biovm.State]func(ctx context.Context, vm biovm.VM) error{
		biovm.Running: nil,
		biovm.Paused:  func(ctx context.Context, vm biovm.VM) error { return vm.Pause(ctx) },
		biovm.Stopped: func(ctx context.Context, vm biovm.VM) error { return vm.Stop(ctx) },
	}
	for state, lead := range states {
		vm := running(t, d, syn3a(biovm.ID(state)))
		u, ok := vm.(biovm.Updater)
		if !ok {
			t.Fatalf("%T cannot be updated", vm)
		}
		if lead != nil {
			if err := lead(t.Context(), vm); err != nil {
				t.Fatal(err)
			}
		}
		before := status(t, vm)
		bigger := biovm.XCPngSpec{VCPUs: 4, MemoryMiB: 4096}
		impact, planErr := d.Impact(t.Context(), before, bigger)
		err := u.Update(t.Context(), change(bigger))
		if state == biovm.Stopped {
			if planErr != nil || err != nil || len(impact.Restart) != 0 {
				t.Errorf("a halted machine: Impact = %+v, %v; Update = %v", impact, planErr, err)
			}
		} else {
			want := []string{"xcpng.memory_mib", "xcpng.vcpus"}
			if !slices.Equal(paths(err), want) || !slices.Equal(paths(planErr), want) || !strings.Contains(err.Error(), "allow_restart") {
				t.Errorf("%s, without leave to restart: Update = %v and Impact = %v, want problems at %q", state, err, planErr, want)
			}
			if after := status(t, vm); cmp.Diff(before, after) != "" {
				t.Errorf("%s: the refused Update changed it: %s", state, cmp.Diff(before, after))
			}
			bigger.AllowRestart = true
			if err := u.Update(t.Context(), change(bigger)); err != nil {
				t.Errorf("%s: Update: %v", state, err)
			}
		}
		after := status(t, vm)
		if after.State != state || after.Problem != "" || after.XCPng.VCPUs != 4 || after.XCPng.MemoryMiB != 4096 || *after.Spec.XCPng != bigger {
			t.Errorf("%s: afterwards it is %s (%s) with %+v", state, after.State, after.Problem, after.XCPng)
		}
		// More than there is: it goes on as it was.
		huge := bigger
		huge.MemoryMiB, huge.AllowRestart = 1<<20, true
		seed := change(huge)
		seed.Seed = new(int64(77))
		if err := u.Update(t.Context(), seed); state != biovm.Stopped {
			if !errors.Is(err, biovm.ErrNoCapacity) {
				t.Errorf("%s: Update to a tebibyte = %v, want ErrNoCapacity", state, err)
			}
			if now := status(t, vm); now.State != state || now.XCPng.MemoryMiB != 4096 || now.Spec.Seed != 0 || *now.Spec.XCPng != bigger {
				t.Errorf("%s: the failed Update left it %s with %+v and seed %d", state, now.State, now.XCPng, now.Spec.Seed)
			}
		}
		if err := vm.Destroy(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestImpact holds that each field is where it belongs.
func TestImpact(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	d := r.driver(t)
	vm := running(t, d, syn3a("a"))
	all := biovm.XCPngSpec{
		Host: "b", Template: "b", SR: "b", Network: "b", VCPUs: 9, MemoryMiB: 9, Placement: "b", SSHUser: "b", SSHKeyPath: "b", UserData: "b: 1",
		NetworkConfig: "b: 1", AddressWithin: "10.0.0.0/8", AddressTimeout: 1, SSHTimeout: 1, ShutdownGrace: 1, KeepDisks: true, AllowRestart: true,
	}
	got, err := d.Impact(t.Context(), status(t, vm), all)
	want := xcpng.Impact{
		Hot:     []string{"ssh_user", "ssh_key_path", "address_timeout", "ssh_timeout", "shutdown_grace", "keep_disks", "allow_restart"},
		Restart: []string{"vcpus", "memory_mib"},
		Replace: []string{"host", "template", "sr", "network", "placement", "user_data", "network_config", "address_within"},
	}
	if diff := cmp.Diff(want, got); diff != "" || len(paths(err)) != len(want.Replace) {
		t.Errorf("Impact (-want +got), with problems at %q:\n%s", paths(err), diff)
	}
	u, _ := vm.(biovm.Updater)
	if err := u.Update(t.Context(), change(all)); !slices.Equal(paths(err), paths(errors.Join(err))) || len(paths(err)) != len(want.Replace) {
		t.Errorf("Update = %v, want a problem for each of %q", err, want.Replace)
	}
	hot := biovm.XCPngSpec{AddressTimeout: time.Hour, SSHTimeout: time.Hour, ShutdownGrace: time.Second, KeepDisks: true, AllowRestart: true}
	if err := u.Update(t.Context(), change(hot)); err != nil || status(t, vm).State != biovm.Running || *status(t, vm).Spec.XCPng != hot {
		t.Errorf("Update of what is hot = %v", err)
	}
	if got, err := d.Impact(t.Context(), status(t, vm), hot); err != nil || cmp.Diff(xcpng.Impact{}, got) != "" {
		t.Errorf("Impact of no change = %+v, %v", got, err)
	}
	if err := u.Update(t.Context(), change(biovm.XCPngSpec{})); err != nil { // so that the disks go
		t.Fatal(err)
	}
}

// TestDefaultsOfAnotherDay changes a VM that was made under other defaults of its
// pool: they are no change of it.
func TestDefaultsOfAnotherDay(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost(), xapitest.AllowLeftovers())
	lab := r.hosts["lab"]
	lab.Template = xapitest.TemplateDebian
	r.hosts["lab"] = lab
	d := r.driver(t)
	vm := running(t, d, syn3a("a"))
	lab.Template = "another-template"
	r.hosts["lab"] = lab
	was, err := vm.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	keep := biovm.XCPngSpec{KeepDisks: true}
	if i, err := d.Impact(t.Context(), was, keep); err != nil || len(i.Replace) > 0 {
		t.Fatalf("Impact = %+v, %v; want nothing to replace", i, err)
	}
	u, ok := vm.(biovm.Updater)
	if !ok {
		t.Fatal("the VM cannot be updated")
	}
	if err := u.Update(t.Context(), biovm.Change{XCPng: &keep}); err != nil {
		t.Errorf("Update: %v", err)
	}
	if now, err := vm.Status(t.Context()); err != nil || now.Spec.XCPng == nil || !now.Spec.XCPng.KeepDisks {
		t.Errorf("after it the spec is %+v, %v; want its disks kept", now.Spec.XCPng, err)
	}
}

// TestKeepDisks destroys a VM whose disks are to stay.
func TestKeepDisks(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost(), xapitest.AllowLeftovers())
	d := r.driver(t)
	s := syn3a("a")
	s.XCPng = &biovm.XCPngSpec{KeepDisks: true}
	before := len(r.server.Inventory().VDIs)
	vm := running(t, d, s)
	if n := len(r.server.Inventory().VDIs) - before; n != 2 {
		t.Fatalf("the machine has %d disks, want its own and the drive", n)
	}
	if err := vm.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	i := r.server.Inventory()
	if n := len(i.VDIs) - before; n != 1 {
		t.Errorf("%d disks stayed, want 1", n)
	}
	if _, ok := i.VM("a"); ok {
		t.Error("the machine stayed")
	}
	if r.server.Calls("VM.clean_shutdown")+r.server.Calls("Async.VM.clean_shutdown") == 0 {
		t.Error("the guest was not asked to shut down before")
	}
}

// TestStubborn has a guest that does not shut down in time.
func TestStubborn(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	r.lodge.set(lodgeWays{stubborn: true})
	s := syn3a("a")
	s.XCPng = &biovm.XCPngSpec{ShutdownGrace: 300 * time.Millisecond}
	vm := running(t, r.driver(t), s)
	if err := vm.Stop(t.Context()); err != nil {
		t.Errorf("Stop: %v", err)
	}
	if got := status(t, vm); got.State != biovm.Stopped || got.XCPng.PowerState != "Halted" {
		t.Errorf("it is %s, its machine %s", got.State, got.XCPng.PowerState)
	}
}

// TestWhileStopped changes a cell whose guest does not run: it has it at the next
// start.
func TestWhileStopped(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	vm := running(t, r.driver(t), syn3a("a"))
	rate := func() string {
		res, err := vm.Execute(t.Context(), biovm.Process{Code: "get_biological_status()['growth_rate']"})
		if err != nil {
			t.Fatal(err)
		}
		return string(res.Value)
	}
	before := rate()
	if err := vm.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	m, err := biovm.NewResourceManager(vm)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Allocate(t.Context(), biovm.Allocation{ATP: new(40.0), Ribosomes: new(2)}); err != nil {
		t.Fatal(err)
	}
	u, _ := vm.(biovm.Updater)
	if err := u.Update(t.Context(), biovm.Change{Knockouts: new([]string{"JCVISYN3A_0227"}), Seed: new(int64(9))}); err != nil {
		t.Fatal(err)
	}
	stopped := status(t, vm)
	if err := vm.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := status(t, vm)
	if now.Grant != stopped.Grant || now.Grant.ATP != 40 || !now.Spec.Equal(stopped.Spec) || cmp.Diff(now.Growth, stopped.Growth) != "" {
		t.Errorf("started it is %+v, and was %+v", now, stopped)
	}
	if after := rate(); after == before {
		t.Errorf("the cell grows at %s as before", after)
	}
	if res, err := vm.Execute(t.Context(), biovm.Process{Code: "1"}); err != nil || res.Seed != 9 {
		t.Errorf("the seed is %d, %v; want 9", res.Seed, err)
	}
}
