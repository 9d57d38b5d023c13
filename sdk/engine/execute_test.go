package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// endless is a process that ends only when it is ended.
func endless() biovm.Process {
	return biovm.Process{Code: "def f():\n    for _ in range(1 << 40):\n        pass\nf()\n", Limits: biovm.Limits{Steps: 1 << 62}}
}

// endlessLife lives until somebody ends it.
func endlessLife() biovm.Process {
	return biovm.Process{Code: "while True:\n    simulate(minutes=0.1)"}
}

// busy waits until an engine runs a process in a VM.
func busy(ctx context.Context, e *engine.Engine, vm string) error {
	s, err := e.Status(ctx, vm)
	if err != nil {
		return err
	}
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for !engine.Executing(e, s.UUID) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
	return nil
}

// background begins to execute a process in a VM; the channel receives its
// error.
func background(ctx context.Context, t *testing.T, e *engine.Engine, vm string, p biovm.Process) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- second(e.Execute(ctx, vm, p)) }() // ends with the execution
	if err := busy(t.Context(), e, vm); err != nil {
		t.Fatal(err)
	}
	return done
}

// executions returns the data of a VM's events of executions.
func executions(t *testing.T, e *engine.Engine) (all []struct {
	Steps uint64
	Error string
},
) {
	t.Helper()
	last, err := e.LastEvent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for ev, err := range e.Watch(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if ev.Kind == biovm.EventExecuted {
			all = append(all, struct {
				Steps uint64
				Error string
			}{})
			if err := json.Unmarshal(ev.Data, &all[len(all)-1]); err != nil {
				t.Fatal(err)
			}
		}
		if ev.Seq == last {
			break
		}
	}
	return all
}

func TestExecute(t *testing.T) {
	t.Parallel()
	e := memory(t)
	spec := syn3a("a")
	spec.Seed = 5
	started(t, e, spec)
	p := biovm.Process{Code: "print('hello')\n[x * x for x in range(4)]\n"}
	got, err := e.Execute(t.Context(), "a", p)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Value) != "[0,1,4,9]" || got.Stdout != "hello\n" || got.Seed != 5 || got.Steps == 0 || !(got.WallSeconds > 0) || got.ModelVersion == "" {
		t.Errorf("result: got %+v", got)
	}
	p.Seed = new(int64(6))
	again, err := e.Execute(t.Context(), "a", p)
	if err != nil || again.Seed != 6 {
		t.Errorf("result with a seed: got %+v, %v; want seed 6", again, err)
	}
	again.Seed = got.Seed
	want, err1 := got.Canonical()
	have, err2 := again.Canonical()
	if err := errors.Join(err1, err2); err != nil || string(want) != string(have) {
		t.Errorf("results differ: %v\n%s\n%s", err, want, have)
	}
	if all := executions(t, e); len(all) != 2 || all[0].Steps != got.Steps || all[0].Error != "" {
		t.Errorf("events: got %+v, want two with the steps of each", all)
	}
}

