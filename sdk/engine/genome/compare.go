package genome

import "strings"

// An Entry is what is compared of a gene.
type Entry struct {
	Locus   string
	Aliases []string
	Name    string
	Product string
	Type    string
	Start   int // 0 when it is not on the genome
	End     int
	Strand  int
	Protein string // empty when it is not known
}

// Entries are the genes of a genome with their proteins, as far as there is a
// sequence; a protein that cannot be translated is the one that the file states.
func (g *Genome) Entries() []Entry {
	all, left := make([]Entry, len(g.Genes)), g.allowance()
	for i := range g.Genes {
		gene := &g.Genes[i]
		e := Entry{gene.Locus, gene.Aliases, gene.Name, gene.Product, gene.Type, gene.Start, gene.End, gene.Strand, ""}
		if len(gene.Codings) > 0 && !gene.Pseudo {
			e.Protein = gene.Codings[0].Stated
			if left -= gene.Codings[0].Location.Len(); left >= 0 {
				if p, err := g.Protein(gene); err == nil {
					e.Protein = p.Sequence
				}
			}
		}
		all[i] = e
	}
	return all
}

// A Verdict says how a gene of one set is to be found in the other.
type Verdict string

// The verdicts.
const (
	OnlyA   Verdict = "only_a"
	OnlyB   Verdict = "only_b"
	Changed Verdict = "changed" // its protein, length, type, name or product differs
	Moved   Verdict = "moved"   // it is the same, at another place
	Same    Verdict = "same"
)

// A Pair is a gene of one set and the same of the other.
type Pair struct {
	Verdict Verdict
	A, B    *Entry // nil in the set that lacks it
	// By says how they were found to be the same: locus, alias, name or protein;
	// empty for a gene of one set.
	By string
	// Differences are protein, length, type, name, product, strand and place, in
	// this order.
	Differences []string
}

// Compare finds out which genes of two sets are the same, and how they differ.
// The same are those of the same locus tag; of what is left, those of which a
// locus is an alias of the other; then those of the same name, and those of the
// same protein, if just one of each set has it. Upper and lower case of locus
// tags and aliases are the same. Proteins, names and products are compared when
// both sets know them; without proteins, lengths. The order is that of A, then
// of what only B has.
func Compare(a, b []Entry) []Pair {
	m := matcher{a: a, b: b, of: make([]int, len(a)), by: make([]string, len(a)), taken: make([]bool, len(b))}
	for i := range m.of {
		m.of[i] = -1
	}
	lower := func(e *Entry) []string { return []string{strings.ToLower(e.Locus)} }
	others := func(e *Entry) []string {
		all := lower(e)
		for _, alias := range e.Aliases {
			all = append(all, strings.ToLower(alias))
		}
		return all
	}
	m.match("locus", lower, lower)
	m.match("alias", lower, others)
	m.match("alias", others, lower)
	name := func(e *Entry) []string { return []string{e.Name} }
	m.match("name", name, name)
	protein := func(e *Entry) []string { return []string{e.Protein} }
	m.match("protein", protein, protein)
	pairs := make([]Pair, 0, len(a))
	for i := range a {
		if m.of[i] < 0 {
			pairs = append(pairs, Pair{Verdict: OnlyA, A: &a[i]})
			continue
		}
		pairs = append(pairs, pairOf(&a[i], &b[m.of[i]], m.by[i]))
	}
	for i := range b {
		if !m.taken[i] {
			pairs = append(pairs, Pair{Verdict: OnlyB, B: &b[i]})
		}
	}
	return pairs
}

// A matcher finds the genes of A in B.
type matcher struct {
	a, b  []Entry
	of    []int // per gene of A, that of B; -1 for none
	by    []string
	taken []bool // per gene of B
}

// match pairs the genes that are left and share a key that one of each set has.
func (m *matcher) match(by string, keysA, keysB func(*Entry) []string) {
	index := func(set []Entry, keys func(*Entry) []string, left func(int) bool) map[string]int {
		found := map[string]int{}
		for i := range set {
			if !left(i) {
				continue
			}
			for _, k := range keys(&set[i]) {
				if other, twice := found[k]; twice && other != i {
					found[k] = -1
				} else {
					found[k] = i
				}
			}
		}
		delete(found, "")
		return found
	}
	inA := index(m.a, keysA, func(i int) bool { return m.of[i] < 0 })
	inB := index(m.b, keysB, func(i int) bool { return !m.taken[i] })
	for i := range m.a {
		for _, k := range keysA(&m.a[i]) {
			at, ok := inB[k]
			if !ok || at < 0 || inA[k] != i || m.of[i] >= 0 || m.taken[at] {
				continue
			}
			m.of[i], m.by[i], m.taken[at] = at, by, true
		}
	}
}

func pairOf(a, b *Entry, by string) Pair {
	p := Pair{Verdict: Same, A: a, B: b, By: by}
	differs := func(what string, is bool, v Verdict) {
		if is {
			p.Differences = append(p.Differences, what)
			if p.Verdict != Changed {
				p.Verdict = v
			}
		}
	}
	proteins := a.Protein != "" && b.Protein != ""
	differs("protein", proteins && a.Protein != b.Protein, Changed)
	differs("length", !proteins && a.Start > 0 && b.Start > 0 && a.length() != b.length(), Changed)
	differs("type", a.Type != b.Type, Changed)
	differs("name", a.Name != "" && b.Name != "" && a.Name != b.Name, Changed)
	differs("product", a.Product != "" && b.Product != "" && a.Product != b.Product, Changed)
	differs("strand", a.Strand != b.Strand && a.Start > 0 && b.Start > 0, Moved)
	differs("place", (a.Start != b.Start || a.End != b.End) && a.Start > 0 && b.Start > 0, Moved)
	return p
}

// length is comparable between genes that do not lie over the origin.
func (e *Entry) length() int { return e.End - e.Start }

// Tally counts the pairs of each verdict.
func Tally(pairs []Pair) map[Verdict]int {
	n := map[Verdict]int{OnlyA: 0, OnlyB: 0, Changed: 0, Moved: 0, Same: 0}
	for i := range pairs {
		n[pairs[i].Verdict]++
	}
	return n
}
