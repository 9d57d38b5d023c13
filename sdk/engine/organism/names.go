package organism

import (
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
)

// A nameIndex finds genes by any of their names. Locus tags win over symbols,
// symbols over aliases; a symbol or alias that several genes share finds none.
type nameIndex struct {
	genes []Gene
	by    map[string][]int // lower-case name -> indices into genes, several when they share it
	names []geneName       // every name that finds its gene
}

type geneName struct {
	name  string // as the table writes it
	lower string
	gene  int
}

func newNameIndex(genes []Gene) *nameIndex {
	x := &nameIndex{genes: genes, by: make(map[string][]int, 4*len(genes))}
	locus := func(g *Gene) []string { return []string{g.Locus} }
	symbol := func(g *Gene) []string { return []string{g.Symbol} }
	alias := func(g *Gene) []string { return g.Aliases }
	annotated := func(g *Gene) bool { return g.Type != modelOnly }
	x.add(locus, func(*Gene) bool { return true })
	x.add(symbol, annotated)
	x.add(alias, annotated)
	x.add(symbol, func(g *Gene) bool { return !annotated(g) })
	return x
}

// add enters one kind of name of the genes chosen; names that an earlier kind
// has are left to it.
func (x *nameIndex) add(names func(*Gene) []string, chosen func(*Gene) bool) {
	fresh := map[string][]int{}
	var order []geneName
	for i := range x.genes {
		if !chosen(&x.genes[i]) {
			continue
		}
		for _, n := range names(&x.genes[i]) {
			lower := strings.ToLower(n)
			if _, taken := x.by[lower]; n == "" || taken || slices.Contains(fresh[lower], i) {
				continue
			}
			fresh[lower] = append(fresh[lower], i)
			order = append(order, geneName{n, lower, i})
		}
	}
	for _, n := range order {
		if len(fresh[n.lower]) == 1 {
			x.names = append(x.names, n)
		}
		x.by[n.lower] = fresh[n.lower]
	}
}

// Gene finds a gene by its locus tag, its symbol or another of its names
// (MMSYN1_nnnn, a synonym), upper and lower case being the same. A symbol or
// synonym that several genes share finds none; ask by locus then, see
// [Organism.Sharing].
func (o *Organism) Gene(ref string) (Gene, bool) {
	x := o.names()
	if found := x.by[strings.ToLower(ref)]; len(found) == 1 {
		return x.genes[found[0]], true
	}
	return Gene{}, false
}

// Sharing lists the loci of the genes that share a symbol or synonym, in the
// order of the genome; none for a name that one gene has, or no gene.
func (o *Organism) Sharing(ref string) []string {
	x := o.names()
	found := x.by[strings.ToLower(ref)]
	if len(found) < 2 {
		return nil
	}
	loci := make([]string, len(found))
	for n, i := range found {
		loci[n] = x.genes[i].Locus
	}
	return loci
}

// Near returns up to n names that ref may have been meant for, the nearest
// first, each gene once. It is for the messages about unknown genes;
// far-fetched names are left out.
func (o *Organism) Near(ref string, n int) []string {
	x := o.names()
	texts := make([]string, len(x.names))
	for i, name := range x.names {
		texts[i] = name.name
	}
	var names []string
	seen := map[int]bool{}
	for _, name := range near.Names(ref, texts, len(texts)) {
		gene := x.by[strings.ToLower(name)][0]
		if len(names) < n && !seen[gene] {
			seen[gene] = true
			names = append(names, name)
		}
	}
	return names
}
