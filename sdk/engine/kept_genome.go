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
	var g biovm.Genome
	err := e.do(ctx, "keep genome", "", func(ctx context.Context, _ *call) error {
		described, err := e.describe(ctx, file)
		if err := errors.Join(biovm.CheckGenomeName(name), err); err != nil {
			return err
		}
		g, g.Name = described, name
		return e.store.Write(ctx, func(tx *store.Tx) error {
			there, err := tx.Genome(ctx, name)
			switch {
			case err == nil && there.SHA256 != g.SHA256:
				return fmt.Errorf("genome %q: %w, of another content, with SHA-256 %s", name, biovm.ErrExists, there.SHA256)
			case err != nil && !errors.Is(err, biovm.ErrNotFound):
				return err
			}
			// Nobody may have held it since it was read.
			if err := checkFile(ctx, tx, biovm.Part{Source: &file}); err != nil {
				return err
			}
			return tx.PutGenome(ctx, g)
		})
	})
	if err != nil {
		return biovm.Genome{}, err
	}
	return g, nil
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
	var g biovm.Genome
	err := e.do(ctx, "find genome", "", func(ctx context.Context, _ *call) error {
		err := e.store.Read(ctx, func(tx *store.Tx) (err error) {
			g, err = tx.Genome(ctx, name)
			return err
		})
		if errors.Is(err, biovm.ErrNotFound) {
			return fmt.Errorf("genome %q: %w", name, err)
		}
		return err
	})
	return g, err
}

// Genomes returns all genomes that are kept, by name.
func (e *Engine) Genomes(ctx context.Context) ([]biovm.Genome, error) {
	all := []biovm.Genome{}
	err := e.do(ctx, "list genomes", "", func(ctx context.Context, _ *call) error {
		return e.store.Read(ctx, func(tx *store.Tx) error {
			found, err := tx.Genomes(ctx)
			all = append(all, found...)
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
