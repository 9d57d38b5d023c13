package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// watch reads events until it has seen n, or fails.
func watch(t *testing.T, e *engine.Engine, after int64, n int) []biovm.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var events []biovm.Event
	for ev, err := range e.Watch(ctx, after) {
		if err != nil {
			t.Fatalf("watch: %v", err)
		}
		if events = append(events, ev); len(events) == n {
			return events
		}
	}
	t.Fatalf("watch: got %d events, want %d", len(events), n)
	return nil
}

func TestWatch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := enginetest.Open(t, engine.Options{Dir: dir})
	s := create(t, e, syn3a("a"))
	operate(t, e, "a", biovm.OpStart)
	if err := second(e.Allocate(t.Context(), "a", biovm.Allocation{Ribosomes: new(2)})); err != nil {
		t.Fatal(err)
	}
	if err := e.Update(t.Context(), "a", biovm.Change{Seed: new(int64(4))}); err != nil {
		t.Fatal(err)
	}
	operate(t, e, "a", biovm.OpDestroy)
	var kinds []biovm.EventKind
	for i, ev := range watch(t, e, 0, 6) {
		kinds = append(kinds, ev.Kind)
		if ev.Seq != int64(i+1) || ev.VM != "a" || ev.UUID != s.UUID || ev.Time.IsZero() {
			t.Errorf("event %d: got %+v", i, ev)
		}
		if ev.Kind == biovm.EventState && string(ev.Data) != `{"from":"created","to":"running"}` {
			t.Errorf("data of %s: got %s", ev.Kind, ev.Data)
		}
	}
	want := []biovm.EventKind{biovm.EventCreated, biovm.EventConfirmed, biovm.EventState, biovm.EventAllocated, biovm.EventUpdated, biovm.EventDestroyed}
	if d := cmp.Diff(want, kinds); d != "" {
		t.Errorf("kinds (-want +got):\n%s", d)
	}
	if last, err := e.LastEvent(t.Context()); last != 6 || err != nil {
		t.Errorf("last event: got %d, %v; want 6", last, err)
	}
}

// A watcher must see what others do, in this process and in another engine's,
// which only looking tells.
func TestWatchWaits(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e, other := enginetest.Open(t, engine.Options{Dir: dir}), enginetest.Open(t, engine.Options{Dir: dir})
	seen := make(chan biovm.Event)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { // ends with ctx
		for ev, err := range e.Watch(ctx, 0) {
			if err != nil {
				done <- err
				return
			}
			seen <- ev
		}
		done <- nil
	}()
	for i, maker := range []*engine.Engine{e, other, e, other} {
		if _, err := maker.Create(t.Context(), syn3a(string(rune('a'+i)))); err != nil {
			t.Fatal(err)
		}
		if ev := <-seen; ev.Seq != int64(i+1) || ev.Kind != biovm.EventCreated {
			t.Errorf("event: got %+v, want the creation, number %d", ev, i+1)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("watch after its context ended: got %v, want no error", err)
	}
}

func TestWatchEndsWithItsEngine(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	create(t, e, syn3a("a"))
	var last error
	for _, err := range e.Watch(t.Context(), 0) {
		if last = err; err == nil {
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !errors.Is(last, engine.ErrClosed) {
		t.Errorf("watch of a closed engine: got %v, want %v", last, engine.ErrClosed)
	}
}
