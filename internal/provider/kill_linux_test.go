package provider_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
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
	steps := []int64{1, 2, 3, 4, 6, 8, 10, 12, 15}
	t.Run("steps", func(t *testing.T) {
		for _, step := range steps {
			t.Run(fmt.Sprintf("after event %d", step), func(t *testing.T) {
				t.Parallel()
				if killAt(t, binary, step) {
					killed.Add(1)
				}
			})
		}
	})
	t.Run("terraform itself", func(t *testing.T) {
		t.Parallel()
		killTerraform(t, binary)
	})
	if n := killed.Load(); n < 5 {
		t.Errorf("%d of %d applies were cut short: the test shows too little", n, len(steps))
	}
}

// sixCells is a configuration whose apply takes some 32 events.
const sixCells = `resource "bioxen_vm" "cell" {
  count           = 6
  name            = "cell-${count.index}"
  biological_type = "syn3a"
  shared_chassis  = "pool-${count.index % 2}"
  model           = count.index % 3 == 0 ? { source = "network.json" } : null
  genome          = count.index % 3 == 1 ? { id = bioxen_genome.strain.id } : null
}

resource "bioxen_genome" "strain" {
  name   = "strain"
  source = "strain.gff3"
}

resource "bioxen_package" "law" {
  count  = 2
  vm_id  = bioxen_vm.cell[count.index].id
  source = "growth_law"
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
`

// victim is a workspace whose provider is a program of its own, to find its
// process by.
func victim(t *testing.T, binary string) (w *acctest.Workspace, own string) {
	t.Helper()
	own = filepath.Join(t.TempDir(), filepath.Base(binary))
	if err := os.Link(binary, own); err != nil {
		t.Fatal(err)
	}
	w = acctest.NewWorkspace(t, own)
	w.Write(t, "main.tf", sixCells)
	network, err := os.ReadFile(networkFile(t))
	if err != nil {
		t.Fatal(err)
	}
	w.Write(t, "network.json", string(network))
	w.Write(t, "strain.gff3", strainFile(t))
	return w, own
}

// killAt reports whether the apply was cut short.
func killAt(t *testing.T, binary string, step int64) bool {
	t.Helper()
	w, own := victim(t, binary)
	// The step is an event of the data directory; the provider makes it.
	client := acctest.Open(t, w.Data)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	killed := make(chan error, 1)
	go func() {
		reach(ctx, client, step)
		killed <- kill(own)
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

// reach returns when there have been so many events, or ctx has ended.
func reach(ctx context.Context, client *bioxen.Client, events int64) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if last, err := client.LastEvent(ctx); err != nil || last >= events {
			return
		}
		<-tick.C
	}
}

// killTerraform kills Terraform instead; its provider notices and ends.
func killTerraform(t *testing.T, binary string) {
	t.Helper()
	w, own := victim(t, binary)
	client := acctest.Open(t, w.Data)
	cmd := w.Command(t.Context(), "terraform", "apply", "-auto-approve")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	reach(t.Context(), client, 4)
	if err := errors.Join(cmd.Process.Kill(), cmd.Wait()); err == nil {
		t.Error("terraform was done before it could be killed: the test shows nothing")
	}
	for tick := time.NewTicker(20 * time.Millisecond); len(running(own)) > 0; <-tick.C {
		if t.Context().Err() != nil {
			t.Fatal("the provider lives on without its terraform")
		}
	}
	w.Apply(t)
	nothingLeaked(t, w)
}

// kill sends SIGKILL to the processes that run a program.
func kill(program string) error {
	pids := running(program)
	if len(pids) == 0 {
		return os.ErrProcessDone
	}
	var errs []error
	for _, pid := range pids {
		errs = append(errs, syscall.Kill(pid, syscall.SIGKILL))
	}
	return errors.Join(errs...)
}

// running lists the processes that run a program.
func running(program string) []int {
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	var pids []int
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != program {
			continue // gone meanwhile, or another program
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(link))); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
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
	if kept, err := client.Genomes(t.Context()); err != nil || len(kept) != 1 || kept[0].Pending {
		t.Errorf("the data directory keeps %+v, %v; want one genome, confirmed", kept, err)
	}
	if len(all) != 6 || len(inState) != 6 {
		t.Errorf("the data directory has %d VMs and the state %d, want 6 in both", len(all), len(inState))
	}
}
