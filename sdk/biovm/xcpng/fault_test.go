package xcpng_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// syn3a is a spec of a small cell.
func syn3a(id biovm.ID) biovm.Spec {
	return biovm.Spec{ID: id, BiologicalType: biovm.Syn3A, VMType: biovm.XCPng}
}

// things is what there is on the pool besides what it came with: machines,
// disks, drives, interfaces and claims. Sessions and finished tasks go with the
// client.
func (r *rig) things(t testing.TB) []string {
	t.Helper()
	var all []string
	for _, thing := range r.server.Leftovers() {
		if kind, _, _ := strings.Cut(thing, " "); kind != "session" && kind != "task" {
			all = append(all, thing)
		}
	}
	for key := range r.poolConfig(t) {
		if strings.HasPrefix(key, "bioxen:") {
			all = append(all, "claim "+key)
		}
	}
	return all
}

func (r *rig) expectNothing(t testing.TB, when string) {
	t.Helper()
	if left := r.things(t); len(left) > 0 {
		t.Errorf("%s there is left: %s", when, strings.Join(left, "; "))
	}
}

// loggedIn opens a driver that has a session: one that was opened, and whose
// answer got lost, nobody can close.
func (r *rig) loggedIn(t *testing.T) *xcpng.Driver {
	t.Helper()
	d := r.driver(t)
	if _, err := d.List(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// effects are what may happen to a call.
func effects() map[string]func() xapitest.Effect {
	return map[string]func() xapitest.Effect{
		"refused":     func() xapitest.Effect { return xapitest.Fail("INTERNAL_ERROR", "by the test") },
		"not arrived": xapitest.DropBefore,
		"not heard":   xapitest.DropAfter,
		"forgotten":   xapitest.LoseSession,
	}
}

// TestFaultsOfCreate lets each call of a creation fail in turn: there is a VM, or
// an error and nothing else.
func TestFaultsOfCreate(t *testing.T) {
	t.Parallel()
	for name, effect := range effects() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, xapitest.SingleHost())
			d := r.loggedIn(t)
			failed := 0
			for k := 1; ; k += stride {
				f := r.server.Inject(xapitest.Fault{Call: k, Effect: effect()})
				vm, err := d.Create(t.Context(), syn3a("a"))
				fired := f.Fired()
				f.Release()
				if err != nil {
					failed++
					r.expectNothing(t, fmt.Sprintf("after call %d was %s and Create = %v", k, name, err))
				} else if err := vm.Destroy(t.Context()); err != nil {
					t.Errorf("call %d: Destroy: %v", k, err)
				}
				if t.Failed() {
					return
				}
				if fired == 0 {
					t.Logf("%d calls, of which %d were needed", k-1, failed)
					return
				}
			}
		})
	}
}

// TestFaultsOfDestroy lets each call of a destruction fail in turn: the next one
// leaves nothing.
func TestFaultsOfDestroy(t *testing.T) {
	t.Parallel()
	for name, effect := range effects() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, xapitest.SingleHost())
			d := r.loggedIn(t)
			for k := 1; ; k += stride {
				vm, err := d.Create(t.Context(), syn3a("a"))
				if err != nil {
					t.Fatal(err)
				}
				f := r.server.Inject(xapitest.Fault{Call: k, Effect: effect()})
				err = vm.Destroy(t.Context())
				fired := f.Fired()
				f.Release()
				if err != nil {
					if err := vm.Destroy(t.Context()); err != nil {
						t.Errorf("call %d was %s, and so once more: %v", k, name, err)
					}
				}
				r.expectNothing(t, fmt.Sprintf("after call %d was %s and Destroy = %v", k, name, err))
				if fired == 0 || t.Failed() {
					return
				}
			}
		})
	}
}

// TestCutSSH cuts the connections to the guest at many places.
func TestCutSSH(t *testing.T) {
	t.Parallel()
	places := []int64{1, 200, 900, 1500, 2000, 2500, 3000, 4000, 5000} // bytes
	for i, n := range places {
		if i%cutStep != 0 {
			continue
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, xapitest.SingleHost())
			r.lodge.set(lodgeWays{drop: n})
			s := syn3a("a")
			s.XCPng = &biovm.XCPngSpec{SSHTimeout: time.Second}
			_, err := r.driver(t).Create(t.Context(), s)
			if err == nil {
				return // it takes fewer bytes
			}
			r.expectNothing(t, fmt.Sprintf("after Create = %v", err))
		})
	}
}

