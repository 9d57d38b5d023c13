package organism

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// load builds an organism that has tables of its own.
func load(tables fs.FS, t biovm.BiologicalType) (*Organism, error) {
	o, err := describe(tables, t, string(t))
	if err != nil {
		return nil, err
	}
	if o.model, err = readModel(tables, o); err != nil {
		return nil, fmt.Errorf("organism %s: %w", t, err)
	}
	genes, err := readGenes(tables, string(t), o.model)
	if err != nil {
		return nil, fmt.Errorf("organism %s: %w", t, err)
	}
	o.setGenes(genes)
	if o.constants.AccessionBP > 0 { // its sequence was read
		if o.expressed, err = readExpression(tables, string(t), genes); err != nil {
			return nil, fmt.Errorf("organism %s: %w", t, err)
		}
	}
	return o, nil
}

// loadMinimalCell derives minimal_cell from syn3a: the class N genes go, and
// with them the reactions that cannot run without them.
func loadMinimalCell(tables fs.FS, syn3a func() (*Organism, error)) (*Organism, error) {
	parent, err := syn3a()
	if err != nil {
		return nil, err
	}
	o, err := describe(tables, biovm.MinimalCell, string(biovm.Syn3A), string(biovm.MinimalCell))
	if err != nil {
		return nil, err
	}
	var stay []Gene
	var lost []string
	for _, g := range parent.genes {
		if g.Essentiality == "N" {
			lost = append(lost, g.Locus)
			continue
		}
		stay = append(stay, g)
	}
	if o.model, err = parent.model.Without(o.text(keyModel), lost); err != nil {
		return nil, fmt.Errorf("organism %s: %w", o.kind, err)
	}
	o.setGenes(stay)
	o.expressed = make(map[string]Transcript, len(stay))
	for _, g := range stay {
		if x, ok := parent.expressed[g.Locus]; ok {
			o.expressed[g.Locus] = x
		}
	}
	return o, nil
}