func TestExecuteRefuses(t *testing.T) {
	t.Parallel()
	e := memory(t)
	started(t, e, syn3a("a"))
	for name, c := range map[string]struct {
		process  biovm.Process
		sentinel error
		text     string
	}{
		"nothing":  {biovm.Process{Code: " "}, biovm.ErrInvalid, "nothing to run"},
		"syntax":   {biovm.Process{Code: "1 +"}, biovm.ErrInvalid, "line 1"},
		"unknown":  {biovm.Process{Code: "fbaa()"}, biovm.ErrInvalid, "fba"},
		"failure":  {biovm.Process{Code: "x = 1 // 0"}, biovm.ErrProcess, "line 1"},
		"steps":    {biovm.Process{Code: endless().Code, Limits: biovm.Limits{Steps: 50_000}}, biovm.ErrLimit, "50000 steps"},
		"timeout":  {biovm.Process{Code: endless().Code, Limits: biovm.Limits{Steps: 1 << 62, Timeout: 30 * time.Millisecond}}, biovm.ErrLimit, "wall time: 30ms allowed; make it shorter or raise limits.timeout"},
		"output":   {biovm.Process{Code: "print('x' * 2000)", Limits: biovm.Limits{OutputBytes: 1000}}, biovm.ErrLimit, "1000 bytes"},
		"negative": {biovm.Process{Code: "1", Limits: biovm.Limits{Timeout: -1}}, biovm.ErrInvalid, "limits.timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, "execute", second(e.Execute(t.Context(), "a", c.process)), c.sentinel, `execute vm "a"`, c.text)
			wantError(t, "execute recorded", second(e.ExecuteRecorded(t.Context(), "a", c.process, nil)), c.sentinel, c.text)
			if r, err := e.Records(t.Context(), "a"); err != nil || len(r) != 0 {
				t.Errorf("records after a failure: got %v, %v; want none", r, err)
			}
			if got := status(t, e, "a"); got.State != biovm.Running {
				t.Errorf("state after a failure: got %s, want it to go on", got.State)
			}
		})
	}
	all := executions(t, e)
	for _, x := range all {
		if x.Error == "" {
			t.Errorf("event of a failed execution: got %+v, want its error", x)
		}
	}
	// A handle refers to its VM by UUID; the error names it all the same.
	uuid := status(t, e, "a").UUID
	wantError(t, "execute nothing by uuid", second(e.Execute(t.Context(), uuid, biovm.Process{})), biovm.ErrInvalid, `execute vm "a"`)
	if len(all) < 8 {
		t.Errorf("events of failed executions: got %d, want one for each that began", len(all))
	}
}

func TestCheckProcess(t *testing.T) {
	t.Parallel()
	e := memory(t)
	spec := biovm.Spec{BiologicalType: biovm.MinimalCell}
	if err := e.CheckProcess(t.Context(), spec, biovm.Process{Code: "fba()"}); err != nil {
		t.Errorf("check fba(): got %v, want none", err)
	}
	wantError(t, "check a basic cell's process", e.CheckProcess(t.Context(), spec, biovm.Process{Code: "genome()"}), biovm.ErrInvalid, "genome")
	wantError(t, "check nothing", e.CheckProcess(t.Context(), spec, biovm.Process{}), biovm.ErrInvalid, "nothing to run")
	wantError(t, "check for an unknown type", e.CheckProcess(t.Context(), biovm.Spec{BiologicalType: "yeti"}, biovm.Process{Code: "1"}), biovm.ErrInvalid, "yeti")
}

func TestExecutionsTakeTurns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e, other := enginetest.Open(t, engine.Options{Dir: dir}), enginetest.Open(t, engine.Options{Dir: dir})
	started(t, e, syn3a("a"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := background(ctx, t, e, "a", endless())
	for name, here := range map[string]*engine.Engine{"this engine": e, "another engine": other} {
		waiting, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer stop()
		wantError(t, name+": execute in a busy vm", second(here.Execute(waiting, "a", biovm.Process{Code: "1"})), context.DeadlineExceeded)
	}
	cancel()
	wantError(t, "canceled execution", <-done, context.Canceled, "cut off")
	if err := second(other.Execute(t.Context(), "a", biovm.Process{Code: "1"})); err != nil {
		t.Errorf("execute when it is free again: %v", err)
	}
}

func TestWaitingCostsNoTime(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{InMemory: true, Workers: 1})
	started(t, e, syn3a("a"))
	started(t, e, syn3a("b"))
	p := endless()
	p.Limits.Timeout = 400 * time.Millisecond
	errs := make([]error, 2)
	began := time.Now()
	var wg sync.WaitGroup
	for i, vm := range []string{"a", "b"} {
		wg.Go(func() { errs[i] = second(e.Execute(t.Context(), vm, p)) })
	}
	wg.Wait()
	took := time.Since(began)
	for _, err := range errs {
		wantError(t, "endless", err, biovm.ErrLimit, "wall time")
	}
	// One worker cannot be used up twice at once, however slow the machine is.
	if took < 2*p.Limits.Timeout {
		t.Errorf("two processes of %v on one worker ended after %v: the waiting counted", p.Limits.Timeout, took)
	}
}

