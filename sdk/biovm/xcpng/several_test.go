package xcpng_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// keeper opens an engine on a data directory, as a process does.
func keeper(t testing.TB, dir string) *engine.Engine {
	t.Helper()
	e, err := engine.Open(t.Context(), engine.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e
}

// process is the options of a driver in a process of a data directory.
func (r *rig) process(t testing.TB, dir string) (xcpng.Options, *engine.Engine) {
	t.Helper()
	e := keeper(t, dir)
	o := r.options()
	o.Keeper, o.KeyDir = e, dir+"/xcpng"
	return o, e
}

// TestRace has processes of one data directory and of others want one name.
func TestRace(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	home, elsewhere := t.TempDir(), t.TempDir()
	var drivers []*xcpng.Driver
	for _, dir := range []string{home, home, elsewhere, t.TempDir()} {
		o, _ := r.process(t, dir)
		d := r.open(t, o)
		t.Cleanup(func() { _ = d.Close() })
		drivers = append(drivers, d)
	}
	var made atomic.Int32
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			switch _, err := drivers[i%len(drivers)].Create(t.Context(), syn3a("a")); {
			case err == nil:
				made.Add(1)
			case !errors.Is(err, biovm.ErrExists):
				t.Errorf("Create = %v, want ErrExists", err)
			}
		})
	}
	all.Wait()
	if vms, err := drivers[0].List(t.Context()); made.Load() != 1 || err != nil || len(vms) != 1 {
		t.Errorf("%d of 12 made the vm, and %d are there, %v; want 1", made.Load(), len(vms), err)
	}
	// A name on another pool of the same data directory is taken as well.
	other := newRig(t, xapitest.SingleHost())
	o, _ := r.process(t, home)
	o.Hosts = hosts{"lab": r.hosts["lab"], "other": other.hosts["lab"]}
	d := r.open(t, o)
	defer d.Close()
	s := syn3a("a")
	s.XCPng = &biovm.XCPngSpec{Host: "other"}
	if _, err := d.Create(t.Context(), s); !errors.Is(err, biovm.ErrExists) || !strings.Contains(fmt.Sprint(err), `"lab"`) {
		t.Errorf("Create on another pool = %v, want ErrExists that names the first", err)
	}
}

// TestRaceOfSteps has processes that share nothing but the pool make one step.
func TestRaceOfSteps(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	keys := t.TempDir()
	var vms []biovm.VM
	for i := range 3 {
		o, _ := r.process(t, t.TempDir())
		o.KeyDir = keys
		d := r.open(t, o)
		t.Cleanup(func() { _ = d.Close() })
		if i == 0 {
			if _, err := d.Create(t.Context(), syn3a("a")); err != nil {
				t.Fatal(err)
			}
		}
		vm, err := d.Get(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		vms = append(vms, vm)
	}
	for _, op := range []biovm.Op{biovm.OpStart, biovm.OpPause, biovm.OpResume, biovm.OpStop, biovm.OpStart} {
		var won atomic.Int32
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				vm := vms[i%len(vms)]
				step := map[biovm.Op]func() error{
					biovm.OpStart: func() error { return vm.Start(t.Context()) }, biovm.OpPause: func() error { return vm.Pause(t.Context()) },
					biovm.OpResume: func() error { return vm.Resume(t.Context()) }, biovm.OpStop: func() error { return vm.Stop(t.Context()) },
				}[op]
				switch err := step(); {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, biovm.ErrState):
					t.Errorf("%s = %v, want ErrState", op, err)
				}
			})
		}
		all.Wait()
		s, err := vms[0].Status(t.Context())
		if won.Load() != 1 || err != nil {
			t.Errorf("%d of 6 made the step %s, want 1; %v", won.Load(), op, err)
		}
		want := map[biovm.Op]biovm.State{biovm.OpStart: biovm.Running, biovm.OpPause: biovm.Paused, biovm.OpResume: biovm.Running, biovm.OpStop: biovm.Stopped}[op]
		if s.State != want || s.Problem != "" {
			t.Errorf("after %s the vm is %s (%s), want %s", op, s.State, s.Problem, want)
		}
	}
}

