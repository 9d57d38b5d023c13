//go:build !race

package engine

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Two processes that want the only worker get it as their VMs' priorities
// are, 5 against 1, within 10 %. The race detector makes steps so slow that
// their time counts as well; it does, too, where other programs have the
// processor in the midst of a slice. That is why there is more than one attempt.
func TestPrioritiesShareAWorker(t *testing.T) {
	t.Parallel()
	const attempts = 5
	got := 0.0
	for range attempts {
		if got = share(t); got >= 4.5 && got <= 5.5 {
			return
		}
	}
	t.Errorf("steps of priority 5 for each of priority 1: got %.2f, and at %d attempts none that is 5 within 10 %%", got, attempts)
}

// share lets both run for a second, and is how many steps one has for each of
// the other's.
func share(t *testing.T) float64 {
	t.Helper()
	ctx := t.Context()
	e, err := Open(ctx, Options{InMemory: true, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for name, priority := range map[string]int{"high": 5, "low": 1} {
		if _, err := e.Create(ctx, biovm.Spec{ID: biovm.ID(name), BiologicalType: biovm.Syn3A}); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Allocate(ctx, name, biovm.Allocation{Priority: &priority}); err != nil {
			t.Fatal(err)
		}
		if err := e.Operate(ctx, name, biovm.OpStart); err != nil {
			t.Fatal(err)
		}
	}
	code := "def f():\n    for _ in range(1 << 40):\n        pass\nf()\n"
	gate, err := e.scheduler.enter(ctx, "gate", 1)
	if err != nil {
		t.Fatal(err)
	}
	both, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 2)
	for _, name := range []string{"high", "low"} {
		go func() { // ends when both are canceled
			_, err := e.Execute(both, name, biovm.Process{Code: code, Limits: biovm.Limits{Steps: 1 << 62, Timeout: time.Hour}})
			done <- err
		}()
	}
	await(t, e, 2)
	gate.leave(0)
	<-time.After(time.Second)
	cancel()
	for range 2 {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Fatalf("execute: got %v, want it canceled", err)
		}
	}
	high, low := stepsOf(t, e, "high"), stepsOf(t, e, "low")
	got := float64(high) / float64(low)
	t.Logf("%d against %d steps: %.3f", high, low, got)
	return got
}

// await waits until n processes wait for a worker.
func await(t *testing.T, e *Engine, n int) {
	t.Helper()
	for range time.NewTicker(time.Millisecond).C {
		e.scheduler.mu.Lock()
		waiting := len(e.scheduler.waiting)
		e.scheduler.mu.Unlock()
		if waiting == n {
			return
		}
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// stepsOf reads the steps of a VM's last execution.
func stepsOf(t *testing.T, e *Engine, vm biovm.ID) uint64 {
	t.Helper()
	last, err := e.LastEvent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var x executed
	for ev, err := range e.Watch(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if ev.Kind == biovm.EventExecuted && ev.VM == vm {
			if err := json.Unmarshal(ev.Data, &x); err != nil {
				t.Fatal(err)
			}
		}
		if ev.Seq == last {
			break
		}
	}
	return x.Steps
}
