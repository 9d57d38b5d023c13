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
