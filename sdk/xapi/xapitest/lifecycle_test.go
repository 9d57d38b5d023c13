package xapitest_test

import (
	"context"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

func dial(t *testing.T, s *xapitest.Server) *xapi.Client {
	t.Helper()
	c, err := xapi.Dial(t.Context(), xapi.Options{
		URL: s.URL(), Username: xapitest.Username, Password: xapitest.Password, Pins: []string{s.Fingerprint(0)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return c
}

func TestLifeCycle(t *testing.T) {
	t.Parallel()
	for _, template := range []string{xapitest.TemplateDebian, xapitest.TemplateDefault, xapitest.TemplateLeftover} {
		t.Run(template, func(t *testing.T) {
			t.Parallel()
			s := xapitest.NewServer(t, xapitest.Pool(2))
			c := dial(t, s)
			ctx := t.Context()
			tm, err := c.FindTemplate(ctx, template)
			if err != nil {
				t.Fatal(err)
			}
			vm, err := c.CloneFromTemplate(ctx, xapi.CloneSpec{Template: tm.Ref, Name: "a"})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.SetMemory(ctx, vm, 1<<30); err != nil {
				t.Fatal(err)
			}
			if err := c.Start(ctx, vm); err != nil {
				t.Fatal(err)
			}
			if template != xapitest.TemplateDefault {
				a, err := c.WaitIP(ctx, vm, xapi.IPFilter{})
				if err != nil || a.String() != "10.77.0.1" {
					t.Fatalf("address %v, %v", a, err)
				}
			}
			if err := c.Shutdown(ctx, vm, time.Minute); err != nil {
				t.Fatal(err)
			}
			if err := c.DestroyWithDisks(ctx, vm); err != nil {
				t.Fatal(err)
			}
			t.Log(len(s.Journal()), "calls")
		})
	}
}