func TestStopCutsOff(t *testing.T) {
	t.Parallel()
	for op, text := range map[biovm.Op]string{biovm.OpStop: "the vm was stopped", biovm.OpDestroy: "the vm was destroyed"} {
		t.Run(string(op), func(t *testing.T) {
			t.Parallel()
			e := enginetest.Open(t, engine.Options{})
			started(t, e, syn3a("a"))
			done := background(t.Context(), t, e, "a", endless())
			operate(t, e, "a", op)
			wantError(t, "execution", <-done, biovm.ErrState, text)
		})
	}
}

// A process ends soon after another engine stopped its VM, and what it came to
// does not count.
func TestStopElsewhere(t *testing.T) {
	t.Parallel()
	for op, text := range map[biovm.Op]string{biovm.OpStop: "the vm was stopped", biovm.OpDestroy: "the vm was destroyed"} {
		t.Run(string(op), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			e, other := enginetest.Open(t, engine.Options{Dir: dir}), enginetest.Open(t, engine.Options{Dir: dir})
			started(t, e, syn3a("a"))
			p := endless()
			p.Limits.Timeout = time.Hour
			done := background(t.Context(), t, e, "a", p)
			operate(t, other, "a", op)
			if op == biovm.OpStop { // running again is another life
				operate(t, other, "a", biovm.OpStart)
			}
			wantError(t, "execution", <-done, biovm.ErrState, text)
		})
	}
}

