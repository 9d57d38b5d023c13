package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// Check reports all that is wrong with a spec at once: its structure, its
// organism's genes and exchanges, and what its chassis has left now. A VM of
// the same name counts as not there.
func (e *Engine) Check(ctx context.Context, spec biovm.Spec) error {
	return e.do(ctx, "check", string(spec.ID), func(ctx context.Context, _ *call) error {
		t, err := e.inspect(ctx, spec)
		if err != nil {
			return err
		}
		g, err := t.grant(biovm.Allocation{})
		if err != nil {
			return err
		}
		return e.store.Read(ctx, func(tx *store.Tx) error {
			same, err := tx.VM(ctx, string(spec.ID))
			if err != nil && !errors.Is(err, biovm.ErrNotFound) {
				return err
			}
			_, err = t.admit(ctx, tx, g, same.UUID)
			return err
		})
	})
}

// Quote says what a VM of the spec would hold under an allocation, and could
// hold, without making it. Asking for more than its limits, or than a chassis
// of its kind has at all, is an error; what others hold does not matter.
func (e *Engine) Quote(ctx context.Context, spec biovm.Spec, a biovm.Allocation) (biovm.Quote, error) {
	var quote biovm.Quote
	err := e.do(ctx, "quote", string(spec.ID), func(ctx context.Context, _ *call) error {
		t, err := e.inspect(ctx, spec)
		if err != nil {
			return err
		}
		if err := e.checkShare(ctx, t, a); err != nil {
			return err
		}
		g, err := t.grant(a)
		if err != nil {
			return err
		}
		quote = biovm.Quote{Grant: g, Limits: t.limits, Config: t.config, Chassis: spec.SharedChassis, Capacity: t.capacity, MaxVMs: t.kind.MaxVMs}
		return nil
	})
	return quote, err
}

// CheckProcess reads a process' code as the cell of a spec would, without
// running it. The spec may be one that its VM was made from, or a mere
// {BiologicalType}. The process may load from the packages that the spec lists,
// those that are installed in the VM of its ID and all of the catalogue; an
// error about another one is a [biovm.ProcessError] with its name in Package.
func (e *Engine) CheckProcess(ctx context.Context, spec biovm.Spec, p biovm.Process) error {
	return e.do(ctx, "check process for", string(spec.ID), func(ctx context.Context, _ *call) error {
		if err := p.Validate(); err != nil {
			return err
		}
		t, err := termsOf(spec)
		if err != nil {
			return err
		}
		libraries, err := e.librariesFor(ctx, t.spec)
		if err != nil {
			return err
		}
		return process.Check(p.Code, t.config, libraries...)
	})
}

// inspect checks all of a spec that does not depend on who else is there, and
// says what holds for its VM.
func (e *Engine) inspect(ctx context.Context, spec biovm.Spec) (terms, error) {
	errs := []error{spec.Validate()}
	if spec.VMType != "" && spec.VMType != biovm.Basic {
		errs = append(errs, &biovm.FieldError{Path: "vm_type", Value: string(spec.VMType), Reason: "an engine runs basic vms only"})
	}
	if _, err := uuid.Parse(string(spec.ID)); err == nil {
		errs = append(errs, &biovm.FieldError{Path: "id", Value: string(spec.ID), Reason: "has the form of a UUID, which would be taken for a vm's own; use another name"})
	}
	t, err := termsOf(spec)
	if err != nil {
		// The spec's own check has said so, unless a table is damaged.
		if errors.Join(errs...) == nil {
			errs = append(errs, err)
		}
		return terms{}, errors.Join(errs...)
	}
	t, err = e.inspectCell(ctx, t, spec)
	return t, errors.Join(append(errs, err, e.inspectPackages(spec))...)
}

// inspectCell checks what needs network and genome, and says what holds with
// them: without the spec's files there is nothing to say.
func (e *Engine) inspectCell(ctx context.Context, t terms, spec biovm.Spec) (terms, error) {
	for _, p := range spec.Parts() {
		if p.Validate() != nil {
			return t, nil //nolint:nilerr // the spec's own check has said so
		}
	}
	l, err := e.line(ctx, spec)
	if err != nil {
		return t, err
	}
	// The caller's spec, not t's: errors count its knock-outs.
	c, err := l.New(spec, t.defaultGrant(), t.config, nil)
	if err == nil && spec.Genome != nil {
		t = t.withGenome(summary(c))
	}
	return t, err
}

// checkShare refuses an ATP share that means nothing to the cell, unless it is
// the default or one of those that the VM holds. It must not be called inside a
// transaction.
func (e *Engine) checkShare(ctx context.Context, t terms, a biovm.Allocation, held ...float64) error {
	if a.ATP == nil || t.spec.Model == nil || slices.Contains(append(held, t.defaultGrant().ATP), *a.ATP) {
		return nil
	}
	l, err := e.line(ctx, t.spec)
	if err != nil {
		return err
	}
	if why := l.Organism().NoATP(); why != "" {
		return &biovm.FieldError{Path: "atp", Value: *a.ATP, Reason: fmt.Sprintf("a share of ATP means nothing to this cell: %s; leave it out", why)}
	}
	return nil
}

// cell builds the VM's cell under a grant. It must not be asked for inside a
// transaction.
func (e *Engine) cell(ctx context.Context, t terms, g biovm.Resources) (*cell.Cell, error) {
	l, err := e.line(ctx, t.spec)
	if err != nil {
		return nil, err
	}
	return l.New(t.spec, g, t.config, e.memo)
}
