package xapi

import "context"

// SetMemory gives a halted VM so many bytes of memory, all of it always. The
// template's minimum is lowered where it stands above.
func (c *Client) SetMemory(ctx context.Context, ref VMRef, bytes int64) error {
	vm, err := c.VM(ctx, ref)
	if err != nil {
		return err
	}
	return idempotent(ctx, c, "VM.set_memory_limits", ref, min(vm.MemoryStaticMin, bytes), bytes, bytes, bytes)
}

// SetVCPUs gives a halted VM so many virtual CPUs.
func (c *Client) SetVCPUs(ctx context.Context, ref VMRef, n int64) error {
	vm, err := c.VM(ctx, ref)
	if err != nil {
		return err
	}
	// At no moment may more start than there can be.
	steps := []string{"VM.set_VCPUs_max", "VM.set_VCPUs_at_startup"}
	if n < vm.VCPUsMax {
		steps = []string{"VM.set_VCPUs_at_startup", "VM.set_VCPUs_max"}
	}
	for _, method := range steps {
		if err := idempotent(ctx, c, method, ref, n); err != nil {
			return err
		}
	}
	return nil
}