// TestBadGuests has guests that never come to be what they should.
func TestBadGuests(t *testing.T) {
	t.Parallel()
	hasHostKeyError := func(err error) bool { _, ok := errors.AsType[*sshx.HostKeyError](err); return ok }
	hasWaitIPError := func(err error) bool { _, ok := errors.AsType[*xapi.WaitIPError](err); return ok }
	for name, tt := range map[string]struct {
		ways lodgeWays
		is   func(error) bool
		says []string
	}{
		"no address":             {lodgeWays{silent: true}, hasWaitIPError, []string{"wait for the guest's address", "address_timeout", "no agent in the guest spoke"}},
		"no cloud-init":          {lodgeWays{noConfig: true}, nil, []string{"publish its host key", "ssh_timeout", "published nothing", "cloud-init"}},
		"no host key":            {lodgeWays{noKey: true}, nil, []string{"no ed25519 host key", "none is trusted at first sight"}},
		"another's drive":        {lodgeWays{oldNonce: true}, nil, []string{"another nonce"}},
		"a man in the middle":    {lodgeWays{wrongKey: true}, hasHostKeyError, []string{"somebody may be between you and it"}},
		"a server that hangs up": {lodgeWays{drop: 30}, nil, []string{"ssh_timeout"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, xapitest.SingleHost())
			r.lodge.set(tt.ways)
			d := r.driver(t)
			s := syn3a("a")
			s.XCPng = &biovm.XCPngSpec{AddressTimeout: 500 * time.Millisecond, SSHTimeout: time.Second}
			began := time.Now()
			vm, err := d.Create(t.Context(), s)
			if err == nil || vm != nil {
				t.Fatalf("Create = %v, %v; want an error", vm, err)
			}
			if tt.is != nil && !tt.is(err) {
				t.Errorf("Create = %v (%T), of another kind than wanted", err, err)
			}
			for _, words := range tt.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("Create = %v, want it to say %q", err, words)
				}
			}
			t.Logf("after %v: %v", time.Since(began).Round(time.Millisecond), err)
			r.expectNothing(t, fmt.Sprintf("after Create = %v", err))
			if tt.ways.wrongKey {
				for _, g := range r.lodge.guests {
					if n := g.server.AuthAttempts(); n != 0 {
						t.Errorf("the man in the middle was shown %d credentials", n)
					}
				}
			}
			// When the template is mended, the same spec works, with time.
			r.lodge.set(lodgeWays{})
			s.XCPng.AddressTimeout, s.XCPng.SSHTimeout = time.Minute, time.Minute
			if _, err := d.Create(t.Context(), s); err != nil {
				t.Errorf("Create with a guest that is as it should be: %v", err)
			}
		})
	}
}

// TestNoRoom has pools that are full.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	small := xapitest.Pool(2)
	small.HostMemory = 1 << 30
	tests := map[string]struct {
		preset xapitest.Preset
		fault  xapitest.Fault
		says   []string
	}{
		"no memory on any member": {small, xapitest.Fault{}, []string{"start the machine", "memory"}},
		"a full SR for the disk": {
			xapitest.SingleHost(),
			xapitest.Fault{Method: "VM.clone", Effect: xapitest.FailTask("SR_BACKEND_FAILURE_44", "", "There is insufficient space")},
			[]string{"clone the template", "storage repository is full"},
		},
		"a full SR for the drive": {
			xapitest.SingleHost(),
			xapitest.Fault{Method: "VDI.create", Effect: xapitest.FailTask("SR_FULL", "10", "5")},
			[]string{"configuration drive", "storage repository is full"},
		},
		"no member": {
			xapitest.SingleHost(),
			xapitest.Fault{Method: "VM.start", Effect: xapitest.FailTask("NO_HOSTS_AVAILABLE")},
			[]string{"start the machine", "no member can run it"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, tt.preset)
			if tt.fault.Method != "" {
				r.server.Inject(tt.fault)
			}
			_, err := r.driver(t).Create(t.Context(), syn3a("a"))
			if !errors.Is(err, biovm.ErrNoCapacity) {
				t.Errorf("Create = %v, want ErrNoCapacity", err)
			}
			for _, words := range append(tt.says, `create vm "a"`) {
				if err == nil || !strings.Contains(err.Error(), words) {
					t.Errorf("Create = %v, want it to say %q", err, words)
				}
			}
			r.expectNothing(t, fmt.Sprintf("after Create = %v", err))
		})
	}
}