func TestPauseWaits(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	started(t, e, syn3a("a"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := background(ctx, t, e, "a", endless())
	short, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	wantError(t, "pause of a busy vm", e.Operate(short, "a", biovm.OpPause), context.DeadlineExceeded)
	if got := status(t, e, "a"); got.State != biovm.Running {
		t.Errorf("state: got %s, want running", got.State)
	}
	paused := make(chan error, 1)
	go func() { paused <- e.Operate(t.Context(), "a", biovm.OpPause) }() // ends with the execution
	cancel()
	wantError(t, "canceled execution", <-done, context.Canceled)
	if err := <-paused; err != nil {
		t.Errorf("pause when the process has ended: %v", err)
	}
	wantError(t, "execute while paused", second(e.Execute(t.Context(), "a", biovm.Process{Code: "1"})), biovm.ErrState, "paused")
}

func TestCloseEndsExecutions(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	started(t, e, syn3a("a"))
	done := background(t.Context(), t, e, "a", endless())
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	wantError(t, "execution", <-done, engine.ErrClosed)
}

func TestRecords(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	s := started(t, e, syn3a("a"))
	p := biovm.Process{Code: "print('x')\n1 + 1\n"}
	triggers := map[string]string{"k": "v"}
	made, err := e.ExecuteRecorded(t.Context(), "a", p, triggers)
	if err != nil {
		t.Fatal(err)
	}
	if string(made.Result.Value) != "2" || made.VMUUID != s.UUID || made.VM != "a" || made.Process.Limits != biovm.DefaultLimits() {
		t.Errorf("record: got %+v", made)
	}
	found, err := e.Record(t.Context(), made.ID)
	if d := cmp.Diff(made, found); err != nil || d != "" {
		t.Errorf("found: %v (-made +found):\n%s", err, d)
	}
	other, err := e.ExecuteRecorded(t.Context(), "a", p, triggers)
	if err != nil || other.ID == made.ID {
		t.Errorf("executed again: got record %s, %v; want another than %s, whose owner lives", other.ID, err, made.ID)
	}
	for range 2 {
		if err := e.ConfirmRecord(t.Context(), made.ID); err != nil {
			t.Fatal(err)
		}
	}
	all, err := e.Records(t.Context(), s.UUID)
	if err != nil || len(all) != 2 || all[0].ID != made.ID {
		t.Errorf("records: got %v, %v; want both, oldest first", all, err)
	}
	m, err := e.Metrics(t.Context(), "a")
	if err != nil || m.Executions != 2 {
		t.Errorf("executions in metrics: got %d, %v; want 2", m.Executions, err)
	}
	for range 2 {
		if err := e.DeleteRecord(t.Context(), made.ID); err != nil {
			t.Fatal(err)
		}
	}
	wantError(t, "record after it was deleted", second(e.Record(t.Context(), made.ID)), biovm.ErrNotFound, made.ID)
	operate(t, e, "a", biovm.OpDestroy)
	wantError(t, "record of a vm that is gone", second(e.Record(t.Context(), other.ID)), biovm.ErrNotFound)
}

func TestPendingRecordsAreAdopted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dying, err := engine.Open(t.Context(), engine.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	e := enginetest.Open(t, engine.Options{Dir: dir})
	started(t, e, syn3a("a"))
	p := biovm.Process{Code: "1 + 1"}
	made, err := dying.ExecuteRecorded(t.Context(), "a", p, map[string]string{"k": "v"})
	if err != nil {
		t.Fatal(err)
	}
	if err := dying.Close(); err != nil {
		t.Fatal(err)
	}
	for name, triggers := range map[string]map[string]string{"other": {"k": "w"}, "none": nil} {
		r, err := e.ExecuteRecorded(t.Context(), "a", p, triggers)
		if err != nil || r.ID == made.ID {
			t.Errorf("%s triggers: got record %s, %v; want a new one", name, r.ID, err)
		}
	}
	r, err := e.ExecuteRecorded(t.Context(), "a", p, map[string]string{"k": "v"})
	if d := cmp.Diff(made, r); err != nil || d != "" {
		t.Errorf("adopted: %v (-made +adopted):\n%s", err, d)
	}
	if again, err := e.ExecuteRecorded(t.Context(), "a", p, map[string]string{"k": "v"}); err != nil || again.ID == made.ID {
		t.Errorf("executed again: got %s, %v; want a new record: %s has an owner that lives", again.ID, err, made.ID)
	}
}

// A record is adopted only in the cell that it is about. An allocation that
// grants what the VM holds already makes no other cell.
func TestPendingRecordsAreAdoptedByTheSameCellOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ribosomes int
		adopted   bool
		value     string
	}{
		"same grant":  {15, true, "15"},
		"other grant": {3, false, "3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			dying, err := engine.Open(t.Context(), engine.Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			e := enginetest.Open(t, engine.Options{Dir: dir})
			started(t, e, syn3a("a"))
			p := biovm.Process{Code: `get_biological_status()["grant"]["ribosomes"]`}
			made, err := dying.ExecuteRecorded(t.Context(), "a", p, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := dying.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := e.Allocate(t.Context(), "a", biovm.Allocation{Ribosomes: &c.ribosomes}); err != nil {
				t.Fatal(err)
			}
			r, err := e.ExecuteRecorded(t.Context(), "a", p, nil)
			if got := string(r.Result.Value); err != nil || (r.ID == made.ID) != c.adopted || got != c.value {
				t.Errorf("under %d units: got %s, %v, adopted %t; want %s, adopted %t", c.ribosomes, got, err, r.ID == made.ID, c.value, c.adopted)
			}
		})
	}
}

func ExampleEngine_Watch() {
	ctx := context.Background()
	e, err := engine.Open(ctx, engine.Options{InMemory: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer e.Close()
	if _, err := e.Create(ctx, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}); err != nil {
		fmt.Println(err)
		return
	}
	for ev, err := range e.Watch(ctx, 0) {
		fmt.Println(ev.Seq, ev.VM, ev.Kind, err)
		break
	}
	// Output: 1 a created <nil>
}
