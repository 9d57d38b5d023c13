package bioxen

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

var _ biovm.GenomeKeeper = (*Client)(nil)

// CheckGenome says what a genome would be if it were kept; see
// [biovm.GenomeKeeper]. A path is read, and a URL downloaded, unless the data
// directory has a file of the sum.
func (c *Client) CheckGenome(ctx context.Context, file biovm.Source) (biovm.Genome, error) {
	return c.bringGenome(ctx, "check genome", file, func(staged biovm.Source) (biovm.Genome, error) {
		return c.genomes.CheckGenome(ctx, staged)
	})
}

// PutGenome keeps a genome in the data directory, or at the daemon, by a name; see
// [biovm.GenomeKeeper]. Its file is brought as by CheckGenome.
func (c *Client) PutGenome(ctx context.Context, name string, file biovm.Source) (biovm.Genome, error) {
	return c.bringGenome(ctx, "keep genome", file, func(staged biovm.Source) (biovm.Genome, error) {
		return c.genomes.PutGenome(ctx, name, staged)
	})
}

// CreateGenome keeps a genome by a name that is free, pending until it is
// confirmed; see [biovm.GenomeKeeper]. Its file is brought as by CheckGenome.
func (c *Client) CreateGenome(ctx context.Context, name string, file biovm.Source) (biovm.Genome, error) {
	return c.bringGenome(ctx, "create genome", file, func(staged biovm.Source) (biovm.Genome, error) {
		return c.genomes.CreateGenome(ctx, name, staged)
	})
}

// ConfirmGenome takes the pending mark off a genome that CreateGenome made.
func (c *Client) ConfirmGenome(ctx context.Context, name string) error {
	return c.genomes.ConfirmGenome(ctx, name)
}

// UpdateGenome has a genome be of another file in place of the content of the
// SHA-256 was; see [biovm.GenomeKeeper]. The file is brought as by CheckGenome.
func (c *Client) UpdateGenome(ctx context.Context, name, was string, file biovm.Source) (biovm.Genome, error) {
	return c.bringGenome(ctx, "update genome", file, func(staged biovm.Source) (biovm.Genome, error) {
		return c.genomes.UpdateGenome(ctx, name, was, staged)
	})
}

// bringGenome brings a file to the engine, and then does something with it.
func (c *Client) bringGenome(ctx context.Context, op string, file biovm.Source, do func(staged biovm.Source) (biovm.Genome, error)) (biovm.Genome, error) {
	staged, err := source.Reader{}.StageSource(ctx, c.engine, file)
	if err != nil {
		return biovm.Genome{}, &biovm.OpError{Op: op, Err: err}
	}
	return do(staged)
}

// Genome finds a genome that is kept by its name, or fails with
// [biovm.ErrNotFound].
func (c *Client) Genome(ctx context.Context, name string) (biovm.Genome, error) {
	return c.genomes.Genome(ctx, name)
}

// Genomes returns all genomes that are kept, by name.
func (c *Client) Genomes(ctx context.Context) ([]biovm.Genome, error) { return c.genomes.Genomes(ctx) }

// DeleteGenome forgets a genome that is kept; one that is not there is no error.
// VMs that are made of it keep the content, and live on.
func (c *Client) DeleteGenome(ctx context.Context, name string) error {
	return c.genomes.DeleteGenome(ctx, name)
}