// describe reads what an organism says of itself; its version covers the
// tables of all folders.
func describe(tables fs.FS, t biovm.BiologicalType, folders ...string) (*Organism, error) {
	o := &Organism{kind: t}
	err := readTable(tables, string(t)+"/constants.tsv", []string{"key", "value", "unit", "source"}, func(f []string) error {
		o.facts = append(o.facts, Fact{Key: f[0], Value: f[1], Unit: f[2], Source: f[3]})
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = readTable(tables, string(t)+"/sources.tsv", []string{"what", "citation", "licence"}, func(f []string) error {
		o.sources = append(o.sources, Source{What: f[0], Citation: f[1], Licence: f[2]})
		return nil
	})
	if err != nil {
		return nil, err
	}
	if o.constants, err = constantsOf(o.facts); err != nil {
		return nil, fmt.Errorf("organism %s: %w", t, err)
	}
	sum, err := digest(tables, folders...)
	if err != nil {
		return nil, err
	}
	o.version = fmt.Sprintf("%s-%s+%s", t, o.text(keyRelease), sum)
	return o, nil
}

// setGenes takes over the genes and prepares the index of their names, which
// is built when a name is first looked up.
func (o *Organism) setGenes(genes []Gene) {
	n := slices.IndexFunc(genes, func(g Gene) bool { return g.Type == modelOnly })
	if n < 0 {
		n = len(genes)
	}
	o.genes, o.modelOnly = genes[:n:n], genes[n:]
	named := slices.Concat(o.genes, o.missing, o.modelOnly)
	o.names = sync.OnceValue(func() *nameIndex { return newNameIndex(named) })
}

// modelOnly is the type of a gene that only the network names; such genes end
// the gene table.
const modelOnly = "model"

func readGenes(tables fs.FS, folder string, model *metabolism.Model) ([]Gene, error) {
	header := []string{"locus", "start", "end", "strand", "type", "symbol", "product", "category", "essentiality", "proteins", "aliases"}
	var genes []Gene
	err := readTable(tables, folder+"/genes.tsv", header, func(f []string) error {
		g := Gene{
			Locus: f[0], Type: f[4], Symbol: f[5], Product: f[6], Category: f[7], Essentiality: f[8],
			ProteinCount: -1, InModel: model.HasGene(f[0]),
		}
		var err error
		if g.Start, err = strconv.Atoi(f[1]); err != nil {
			return err
		}
		if g.End, err = strconv.Atoi(f[2]); err != nil {
			return err
		}
		switch f[3] {
		case "+":
			g.Strand = 1
		case "-":
			g.Strand = -1
		}
		if f[9] != "" {
			if g.ProteinCount, err = strconv.ParseFloat(f[9], 64); err != nil {
				return err
			}
		}
		if f[10] != "" {
			g.Aliases = strings.Split(f[10], ",")
		}
		genes = append(genes, g)
		return nil
	})
	return genes, err
}

// readModel reads an organism's network. Its genes are those that the rules
// name, sorted.
func readModel(tables fs.FS, o *Organism) (*metabolism.Model, error) {
	folder := string(o.kind)
	metabolites, index, err := readMetabolites(tables, folder)
	if err != nil {
		return nil, err
	}
	var reactions []metabolism.Reaction
	named := map[string]bool{}
	rules := map[string]*metabolism.Rule{} // half of iML1515's rules say the same as another
	header := []string{"id", "name", "subsystem", "lower", "upper", "rule", "terms"}
	err = readTable(tables, folder+"/reactions.tsv", header, func(f []string) error {
		r := metabolism.Reaction{ID: f[0], Name: f[1], Subsystem: f[2]}
		var err error
		if r.Lower, err = strconv.ParseFloat(f[3], 64); err != nil {
			return err
		}
		if r.Upper, err = strconv.ParseFloat(f[4], 64); err != nil {
			return err
		}
		var known bool
		if r.Rule, known = rules[f[5]]; !known {
			if r.Rule, err = metabolism.ParseRule(f[5]); err != nil {
				return err
			}
			rules[f[5]] = r.Rule
			for _, g := range r.Rule.Genes() {
				named[g] = true
			}
		}
		r.Terms, err = parseTerms(f[6], index)
		reactions = append(reactions, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	genes := make([]string, 0, len(named))
	for g := range named {
		genes = append(genes, g)
	}
	slices.Sort(genes)
	return metabolism.NewModel(o.text(keyModel), o.text(keyObjective), metabolites, reactions, genes)
}

func readMetabolites(tables fs.FS, folder string) ([]metabolism.Metabolite, map[string]int, error) {
	var metabolites []metabolism.Metabolite
	index := map[string]int{}
	header := []string{"id", "name", "compartment", "formula", "charge"}
	err := readTable(tables, folder+"/metabolites.tsv", header, func(f []string) error {
		charge, err := strconv.Atoi(f[4])
		index[f[0]] = len(metabolites)
		metabolites = append(metabolites, metabolism.Metabolite{ID: f[0], Name: f[1], Compartment: f[2], Formula: f[3], Charge: charge})
		return err
	})
	return metabolites, index, err
}

// parseTerms reads pairs of coefficient and metabolite, as in
// "-1 g6p_c 1 f6p_c".
func parseTerms(text string, index map[string]int) ([]metabolism.Term, error) {
	terms := make([]metabolism.Term, 0, strings.Count(text, " ")/2+1)
	for text != "" {
		number, rest, _ := strings.Cut(text, " ")
		id, rest, _ := strings.Cut(rest, " ")
		coef, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return nil, err
		}
		m, ok := index[id]
		if !ok {
			return nil, fmt.Errorf("metabolite %q is not in the table of metabolites", id)
		}
		terms = append(terms, metabolism.Term{Metabolite: m, Coef: coef})
		text = rest
	}
	return terms, nil
}

func countGenes(genes []Gene) []Count {
	var counts []Count
	for _, g := range genes {
		i := slices.IndexFunc(counts, func(c Count) bool { return c.Type == g.Type })
		if i < 0 {
			i = len(counts)
			counts = append(counts, Count{Type: g.Type})
		}
		counts[i].N++
	}
	slices.SortFunc(counts, func(a, b Count) int {
		return cmp.Or(boolOrder(a.Type == "CDS", b.Type == "CDS"), cmp.Compare(b.N, a.N), cmp.Compare(a.Type, b.Type))
	})
	return counts
}

// boolOrder sorts true before false.
func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
