package xapi

import (
	"context"
	"errors"
)

// An SR is a storage repository: where disks are.
type SR struct {
	UUID                string            `xapi:"uuid"`
	NameLabel           string            `xapi:"name_label"`
	Type                string            `xapi:"type"`
	ContentType         string            `xapi:"content_type"` // iso for images of CDs
	Shared              bool              `xapi:"shared"`
	PhysicalSize        int64             `xapi:"physical_size"` // bytes, like the rest
	PhysicalUtilisation int64             `xapi:"physical_utilisation"`
	VirtualAllocation   int64             `xapi:"virtual_allocation"`
	VDIs                []VDIRef          `xapi:"VDIs"`
	PBDs                []PBDRef          `xapi:"PBDs"`
	OtherConfig         map[string]string `xapi:"other_config"`
}

// Free is how much of it is not taken, in bytes.
func (s *SR) Free() int64 { return max(0, s.PhysicalSize-s.PhysicalUtilisation) }

// SRs returns every storage repository, in one call.
func (c *Client) SRs(ctx context.Context) (map[SRRef]SR, error) {
	return read[map[SRRef]SR](ctx, c, "SR.get_all_records")
}

// SR reads a storage repository.
func (c *Client) SR(ctx context.Context, ref SRRef) (SR, error) {
	return read[SR](ctx, c, "SR.get_record", ref)
}

// orDefaultSR returns sr or, when it is null, the pool's default SR.
func (c *Client) orDefaultSR(ctx context.Context, sr SRRef) (SRRef, error) {
	if !sr.IsNull() {
		return sr, nil
	}
	_, pool, err := c.Pool(ctx)
	if err != nil {
		return "", err
	}
	if pool.DefaultSR.IsNull() {
		return "", ErrNoSR
	}
	return pool.DefaultSR, nil
}

// ErrNoSR is returned when a disk has to go somewhere, no SR is given, and the
// pool has no default one.
var ErrNoSR = errors.New("xapi: no SR is given, and the pool has no default one")
