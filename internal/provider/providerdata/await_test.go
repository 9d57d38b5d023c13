package providerdata_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/providerdata"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// Who has waited in vain is told both what is lacking and what ended the wait.
func TestAwaitEnds(t *testing.T) {
	t.Parallel()
	client, err := bioxen.Open(t.Context(), bioxen.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	full := &biovm.CapacityError{Resource: "ribosomes", Want: 2, Free: 1, Capacity: 68, Chassis: "pool"}
	err = providerdata.Await(ctx, client, func(context.Context) error { return errors.Join(biovm.ErrNoCapacity, full) })
	if !errors.Is(err, full) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Await = %v, want both %v and %v", err, full, context.DeadlineExceeded)
	}
}

// A name is waited for as long as VMs are being destroyed.
func TestAwaitName(t *testing.T) {
	t.Parallel()
	client, err := bioxen.Open(t.Context(), bioxen.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, id := range []biovm.ID{"old", "other"} {
		if _, err := client.Create(t.Context(), biovm.Spec{ID: id, BiologicalType: biovm.Syn3A}); err != nil {
			t.Fatal(err)
		}
	}
	tries := 0
	taken := func(ctx context.Context) error {
		// Each try finds one VM fewer: after the first a VM of another name
		// goes, after the second the one that has the name.
		_, err := client.Create(ctx, biovm.Spec{ID: "old", BiologicalType: biovm.EColi})
		for i, ref := range []string{"other", "old"} {
			if vm, found := client.Get(ctx, ref); i == tries && found == nil {
				err = errors.Join(err, vm.Destroy(ctx))
			}
		}
		tries++
		return err
	}
	if err := providerdata.AwaitName(t.Context(), client, taken); err != nil || tries != 3 {
		t.Errorf("AwaitName = %v after %d tries, want no error after 3", err, tries)
	}
	// Now the name is taken for good.
	if err := providerdata.AwaitName(t.Context(), client, taken); !errors.Is(err, biovm.ErrExists) || tries != 4 {
		t.Errorf("AwaitName = %v after %d tries in all, want %v after 4", err, tries, biovm.ErrExists)
	}
}
