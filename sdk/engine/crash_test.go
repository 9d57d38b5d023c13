package engine_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// TestMain lets the test binary be a second process on a data directory.
func TestMain(m *testing.M) {
	role, dir := os.Getenv("BIOXEN_TEST_ROLE"), os.Getenv("BIOXEN_TEST_DIR")
	if role == "" {
		os.Exit(m.Run())
	}
	if err := play(role, dir, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, role+":", err)
		os.Exit(1)
	}
}

// play is what a second process does.
func play(role, dir string, acks io.Writer) error {
	ctx := context.Background()
	if role == "installs" {
		return installSome(ctx, dir, os.Getenv("BIOXEN_TEST_NAME"), acks)
	}
	e, err := engine.Open(ctx, engine.Options{Dir: dir})
	if err != nil {
		return err
	}
	switch role {
	case "packs":
		if err := packAndUnpack(ctx, e, os.Getenv("BIOXEN_TEST_NAME")); err != nil {
			return err
		}
	case "script":
		for i, s := range script() {
			if err := s.do(ctx, e); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			if _, err := fmt.Fprintln(acks, i); err != nil {
				return err
			}
		}
	case "hammer":
		n, err := hammer(ctx, e, os.Getenv("BIOXEN_TEST_NAME"))
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(acks, n); err != nil {
			return err
		}
	case "keeper":
		if err := keep(ctx, e, os.Getenv("BIOXEN_TEST_NAME")); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(acks, e.Owner()); err != nil {
			return err
		}
	case "brings", "makes":
		if err := bring(ctx, e, os.Getenv("BIOXEN_TEST_NAME"), role == "makes"); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(acks, "done"); err != nil {
			return err
		}
		select {} // until it is killed
	case "endless", "lives":
		p := endless()
		if role == "lives" {
			p = endlessLife()
		}
		done := make(chan error, 1)
		go func() { done <- second(e.Execute(ctx, "a", p)) }() // ends with the process
		if err := busy(ctx, e, "a"); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(acks, "begun"); err != nil {
			return err
		}
		return <-done
	}
	return e.Close()
}

// child runs this binary as a second process.
func child(t *testing.T, role, dir, name string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), "BIOXEN_TEST_ROLE="+role, "BIOXEN_TEST_DIR="+dir, "BIOXEN_TEST_NAME="+name)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// A scripted is one acknowledged step of a life that a process leads.
type scripted struct {
	name string
	do   func(context.Context, *engine.Engine) error
}

func script() []scripted {
	spec := func(name string) biovm.Spec {
		return biovm.Spec{ID: biovm.ID(name), BiologicalType: biovm.Syn3A, SharedChassis: "pool"}
	}
	creation := func(name string) scripted {
		return scripted{"create " + name, func(ctx context.Context, e *engine.Engine) error { return second(e.Create(ctx, spec(name))) }}
	}
	confirm := func(name string) scripted {
		return scripted{"confirm " + name, func(ctx context.Context, e *engine.Engine) error { return e.Confirm(ctx, name) }}
	}
	apply := func(name string, op biovm.Op) scripted {
		return scripted{string(op) + " " + name, func(ctx context.Context, e *engine.Engine) error { return e.Operate(ctx, name, op) }}
	}
	return []scripted{
		creation("a"), confirm("a"), apply("a", biovm.OpStart), creation("b"), confirm("b"),
		{"allocate a", func(ctx context.Context, e *engine.Engine) error {
			return second(e.Allocate(ctx, "a", biovm.Allocation{Ribosomes: new(4), ATP: new(20.0)}))
		}},
		apply("b", biovm.OpStart),
		{"record a", func(ctx context.Context, e *engine.Engine) error {
			return second(e.ExecuteRecorded(ctx, "a", biovm.Process{Code: "1 + 1"}, map[string]string{"k": "v"}))
		}},
		{"confirm record", func(ctx context.Context, e *engine.Engine) error {
			records, err := e.Records(ctx, "a")
			if err != nil || len(records) != 1 {
				return fmt.Errorf("records: got %v, %w; want one", records, err)
			}
			return e.ConfirmRecord(ctx, records[0].ID)
		}},
		{"update b", func(ctx context.Context, e *engine.Engine) error {
			return e.Update(ctx, "b", biovm.Change{Config: new(maxRibosomes(9))})
		}},
		apply("a", biovm.OpPause), apply("a", biovm.OpResume), creation("c"), apply("a", biovm.OpDestroy), confirm("c"), apply("b", biovm.OpStop),
		{"reset b", func(ctx context.Context, e *engine.Engine) error { return second(e.ResetAllocation(ctx, "b")) }},
		apply("b", biovm.OpDestroy), apply("c", biovm.OpDestroy),
	}
}