// TestAdopt holds that a VM whose maker is gone before it was confirmed is
// adopted by an equal Create of the same data directory, and by no other.
func TestAdopt(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	home := t.TempDir()
	o, e := r.process(t, home)
	first := r.open(t, o)
	spec := syn3a("a")
	lost, err := first.Create(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	before, err := lost.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(first.Close(), e.Close()); err != nil {
		t.Fatal(err)
	}

	o, _ = r.process(t, t.TempDir())
	stranger := r.open(t, o)
	defer stranger.Close()
	if _, err := stranger.Create(t.Context(), spec); !errors.Is(err, biovm.ErrExists) {
		t.Errorf("Create of another data directory = %v, want ErrExists", err)
	}
	o, _ = r.process(t, home)
	second := r.open(t, o)
	defer second.Close()
	other := spec
	other.Seed = 2
	if _, err := second.Create(t.Context(), other); !errors.Is(err, biovm.ErrExists) {
		t.Errorf("Create of another spec = %v, want ErrExists", err)
	}
	vm, err := second.Create(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	after, err := vm.Status(t.Context())
	if err != nil || after.UUID != before.UUID || !after.Pending {
		t.Errorf("Create of an equal spec gave %+v, %v; want the pending %s", after, err, before.UUID)
	}
	if _, err := second.Create(t.Context(), spec); !errors.Is(err, biovm.ErrExists) {
		t.Errorf("Create of what was adopted = %v, want ErrExists", err)
	}
	if err := vm.Start(t.Context()); err != nil {
		t.Errorf("Start of what was adopted: %v", err)
	}
}

// TestMany creates fifty VMs at once, and reads twenty in a number of calls that
// does not depend on how many there are.
func TestMany(t *testing.T) {
	t.Parallel()
	large := xapitest.Pool(2)
	large.HostMemory = 128 << 30
	r := newRig(t, large)
	d := r.driver(t)
	statuses := func() int {
		r.server.ForgetJournal()
		all, err := d.StatusesOn(t.Context(), "lab")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			if s.State != biovm.Created || s.Growth == nil || s.XCPng.Address == "" || s.XCPng.Member == "" || s.XCPng.HostKey == "" || s.XCPng.AgentVersion != "test" {
				t.Errorf("status %+v, growth %v, machine %+v", s, s.Growth, s.XCPng)
			}
		}
		return len(r.server.Journal())
	}
	if _, err := d.Create(t.Context(), syn3a("one")); err != nil {
		t.Fatal(err)
	}
	few := statuses()
	var all sync.WaitGroup
	for i := range crowd {
		all.Go(func() {
			if _, err := d.Create(t.Context(), syn3a(biovm.ID(fmt.Sprintf("vm-%d", i)))); err != nil {
				t.Errorf("Create: %v", err)
			}
		})
	}
	all.Wait()
	if n := len(mustList(t, d)); n != crowd+1 {
		t.Errorf("%d vms are there, want %d", n, crowd+1)
	}
	if many := statuses(); many > max(few, 3) {
		t.Errorf("the status of one vm takes %d calls, that of %d takes %d", few, crowd+1, many)
	}
	// Those who ask at the same time share.
	vms := mustList(t, d)
	r.server.ForgetJournal()
	for _, vm := range vms {
		all.Go(func() {
			if _, err := vm.Status(t.Context()); err != nil {
				t.Errorf("Status: %v", err)
			}
		})
	}
	all.Wait()
	t.Logf("%d statuses at once take %d calls", crowd+1, len(r.server.Journal()))
}

func mustList(t testing.TB, d biovm.Driver) []biovm.VM {
	t.Helper()
	vms, err := d.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return vms
}
