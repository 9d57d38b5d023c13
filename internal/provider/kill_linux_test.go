package provider_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

// The provider is killed in mid-apply, once after each of 15 events; the next
// apply converges, and nothing is leaked.
func TestKilled(t *testing.T) {
	t.Parallel()
	binary, err := program()
	if err != nil {
		t.Fatal(err)
	}
	var killed atomic.Int64
	t.Run("steps", func(t *testing.T) {
		for step := int64(1); step <= 15; step++ {
			t.Run(fmt.Sprintf("after event %d", step), func(t *testing.T) {
				t.Parallel()
				if killAt(t, binary, step) {
					killed.Add(1)
				}
			})
		}
	})
	if n := killed.Load(); n < 8 {
		t.Errorf("%d of 15 applies were cut short: the test shows too little", n)
	}
}

// killAt reports whether the apply was cut short.
func killAt(t *testing.T, binary string, step int64) bool {
	t.Helper()
	// A program of its own, to find its process by.
	own := filepath.Join(t.TempDir(), filepath.Base(binary))
	if err := os.Link(binary, own); err != nil {
		t.Fatal(err)
	}
	w := acctest.NewWorkspace(t, own)
	w.Write(t, "main.tf", `resource "bioxen_vm" "cell" {
  count           = 6
  name            = "cell-${count.index}"
  biological_type = "syn3a"
  shared_chassis  = "pool-${count.index % 2}"
}

resource "bioxen_resource_allocation" "cell" {
  count     = 6
  vm_id     = bioxen_vm.cell[count.index].id
  ribosomes = 4
}

resource "bioxen_process" "cell" {
  count = 6
  vm_id = bioxen_resource_allocation.cell[count.index].vm_id
  code  = "fba()['growth_rate']"
}
`)
	// The step is an event of the data directory; the provider makes it.
	client := acctest.Open(t, w.Data)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	killed := make(chan error, 1)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			if last, err := client.LastEvent(ctx); err != nil || last >= step {
				killed <- kill(own)
				return
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				killed <- nil
				return
			}
		}
	}()
	_, err := w.Try(t.Context(), "apply", "-auto-approve")
	cancel()
	if err := <-killed; err != nil {
		t.Logf("the provider was gone before it could be killed: %v", err)
	}
	w.Apply(t)
	nothingLeaked(t, w)
	return err != nil
}

// kill sends SIGKILL to the processes that run a program.
func kill(program string) error {
	links, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		return err
	}
	n := 0
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != program {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link)))
		if err != nil {
			return err
		}
		if syscall.Kill(pid, syscall.SIGKILL) == nil {
			n++
		}
	}
	if n == 0 {
		return os.ErrProcessDone
	}
	return nil
}

// nothingLeaked fails the test when the data directory has a VM that is not in
// the state, or the other way round, or a VM is not as it should be.
func nothingLeaked(t *testing.T, w *acctest.Workspace) {
	t.Helper()
	client := acctest.Open(t, w.Data)
	all, err := client.Statuses(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	inState := map[any]bool{}
	for _, i := range w.State(t) {
		if i.Type == "bioxen_vm" {
			inState[i.Attributes["id"]] = true
		}
	}
	for _, s := range all {
		if !inState[s.UUID] {
			t.Errorf("vm %q (%s) is in the data directory, but not in the state", s.ID, s.UUID)
		}
		if s.Grant.Ribosomes != 4 || s.Pending {
			t.Errorf("vm %q has %d ribosomes, pending %t; want 4, confirmed", s.ID, s.Grant.Ribosomes, s.Pending)
		}
	}
	if len(all) != 6 || len(inState) != 6 {
		t.Errorf("the data directory has %d VMs and the state %d, want 6 in both", len(all), len(inState))
	}
}
