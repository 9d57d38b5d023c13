package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

func (a *app) genomeCompareCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "Say which genes of two genomes differ",
		Long: `Say which genes two genomes have in common, and how these differ. A and B are
files, or types of cells: syn3a, ecoli, minimal_cell (write ./ecoli for a file of
that name), of which the genes are known and the sequences are not.

Genes are the same by their locus tag, else by an alias, else by a name or a
protein that just one gene of each has. One is changed when its protein (or,
where proteins are not known, its length), type, name or product differs; moved
when it is the same at another place. Those that are the same are only counted,
without --all.

Differences are an answer: the exit code is 0.

In JSON a and b are as they were named; counts holds only_a, only_b, changed,
moved and same; genes lists verdict, by (locus, alias, name or protein), a and b
(locus, name, product, type, start, end and strand; null in the genome that lacks
the gene) and differences.`,
		Example: `  bioxen genome compare mine.gb syn3a
  bioxen genome compare syn3a minimal_cell -o json`,
		Args: arguments(2, 2, "A and B"),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			return a.genomeCompare(cmd, args[0], args[1], form)
		},
	}
	cmd.Flags().Bool("all", false, "list the genes that are the same too")
	addOutput(cmd)
	return cmd
}

// A comparison is the JSON form of how two genomes differ.
type comparison struct {
	A      string                 `json:"a"`
	B      string                 `json:"b"`
	Counts map[genome.Verdict]int `json:"counts"`
	Genes  []pairLine             `json:"genes"`
}

type pairLine struct {
	Verdict     genome.Verdict `json:"verdict"`
	By          string         `json:"by"`
	A           *entryLine     `json:"a"`
	B           *entryLine     `json:"b"`
	Differences []string       `json:"differences"`
}

type entryLine struct {
	Locus   string `json:"locus"`
	Name    string `json:"name"`
	Product string `json:"product"`
	Type    string `json:"type"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Strand  int    `json:"strand"`
}

func entryLineOf(e *genome.Entry) *entryLine {
	if e == nil {
		return nil
	}
	return &entryLine{e.Locus, e.Name, e.Product, e.Type, e.Start, e.End, e.Strand}
}

func (a *app) genomeCompare(cmd *cobra.Command, first, second, form string) error {
	all, err := cmd.Flags().GetBool("all")
	if err != nil {
		return err
	}
	if first == fromInput && second == fromInput {
		return usagef(cmd, "standard input cannot be both A and B")
	}
	entriesA, err := a.entries(cmd, first)
	if err != nil {
		return err
	}
	entriesB, err := a.entries(cmd, second)
	if err != nil {
		return err
	}
	pairs := genome.Compare(entriesA, entriesB)
	c := comparison{A: first, B: second, Counts: genome.Tally(pairs), Genes: []pairLine{}}
	for _, p := range pairs {
		if all || p.Verdict != genome.Same {
			c.Genes = append(c.Genes, pairLine{p.Verdict, p.By, entryLineOf(p.A), entryLineOf(p.B), append([]string{}, p.Differences...)})
		}
	}
	if form == formJSON {
		return printJSON(a.Stdout, c)
	}
	return printText(a.Stdout, c.text())
}

// entries are the genes of a file, or of a type of cells.
func (a *app) entries(cmd *cobra.Command, name string) ([]genome.Entry, error) {
	kind, err := biovm.ParseBiologicalType(name)
	if err != nil {
		s, err := a.readGenome(cmd, name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w, and it is no type of cells, which are %s", err, words(biovm.BiologicalTypes()))
		}
		if err != nil {
			return nil, err
		}
		return s.genome.Entries(), nil
	}
	o, err := organism.Of(kind)
	if err != nil {
		return nil, err
	}
	var all []genome.Entry
	for i := range o.Genes() {
		g := &o.Genes()[i]
		all = append(all, genome.Entry{
			Locus: g.Locus, Aliases: g.Aliases, Name: g.Symbol, Product: g.Product, Type: g.Type, Start: g.Start, End: g.End, Strand: g.Strand,
		})
	}
	return all, nil
}

// text is the comparison for people.
func (c *comparison) text() string {
	n := c.Counts
	text := properties([]property{
		{"only in " + c.A, strconv.Itoa(n[genome.OnlyA])},
		{"only in " + c.B, strconv.Itoa(n[genome.OnlyB])},
		{"changed", strconv.Itoa(n[genome.Changed])},
		{"moved", strconv.Itoa(n[genome.Moved])},
		{"same", strconv.Itoa(n[genome.Same])},
	})
	if len(c.Genes) == 0 {
		return text
	}
	rows := [][]string{{"GENE", "NAME", "VERDICT", "BY", "DIFFERENCES", "A", "B"}}
	for i := range c.Genes {
		p := &c.Genes[i]
		one := p.A
		if one == nil {
			one = p.B
		}
		locus := one.Locus
		if p.A != nil && p.B != nil && p.A.Locus != p.B.Locus {
			locus += " = " + p.B.Locus
		}
		rows = append(rows, []string{locus, one.Name, string(p.Verdict), p.By, strings.Join(p.Differences, ","), p.A.place(), p.B.place()})
	}
	return text + "\n" + table("", rows)
}

// place is where a gene is, for people.
func (e *entryLine) place() string {
	if e == nil || e.Start == 0 {
		return "-"
	}
	return fmt.Sprintf("%d..%d %s", e.Start, e.End, strandSign(e.Strand))
}
