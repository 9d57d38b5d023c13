package provider_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// Fifty VMs in one apply, all at once, while another process works in the same
// data directory.
func TestCrowd(t *testing.T) {
	t.Parallel()
	const vms = 50
	w := workspace(t)
	w.Write(t, "main.tf", fmt.Sprintf(`resource "bioxen_vm" "crowd" {
  count           = %d
  name            = "crowd-${count.index}"
  biological_type = ["syn3a", "minimal_cell"][count.index %% 2]
  shared_chassis  = count.index < 15 ? "pool-${count.index %% 5}" : null
}

resource "bioxen_resource_allocation" "crowd" {
  count     = %d
  vm_id     = bioxen_vm.crowd[count.index].id
  ribosomes = 1 + count.index %% 7
}
`, vms, vms))
	client := acctest.Open(t, w.Data)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	finish := func() {
		stop()
		wg.Wait()
	}
	t.Cleanup(finish) // before the client is closed
	hammered := make([]int, 3)
	for i := range hammered {
		wg.Go(func() { hammered[i] = hammer(ctx, t, client, i) })
	}
	w.Terraform(t, "apply", "-auto-approve", "-parallelism=50")
	finish()
	t.Logf("meanwhile the other process went round %v times", hammered)
	for i, n := range hammered {
		if n == 0 {
			t.Errorf("hammer %d never went round: the test shows nothing", i)
		}
	}
	w.NothingToDo(t)

	all, err := client.Statuses(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != vms {
		t.Errorf("the data directory has %d VMs, want %d", len(all), vms)
	}
	for _, s := range all {
		var index int
		if _, err := fmt.Sscanf(string(s.ID), "crowd-%d", &index); err != nil {
			t.Errorf("vm %q is left over: %v", s.ID, err)
			continue
		}
		if want := 1 + index%7; s.State != biovm.Running || s.Grant.Ribosomes != want || s.Pending {
			t.Errorf("vm %q is %s with %d ribosomes, pending %t; want it running with %d, confirmed", s.ID, s.State, s.Grant.Ribosomes, s.Pending, want)
		}
	}
	w.Terraform(t, "destroy", "-auto-approve", "-parallelism=50")
	if all, err := client.Statuses(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("after destroy the data directory has %d VMs, error %v; want none", len(all), err)
	}
}

// hammer makes, changes, uses and destroys a VM over and over until ctx ends,
// and returns how often.
func hammer(ctx context.Context, t *testing.T, client *bioxen.Client, n int) int {
	spec := biovm.Spec{ID: biovm.ID(fmt.Sprintf("hammer-%d", n)), BiologicalType: biovm.Syn3A}
	if n == 0 {
		spec.SharedChassis = "pool-0" // which has room for one more
	}
	rounds := 0
	tick := time.NewTicker(20 * time.Millisecond) // leaves the apply something of two cores
	defer tick.Stop()
	for ctx.Err() == nil {
		<-tick.C
		// Each round ends, so that nothing is left over.
		err := round(context.WithoutCancel(ctx), client, spec)
		if err != nil {
			t.Errorf("%s, round %d: %v", spec.ID, rounds, err)
			return rounds
		}
		rounds++
	}
	return rounds
}

func round(ctx context.Context, client *bioxen.Client, spec biovm.Spec) error {
	v, err := client.Create(ctx, spec)
	if err != nil {
		return err
	}
	m, err := biovm.NewResourceManager(v)
	if err == nil {
		_, err = m.Allocate(ctx, biovm.Allocation{Ribosomes: new(3)})
	}
	if err == nil {
		err = v.Start(ctx)
	}
	if err == nil {
		var r biovm.Result
		if r, err = v.Execute(ctx, biovm.Process{Code: "1 + 1"}); err == nil && strings.TrimSpace(string(r.Value)) != "2" {
			err = fmt.Errorf("1 + 1 came to %s", r.Value)
		}
	}
	return errors.Join(err, v.Destroy(ctx))
}