// snapshot is all that a data directory holds, but for what differs from run
// to run.
func snapshot(t *testing.T, e *engine.Engine) []string {
	t.Helper()
	all, err := e.Statuses(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, s := range all {
		records, err := e.Records(t.Context(), s.UUID)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s %s pending=%v grant=%+v records=%d", s.ID, s.State, s.Pending, s.Grant, len(records)))
	}
	last, err := e.LastEvent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return append(lines, fmt.Sprint(last, " events"))
}

// A process that is killed at any step of a script must leave what was
// acknowledged, at most one step more, and nothing in between; and the next
// process must get on from there.
func TestKill(t *testing.T) {
	t.Parallel()
	steps := script()
	// What there is after each step, as an engine that nobody kills has it.
	whole := memory(t)
	after := [][]string{snapshot(t, whole)}
	for _, s := range steps {
		if err := s.do(t.Context(), whole); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		after = append(after, snapshot(t, whole))
	}
	for n := range steps {
		t.Run(fmt.Sprintf("during %s", steps[n].name), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd, acks := child(t, "script", dir, "")
			acked := 0
			for acked < n && acks.Scan() {
				acked++
			}
			<-time.After(rand.N(4 * time.Millisecond))
			if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
			for acks.Scan() { // what it said before it died
				acked++
			}
			_ = cmd.Wait() // it was killed

			e := enginetest.Open(t, engine.Options{Dir: dir})
			if err := e.Verify(t.Context()); err != nil {
				t.Fatalf("after %d acknowledged steps: %v", acked, err)
			}
			got, next := snapshot(t, e), acked
			if !cmp.Equal(got, after[acked]) {
				next = min(acked+1, len(steps))
				if d := cmp.Diff(after[next], got); d != "" {
					t.Fatalf("after %d acknowledged steps it is as after none of %d or %d (-want +got):\n%s", acked, acked, next, d)
				}
			}
			converge(t, e, steps, acked, next, after)
		})
	}
}

// converge goes on with a script, acknowledged up to one step and done up to
// another, as a caller does that keeps its own books: what was not
// acknowledged is asked for again.
func converge(t *testing.T, e *engine.Engine, steps []scripted, acked, done int, after [][]string) {
	t.Helper()
	for i, s := range steps[acked:] {
		err := s.do(t.Context(), e)
		repeated := acked+i < done
		if err != nil && (!repeated || !errors.Is(err, biovm.ErrState) && !errors.Is(err, biovm.ErrNotFound)) {
			t.Fatalf("%s, asked for again: %v: %v", s.name, repeated, err)
		}
		if repeated && err != nil && strings.HasPrefix(s.name, "create") {
			t.Errorf("%s, asked for again: got %v, want it adopted", s.name, err)
		}
	}
	want, got := after[len(steps)], snapshot(t, e)
	if d := cmp.Diff(want[:len(want)-1], got[:len(got)-1]); d != "" {
		t.Errorf("at the script's end (-want +got):\n%s", d)
	}
}

func TestKilledExecutionLetsGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := enginetest.Open(t, engine.Options{Dir: dir})
	started(t, e, syn3a("a"))
	cmd, acks := child(t, "endless", dir, "")
	if !acks.Scan() {
		t.Fatal("the child did not begin")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	err := second(e.Execute(ctx, "a", biovm.Process{Code: "1"}))
	wantError(t, "execute while another process does", err, context.DeadlineExceeded)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	ctx, cancel = context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := second(e.Execute(ctx, "a", biovm.Process{Code: "1"})); err != nil {
		t.Errorf("execute after the other process was killed: %v", err)
	}
	sweeper, err := engine.Open(t.Context(), engine.Options{Dir: dir}) // removes what the dead one left
	if err != nil {
		t.Fatal(err)
	}
	if err := sweeper.Close(); err != nil {
		t.Error(err)
	}
}
