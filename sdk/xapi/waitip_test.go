package xapi_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// addresses are what a guest reports.
func addresses(a ...xapitest.Address) xapitest.Agent {
	return xapitest.Agent{Addresses: func(*xapitest.Machine) []xapitest.Address { return a }}
}

func TestWaitIPFilters(t *testing.T) {
	t.Parallel()
	guest := addresses(
		xapitest.Address{Device: "0", IP: "fe80::1"}, xapitest.Address{Device: "0", IP: "169.254.7.7"},
		xapitest.Address{Device: "0", IP: "fd00::5"}, xapitest.Address{Device: "0", IP: "10.0.0.5"},
		xapitest.Address{Device: "2", IP: "192.168.2.5"}, xapitest.Address{Device: "10", IP: "192.168.10.5"},
	)
	for name, test := range map[string]struct {
		filter xapi.IPFilter
		want   string
	}{
		"any":                    {xapi.IPFilter{}, "10.0.0.5"},
		"a device":               {xapi.IPFilter{Device: "2"}, "192.168.2.5"},
		"a network":              {xapi.IPFilter{Within: netip.MustParsePrefix("192.168.0.0/16")}, "192.168.2.5"}, // 2 before 10
		"an IPv6 network":        {xapi.IPFilter{Within: netip.MustParsePrefix("fd00::/8")}, "fd00::5"},
		"a device and a network": {xapi.IPFilter{Device: "10", Within: netip.MustParsePrefix("192.168.0.0/16")}, "192.168.10.5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := pool(t, xapitest.SingleHost())
			s.SetGuest(string(template(t, c, xapitest.TemplateDebian)), guest)
			vm := clone(t, c, xapitest.TemplateDebian)
			s.SetGuest(string(vm), guest)
			if err := c.Start(t.Context(), vm); err != nil {
				t.Fatal(err)
			}
			got, err := c.WaitIP(t.Context(), vm, test.filter)
			if err != nil || got.String() != test.want {
				t.Errorf("WaitIP = %v, %v; want %s", got, err, test.want)
			}
		})
	}
}

// Metrics that are older than the VM's start are its life before, or its
// template's: the address in them is somebody else's by now.
func TestWaitIPIgnoresStaleMetrics(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.SingleHost())
	vm := clone(t, c, xapitest.TemplateDebian)
	ready := make(chan *xapitest.Machine, 1)
	s.SetGuest(string(vm), xapitest.Agent{Delay: 10_000, Booted: func(m *xapitest.Machine) { ready <- m }})
	if err := c.Start(t.Context(), vm); err != nil {
		t.Fatal(err)
	}
	// As it is while the server has not replaced them yet.
	got, err := c.VM(t.Context(), vm)
	for err == nil && got.GuestMetrics.IsNull() {
		got, err = c.VM(t.Context(), vm)
	}
	if err != nil {
		t.Fatal(err)
	}
	for field, value := range map[string]any{
		"networks": map[string]string{"0/ip": xapitest.StaleAddress}, "last_updated": "20200101T00:00:00Z",
	} {
		if err := s.Poke("VM_guest_metrics", string(got.GuestMetrics), field, value); err != nil {
			t.Fatal(err)
		}
	}
	addr, err := c.WaitIP(t.Context(), vm, xapi.IPFilter{})
	if err != nil || addr.String() == xapitest.StaleAddress {
		t.Errorf("WaitIP = %v, %v; want the address of this boot", addr, err)
	}
	<-ready
}

// A template's last address is in its clone, which never had it.
func TestWaitIPBelievesNoHaltedVM(t *testing.T) {
	t.Parallel()
	_, c := pool(t, xapitest.SingleHost())
	vm := clone(t, c, xapitest.TemplateDebian)
	got, err := c.VM(t.Context(), vm)
	if err != nil {
		t.Fatal(err)
	}
	g, err := c.VMGuestMetrics(t.Context(), got.GuestMetrics)
	if err != nil || g.Networks["0/ip"] != xapitest.StaleAddress {
		t.Fatalf("the clone shows %v, %v; this test needs the trap set", g.Networks, err)
	}
	_, err = c.WaitIP(t.Context(), vm, xapi.IPFilter{})
	var w *xapi.WaitIPError
	if !errors.As(err, &w) || w.PowerState != xapi.PowerHalted || !errors.Is(err, xapi.VMBadPowerState) {
		t.Errorf("a halted VM: %v, want a WaitIPError that says so", err)
	}
}

