package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Genome is the row of a genome that is kept.
type Genome struct {
	biovm.Genome

	// Owner is who made the pending genome; empty once it is confirmed.
	Owner string
}

const genomeQuery = "SELECT genome, owner FROM genome "

func scanGenome(row scanner) (Genome, error) {
	var (
		g     Genome
		text  string
		owner sql.NullString
	)
	if err := row.Scan(&text, &owner); err != nil {
		return Genome{}, err
	}
	err := decode("genome.genome", text, &g.Genome)
	g.Owner, g.Pending = owner.String, owner.String != ""
	return g, err
}

// Genome finds a genome that is kept by its name, or fails with
// [biovm.ErrNotFound].
func (t *Tx) Genome(ctx context.Context, name string) (Genome, error) {
	g, err := scanGenome(t.tx.QueryRowContext(ctx, genomeQuery+"WHERE name = ?", name))
	if errors.Is(err, sql.ErrNoRows) {
		err = biovm.ErrNotFound
	}
	return g, err
}

// Genomes returns all genomes that are kept, by name.
func (t *Tx) Genomes(ctx context.Context) ([]Genome, error) {
	return collect(ctx, t, scanGenome, genomeQuery+"ORDER BY name")
}

// PutGenome keeps a genome, or replaces the one of its name. Its file is there.
func (t *Tx) PutGenome(ctx context.Context, g Genome) error {
	g.Pending = false // the owner says so
	text, err := encode(g.Genome)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "INSERT OR REPLACE INTO genome (name, sha256, genome, owner) VALUES (?, ?, ?, ?)", g.Name, g.SHA256, text, null(g.Owner))
	return err
}

// DeleteGenome forgets a genome; one that is not there is no error. Its file is
// removed when it is of no use any more.
func (t *Tx) DeleteGenome(ctx context.Context, name string) error {
	n, err := t.exec(ctx, "DELETE FROM genome WHERE name = ?", name)
	if err != nil || n == 0 {
		return err
	}
	return t.CollectFiles(ctx)
}
