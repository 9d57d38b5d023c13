package engine

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genomefile"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// maxUnpacked bounds a file that cells are made of, unpacked, in bytes: a
// kilobyte can be the beginning of a gigabyte.
const maxUnpacked = 256 << 20

// unpacked reads a file, plain or packed with gzip, up to a limit, which is at 0
// when there is more.
func unpacked(content []byte, name string) (*io.LimitedReader, error) {
	limit := &io.LimitedReader{R: bytes.NewReader(content), N: maxUnpacked}
	if bytes.HasPrefix(content, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(limit.R)
		if err != nil {
			return nil, fmt.Errorf("%s: unpacking: %w", name, err)
		}
		limit.R = z
	}
	return limit, nil
}

func tooLarge(name string) error {
	return fmt.Errorf("%s: has more than %d bytes, unpacked", name, maxUnpacked)
}

// withGenome is a line with the genome that a spec names.
func (e *Engine) withGenome(ctx context.Context, l *cell.Line, source *biovm.Source) (*cell.Line, error) {
	name := nameOfGenome(*source)
	n, err := e.genome(ctx, source, name)
	if err != nil {
		return nil, err
	}
	changed, err := l.WithGenome(n)
	if err != nil {
		return nil, &biovm.FieldError{Path: "genome.source", Reason: GenomeError(err, name).Error()}
	}
	return changed, nil
}

// nameOfGenome is what errors call the file of a genome.
func nameOfGenome(file biovm.Source) string {
	if file.Source == "" {
		return "the genome"
	}
	return file.Source
}

// genomeMemo begins the keys under which what cells take of genomes is memoised:
// reading a file takes ten times as long. The number grows when files are read
// otherwise.
const genomeMemo = "genome/1/"

// genome is what cells take of the genome in a file.
func (e *Engine) genome(ctx context.Context, source *biovm.Source, name string) (n organism.Genome, err error) {
	part := biovm.Part{Name: "genome", Source: source}
	// The answer must not depend on what was memoised.
	if err := e.store.Read(ctx, func(tx *store.Tx) error { return checkFile(ctx, tx, part) }); err != nil {
		return n, err
	}
	kept, err := e.memo.Recall(ctx, genomeMemo+source.SHA256, func() ([]byte, error) {
		content, err := e.readFile(ctx, part)
		if err != nil {
			return nil, err
		}
		g, _, err := ReadGenome(content, name)
		if err != nil {
			return nil, &biovm.FieldError{Path: "genome.source", Reason: err.Error()}
		}
		n, err := organism.NewGenome(g, source.SHA256)
		if err != nil {
			return nil, &biovm.FieldError{Path: "genome.source", Reason: GenomeError(err, name).Error()}
		}
		return json.Marshal(n)
	})
	if err != nil {
		return n, err
	}
	if err := json.Unmarshal(kept, &n); err != nil {
		return n, fmt.Errorf("what is memoised of %s: %w", name, err)
	}
	return n, nil
}

// ReadGenome reads a genome that a VM can be made of: GenBank, GFF3 or FASTA, plain
// or packed with gzip, of 256 MiB unpacked at most. Errors begin with the file's
// name.
func ReadGenome(content []byte, name string) (*genome.Genome, genomefile.Format, error) {
	limit, err := unpacked(content, name)
	if err != nil {
		return nil, 0, err
	}
	g, format, err := genomefile.Read(limit, name)
	if limit.N <= 0 {
		return nil, 0, tooLarge(name)
	}
	return g, format, err
}

// GenomeError has an error of [organism.Organism.WithGenome] begin with the file's
// name.
func GenomeError(err error, name string) error {
	if at, ok := errors.AsType[*genome.LineError](err); ok {
		at.File = name
		return at
	}
	return fmt.Errorf("%s: %w", name, err)
}

// summary sums up the genome of a VM whose spec names one.
func summary(c *cell.Cell) *biovm.GenomeSummary {
	o := c.Organism
	missing := o.Missing()
	s := &biovm.GenomeSummary{
		BasePairs: o.GenomeBP(), Genes: len(o.Genes()), KnockedOut: len(o.Genes()) - len(c.Genes()),
		MissingGenes: len(missing), ForeignGenes: len(o.Foreign()),
	}
	for i := range missing[:min(len(missing), biovm.MaxMissing)] {
		s.Missing = append(s.Missing, missing[i].Locus)
	}
	return s
}

// summaryAfter sums up the genome of a VM after a change that was inspected on the
// VM as it was before: others may have changed it since, all but the genome.
func summaryAfter(change biovm.Change, vm store.VM, inspected terms) *biovm.GenomeSummary {
	if vm.Genome == nil || change.Knockouts == nil {
		return vm.Genome
	}
	return inspected.own
}
