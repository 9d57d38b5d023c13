package xapi

import (
	"context"
	"fmt"
)

// A Pool is the one pool that hosts belong to.
type Pool struct {
	UUID        string            `xapi:"uuid"`
	NameLabel   string            `xapi:"name_label"`
	Master      HostRef           `xapi:"master"`
	DefaultSR   SRRef             `xapi:"default_SR"`
	OtherConfig map[string]string `xapi:"other_config"`
	HAEnabled   bool              `xapi:"ha_enabled"`
}

// Pool returns the pool that the client is logged in to.
func (c *Client) Pool(ctx context.Context) (PoolRef, Pool, error) {
	all, err := read[map[PoolRef]Pool](ctx, c, "pool.get_all_records")
	if err != nil {
		return "", Pool{}, err
	}
	for ref, p := range all {
		return ref, p, nil
	}
	return "", Pool{}, fmt.Errorf("xapi: pool.get_all_records: %w: there is no pool", ErrProtocol)
}
