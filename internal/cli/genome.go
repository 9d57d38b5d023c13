package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genomefile"
)

func (a *app) genomeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "genome",
		Short: "Check, measure, compare and keep genomes",
		Long: `Check, measure and compare genomes in files, and keep them for VMs: GenBank, GFF3
with its sequences or without, or FASTA, plain or packed with gzip. The content
tells which; "-" is standard input, but for add. Annotation and sequences in two
files go together with --sequence.

Positions count from 1 and include both ends; of a gene over the origin of a
circular sequence the end is before the start. Proteins are by the genetic code
that the file names for each gene: NCBI's 1, 4 or 11.

In JSON (-o json) these names stay as they are:
  file, format    where the genome is from; genbank, gff3 or fasta
  records         id, description, organism, bp, circular, of each sequence
  genes           how many there are, by type
The help of each command has the others.`,
	}
	group(cmd)
	cmd.AddCommand(a.genomeCheckCommand(), a.genomeStatsCommand(), a.genomeGenesCommand(), a.genomeCompareCommand(),
		a.genomeAddCommand(), a.genomeListCommand(), a.genomeRemoveCommand())
	return cmd
}

// addSequence gives a command the flag --sequence.
func addSequence(cmd *cobra.Command) {
	cmd.Flags().String("sequence", "", "take the sequences from this FASTA `FILE`")
}

// A genomeSource is a genome, and where it is from.
type genomeSource struct {
	file   string
	format genomefile.Format
	genome *genome.Genome
}

// readGenome reads a genome, and its sequences from another file if the command
// line says so.
func (a *app) readGenome(cmd *cobra.Command, file string) (*genomeSource, error) {
	other := ""
	if beside := cmd.Flag("sequence"); beside != nil {
		other = beside.Value.String()
	}
	if other == fromInput && file == fromInput {
		return nil, usagef(cmd, "standard input cannot be both FILE and --sequence")
	}
	records, format, err := a.readRecords(cmd.Context(), file)
	if err != nil {
		return nil, err
	}
	if other != "" {
		sequences, f, err := a.readRecords(cmd.Context(), other)
		if err != nil {
			return nil, err
		}
		if f != genomefile.FASTA {
			return nil, fmt.Errorf("%s: want FASTA, got %v", other, f)
		}
		if records, err = genomefile.Combine(records, sequences); err != nil {
			return nil, fmt.Errorf("%s and %s: %w", file, other, err)
		}
	}
	return &genomeSource{file: file, format: format, genome: genome.New(records)}, nil
}

// readRecords reads a file, or standard input. It ends when ctx does.
func (a *app) readRecords(ctx context.Context, file string) ([]genome.Record, genomefile.Format, error) {
	in, name := io.NopCloser(a.Stdin), "standard input"
	if file != fromInput {
		f, err := openFile(file)
		if err != nil {
			return nil, 0, err
		}
		in, name = f, file
	}
	text, to := io.Pipe()
	stop := context.AfterFunc(ctx, func() { _ = to.CloseWithError(ctx.Err()) })
	defer stop()
	// It ends with the input, or at its next piece after the pipe was closed.
	go func() {
		_, err := io.Copy(to, in)
		_ = to.CloseWithError(errors.Join(err, in.Close()))
	}()
	records, format, err := genomefile.Records(text, name)
	_ = text.Close() // of a pipe: it cannot fail
	if err := errors.Join(ctx.Err(), err); err != nil {
		return nil, 0, err
	}
	return records, format, nil
}

// genomeWord is how the command line and JSON call a format.
func genomeWord(f genomefile.Format) string {
	switch f {
	case genomefile.GenBank:
		return "genbank"
	case genomefile.GFF3:
		return "gff3"
	default:
		return "fasta"
	}
}

// A genomeHead is the JSON form of what every command says of a genome.
type genomeHead struct {
	File    string         `json:"file"`
	Format  string         `json:"format"`
	Records []recordLine   `json:"records"`
	Genes   map[string]int `json:"genes"`
}

type recordLine struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	Organism    string `json:"organism"`
	BP          int    `json:"bp"`
	Circular    bool   `json:"circular"`
}

func headOfGenome(s *genomeSource) genomeHead {
	h := genomeHead{File: s.file, Format: genomeWord(s.format), Records: []recordLine{}, Genes: map[string]int{}}
	for i := range s.genome.Records {
		r := &s.genome.Records[i]
		h.Records = append(h.Records, recordLine{r.ID, r.Description, r.Organism, r.Size(), r.Circular})
	}
	for _, c := range s.genome.Counts() {
		h.Genes[c.Type] = c.N
	}
	return h
}

// mostRecords is how many records a text names.
const mostRecords = 5

// noSequence reports whether no record has a sequence.
func (s *genomeSource) noSequence() bool {
	for i := range s.genome.Records {
		if len(s.genome.Records[i].Bases) > 0 {
			return false
		}
	}
	return true
}

// lines say it to people.
func (h *genomeHead) lines(g *genome.Genome) []property {
	all := []property{{"genome", fmt.Sprintf("%s (%s)", h.File, h.Format)}}
	total := 0
	for i, r := range h.Records {
		total += r.BP
		if i >= mostRecords {
			continue
		}
		text := fmt.Sprintf("%s, %d bp", r.ID, r.BP)
		if r.Circular {
			text += ", circular"
		}
		if r.Organism != "" {
			text += ", " + r.Organism
		}
		all = append(all, property{"record", text})
	}
	if more := len(h.Records) - mostRecords; more > 0 {
		all = append(all, property{"record", fmt.Sprintf("and %d more", more)})
	}
	if len(h.Records) > 1 {
		all = append(all, property{"bases", fmt.Sprintf("%d in %d records", total, len(h.Records))})
	}
	text := "none"
	for i, c := range g.Counts() {
		if i == 0 {
			text = fmt.Sprintf("%d: ", len(g.Genes))
		} else {
			text += ", "
		}
		text += fmt.Sprintf("%d %s", c.N, c.Type)
	}
	return append(all, property{"genes", text})
}
