package xcpng

import (
	"context"
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// Destroy implements [biovm.VM]. The machine goes with its disks, unless they are
// to be kept, and its name is free. What could not be removed is found when it is
// called again.
func (v *VM) Destroy(ctx context.Context) error {
	return v.do(ctx, string(biovm.OpDestroy), func(ctx context.Context, c *xapi.Client) error {
		m, err := v.look(ctx, c)
		if errors.Is(err, biovm.ErrNotFound) {
			v.d.forget(v.uuid)
			return v.d.releaseOrphan(ctx, c, v.host, v.id)
		}
		if err != nil {
			return err
		}
		if m.err == nil && m.stamp.Asked.KeepDisks && !m.half() {
			err = v.keepDisks(ctx, c, m)
		}
		if err == nil {
			err = c.DestroyWithDisks(ctx, v.ref)
		}
		if err != nil && !gone(err, v.ref) {
			return fmt.Errorf("%w; what is left of it is there still: destroy it again", explain(v.host, err))
		}
		v.d.forget(v.uuid)
		return v.d.release(ctx, c, v.host, v.id, m.stamp.Token)
	})
}

// keepDisks shuts the guest down and takes away the machine's claim on its disks,
// all but the configuration drive.
func (v *VM) keepDisks(ctx context.Context, c *xapi.Client, m *stamped) error {
	if err := c.Shutdown(ctx, v.ref, orDefault(m.stamp.Asked.ShutdownGrace, shutdownTime)); err != nil {
		return err
	}
	for _, ref := range m.vm.VBDs {
		drive, err := c.VBD(ctx, ref)
		if errors.Is(err, xapi.HandleInvalid) {
			continue
		}
		if err != nil {
			return err
		}
		if drive.Type != xapi.VBDDisk || drive.VDI.IsNull() {
			continue
		}
		disk, err := c.VDI(ctx, drive.VDI)
		if errors.Is(err, xapi.HandleInvalid) {
			continue
		}
		if err != nil {
			return err
		}
		if disk.NameLabel == driveName(v.id, m.stamp.Token) {
			continue
		}
		if err := c.DisownDisk(ctx, ref); err != nil && !errors.Is(err, xapi.HandleInvalid) {
			return err
		}
	}
	return nil
}
