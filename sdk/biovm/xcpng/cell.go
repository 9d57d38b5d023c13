package xcpng

import (
	"context"
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// A cell is a VM's cell in its guest's engine.
type cell struct {
	engine *remote.Client
	name   string
}

func (v *VM) cell(l *line) cell { return cell{engine: l.engine, name: string(v.id)} }

// make makes the cell, in place of one that the template's disk brought along.
func (c cell) make(ctx context.Context, spec biovm.Spec) (biovm.Status, error) {
	spec, err := source.Reader{}.Stage(ctx, c.engine, spec)
	if err != nil {
		return biovm.Status{}, inner(err)
	}
	s, err := c.engine.Create(ctx, spec)
	if errors.Is(err, biovm.ErrExists) {
		if err = c.engine.Operate(ctx, c.name, biovm.OpDestroy); err == nil || errors.Is(err, biovm.ErrNotFound) {
			s, err = c.engine.Create(ctx, spec)
		}
	}
	if err != nil {
		return s, err
	}
	// The machine's stamp says whose the VM is.
	return s, c.engine.Confirm(ctx, c.name)
}

// align brings the cell in line with its VM's stamp: what it is made of, what it
// holds, what it forgot, and the state. It returns the cell as it then is.
func (c cell) align(ctx context.Context, s *stamp, state biovm.State) (biovm.Status, error) {
	now, err := c.engine.Status(ctx, c.name)
	if errors.Is(err, biovm.ErrNotFound) {
		now, err = c.make(ctx, s.cell())
	}
	if err != nil {
		return now, err
	}
	if now, err = c.alignSpec(ctx, s, now); err != nil {
		return now, err
	}
	for _, record := range s.Forget {
		if err := c.engine.DeleteRecord(ctx, record); err != nil && !errors.Is(err, biovm.ErrNotFound) {
			return now, fmt.Errorf("delete record %s, which was to be deleted: %w", record, err)
		}
	}
	if err := c.move(ctx, now.State, state); err != nil {
		return now, err
	}
	return c.engine.Status(ctx, c.name)
}

// alignSpec brings spec and grant in line.
func (c cell) alignSpec(ctx context.Context, s *stamp, now biovm.Status) (biovm.Status, error) {
	want := s.cell()
	if now.Spec.Equal(want) && equalAllocation(now.Allocated, s.Allocated) {
		return now, nil
	}
	change := wholeChange(now.Spec, want)
	if !change.Apply(now.Spec).Equal(want) {
		if err := c.engine.Operate(ctx, c.name, biovm.OpDestroy); err != nil && !errors.Is(err, biovm.ErrNotFound) {
			return now, err
		}
		if _, err := c.make(ctx, want); err != nil {
			return now, err
		}
	} else if err := c.engine.Update(ctx, c.name, change); err != nil {
		return now, err
	}
	if err := c.hold(ctx, s.Allocated); err != nil {
		return now, err
	}
	return c.engine.Status(ctx, c.name)
}

// wholeChange changes all of a cell's spec that can change. Its packages, which a
// guest of an older release knows nothing of, only where there are some or were.
func wholeChange(from, to biovm.Spec) biovm.Change {
	c := biovm.Change{Config: &to.Config, Medium: &to.Medium, Knockouts: &to.Knockouts, Seed: &to.Seed}
	if len(from.Packages)+len(to.Packages) > 0 {
		c.Packages = &to.Packages
	}
	if to.Model != nil {
		c.ModelSource = &to.Model.Source
	}
	if to.Genome != nil {
		c.GenomeSource = &to.Genome.Source
	}
	return c
}

// hold has the cell hold an allocation and nothing else by hand.
func (c cell) hold(ctx context.Context, a biovm.Allocation) error {
	if _, err := c.engine.ResetAllocation(ctx, c.name); err != nil {
		return err
	}
	_, err := c.engine.Allocate(ctx, c.name, a)
	return err
}

// move leads the cell from one state to another, to which somebody else may lead
// it at the same time.
func (c cell) move(ctx context.Context, from, to biovm.State) error {
	for _, op := range steps(from, to) {
		err := c.engine.Operate(ctx, c.name, op)
		if errors.Is(err, biovm.ErrState) {
			now, lookup := c.engine.Status(ctx, c.name)
			if lookup == nil && now.State == to {
				return nil
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// steps is the way from a state to another, none when there is none to go.
func steps(from, to biovm.State) []biovm.Op {
	start := map[biovm.State]biovm.Op{biovm.Created: biovm.OpStart, biovm.Stopped: biovm.OpStart, biovm.Paused: biovm.OpResume}
	switch {
	case from == to:
		return nil
	case to == biovm.Running:
		return []biovm.Op{start[from]}
	case to == biovm.Paused && from == biovm.Running:
		return []biovm.Op{biovm.OpPause}
	case to == biovm.Paused:
		return []biovm.Op{start[from], biovm.OpPause}
	case to == biovm.Stopped && (from == biovm.Running || from == biovm.Paused):
		return []biovm.Op{biovm.OpStop}
	}
	return nil // a cell that never ran does as well as one that stopped
}

func equalAllocation(a, b biovm.Allocation) bool {
	return same(a.ATP, b.ATP) && same(a.Ribosomes, b.Ribosomes) && same(a.RNAPolymerase, b.RNAPolymerase) && same(a.MemoryKB, b.MemoryKB) && same(a.Priority, b.Priority)
}

func same[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
