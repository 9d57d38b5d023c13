package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

var _ biovm.GenomeKeeper = (*Engine)(nil)

// CheckGenome says what a genome would be if it were kept; see
// [biovm.GenomeKeeper]. Its file must have been brought ([Engine.PutFile]).
func (e *Engine) CheckGenome(ctx context.Context, file biovm.Source) (biovm.Genome, error) {
	var g biovm.Genome
	err := e.do(ctx, "check genome", "", func(ctx context.Context, _ *call) (err error) {
		g, err = e.describe(ctx, file)
		return err
	})
	return g, err
}

// PutGenome keeps a genome by a name; see [biovm.GenomeKeeper]. Its file must
// have been brought.
func (e *Engine) PutGenome(ctx context.Context, name string, file biovm.Source) (biovm.Genome, error) {
	return e.keepGenome(ctx, "keep genome", name, file, func(there *store.Genome, g *store.Genome) error {
		if there != nil && there.SHA256 != g.SHA256 {
			return fmt.Errorf("%w, of another content, with SHA-256 %s", biovm.ErrExists, there.SHA256)
		}
		return nil
	})
}

// CreateGenome keeps a genome by a name that is free, pending and owned by this
// engine, or adopts a pending one of the same content whose owner is gone; see
// [biovm.GenomeKeeper]. Its file must have been brought.
func (e *Engine) CreateGenome(ctx context.Context, name string, file biovm.Source) (biovm.Genome, error) {
	return e.createGenome(ctx, name, file, e.store.ID())
}

// createGenome keeps a genome that belongs to an owner.
func (e *Engine) createGenome(ctx context.Context, name string, file biovm.Source, owner string) (biovm.Genome, error) {
	return e.keepGenome(ctx, "create genome", name, file, func(there *store.Genome, g *store.Genome) error {
		g.Owner = owner
		if there == nil {
			return nil
		}
		return e.adoptGenome(*there, *g)
	})
}

// adoptGenome reports why a genome that is there is not to be had.
func (e *Engine) adoptGenome(there, wanted store.Genome) error {
	content := "another content, with SHA-256 " + there.SHA256
	if there.SHA256 == wanted.SHA256 {
		content = "the same content"
	}
	if there.Owner == "" {
		return fmt.Errorf("%w, of %s", biovm.ErrExists, content)
	}
	alive, err := e.store.Alive(there.Owner)
	switch {
	case err != nil:
		return err
	case alive:
		return fmt.Errorf("%w: another call is creating it", biovm.ErrExists)
	case there.SHA256 != wanted.SHA256:
		return fmt.Errorf("%w, left unconfirmed by a process that is gone and of %s: remove it first", biovm.ErrExists, content)
	}
	return nil
}

// UpdateGenome has a genome be of another file; see [biovm.GenomeKeeper]. The file
// must have been brought.
func (e *Engine) UpdateGenome(ctx context.Context, name, was string, file biovm.Source) (biovm.Genome, error) {
	return e.keepGenome(ctx, "update genome", name, file, func(there *store.Genome, g *store.Genome) error {
		switch {
		case there == nil:
			return biovm.ErrNotFound
		case there.SHA256 != was && there.SHA256 != g.SHA256:
			return fmt.Errorf("%w: its content has SHA-256 %s, not %s: somebody else changed it meanwhile", biovm.ErrState, there.SHA256, was)
		}
		return nil
	})
}

// keepGenome keeps a genome by a name, if may, which is told what the name has
// now, nil for nothing, has no objection. may sets the owner.
func (e *Engine) keepGenome(ctx context.Context, op, name string, file biovm.Source, may func(there *store.Genome, g *store.Genome) error) (biovm.Genome, error) {
	var g store.Genome
	err := e.do(ctx, op, "", func(ctx context.Context, _ *call) error {
		described, err := e.describe(ctx, file)
		if err := errors.Join(biovm.CheckGenomeName(name), err); err != nil {
			return err
		}
		g = store.Genome{Genome: described}
		g.Name = name
		return e.store.Write(ctx, func(tx *store.Tx) error {
			found, err := tx.Genome(ctx, name)
			there := &found
			if errors.Is(err, biovm.ErrNotFound) {
				there, err = nil, nil
			}
			if err != nil {
				return err
			}
			if err := may(there, &g); err != nil {
				return fmt.Errorf("genome %q: %w", name, err)
			}
			// Nobody may have held it since it was read.
			if err := checkFile(ctx, tx, biovm.Part{Source: &file}); err != nil {
				return err
			}
			if err := tx.PutGenome(ctx, g); err != nil || there == nil || there.SHA256 == g.SHA256 {
				return err
			}
			return tx.CollectFiles(ctx) // what it was may be of no use any more
		})
	})
	if err != nil {
		return biovm.Genome{}, err
	}
	g.Pending = g.Owner != ""
	return g.Genome, nil
}

