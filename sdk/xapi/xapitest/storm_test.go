package xapitest_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// TestStorm makes 200 VMs at once, and unmakes them. What is left in the end
// fails the test.
func TestStorm(t *testing.T) {
	t.Parallel()
	const vms = 200
	preset := xapitest.Pool(2)
	preset.HostMemory = 1 << 40
	preset.SRSize = 1 << 50
	s := xapitest.NewServer(t, preset)
	c := dial(t, s)
	template, err := c.FindTemplate(t.Context(), xapitest.TemplateDebian)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	addresses := make([]string, vms)
	var all sync.WaitGroup
	for i := range vms {
		all.Go(func() {
			a, err := live(ctx, c, template.Ref, fmt.Sprintf("vm-%d", i))
			if err != nil {
				t.Errorf("VM %d: %v", i, err)
			}
			addresses[i] = a
		})
	}
	all.Wait()
	seen := map[string]bool{}
	for i, a := range addresses {
		if seen[a] || a == xapitest.StaleAddress {
			t.Errorf("VM %d has address %q, which is not its own", i, a)
		}
		seen[a] = true
	}
	t.Logf("%d calls", len(s.Journal()))
}

// live is a VM's life.
func live(ctx context.Context, c *xapi.Client, template xapi.VMRef, name string) (address string, err error) {
	vm, err := c.CloneFromTemplate(ctx, xapi.CloneSpec{Template: template, Name: name})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, c.DestroyWithDisks(ctx, vm)) }()
	if err := c.SetMemory(ctx, vm, 1<<30); err != nil {
		return "", err
	}
	if err := c.Start(ctx, vm); err != nil {
		return "", err
	}
	a, err := c.WaitIP(ctx, vm, xapi.IPFilter{})
	if err != nil {
		return "", err
	}
	return a.String(), c.Shutdown(ctx, vm, time.Minute)
}
