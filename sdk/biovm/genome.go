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
	// Pending: it was made and its maker has not confirmed yet that it knows; see
	// [GenomeKeeper].
	Pending bool `json:"pending,omitempty"`
}

// Content is what specs name the genome by: its content, whatever becomes of the
// name.
func (g Genome) Content() *Source { return &Source{SHA256: g.SHA256} }

// A GenomeKeeper keeps genomes by name: a data directory, or a daemon's. It is
// safe for concurrent use.
//
// Who keeps books of the genomes that are his creates, confirms and updates them:
// a genome that CreateGenome made is pending, and belongs to the process that made
// it, until ConfirmGenome. When that process is gone before, CreateGenome with the
// same name and content adopts the genome, as [Driver] does VMs. PutGenome is for
// all others.
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
	// CreateGenome keeps a genome by a name that is free. One that is taken is an
	// [ErrExists], whatever its content: it is somebody else's, who may delete it.
	// Other problems are as those of PutGenome.
	CreateGenome(ctx context.Context, name string, file Source) (Genome, error)
	// ConfirmGenome takes the pending mark off; on a genome without it does
	// nothing. One that is not there is an [ErrNotFound].
	ConfirmGenome(ctx context.Context, name string) error
	// UpdateGenome has a genome be of another file, confirmed. was is the SHA-256
	// that it has: where it has another, and not the file's either, that is an
	// [ErrState], as somebody else changed it. VMs that are made of what it was keep
	// that content. One that is not there is an [ErrNotFound].
	UpdateGenome(ctx context.Context, name, was string, file Source) (Genome, error)
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
