package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// TestMain lets the test binary be a daemon that can be killed.
func TestMain(m *testing.M) {
	socket := os.Getenv("BIOXEN_TEST_SOCKET")
	if socket == "" {
		os.Exit(m.Run())
	}
	if err := daemon.Run(context.Background(), daemon.Settings{DataDir: os.Getenv("BIOXEN_TEST_DIR"), Socket: socket}); err != nil {
		fmt.Fprintln(os.Stderr, "daemon:", err)
		os.Exit(1)
	}
}

// daemonProcess runs a daemon in a process of its own and returns when it answers.
func daemonProcess(t testing.TB, dir, socket string) *exec.Cmd {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), "BIOXEN_TEST_SOCKET="+socket, "BIOXEN_TEST_DIR="+dir)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for {
		c, err := remote.Dial(t.Context(), remote.Options{Endpoint: "unix://" + socket})
		if err == nil {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			return cmd
		}
		select {
		case <-t.Context().Done():
			t.Fatal(err)
		case <-ticker.C:
		}
	}
}

// What of a VM's life was acknowledged.
const (
	created = iota + 1
	confirmed
	started
	recorded
)

// live makes VMs and has them run until the daemon is gone, and returns what was
// acknowledged of each.
func live(ctx context.Context, c *remote.Client, who int) (acknowledged []int, err error) {
	for n := 0; ; n++ {
		ref := vmName(who, n)
		for _, step := range []func() error{
			func() error {
				_, err := c.Create(ctx, biovm.Spec{ID: biovm.ID(ref), BiologicalType: biovm.Syn3A})
				return err
			},
			func() error { return c.Confirm(ctx, ref) },
			func() error { return c.Operate(ctx, ref, biovm.OpStart) },
			func() error {
				r, err := c.ExecuteRecorded(ctx, ref, biovm.Process{Code: "1 + 1"}, nil)
				if err != nil {
					return err
				}
				return c.ConfirmRecord(ctx, r.ID)
			},
		} {
			if err := step(); errors.Is(err, remote.ErrUnavailable) {
				return acknowledged, nil
			} else if err != nil {
				return acknowledged, fmt.Errorf("%s: %w", ref, err)
			}
			if n == len(acknowledged) {
				acknowledged = append(acknowledged, 0)
			}
			acknowledged[n]++
		}
	}
}

func vmName(who, n int) string { return fmt.Sprintf("c%d-%d", who, n) }

// TestKill holds that a daemon that is killed under load has lost nothing that it
// acknowledged, that what its callers left half-way can be finished, and that the
// next daemon takes its place.
func TestKill(t *testing.T) {
	t.Parallel()
	const callers = 4
	for round := range 4 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			t.Parallel()
			dir, socket := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "s")
			process := daemonProcess(t, dir, socket)
			type outcome struct {
				acknowledged []int
				err          error
			}
			outcomes := make([]chan outcome, callers)
			for who := range callers {
				c := dial(t, remote.Options{Endpoint: "unix://" + socket})
				outcomes[who] = make(chan outcome, 1)
				go func() { // ends with the daemon
					acknowledged, err := live(t.Context(), c, who)
					outcomes[who] <- outcome{acknowledged, err}
				}()
			}
			<-time.After(50*time.Millisecond + rand.N(200*time.Millisecond))
			if err := process.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = process.Wait() // it was killed
			next := daemonProcess(t, dir, socket)
			again := dial(t, remote.Options{Endpoint: "unix://" + socket})
			for who := range callers {
				o := <-outcomes[who]
				if o.err != nil {
					t.Errorf("caller %d: %v", who, o.err)
				}
				checkLives(t, again, who, o.acknowledged)
			}
			if err := errors.Join(again.Close(), next.Process.Signal(os.Interrupt)); err != nil {
				t.Error(err)
			}
			_ = next.Process.Kill()
			_ = next.Wait() // it was killed
			// The directory is consistent, which the engine checks at the test's end.
			enginetest.Open(t, engine.Options{Dir: dir})
		})
	}
}

// checkLives checks that all that was acknowledged is there, and that the one VM
// that was under way can be had.
func checkLives(t *testing.T, c *remote.Client, who int, acknowledged []int) {
	t.Helper()
	ctx := t.Context()
	for n, stage := range acknowledged {
		ref := vmName(who, n)
		s, err := c.Status(ctx, ref)
		if err != nil {
			t.Errorf("after %d steps: %v", stage, err)
			continue
		}
		records, err := c.Records(ctx, ref)
		if err != nil || stage >= confirmed && s.Pending || stage >= started && s.State != biovm.Running || stage >= recorded && len(records) != 1 {
			t.Errorf("%s after %d steps is %s, pending %t, with %d records, %v", ref, stage, s.State, s.Pending, len(records), err)
		}
		if stage == created && s.Pending {
			if adopted, err := c.Create(ctx, s.Spec); err != nil || adopted.UUID != s.UUID {
				t.Errorf("Create of %s, which was left pending = %+v, %v; want the same vm", ref, adopted, err)
			}
		}
	}
	// The one that may have been made when nobody heard any more.
	next := vmName(who, len(acknowledged))
	if _, err := c.Create(ctx, biovm.Spec{ID: biovm.ID(next), BiologicalType: biovm.Syn3A}); err != nil {
		t.Errorf("Create of the next, %s: %v", next, err)
	}
}
