package cli

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/fasta"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/genomefile"
)

// The forms in which genes are listed.
const (
	formTable = "table"
	formTSV   = "tsv"
	formFASTA = "fasta"
	formGFF3  = "gff3"
)

func (a *app) genomeGenesCommand() *cobra.Command {
	forms := []string{formTable, formJSON, formTSV, formFASTA, formGFF3}
	cmd := &cobra.Command{
		Use:   "genes FILE",
		Short: "List the genes of a genome, or their proteins",
		Long: `List the genes of a genome in the order of their places: as a table, as JSON, as
text with tabs between columns, their proteins as FASTA (with --bases, the bases
of all genes), or as GFF3 with the sequences after it.

In JSON genes is a list of record, locus, name, aliases, product, type, start,
end, strand (1, -1, or 0 for both), location, pseudo, code (the genetic code; 0
when it codes for no protein) and protein, which is empty when it is not known.
The columns of tsv are record, locus, start, end, strand, type, name, product and
protein.`,
		Example: `  bioxen genome genes syn3A.gb
  bioxen genome genes syn3A.gb -o fasta >proteins.faa`,
		Args: arguments(1, 1, "one FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := cmd.Flags().GetString("output")
			if err != nil {
				return err
			}
			if !slices.Contains(forms, form) {
				return usagef(cmd, "--output %q: must be one of %s", form, strings.Join(forms, ", "))
			}
			return a.genomeGenes(cmd, args[0], form)
		},
	}
	cmd.Flags().StringP("output", "o", formTable, "print "+strings.Join(forms, ", "))
	complete(cmd, "output", forms...)
	cmd.Flags().Bool("bases", false, "of fasta: the bases of genes, not the proteins")
	addSequence(cmd)
	return cmd
}

// A geneLine is the JSON form of a gene.
type geneLine struct {
	Record   string   `json:"record"`
	Locus    string   `json:"locus"`
	Name     string   `json:"name"`
	Aliases  []string `json:"aliases"`
	Product  string   `json:"product"`
	Type     string   `json:"type"`
	Start    int      `json:"start"`
	End      int      `json:"end"`
	Strand   int      `json:"strand"`
	Location string   `json:"location"`
	Pseudo   bool     `json:"pseudo"`
	Code     int      `json:"code"`
	Protein  string   `json:"protein"`
}

// A geneList is the JSON form of all of them.
type geneList struct {
	File   string     `json:"file"`
	Format string     `json:"format"`
	Genes  []geneLine `json:"genes"`
}

func genesOf(s *genomeSource) geneList {
	l := geneList{File: s.file, Format: genomeWord(s.format), Genes: []geneLine{}}
	entries := s.genome.Entries()
	for i := range s.genome.Genes {
		g := &s.genome.Genes[i]
		line := geneLine{
			s.genome.Records[g.Record].ID, g.Locus, g.Name, append([]string{}, g.Aliases...), g.Product, g.Type,
			g.Start, g.End, g.Strand, g.Location.String(), g.Pseudo, 0, entries[i].Protein,
		}
		if len(g.Codings) > 0 {
			line.Code = g.Codings[0].Code
		}
		l.Genes = append(l.Genes, line)
	}
	return l
}

func (a *app) genomeGenes(cmd *cobra.Command, file, form string) error {
	bases, err := cmd.Flags().GetBool("bases")
	if err != nil {
		return err
	}
	if bases && form != formFASTA {
		return usagef(cmd, "--bases is for -o fasta")
	}
	s, err := a.readGenome(cmd, file)
	if err != nil {
		return err
	}
	switch form {
	case formJSON:
		return printJSON(a.Stdout, genesOf(s))
	case formFASTA:
		return writeGenes(a.Stdout, s, bases)
	case formGFF3:
		return genomefile.WriteGFF3(a.Stdout, s.genome)
	}
	l := genesOf(s)
	rows := [][]string{{"RECORD", "LOCUS", "START", "END", "STRAND", "TYPE", "NAME", "PRODUCT"}}
	for i := range l.Genes {
		g := &l.Genes[i]
		rows = append(rows, []string{g.Record, g.Locus, strconv.Itoa(g.Start), strconv.Itoa(g.End), strandSign(g.Strand), g.Type, g.Name, g.Product})
	}
	if form == formTable {
		return printText(a.Stdout, table("", rows))
	}
	var text strings.Builder
	for i, row := range rows {
		last := "protein"
		if i > 0 {
			last = l.Genes[i-1].Protein
		} else {
			for k := range row {
				row[k] = strings.ToLower(row[k])
			}
		}
		for _, cell := range row {
			text.WriteString(strings.Join(strings.Fields(cell), " ") + "\t")
		}
		text.WriteString(last + "\n")
	}
	return printText(a.Stdout, text.String())
}

func strandSign(strand int) string {
	switch {
	case strand > 0:
		return "+"
	case strand < 0:
		return "-"
	}
	return "."
}

// writeGenes writes the proteins of the genes that have one, or the bases of
// all.
func writeGenes(w io.Writer, s *genomeSource, bases bool) error {
	out := fasta.NewWriter(w)
	entries, written := s.genome.Entries(), false
	for i := range s.genome.Genes {
		g := &s.genome.Genes[i]
		rec := fasta.Record{ID: strings.Join(strings.Fields(g.Locus), "_"), Description: description(g), Sequence: []byte(entries[i].Protein)}
		if bases {
			var err error
			if rec.Sequence, err = s.genome.Records[g.Record].Extract(&g.Location); err != nil {
				return fmt.Errorf("%s: gene %s: %w", s.file, g.Locus, err)
			}
		}
		if len(rec.Sequence) == 0 {
			continue
		}
		written = true
		if err := out.Write(&rec); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	if !written && s.noSequence() {
		return fmt.Errorf("%s: no protein is known: the file has no sequence and states none; --sequence takes one from a FASTA file", s.file)
	}
	return nil
}

// description is a gene's name and product.
func description(g *genome.Gene) string {
	return strings.TrimSpace(g.Name + " " + g.Product)
}