// The wait ends when nothing more can come of it, and says what it saw.
func TestWaitIPEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		template string
		guest    xapitest.Guest
		filter   xapi.IPFilter
		do       func(t *testing.T, c *xapi.Client, vm xapi.VMRef, cancel func())
		want     error
		says     string
	}{
		"nobody speaks": {
			template: xapitest.TemplateSilent, do: func(_ *testing.T, _ *xapi.Client, _ xapi.VMRef, cancel func()) { cancel() },
			want: context.Canceled, says: "does the template have guest tools?",
		},
		"another address": {
			template: xapitest.TemplateDebian, guest: addresses(xapitest.Address{Device: "1", IP: "10.9.9.9"}), filter: xapi.IPFilter{Device: "0"},
			do:   func(_ *testing.T, _ *xapi.Client, _ xapi.VMRef, cancel func()) { cancel() },
			want: context.Canceled, says: "10.9.9.9",
		},
		"it halts": {
			template: xapitest.TemplateSilent,
			do: func(t *testing.T, c *xapi.Client, vm xapi.VMRef, _ func()) {
				if err := c.HardShutdown(t.Context(), vm); err != nil {
					t.Error(err)
				}
			},
			want: xapi.VMBadPowerState, says: "the VM halted",
		},
		"it goes away": {
			template: xapitest.TemplateSilent,
			do: func(t *testing.T, c *xapi.Client, vm xapi.VMRef, _ func()) {
				if err := c.DestroyWithDisks(t.Context(), vm); err != nil {
					t.Error(err)
				}
			},
			says: "xapi: wait for the VM's address", // halted or gone, whichever was seen
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := pool(t, xapitest.SingleHost())
			vm := clone(t, c, test.template)
			booted := make(chan struct{})
			if g, ok := test.guest.(xapitest.Agent); ok {
				g.Booted = func(*xapitest.Machine) { close(booted) }
				s.SetGuest(string(vm), g)
			}
			if err := c.Start(t.Context(), vm); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var wg sync.WaitGroup
			wg.Go(func() {
				_, err := c.WaitIP(ctx, vm, test.filter)
				var w *xapi.WaitIPError
				if !errors.As(err, &w) || test.want != nil && !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
					t.Errorf("WaitIP: %v, want %v that says %q", err, test.want, test.says)
				}
			})
			if test.guest != nil {
				<-booted
			}
			// Each change makes it look; when it looks a second time it has seen
			// what there was at the first.
			for _, text := range []string{"changed", "again"} {
				look := s.Inject(xapitest.Fault{Method: "VM.get_record", Effect: xapitest.Rewrite(func(r any) any { return r })})
				if err := s.Poke("VM", string(vm), "name_description", text); err != nil {
					t.Fatal(err)
				}
				<-look.Reached()
			}
			test.do(t, c, vm, cancel)
			wg.Wait()
		})
	}
}

func TestWaitIPOfNobody(t *testing.T) {
	t.Parallel()
	_, c := pool(t, xapitest.SingleHost())
	if _, err := c.WaitIP(t.Context(), "OpaqueRef:none", xapi.IPFilter{}); !errors.Is(err, xapi.HandleInvalid) {
		t.Errorf("a VM that does not exist: %v, want HANDLE_INVALID at once", err)
	}
}

// Ten waits for ten guests: each looks at its own only.
func TestWaitIPLooksAtItsOwnGuest(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.Pool(2))
	const many = 10
	vms := make([]xapi.VMRef, many)
	for i := range vms {
		vms[i] = started(t, c, xapitest.TemplateDebian)
	}
	s.ForgetJournal()
	var wg sync.WaitGroup
	for _, vm := range vms {
		wg.Go(func() {
			if _, err := c.WaitIP(t.Context(), vm, xapi.IPFilter{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(s.Journal()); n > many*20 {
		t.Errorf("%d calls for %d waits, want at most 20 each", n, many)
	}
}
