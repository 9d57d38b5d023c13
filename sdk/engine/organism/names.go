package organism

import (
	"cmp"
	"slices"
	"strings"
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

// Near returns up to n names that ref may have been meant for, the nearest by
// edit distance first, each gene once. It is for the messages about unknown
// genes; far-fetched names are left out.
func (o *Organism) Near(ref string, n int) []string {
	lower := strings.ToLower(ref)
	if n <= 0 || lower == "" || len(lower) > maxNameLength {
		return nil
	}
	type hit struct {
		geneName
		distance int
	}
	limit := max(1, len(lower)/3)
	var hits []hit
	for _, name := range o.names().names {
		if d, ok := distance(lower, name.lower, limit); ok {
			hits = append(hits, hit{name, d})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(
			cmp.Compare(a.distance, b.distance),
			cmp.Compare(commonPrefix(b.lower, lower), commonPrefix(a.lower, lower)),
			cmp.Compare(a.name, b.name))
	})
	var names []string
	seen := map[int]bool{}
	for _, h := range hits {
		if len(names) == n {
			break
		}
		if !seen[h.gene] {
			seen[h.gene] = true
			names = append(names, h.name)
		}
	}
	return names
}

// maxNameLength is longer than any name of a gene; a longer text is near none.
const maxNameLength = 64

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// distance is the number of letters to insert, delete, change or swap with
// their neighbour that turns a into b (optimal string alignment), if it is at
// most limit.
func distance(a, b string, limit int) (int, bool) {
	if max(len(a)-len(b), len(b)-len(a)) > limit || len(b) > maxNameLength {
		return 0, false
	}
	var rows [3][maxNameLength + 1]int
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)], last[len(b)] <= limit
}
