package providerdata

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/diagnose"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// Await calls op, and again after each event in the data directory, for as
// long as op fails for want of something that others hold and may give back:
// capacity of a shared chassis. The end of ctx ends it with op's last error and
// its own.
//
// Terraform destroys and creates side by side; without waiting, an apply that
// frees what it then needs would fail by chance.
func Await(ctx context.Context, client *bioxen.Client, op func(ctx context.Context) error) error {
	for {
		last, err := client.LastEvent(ctx)
		if err != nil {
			return err
		}
		if err = op(ctx); !waitable(err) {
			return err
		}
		// Terraform shows no progress of a resource but in its log.
		tflog.Info(ctx, "waiting for others to free capacity", map[string]any{"lacking": err.Error()})
		if waitErr := nextEvent(ctx, client, last); waitErr != nil {
			return errors.Join(err, fmt.Errorf("waited for others to free it: %w", waitErr))
		}
	}
}

// destroyPause is how long AwaitName waits for the next VM to be destroyed, and
// AwaitPackages for a change. An apply that destroys VMs has some milliseconds
// between two.
const destroyPause = 2 * time.Second

// AwaitName calls op, and again after each VM that is destroyed, for as long
// as op fails because another VM has the name. Terraform destroys the VM that
// leaves the configuration beside the one that takes its name; but a name may
// as well be somebody else's for good, so it gives up when no VM is destroyed
// for a while, with op's last error.
func AwaitName(ctx context.Context, client *bioxen.Client, op func(ctx context.Context) error) error {
	for {
		last, err := client.LastEvent(ctx)
		if err != nil {
			return err
		}
		if err = op(ctx); !errors.Is(err, biovm.ErrExists) {
			return err
		}
		tflog.Info(ctx, "waiting for others to free the name", map[string]any{"taken": err.Error()})
		if !soon(ctx, client, biovm.EventDestroyed, last) {
			return err
		}
	}
}

// AwaitPackages calls op, and again after each change of packages, for as long
// as op fails because the package, which its name is told of, is needed: another
// requires it. Terraform removes both side by side unless it was told of that; but
// the one may as well stay, so it gives up when no packages change for a while, with
// op's last error. Nobody hears of changes in a guest, so that op is called once more
// at the end.
func AwaitPackages(ctx context.Context, client *bioxen.Client, op func(ctx context.Context) error) error {
	for {
		last, err := client.LastEvent(ctx)
		if err != nil {
			return err
		}
		if err = op(ctx); !needed(err) {
			return err
		}
		tflog.Info(ctx, "waiting for others to remove what requires the package", map[string]any{"required": err.Error()})
		if !soon(ctx, client, biovm.EventPackages, last) {
			return op(ctx)
		}
	}
}

// needed reports whether err says of a package that it cannot go.
func needed(err error) bool {
	return slices.ContainsFunc(biovm.FieldErrors(err), func(f *biovm.FieldError) bool { return f.Path == "package.name" })
}

// soon reports whether there is an event of a kind soon after the one numbered
// after.
func soon(ctx context.Context, client *bioxen.Client, kind biovm.EventKind, after int64) bool {
	ctx, cancel := context.WithTimeout(ctx, destroyPause)
	defer cancel()
	for e, err := range client.Watch(ctx, after) {
		if err != nil {
			return false // op's error says more
		}
		if e.Kind == kind {
			return true
		}
	}
	return false
}

// AwaitGenome is AwaitName for a genome that is to have a name, which this apply
// may take from another: it calls op, and again after each genome that [Data.Forgot]
// speaks of.
func (d *Data) AwaitGenome(ctx context.Context, op func(ctx context.Context) error) error {
	for {
		d.mu.Lock()
		forgotten := d.forgotten
		d.mu.Unlock()
		err := op(ctx)
		if !errors.Is(err, biovm.ErrExists) {
			return err
		}
		tflog.Info(ctx, "waiting for others to free the name", map[string]any{"taken": err.Error()})
		pause := time.NewTimer(destroyPause)
		select {
		case <-forgotten:
			pause.Stop()
		case <-pause.C:
			return err
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
}

// Forgot says that a genome was deleted: its name is free.
func (d *Data) Forgot() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.forgotten)
	d.forgotten = make(chan struct{})
}

// nextEvent returns when there is an event after the one numbered after.
func nextEvent(ctx context.Context, client *bioxen.Client, after int64) error {
	for _, err := range client.Watch(ctx, after) {
		return err
	}
	return ctx.Err()
}

// waitable reports whether err may go away by what others do.
func waitable(err error) bool {
	if err == nil {
		return false
	}
	for _, f := range biovm.FieldErrors(err) {
		// The chassis of that name is of another kind as long as there are
		// VMs on it.
		if f.Path != "shared_chassis" {
			return false
		}
	}
	for _, c := range diagnose.CapacityErrors(err) {
		if c.Want > c.Capacity {
			return false // more than there is in all
		}
	}
	return errors.Is(err, biovm.ErrNoCapacity) || len(biovm.FieldErrors(err)) > 0
}