// ConfirmGenome takes the pending mark off a genome; see [biovm.GenomeKeeper].
func (e *Engine) ConfirmGenome(ctx context.Context, name string) error {
	return e.do(ctx, "confirm genome", "", func(ctx context.Context, _ *call) error {
		g, err := e.findGenome(ctx, name)
		// Nearly always there is no mark: that must not cost a transaction that
		// waits for others.
		if err != nil || g.Owner == "" {
			return err
		}
		return e.store.Write(ctx, func(tx *store.Tx) error {
			g, err := tx.Genome(ctx, name)
			if err != nil {
				return fmt.Errorf("genome %q: %w", name, err)
			}
			g.Owner = ""
			return tx.PutGenome(ctx, g)
		})
	})
}

// describe reads the genome in a file that is there.
func (e *Engine) describe(ctx context.Context, file biovm.Source) (biovm.Genome, error) {
	part := biovm.Part{Source: &file}
	if err := part.Validate(); err != nil {
		return biovm.Genome{}, err
	}
	content, err := e.readFile(ctx, part)
	if err != nil {
		return biovm.Genome{}, err
	}
	name := nameOfGenome(file)
	read, format, err := ReadGenome(content, name)
	if err != nil {
		return biovm.Genome{}, &biovm.FieldError{Path: "source", Reason: err.Error()}
	}
	taken, err := organism.NewGenome(read, file.SHA256)
	if err != nil {
		return biovm.Genome{}, &biovm.FieldError{Path: "source", Reason: GenomeError(err, name).Error()}
	}
	g := biovm.Genome{
		Source: file, Format: format.String(), Accession: taken.Accession, Organism: taken.Strain,
		Records: len(read.Records), BasePairs: taken.BasePairs, GC: taken.GC, Counts: map[string]int{}, Genes: len(taken.Genes),
	}
	for _, c := range read.Counts() {
		g.Counts[c.Type] = c.N
	}
	return g, nil
}

// Genome finds a genome that is kept by its name, or fails with
// [biovm.ErrNotFound].
func (e *Engine) Genome(ctx context.Context, name string) (biovm.Genome, error) {
	var g store.Genome
	err := e.do(ctx, "find genome", "", func(ctx context.Context, _ *call) (err error) {
		g, err = e.findGenome(ctx, name)
		return err
	})
	return g.Genome, err
}

func (e *Engine) findGenome(ctx context.Context, name string) (store.Genome, error) {
	var g store.Genome
	err := e.store.Read(ctx, func(tx *store.Tx) (err error) {
		g, err = tx.Genome(ctx, name)
		return err
	})
	if errors.Is(err, biovm.ErrNotFound) {
		err = fmt.Errorf("genome %q: %w", name, err)
	}
	return g, err
}

// Genomes returns all genomes that are kept, by name.
func (e *Engine) Genomes(ctx context.Context) ([]biovm.Genome, error) {
	all := []biovm.Genome{}
	err := e.do(ctx, "list genomes", "", func(ctx context.Context, _ *call) error {
		return e.store.Read(ctx, func(tx *store.Tx) error {
			found, err := tx.Genomes(ctx)
			for i := range found {
				all = append(all, found[i].Genome)
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// DeleteGenome forgets a genome that is kept; one that is not there is no error.
// VMs that are made of it keep the content, and live on.
func (e *Engine) DeleteGenome(ctx context.Context, name string) error {
	return e.do(ctx, "delete genome", "", func(ctx context.Context, _ *call) error {
		return e.store.Write(ctx, func(tx *store.Tx) error { return tx.DeleteGenome(ctx, name) })
	})
}
