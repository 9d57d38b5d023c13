package xapi

import "context"

// AddOtherConfig adds a key to a VM's other_config, or fails with
// [MapDuplicateKey] when it is there: of several who add one key, one succeeds.
// It may be its own key that it finds, when the answer to the first attempt got
// lost, so that a value which nobody else writes tells who did.
func (c *Client) AddOtherConfig(ctx context.Context, ref VMRef, key, value string) error {
	return idempotent(ctx, c, "VM.add_to_other_config", ref, key, value)
}

// AddPoolOtherConfig adds a key to the pool's other_config; see
// [Client.AddOtherConfig].
func (c *Client) AddPoolOtherConfig(ctx context.Context, ref PoolRef, key, value string) error {
	return idempotent(ctx, c, "pool.add_to_other_config", ref, key, value)
}

// RemovePoolOtherConfig removes one key of the pool's other_config; one that is
// not there is no error.
func (c *Client) RemovePoolOtherConfig(ctx context.Context, ref PoolRef, key string) error {
	return idempotent(ctx, c, "pool.remove_from_other_config", ref, key)
}

// DisownDisk takes the mark off a drive that has [Client.DestroyWithDisks]
// destroy its disk with the VM.
func (c *Client) DisownDisk(ctx context.Context, ref VBDRef) error {
	return idempotent(ctx, c, "VBD.remove_from_other_config", ref, ownerKey)
}
