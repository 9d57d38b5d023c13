package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func scanGenome(row scanner) (biovm.Genome, error) {
	var text string
	if err := row.Scan(&text); err != nil {
		return biovm.Genome{}, err
	}
	var g biovm.Genome
	return g, decode("genome.genome", text, &g)
}

// Genome finds a genome that is kept by its name, or fails with
// [biovm.ErrNotFound].
func (t *Tx) Genome(ctx context.Context, name string) (biovm.Genome, error) {
	g, err := scanGenome(t.tx.QueryRowContext(ctx, "SELECT genome FROM genome WHERE name = ?", name))
	if errors.Is(err, sql.ErrNoRows) {
		err = biovm.ErrNotFound
	}
	return g, err
}

// Genomes returns all genomes that are kept, by name.
func (t *Tx) Genomes(ctx context.Context) ([]biovm.Genome, error) {
	return collect(ctx, t, scanGenome, "SELECT genome FROM genome ORDER BY name")
}

// PutGenome keeps a genome, or replaces the one of its name. Its file is there.
func (t *Tx) PutGenome(ctx context.Context, g biovm.Genome) error {
	text, err := encode(g)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, "INSERT OR REPLACE INTO genome (name, sha256, genome) VALUES (?, ?, ?)", g.Name, g.SHA256, text)
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
