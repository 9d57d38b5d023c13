package ledger

import (
	"context"
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// NameOn is how the ledger calls a VM: by its name in the data directory, or by
// its pool's and its own, which is unique there. host is empty for the former.
func NameOn(host, name string) string {
	if host == "" || name == "" {
		return name
	}
	return host + "/" + name // no name has a slash
}

// shortName is a VM's own name.
func shortName(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// Of is a VM as it is, before the plan.
func Of(s biovm.Status) VM {
	v := VM{Name: string(s.ID), UUID: s.UUID, Spec: s.Spec, State: string(s.State), Grant: s.Grant, pending: s.Pending}
	if s.XCPng != nil {
		v.Name = NameOn(s.XCPng.Host, string(s.ID))
		v.Spec.SharedChassis = "" // its chassis is in its own guest
	}
	return v
}

// Name takes the name of a VM that the plan makes, or reports, as
// [biovm.ErrExists], that it is taken: by one that the plan makes too, or by
// one that is there, is confirmed and is none of Terraform's.
func (l *Ledger) Name(ctx context.Context, name string) error {
	if err := l.load(ctx); err != nil {
		return err
	}
	l.mu.Lock()
	there, ok := l.base[name]
	l.mu.Unlock()
	return l.take(ctx, name, "in the data directory", there, ok)
}

// NameVM is Name for a VM on a pool; all are those that are there.
func (l *Ledger) NameVM(ctx context.Context, host, name string, all []biovm.Status) error {
	var there VM
	found := false
	for _, s := range all {
		if string(s.ID) == name {
			there, found = Of(s), true
		}
	}
	return l.take(ctx, NameOn(host, name), fmt.Sprintf("on pool %q", host), there, found)
}

func (l *Ledger) take(ctx context.Context, name, place string, there VM, isThere bool) error {
	return l.settle(ctx, func() error {
		if l.named[name] {
			return fmt.Errorf("vm %q: %w: another bioxen_vm of this configuration has the name", shortName(name), biovm.ErrExists)
		}
		if isThere && !there.pending && !l.freed[name] && !l.seen[there.UUID] {
			// Of a tainted VM that was not refreshed, and of one that
			// create_before_destroy replaces, Terraform says nothing.
			return fmt.Errorf("vm %q: %w %s, and Terraform has not read it from its state (replacing a tainted VM takes a refresh, and create_before_destroy a new name)",
				there.Spec.ID, biovm.ErrExists, place)
		}
		l.named[name] = true
		return nil
	})
}

// MakeHost says that the plan has a pool, which may be kept by the apply only.
func (l *Ledger) MakeHost(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hosts[name] = true
	l.wake()
}

// HasHost reports whether the plan has a pool. It waits a while for one that it
// does not have yet.
func (l *Ledger) HasHost(ctx context.Context, name string) bool {
	return l.settle(ctx, func() error {
		if l.hosts[name] {
			return nil
		}
		return biovm.ErrNotFound
	}) == nil
}
