package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genbank"
)

//go:embed biopython_tasks.py
var biopythonProgram string

// genomes compares the reading of an annotated genome with Biopython.
type genomes struct {
	file          string // empty is none
	megabytes     float64
	biopython     *python // nil: see biopythonGone
	biopythonGone error
}

// newGenomes looks for the file, and starts the peer. What is not there is no
// error.
func newGenomes(ctx context.Context, file string) (*genomes, error) {
	g := &genomes{}
	switch info, err := os.Stat(file); {
	case err == nil:
		g.file, g.megabytes = file, float64(info.Size())/1e6
	case file != "" && !errors.Is(err, os.ErrNotExist):
		return nil, err
	}
	g.biopython, g.biopythonGone = newPython(ctx, "Biopython", "python3-biopython", biopythonProgram)
	if g.biopythonGone != nil && !errors.Is(g.biopythonGone, errAbsent) {
		return nil, g.biopythonGone
	}
	return g, nil
}

func (g *genomes) about() string { return g.biopython.about() }

func (g *genomes) close() error { return g.biopython.close() }

// lines are those of this subject; the number of features is the answer.
func (g *genomes) lines() []line {
	return []line{comparison{name: "genbank-read-syn3A/biopython", ours: g.reads, peer: g.asks, work: g.megabytes, unit: "MB/s"}}
}

func (g *genomes) reads(context.Context) (seconds, answer float64, err error) {
	if g.file == "" {
		return 0, 0, fmt.Errorf("the genome is %w: name the file by -genome", errAbsent)
	}
	return timed(func() (float64, error) {
		f, err := os.Open(g.file)
		if err != nil {
			return 0, err
		}
		records, err := genbank.NewReader(f).ReadAll()
		features := 0
		for _, r := range records {
			features += len(r.Features)
		}
		return float64(features), errors.Join(err, f.Close())
	})
}

func (g *genomes) asks(context.Context) (seconds, answer float64, err error) {
	if g.biopython == nil {
		return 0, 0, g.biopythonGone
	}
	return g.biopython.ask(map[string]string{"file": g.file})
}
