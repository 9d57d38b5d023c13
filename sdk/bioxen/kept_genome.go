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
	staged, err := source.Reader{}.StageSource(ctx, c.engine, file)
	if err != nil {
		return biovm.Genome{}, &biovm.OpError{Op: "check genome", Err: err}
	}
	return c.genomes.CheckGenome(ctx, staged)
}

// PutGenome keeps a genome in the data directory, or at the daemon, by a name; see
// [biovm.GenomeKeeper]. Its file is brought as by CheckGenome.
func (c *Client) PutGenome(ctx context.Context, name string, file biovm.Source) (biovm.Genome, error) {
	staged, err := source.Reader{}.StageSource(ctx, c.engine, file)
	if err != nil {
		return biovm.Genome{}, &biovm.OpError{Op: "keep genome", Err: err}
	}
	return c.genomes.PutGenome(ctx, name, staged)
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
