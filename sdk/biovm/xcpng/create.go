package xcpng

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// Create implements [biovm.Driver]: it makes a machine of the template, boots it,
// and makes the cell in it. On error, and when the context ends, everything that
// was made is removed, which may take a moment.
func (d *Driver) Create(ctx context.Context, spec biovm.Spec) (biovm.VM, error) {
	var vm *VM
	err := d.do(ctx, "create", spec.ID, func(ctx context.Context) (err error) {
		x := d.asked(ctx, spec.XCPng)
		spec, files, err := d.load(ctx, spec)
		if err == nil {
			err = d.checkCell(ctx, spec)
		}
		if err := errors.Join(append(checkMachine(spec, x), err)...); err != nil {
			if x.Host != "" { // all that is wrong at once
				if _, more := d.survey(ctx, x); len(biovm.FieldErrors(more)) > 0 {
					err = errors.Join(err, more)
				}
			}
			return err
		}
		place, err := d.survey(ctx, x)
		if err != nil {
			return err
		}
		mk := &maker{d: d, spec: spec.WithDefaults(), files: files, x: x, place: place}
		vm, err = mk.create(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return able(vm), nil
}

// create claims the name and makes the VM, or adopts one whose maker is gone.
func (k *maker) create(ctx context.Context) (*VM, error) {
	done, err := k.d.making(ctx, k.x.Host, k.spec.ID)
	if err != nil {
		return nil, err
	}
	defer done()
	if k.c, err = k.d.pool(k.x.Host).session(ctx); err != nil {
		return nil, err
	}
	if err := k.d.elsewhere(ctx, k.spec.ID, k.x.Host); err != nil {
		return nil, err
	}
	k.token = rand.Text()
	adopted, err := k.claim(ctx)
	if err != nil {
		return nil, k.unwind(ctx, claiming, err)
	}
	if adopted != nil {
		return adopted, nil
	}
	for _, step := range k.steps() {
		k.d.o.Logger.DebugContext(ctx, "xcpng: "+step.name, slog.String("vm", string(k.spec.ID)))
		if err := step.do(ctx); err != nil {
			return nil, k.unwind(ctx, step.name, err)
		}
	}
	return k.vm, nil
}

// elsewhere refuses a name that a VM on another pool has.
func (d *Driver) elsewhere(ctx context.Context, id biovm.ID, host string) error {
	found, err := d.everywhere(ctx, func(ctx context.Context, other string) ([]*VM, error) {
		if other == host {
			return nil, nil
		}
		vm, err := d.getOn(ctx, other, string(id))
		if err != nil {
			// A pool that does not answer hinders nobody on the others.
			return nil, nil //nolint:nilerr // and one that does not have it does not either
		}
		return []*VM{vm}, nil
	})
	if err != nil || len(found) == 0 {
		return err
	}
	return fmt.Errorf("%w: on xcpng host %q", biovm.ErrExists, found[0].host)
}

// A maker makes one VM.
type maker struct {
	d     *Driver
	c     *xapi.Client
	spec  biovm.Spec
	files files
	x     biovm.XCPngSpec
	place site
	token string
	nonce string

	vm    *VM
	m     *stamped
	login *login
	grown *growing
}

// label is what the machine is called until it is done: by the token it is found
// whatever happens.
func (k *maker) label() string { return fmt.Sprintf("%s (bioxen %s)", k.spec.ID, k.token) }

// driveName is what the configuration drive's disk is called.
func driveName(id biovm.ID, token string) string {
	return fmt.Sprintf("%s configuration (bioxen %s)", id, token)
}

// claim claims the name. What a maker of this data directory left unfinished is
// removed before; a finished VM of an equal spec that nobody confirmed, and whose
// maker is gone, is adopted.
func (k *maker) claim(ctx context.Context) (*VM, error) {
	err := k.d.claimName(ctx, k.c, k.spec.ID, k.token)
	taken, is := errors.AsType[*takenError](err)
	if err != nil && !is {
		return nil, err
	}
	all, err := k.d.pool(k.x.Host).census.get(ctx)
	if err != nil {
		return nil, err
	}
	m, there := all.named(k.spec.ID)
	if there && !m.half() {
		return k.adopt(ctx, m)
	}
	if !is && !there {
		return nil, nil
	}
	owner, token := "", ""
	if is {
		owner, token = taken.claim.Owner, taken.claim.Token
	}
	if there {
		owner, token = m.stamp.Owner, m.stamp.Token
	}
	if _, ours, err := k.d.o.Keeper.Alive(owner); err != nil || !ours {
		return nil, errors.Join(err, fmt.Errorf("%w, by another data directory (%q); if nobody there does so any more, remove the machine that carries the name, and %s from the pool's other_config", errMaking, owner, claimKey(k.spec.ID)))
	}
	// It holds the right to make the name, so nobody of this directory is at it.
	k.d.o.Logger.InfoContext(ctx, "xcpng: what was left of an unfinished vm is removed", slog.String("vm", string(k.spec.ID)))
	if err := k.d.sweep(ctx, k.c, token); err != nil {
		return nil, fmt.Errorf("remove what was left unfinished: %w", err)
	}
	if is {
		if err := k.d.release(ctx, k.c, k.x.Host, k.spec.ID, taken.claim.Token); err != nil {
			return nil, err
		}
	}
	err = k.d.claimName(ctx, k.c, k.spec.ID, k.token)
	if errors.As(err, &taken) {
		return nil, errMaking
	}
	return nil, err
}

// adopt takes over a finished VM, if it is to be had.
func (k *maker) adopt(ctx context.Context, m *stamped) (*VM, error) {
	s := &m.stamp
	switch {
	case m.err != nil:
		return nil, fmt.Errorf("%w: %w", biovm.ErrExists, m.err)
	case s.Owner == "" || !s.Spec.Equal(k.spec):
		return nil, biovm.ErrExists
	}
	alive, ours, err := k.d.o.Keeper.Alive(s.Owner)
	switch {
	case err != nil:
		return nil, err
	case !ours:
		return nil, fmt.Errorf("%w: another data directory (%q) made it and has not confirmed it", biovm.ErrExists, s.Owner)
	case alive:
		return nil, biovm.ErrExists
	}
	vm := k.d.vm(k.x.Host, m)
	was := s.Owner
	err = vm.locked(ctx, func(ctx context.Context) error {
		return vm.rewrite(ctx, k.c, func(m *stamped) error {
			if m.stamp.Owner != was {
				return biovm.ErrExists
			}
			m.stamp.Owner = k.d.o.Keeper.Owner()
			return nil
		})
	})
	return vm, err
}

// claiming is the step before anything is made.
const claiming = "claim the name"

// unwind removes everything that was made, and says how far the making came.
func (k *maker) unwind(ctx context.Context, step string, err error) error {
	after, cancel := afterwards(ctx)
	defer cancel()
	if k.grown != nil {
		k.grown.end()
	}
	if k.vm != nil {
		k.d.forget(k.vm.uuid)
	}
	var left error
	for _, pause := range []time.Duration{0, time.Second, 5 * time.Second} {
		if pause > 0 && !sleep(after, pause) {
			break
		}
		if left = nil; step != claiming {
			left = k.d.sweep(after, k.c, k.token)
		}
		if left == nil {
			left = k.d.release(after, k.c, k.x.Host, k.spec.ID, k.token)
		}
		if left == nil {
			break
		}
	}
	err = k.explain(err)
	if !errors.Is(err, biovm.ErrExists) || step != claiming {
		err = fmt.Errorf("%s: %w", step, err)
	}
	if left != nil {
		err = fmt.Errorf("%w; what was made could not all be removed, and is when a vm of this name is created again: %w", err, left)
	}
	return err
}

// explain says what an error means to the making.
func (k *maker) explain(err error) error {
	if k.vm != nil && gone(err, k.vm.ref) {
		return fmt.Errorf("somebody destroyed the machine on xcpng host %q while it was made: %w", k.x.Host, err)
	}
	if _, ok := errors.AsType[*xapi.Error](err); ok && !explained(err) {
		return explain(k.x.Host, err)
	}
	return err
}

// explained reports whether an error can be branched on already.
func explained(err error) bool {
	for _, e := range []error{biovm.ErrNotFound, biovm.ErrExists, biovm.ErrState, biovm.ErrNoCapacity, biovm.ErrInvalid} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// sleep waits, and reports whether ctx let it.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// sweep removes all that a making with a token made: machines by their stamp or
// label, disks that no machine has by theirs.
func (d *Driver) sweep(ctx context.Context, c *xapi.Client, token string) error {
	if token == "" {
		return nil
	}
	vms, err := c.VMs(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for ref, vm := range vms {
		m, ok := stampOf(ref, vm)
		if vm.IsASnapshot || !strings.Contains(vm.NameLabel, token) && (!ok || m.err != nil || m.stamp.Token != token) {
			continue
		}
		errs = append(errs, c.DestroyWithDisks(ctx, ref))
	}
	disks, err := c.VDIs(ctx)
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	for ref, disk := range disks {
		if strings.Contains(disk.NameLabel, token) {
			errs = append(errs, c.DestroyVDI(ctx, ref))
		}
	}
	return errors.Join(errs...)
}

// A growing is how fast a cell grows, worked out while its machine boots.
type growing struct {
	cancel context.CancelFunc
	done   sync.WaitGroup

	growth *biovm.Growth // when done
	model  string        // the model version that it was worked out by
}

// grow begins to work it out. The goroutine ends with the work, or by end.
func (d *Driver) grow(ctx context.Context, spec biovm.Spec) *growing {
	ctx, cancel := context.WithCancel(ctx)
	g := &growing{cancel: cancel}
	g.done.Go(func() {
		defer cancel()
		err := d.asTwin(ctx, &stamp{Spec: spec}, func(t twin) error {
			m, err := t.Metrics(ctx)
			if err == nil {
				g.growth, g.model = &m.Growth, m.ModelVersion
			}
			return err
		})
		if err != nil {
			d.o.Logger.DebugContext(ctx, "xcpng: the growth of a cell is not known", slog.String("error", err.Error()))
		}
	})
	return g
}

func (g *growing) end() {
	g.cancel()
	g.done.Wait()
}
