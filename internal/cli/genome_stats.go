package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
)

func (a *app) genomeStatsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stats FILE",
		Short: "Measure a genome: composition, codon usage, reading frames, cuts",
		Long: `Measure a genome: how many bases of each kind there are, the share of G and C,
the skew (G - C)/(G + C), the shares of the bases that code for proteins and that
are in genes, amino acids and codon usage. What needs a sequence is left out when
the file has none.

--window says GC and skew of stretches of so many bases, half of it apart.
--orfs counts the open reading frames of so many codons or more, by the genetic
code of the genes, or 11. --cut counts where restriction enzymes find their
sites: names with commas between them, or all.

In JSON bases holds a, c, g, t, strong, weak and others; gc and skew are from 0
to 1 and from -1 to 1; coding_density and gene_density from 0 to 1; amino_acids
counts by letter; codons holds codon, amino_acid, count and rscu, the relative
synonymous codon usage; code is the genetic code. windows, orfs and cuts are
there when they were asked for; cuts counts by enzyme.`,
		Example: `  bioxen genome stats syn3A.gb
  bioxen genome stats syn3A.gb --window 20000 --orfs 100 --cut EcoRI,BamHI`,
		Args: arguments(1, 1, "one FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			return a.genomeStats(cmd, args[0], form)
		},
	}
	addCount(cmd, "window", 0, "measure stretches of so many `BASES`")
	addCount(cmd, "orfs", 0, "count reading frames of so many `CODONS` or more")
	cmd.Flags().StringSlice("cut", nil, "count the sites of these `ENZYMES`, or all")
	addSequence(cmd)
	addOutput(cmd)
	return cmd
}

// A genomeStats is the JSON form of what is measured of a genome.
type genomeStats struct {
	genomeHead

	Bases         *baseCounts    `json:"bases,omitempty"`
	GC            *float64       `json:"gc,omitempty"`
	Skew          *float64       `json:"skew,omitempty"`
	CodingDensity float64        `json:"coding_density"`
	GeneDensity   float64        `json:"gene_density"`
	Code          int            `json:"code,omitempty"`
	AminoAcids    map[string]int `json:"amino_acids,omitempty"`
	Codons        []codonLine    `json:"codons,omitempty"`
	Windows       []windowLine   `json:"windows,omitempty"`
	ORFs          *int           `json:"orfs,omitempty"`
	Cuts          map[string]int `json:"cuts,omitempty"`
}

type baseCounts struct {
	A      int `json:"a"`
	C      int `json:"c"`
	G      int `json:"g"`
	T      int `json:"t"`
	Strong int `json:"strong"`
	Weak   int `json:"weak"`
	Others int `json:"others"`
}

type codonLine struct {
	Codon     string  `json:"codon"`
	AminoAcid string  `json:"amino_acid"`
	Count     int     `json:"count"`
	RSCU      float64 `json:"rscu"`
}

type windowLine struct {
	Record string  `json:"record"`
	Start  int     `json:"start"`
	End    int     `json:"end"`
	GC     float64 `json:"gc"`
	Skew   float64 `json:"skew"`
}

// A measure is what the command line asks for besides.
type measure struct {
	window, orfs int
	enzymes      []genome.Enzyme
}

func (a *app) genomeStats(cmd *cobra.Command, file, form string) error {
	var m measure
	var err error
	if m.window, err = cmd.Flags().GetInt("window"); err != nil {
		return err
	}
	if m.orfs, err = cmd.Flags().GetInt("orfs"); err != nil {
		return err
	}
	names, err := cmd.Flags().GetStringSlice("cut")
	if err != nil {
		return err
	}
	if m.window < 0 || m.orfs < 0 {
		return usagef(cmd, "--window %d, --orfs %d: must not be negative", m.window, m.orfs)
	}
	if m.enzymes, err = enzymesOf(cmd, names); err != nil {
		return err
	}
	s, err := a.readGenome(cmd, file)
	if err != nil {
		return err
	}
	r, err := statsOf(s, m)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if form == formJSON {
		return printJSON(a.Stdout, r)
	}
	return printText(a.Stdout, r.text(s.genome))
}

// enzymesOf finds enzymes by their names, of which case makes no difference.
func enzymesOf(cmd *cobra.Command, names []string) ([]genome.Enzyme, error) {
	all := genome.Enzymes()
	if len(names) == 1 && strings.EqualFold(names[0], "all") {
		return all, nil
	}
	var found []genome.Enzyme
	for _, name := range names {
		at := -1
		var like []string
		for i := range all {
			if strings.EqualFold(all[i].Name, name) {
				at = i
			}
			if len(name) > 1 && len(like) < 3 && strings.HasPrefix(strings.ToLower(all[i].Name), strings.ToLower(name[:2])) {
				like = append(like, all[i].Name)
			}
		}
		if at < 0 {
			return nil, usagef(cmd, "--cut: enzyme %q is not known%s", name, biovm.Near(like))
		}
		found = append(found, all[at])
	}
	return found, nil
}

