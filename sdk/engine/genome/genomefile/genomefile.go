package genomefile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/fasta"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genbank"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/gff3"
)

// A Format is how a genome is written down.
type Format int

// The formats.
const (
	GenBank Format = iota + 1
	GFF3           // with sequences after ##FASTA, or without any
	FASTA          // sequences without genes
)

// String names the format.
func (f Format) String() string {
	switch f {
	case GenBank:
		return "GenBank"
	case GFF3:
		return "GFF3"
	case FASTA:
		return "FASTA"
	}
	return fmt.Sprintf("Format(%d)", int(f))
}

// ErrFormat is in the error for what is in no format that is known.
var ErrFormat = errors.New("not a genome in GenBank, GFF3 or FASTA, plain or packed with gzip")

// MaxBases is how many letters the sequences of a file may have in all: 2^31.
const MaxBases = 1 << 31

// MaxRecords is how many records a file may have.
const MaxRecords = 1 << 22

// MaxFeatures is how many features the records of a file may have in all.
const MaxFeatures = 1 << 24

// MaxAnnotation is how much text a GFF3 file may have before its sequences, in
// bytes: 512 MiB.
const MaxAnnotation = 1 << 29

// ErrTooLarge is in the error for a file beyond [MaxBases], [MaxRecords] or
// [MaxFeatures].
var ErrTooLarge = errors.New("more than is read at once: read it record by record")

// Read reads a genome. The name, such as the file's, is for errors. It may take
// more of the input than the genome. Errors wrap [ErrFormat], [ErrTooLarge],
// [genome.LineError] or that of the input.
func Read(r io.Reader, name string) (*genome.Genome, Format, error) {
	records, format, err := Records(r, name)
	if err != nil {
		return nil, 0, err
	}
	return genome.New(records), format, nil
}

// Records reads the records of a file, as [Read] does.
func Records(r io.Reader, name string) ([]genome.Record, Format, error) {
	const window = 64 << 10
	in := bufio.NewReaderSize(r, window)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, 0, fmt.Errorf("%s: unpacking: %w", name, err)
		}
		in = bufio.NewReaderSize(unpacking{z}, window)
	}
	start, err := in.Peek(window)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, fmt.Errorf("%s: %w", name, err)
	}
	var records []genome.Record
	format := formatOf(start)
	switch format {
	case GenBank:
		records, err = fromGenBank(in, name)
	case GFF3:
		records, err = fromGFF3(in, name)
	case FASTA:
		records, err = fromFASTA(in, name)
	default:
		return nil, 0, fmt.Errorf("%s: %w", name, ErrFormat)
	}
	if err != nil {
		return nil, 0, err
	}
	if len(records) == 0 {
		return nil, 0, fmt.Errorf("%s: the file has no record", name)
	}
	return records, format, nil
}

// unpacking says of an error that it is about the packing, and of one end of a file
// which.
type unpacking struct{ packed io.Reader }

func (u unpacking) Read(p []byte) (int, error) {
	n, err := u.packed.Read(p)
	switch {
	case err == nil, err == io.EOF: //nolint:errorlint // that is how a reader ends
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("unpacking: the file is cut off, or goes on with what is not packed: %w", err)
	default:
		err = fmt.Errorf("unpacking: %w", err)
	}
	return n, err
}

// formatOf tells the format by how a file begins; 0 when it is none.
func formatOf(start []byte) Format {
	start = bytes.TrimPrefix(start, []byte("\uFEFF"))
	for len(start) > 0 {
		line, rest, _ := bytes.Cut(start, []byte("\n"))
		start = rest
		switch line = bytes.TrimSpace(line); {
		case len(line) == 0:
		case bytes.HasPrefix(line, []byte("LOCUS ")), bytes.Contains(line, []byte("Genetic Sequence Data Bank")):
			return GenBank
		case line[0] == '>' || line[0] == ';':
			return FASTA
		case bytes.HasPrefix(line, []byte("##")):
			return GFF3
		case line[0] == '#':
		case bytes.Count(line, []byte("\t")) >= 7:
			return GFF3
		default:
			return 0
		}
	}
	return 0
}

// room counts what records take.
type room struct{ bases, records, features int }

func (r *room) take(name string, rec *genome.Record) error {
	r.bases += len(rec.Bases)
	r.features += len(rec.Features)
	if r.records++; r.bases > MaxBases || r.records > MaxRecords || r.features > MaxFeatures {
		return fmt.Errorf("%s: %w", name, ErrTooLarge)
	}
	return nil
}

func fromGenBank(in io.Reader, name string) ([]genome.Record, error) {
	r := genbank.NewReader(in)
	r.Name = name
	var all []genome.Record
	var sum room
	for {
		rec, err := r.Read()
		if err == io.EOF { //nolint:errorlint // Read gives it as it is
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		g := rec.Genome()
		if err := sum.take(name, &g); err != nil {
			return nil, err
		}
		all = append(all, g)
	}
}

func fromFASTA(in io.Reader, name string) ([]genome.Record, error) {
	r := fasta.NewReader(in)
	r.Name = name
	return sequences(r)
}

func sequences(r *fasta.Reader) ([]genome.Record, error) {
	var all []genome.Record
	var sum room
	for {
		rec, err := r.Read()
		if err == io.EOF { //nolint:errorlint // Read gives it as it is
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		g := rec.Genome()
		if err := sum.take(r.Name, &g); err != nil {
			return nil, err
		}
		all = append(all, g)
	}
}

func fromGFF3(in io.Reader, name string) ([]genome.Record, error) {
	r := gff3.NewReader(in)
	r.Name, r.MaxText = name, MaxAnnotation
	lines, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	records, err := Annotated(r.Directives, lines)
	if at, ok := errors.AsType[*genome.LineError](err); ok {
		at.File = name
	}
	if err != nil || r.Sequences() == nil {
		return records, err
	}
	seqs, err := sequences(r.Sequences())
	if err != nil {
		return nil, err
	}
	if records, err = Combine(records, seqs); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return records, nil
}

// Combine gives the records of one file the sequences of another, by their
// names. Sequences that have no annotation are added. One that is there twice,
// and annotation that has a sequence already or gets none, are errors.
func Combine(annotation, sequences []genome.Record) ([]genome.Record, error) {
	all := append([]genome.Record{}, annotation...)
	index := make(map[string]int, len(all))
	for i := range all {
		index[all[i].ID] = i
	}
	seen := make(map[string]bool, len(sequences))
	for i := range sequences {
		s := &sequences[i]
		if seen[s.ID] {
			return nil, fmt.Errorf("the sequence %.60s is there twice", s.ID)
		}
		seen[s.ID] = true
		at, ok := index[s.ID]
		switch {
		case !ok:
			all = append(all, *s)
			continue
		case len(all[at].Bases) > 0:
			return nil, fmt.Errorf("the record %.60s has a sequence already", s.ID)
		}
		all[at].Bases, all[at].Protein = s.Bases, false
		if all[at].Description == "" {
			all[at].Description = s.Description
		}
	}
	for i := range annotation {
		if !seen[annotation[i].ID] && len(annotation[i].Bases) == 0 {
			return nil, fmt.Errorf("no sequence is called %.60s, which the annotation is about", annotation[i].ID)
		}
	}
	return all, nil
}
