package xapi_test

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// Many VMs are made, get an address and are destroyed at once, through one
// client, on hosts that hold them just so.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	preset := xapitest.Pool(crowd / 50)
	preset.HostMemory = 128 << 30
	s, c := pool(t, preset)
	var mu sync.Mutex // guards seen
	seen := map[netip.Addr]string{}
	var wg sync.WaitGroup
	for i := range crowd {
		wg.Go(func() {
			name := fmt.Sprintf("vm-%d", i)
			vm, addr, err := journey(t.Context(), c, name, xapitest.TemplateDebian)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				return
			}
			mu.Lock()
			if other, ok := seen[addr]; ok {
				t.Errorf("%s and %s have the address %s", name, other, addr)
			}
			seen[addr] = name
			mu.Unlock()
			if err := c.DestroyWithDisks(t.Context(), vm); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	wg.Wait()
	if n := s.Calls("session.login_with_password"); n != 1 {
		t.Errorf("%d logins, want 1", n)
	}
	t.Logf("%d calls for %d VMs", len(s.Journal()), crowd)
}

// The master dies while VMs are being made. Each creation succeeds or says why
// not, and nothing that is not known remains.
func TestFailOverInTheMiddle(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.Pool(3))
	const many = 12
	vms := make([]xapi.VMRef, many)
	errs := make([]error, many)
	var wg sync.WaitGroup
	half := s.Inject(xapitest.Fault{Method: "VM.provision", Call: many / 2, Effect: xapitest.Rewrite(func(r any) any { return r })})
	for i := range many {
		wg.Go(func() {
			vms[i], _, errs[i] = journey(t.Context(), c, fmt.Sprintf("vm-%d", i), xapitest.TemplateDebian)
		})
	}
	<-half.Reached()
	s.FailOver(2)
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			t.Logf("vm-%d: %v", i, err)
			continue
		}
		if err := c.DestroyWithDisks(t.Context(), vms[i]); err != nil {
			t.Errorf("vm-%d: %v", i, err)
		}
	}
	if got := c.Address(); got != "127.0.0.3" {
		t.Errorf("calls go to %s, want the new master's 127.0.0.3", got)
	}
	// And it works again for whoever comes now.
	vm, _, err := journey(t.Context(), c, "later", xapitest.TemplateDebian)
	if err := errors.Join(err, c.DestroyWithDisks(t.Context(), vm)); err != nil {
		t.Errorf("after the fail-over: %v", err)
	}
}
