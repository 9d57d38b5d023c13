package biovm

import "context"

// A Genome is one that is kept by a name, so that VMs can be made of it wherever
// its file is, and when that is gone: Spec.Genome = g.Content().
type Genome struct {
	// Name follows the rule of VM names.
	Name string `json:"name"`
	// The file that it is of.
	Source

	Format    string `json:"format"`    // GenBank or GFF3
	Accession string `json:"accession"` // of the first record
	Organism  string `json:"organism"`  // of the first record; may be empty
	Records   int    `json:"records"`
	BasePairs int    `json:"bp"` // of all records
	// GC is the share of G and C, 0 to 1; 0 when the file has no sequence.
	GC     float64        `json:"gc"`
	Counts map[string]int `json:"counts"` // of genes, by type: CDS, tRNA, ...
	Genes  int            `json:"genes"`  // of every type
}

// Content is what specs name the genome by: its content, whatever becomes of the
// name.
func (g Genome) Content() *Source { return &Source{SHA256: g.SHA256} }

// A GenomeKeeper keeps genomes by name: a data directory, or a daemon's. It is
// safe for concurrent use.
type GenomeKeeper interface {
	// CheckGenome says what a genome would be if it were kept, without a name, or
	// what is wrong with its file. What no VM can be made of is refused; whether
	// it is the genome of a type of cells is not looked at, as VMs are checked for
	// that. Problems are [FieldError]s at source and sha256.
	CheckGenome(ctx context.Context, file Source) (Genome, error)
	// PutGenome keeps a genome. One of the name that is there and has the same
	// content is said to be from where this one is; one of another content is an
	// [ErrExists]. Other problems are as those of CheckGenome, and at name.
	PutGenome(ctx context.Context, name string, file Source) (Genome, error)
	// Genome finds a genome by its name, or fails with [ErrNotFound].
	Genome(ctx context.Context, name string) (Genome, error)
	// Genomes returns all genomes, by name.
	Genomes(ctx context.Context) ([]Genome, error)
	// DeleteGenome forgets a genome; one that is not there is no error. VMs that
	// are made of it keep the content, and live on.
	DeleteGenome(ctx context.Context, name string) error
}

// CheckGenomeName reports, as a [FieldError] at name, that a genome cannot be
// called so.
func CheckGenomeName(name string) error { return checkName("name", name) }
