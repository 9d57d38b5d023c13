package xcpng

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// rewrite changes the stamp as edit wants it. When somebody else writes it in
// between, edit is asked anew, about what they wrote.
func (v *VM) rewrite(ctx context.Context, c *xapi.Client, edit func(m *stamped) error) error {
	const rounds = 8
	for range rounds {
		m, err := v.look(ctx, c)
		if err != nil {
			return err
		}
		if m.err != nil {
			return m.err
		}
		if err := edit(m); err != nil {
			return err
		}
		written, err := v.d.writeStamp(ctx, c, m)
		if err != nil {
			return v.explain(err)
		}
		if written {
			return nil
		}
	}
	return fmt.Errorf("%w: others keep changing the vm", biovm.ErrState)
}

// writeStamp writes a machine's stamp in place of the one that it had. It reports
// false when somebody else has done so since the machine was read.
func (d *Driver) writeStamp(ctx context.Context, c *xapi.Client, m *stamped) (bool, error) {
	text, err := m.stamp.encode()
	if err != nil {
		return false, err
	}
	key := stampKey(m.number + 1)
	err = c.AddOtherConfig(ctx, m.ref, key, text)
	if errors.Is(err, xapi.MapDuplicateKey) {
		// It may be ours, when the answer got lost.
		vm, lookup := c.VM(ctx, m.ref)
		if lookup != nil {
			return false, lookup
		}
		if vm.OtherConfig[key] != text {
			return false, nil
		}
		err = nil
	}
	if err != nil {
		return false, err
	}
	for old := range m.vm.OtherConfig {
		if n, is := stampNumber(old); is && n <= m.number {
			if err := c.RemoveOtherConfig(ctx, m.ref, old); err != nil {
				// The newest one counts; the next one removes this one.
				d.o.Logger.DebugContext(ctx, "xcpng: an old stamp stays", slog.String("vm", m.vm.UUID), slog.String("error", err.Error()))
			}
		}
	}
	m.vm.OtherConfig[key] = text
	m.number++
	return true, nil
}