func statsOf(s *genomeSource, m measure) (*genomeStats, error) {
	g := s.genome
	r := &genomeStats{genomeHead: headOfGenome(s)}
	r.CodingDensity, r.GeneDensity = g.Density()
	var c genome.Composition
	for i := range g.Records {
		if !g.Records[i].Protein {
			c.Add(genome.Compose(g.Records[i].Bases))
		}
	}
	if c.Len() == 0 {
		if m.window > 0 || m.orfs > 0 || len(m.enzymes) > 0 {
			return nil, genome.ErrNoSequence
		}
		return r, nil
	}
	gc, skew := c.GC(), c.Skew()
	r.Bases, r.GC, r.Skew = &baseCounts{c.A, c.C, c.G, c.T, c.Strong, c.Weak, c.Others}, &gc, &skew
	code := 11
	usage, amino, _ := g.Usage()
	if amino.Total() > 0 {
		code = usage.Code.Number
		r.AminoAcids = map[string]int{}
		for letter := byte('A'); letter <= 'Z'; letter++ {
			if n := amino.Of(letter); n > 0 {
				r.AminoAcids[string(letter)] = n
			}
		}
		for i, x := range usage.RSCU() {
			r.Codons = append(r.Codons, codonLine{genome.CodonName(i), string(usage.Amino(i)), usage.Counts[i], x})
		}
		r.Code = code
	}
	return r, r.measure(g, m, code)
}

// measure adds what was asked for besides.
func (r *genomeStats) measure(g *genome.Genome, m measure, code int) error {
	if len(m.enzymes) > 0 {
		r.Cuts = map[string]int{}
	}
	frames := 0
	for i := range g.Records {
		rec := &g.Records[i]
		if rec.Protein || len(rec.Bases) == 0 {
			continue
		}
		if m.window > 0 {
			for _, w := range rec.Windows(m.window, max(m.window/2, 1)) {
				r.Windows = append(r.Windows, windowLine{rec.ID, w.Start, w.End, w.GC(), w.Skew()})
			}
		}
		if m.orfs > 0 {
			orfs, err := rec.ORFs(genome.ORFOptions{Code: code, MinCodons: m.orfs})
			if err != nil {
				return err
			}
			frames += len(orfs)
		}
		for _, e := range m.enzymes {
			r.Cuts[e.Name] += len(rec.Sites(e))
		}
	}
	if m.orfs > 0 {
		r.ORFs = &frames
	}
	return nil
}

// text is the report for people.
func (r *genomeStats) text(g *genome.Genome) string {
	all := r.lines(g)
	if r.Bases != nil {
		all = append(all,
			property{"bases", fmt.Sprintf("A %d, C %d, G %d, T %d, others %d", r.Bases.A, r.Bases.C, r.Bases.G, r.Bases.T, r.Bases.Strong+r.Bases.Weak+r.Bases.Others)},
			property{"GC", percent(*r.GC)}, property{"GC skew", number(*r.Skew)})
	} else {
		all = append(all, property{"bases", "the file has no sequence"})
	}
	all = append(all, property{"coding", percent(r.CodingDensity)}, property{"in genes", percent(r.GeneDensity)})
	if r.ORFs != nil {
		all = append(all, property{"reading frames", strconv.Itoa(*r.ORFs)})
	}
	if r.Code > 0 {
		all = append(all, property{"genetic code", strconv.Itoa(r.Code)})
	}
	text := properties(all)
	if len(r.AminoAcids) > 0 {
		text += "\n" + r.aminoText() + "\n" + r.codonText()
	}
	if len(r.Cuts) > 0 {
		rows := [][]string{{"ENZYME", "SITES"}}
		for _, name := range sortedKeys(r.Cuts) {
			rows = append(rows, []string{name, strconv.Itoa(r.Cuts[name])})
		}
		text += "\n" + table("", rows)
	}
	if len(r.Windows) > 0 {
		rows := [][]string{{"RECORD", "START", "END", "GC", "SKEW"}}
		for _, w := range r.Windows {
			rows = append(rows, []string{w.Record, strconv.Itoa(w.Start), strconv.Itoa(w.End), percent(w.GC), number(w.Skew)})
		}
		text += "\n" + table("", rows)
	}
	return text
}

func percent(share float64) string { return fmt.Sprintf("%.2f %%", 100*share) }

func (r *genomeStats) aminoText() string {
	total := 0
	for _, n := range r.AminoAcids {
		total += n
	}
	rows := [][]string{{"AMINO ACID", "COUNT", "SHARE"}}
	for _, letter := range sortedKeys(r.AminoAcids) {
		n := r.AminoAcids[letter]
		rows = append(rows, []string{genome.AminoName(letter[0]) + " " + letter, strconv.Itoa(n), percent(float64(n) / float64(total))})
	}
	return table("", rows)
}

// codonText lists four codons a line.
func (r *genomeStats) codonText() string {
	const across = 4
	rows := [][]string{{}}
	for range across {
		rows[0] = append(rows[0], "CODON", "COUNT", "RSCU")
	}
	for i, c := range r.Codons {
		if i%across == 0 {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], c.Codon+" "+c.AminoAcid, strconv.Itoa(c.Count), fmt.Sprintf("%.2f", c.RSCU))
	}
	return table("", rows)
}
