package xapitest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A VM's life in a simulated pool. In tests, NewServer makes the pool, closes
// it, and looks for what is left behind.
func Example() {
	ctx := context.Background()
	s, err := xapitest.New(xapitest.Pool(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	if err := s.Start(ctx); err != nil {
		fmt.Println(err)
		return
	}
	if err := life(ctx, s); err != nil {
		fmt.Println(err)
	}
	fmt.Println("starts:", s.Calls("VM.start"))
	fmt.Println("left behind:", s.Leftovers())
	// Output:
	// address: 10.77.0.1
	// starts: 1
	// left behind: []
}

func life(ctx context.Context, s *xapitest.Server) error {
	c, err := xapi.Dial(ctx, xapi.Options{
		URL: s.URL(), Username: xapitest.Username, Password: xapitest.Password, Pins: []string{s.Fingerprint(0)},
	})
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	template, err := c.FindTemplate(ctx, xapitest.TemplateDebian)
	if err != nil {
		return err
	}
	vm, err := c.CloneFromTemplate(ctx, xapi.CloneSpec{Template: template.Ref, Name: "a"})
	if err != nil {
		return err
	}
	if err := c.Start(ctx, vm); err != nil {
		return err
	}
	a, err := c.WaitIP(ctx, vm, xapi.IPFilter{})
	if err != nil {
		return err
	}
	fmt.Println("address:", a)
	if err := c.Shutdown(ctx, vm, time.Minute); err != nil {
		return err
	}
	return c.DestroyWithDisks(ctx, vm)
}

// Let the second clone fail for want of space.
func ExampleServer_Inject() {
	s, err := xapitest.New(xapitest.SingleHost())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	fault := s.Inject(xapitest.Fault{Method: "VM.clone", Call: 2, Effect: xapitest.Fail("SR_BACKEND_FAILURE_44", "", "full", "")})
	fmt.Println(fault.Fired())
	// Output: 0
}

// A guest that reports an address of its own, half a minute after it booted.
func ExampleAgent() {
	preset := xapitest.SingleHost()
	preset.Templates[0].Guest = xapitest.Agent{
		Delay:     30,
		Addresses: func(*xapitest.Machine) []xapitest.Address { return []xapitest.Address{{Device: "0", IP: "10.1.2.3"}} },
		Booted: func(m *xapitest.Machine) {
			if nonce, ok := m.Xenstore("vm-data/nonce"); ok {
				_ = m.WriteXenstore("vm-data/done", nonce)
			}
		},
	}
	s, err := xapitest.New(preset)
	if err != nil {
		fmt.Println(err)
		return
	}
	s.Close()
}
