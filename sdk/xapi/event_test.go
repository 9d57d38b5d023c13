package xapi_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A cache that lives from events alone is right again after whatever happens
// to the stream.
func TestEventsKeepACacheRight(t *testing.T) {
	t.Parallel()
	for name, happens := range map[string]func(t *testing.T, s *xapitest.Server){
		"nothing": func(*testing.T, *xapitest.Server) {},
		"a restart": func(t *testing.T, s *xapitest.Server) {
			if err := s.Restart(t.Context()); err != nil {
				t.Error(err)
			}
		},
		"a fail-over": func(_ *testing.T, s *xapitest.Server) { s.FailOver(1) },
		"a lost session": func(_ *testing.T, s *xapitest.Server) {
			s.Inject(xapitest.Fault{Method: "event.from", Effect: xapitest.LoseSession()})
		},
		"a bad token": func(_ *testing.T, s *xapitest.Server) {
			s.Inject(xapitest.Fault{Method: "event.from", Effect: xapitest.Fail("EVENT_FROM_TOKEN_PARSE_FAILURE", "x")})
		},
		"lost events": func(_ *testing.T, s *xapitest.Server) {
			s.Inject(xapitest.Fault{Method: "event.from", Effect: xapitest.Fail("EVENTS_LOST")})
		},
		"a dropped answer": func(_ *testing.T, s *xapitest.Server) {
			s.Inject(xapitest.Fault{Method: "event.from", Effect: xapitest.DropAfter()})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The server remembers two deletions, and twenty are missed.
			s, c := pool(t, xapitest.Pool(2), xapitest.DeletionMemory(2))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			create := func(label string) string {
				ref, err := s.Do(ctx, "network.create", map[string]any{"name_label": label, "name_description": "", "other_config": map[string]string{}})
				if err != nil {
					t.Fatal(err)
				}
				return fmt.Sprint(ref)
			}
			var doomed []string
			for i := range 20 {
				doomed = append(doomed, create(fmt.Sprintf("doomed-%d", i)))
			}
			cache := map[string]string{}
			round := 0
			for batch, err := range c.Events(ctx, "network") {
				if err != nil {
					t.Fatal(err)
				}
				if batch.Resync {
					clear(cache)
				}
				for _, e := range batch.Events {
					var n xapi.Network
					if e.Operation == "del" {
						delete(cache, e.Ref)
					} else if err := e.Record(&n); err != nil {
						t.Fatal(err)
					} else {
						cache[e.Ref] = n.NameLabel
					}
				}
				if round++; round == 1 {
					if len(cache) < len(doomed) {
						t.Fatalf("the first batch has %d networks, want at least %d", len(cache), len(doomed))
					}
					for _, ref := range doomed {
						if _, err := s.Do(ctx, "network.destroy", ref); err != nil {
							t.Fatal(err)
						}
					}
					create("last")
					happens(t, s)
				}
				now, err := c.Networks(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if round > 1 && agree(cache, now) {
					cancel()
				}
				if round > 10 {
					t.Fatalf("after %d batches the cache is %v, want %d networks", round, cache, len(now))
				}
			}
		})
	}
}

func agree(cache map[string]string, now map[xapi.NetworkRef]xapi.Network) bool {
	if len(cache) != len(now) {
		return false
	}
	for ref, n := range now {
		if cache[string(ref)] != n.NameLabel {
			return false
		}
	}
	return true
}

// Somebody who only watches one object, and all at once.
func TestEventFrom(t *testing.T) {
	t.Parallel()
	_, c := pool(t, xapitest.SingleHost())
	vm := clone(t, c, xapitest.TemplateDebian)
	all, err := c.EventFrom(t.Context(), []string{"*"}, "", 1)
	if err != nil || len(all.Events) < 10 || all.Token == "" {
		t.Fatalf("everything: %d events, token %q, %v", len(all.Events), all.Token, err)
	}
	if err := c.SetVMDescription(t.Context(), vm, "changed"); err != nil {
		t.Fatal(err)
	}
	one, err := c.EventFrom(t.Context(), []string{"vm/" + string(vm)}, all.Token, 1)
	if err != nil || len(one.Events) != 1 || one.Events[0].Operation != "mod" {
		t.Fatalf("one object: %+v, %v; want one change", one, err)
	}
	var got xapi.VM
	if err := one.Events[0].Record(&got); err != nil || got.NameDescription != "changed" {
		t.Errorf("the change shows %q, %v", got.NameDescription, err)
	}
	if _, err := c.EventFrom(t.Context(), []string{"vm"}, "nonsense", 1); !errors.Is(err, xapi.EventFromTokenParseFailure) {
		t.Errorf("a bad token: %v, want EVENT_FROM_TOKEN_PARSE_FAILURE", err)
	}
}

// The end of the watcher's patience is no error; the client's end is.
func TestEventsEnd(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	c, err := xapi.Dial(t.Context(), options(s))
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range c.Events(t.Context(), "vm") {
		if err != nil {
			t.Error(err)
		}
		break // leaves
	}
	done := make(chan error, 1)
	blocked := s.Inject(xapitest.Fault{Method: "event.from", Call: 2, Effect: xapitest.Rewrite(func(r any) any { return r })})
	go func() { // ends when the client is closed
		for _, err := range c.Events(t.Context(), "vm") {
			if err != nil {
				done <- err
			}
		}
		close(done)
	}()
	<-blocked.Reached()
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-done; !errors.Is(err, xapi.ErrClosed) {
		t.Errorf("the client is closed: %v, want ErrClosed", err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Errorf("a second Close: %v", err)
	}
	if _, err := c.VMs(t.Context()); !errors.Is(err, xapi.ErrClosed) {
		t.Errorf("a call on a closed client: %v, want ErrClosed", err)
	}
}
