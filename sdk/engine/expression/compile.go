package expression

import (
	"encoding/binary"
	"hash"
	"hash/fnv"
	"math"
	"slices"
)

// A Network is a reaction network that is ready to be simulated. It does not
// change, and is safe for concurrent use as far as its functions are.
type Network struct {
	species    []speciesEntry
	reactions  []Reaction
	events     []Event
	invariants []invariant
	begins     []begin
	stream     *stream // nil where nothing flows
	delays     bool    // an event may wait

	laws    []law      // how each reaction's propensity is worked out
	factors []factor   // of laws of the kind lawGeneral
	rows    []row      // of each reaction
	changes []change   // of all reactions
	depends []int32    // of all reactions: reactions to work out anew after it, rising
	moves   *[few]move // of a network that runFew is for, or nil
	tables  *ziggurat
	mark    uint64 // see Fingerprint
}

// A row says where a reaction's changes and dependants are.
type row struct {
	change, changeEnd   int32
	depends, dependsEnd int32
	watched             bool // it changes what a trigger reads
}

// A change is what a reaction does to a species.
type change struct {
	species int32
	delta   float64
}

type lawKind int32

const (
	// c·x·y; what is missing is the 1 behind the state, and is x, as then c·x need
	// not wait for the event before.
	lawProduct lawKind = iota
	lawDimer           // c·x·(x-1)/2
	lawGeneral         // c·Π binomial
	lawFunction
)

// A law works out a propensity. For lawGeneral a and b delimit the factors.
type law struct {
	rate float64
	a, b int32
	kind lawKind
}

type factor struct {
	species int32
	count   int32
}

// Species is how many species and variables there are.
func (n *Network) Species() int { return len(n.species) }

// Reactions is how many reactions there are.
func (n *Network) Reactions() int { return len(n.reactions) }

// SpeciesName is the name of a species.
func (n *Network) SpeciesName(s Species) string { return n.species[s].name }

// ReactionName is the name of a reaction.
func (n *Network) ReactionName(reaction int) string { return n.reactions[reaction].Name }

// SpeciesNamed finds a species by its name.
func (n *Network) SpeciesNamed(name string) (Species, bool) {
	i := slices.IndexFunc(n.species, func(s speciesEntry) bool { return s.name == name })
	return Species(i), i >= 0
}

// IsVariable reports whether s is a variable rather than a count.
func (n *Network) IsVariable(s Species) bool { return n.species[s].variable }

// Initial is the number at time 0.
func (n *Network) Initial(s Species) float64 { return n.species[s].initial }

// Fingerprint tells networks apart: it covers names, initial numbers,
// stoichiometry, rate constants, what is read and the times of events, but not
// what functions do.
func (n *Network) Fingerprint() uint64 { return n.mark }

// DependsOn lists the reactions whose propensities change when a reaction
// happens, by index, rising. It is a copy.
func (n *Network) DependsOn(reaction int) []int {
	r := n.rows[reaction]
	list := make([]int, 0, r.dependsEnd-r.depends)
	for _, j := range n.depends[r.depends:r.dependsEnd] {
		list = append(list, int(j))
	}
	return list
}

// compile lays out a network whose parts were checked.
func compile(b *NetworkBuilder) *Network {
	n := &Network{
		species: slices.Clone(b.species), reactions: make([]Reaction, len(b.reactions)), events: make([]Event, len(b.events)),
		invariants: make([]invariant, len(b.invariants)), tables: newZiggurat(),
	}
	for i, r := range b.reactions {
		r.Reactants, r.Products, r.Reads = slices.Clone(r.Reactants), slices.Clone(r.Products), slices.Clone(r.Reads)
		n.reactions[i] = r
	}
	watched := make([]bool, len(n.species))
	for i, e := range b.events {
		e.Times, e.Reads, e.Writes = slices.Clone(e.Times), slices.Clone(e.Reads), slices.Clone(e.Writes)
		n.events[i] = e
		n.delays = n.delays || e.Delay != nil
		if e.Trigger != nil {
			for _, s := range e.Reads {
				watched[s] = true
			}
		}
	}
	for i, v := range b.invariants {
		n.invariants[i] = invariant{v.name, slices.Clone(v.species), slices.Clone(v.weights)}
	}
	readers := make([][]int32, len(n.species)) // reactions by what they read
	for i := range n.reactions {
		for _, s := range n.reads(i) {
			readers[s] = append(readers[s], int32(i)) // maxParts fits
		}
		n.laws = append(n.laws, n.law(&n.reactions[i]))
	}
	for i := range n.reactions {
		n.rows = append(n.rows, n.row(&n.reactions[i], readers, watched))
	}
	n.begins = slices.Clone(b.begins)
	n.stream = n.streamOf(b)
	n.moves = n.fewMoves()
	n.mark = n.fingerprint()
	return n
}

// reads lists the species that a propensity looks at, each once, rising.
func (n *Network) reads(i int) []Species {
	r := &n.reactions[i]
	list := slices.Clone(r.Reads)
	if r.Propensity == nil {
		for _, t := range r.Reactants {
			list = append(list, t.Species)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (n *Network) law(r *Reaction) law {
	if r.Propensity != nil {
		return law{kind: lawFunction}
	}
	order := map[Species]int32{}
	var species []Species
	for _, t := range r.Reactants {
		if order[t.Species] == 0 {
			species = append(species, t.Species)
		}
		order[t.Species] += int32(t.Count)
	}
	one := n.one()
	l := law{rate: r.Rate, a: one, b: one}
	switch {
	case len(species) == 0:
	case len(species) == 1 && order[species[0]] == 1:
		l.b = int32(species[0])
	case len(species) == 1 && order[species[0]] == 2:
		l.kind, l.a = lawDimer, int32(species[0])
	case len(species) == 2 && order[species[0]] == 1 && order[species[1]] == 1:
		l.a, l.b = int32(species[0]), int32(species[1])
	default:
		l.kind, l.a = lawGeneral, int32(len(n.factors))
		for _, s := range species {
			n.factors = append(n.factors, factor{int32(s), order[s]})
		}
		l.b = int32(len(n.factors))
	}
	return l
}

// row works out what a reaction changes, and what depends on that.
func (n *Network) row(r *Reaction, readers [][]int32, watched []bool) row {
	net := map[Species]float64{}
	var species []Species
	for _, side := range []struct {
		terms []Term
		sign  float64
	}{{r.Reactants, -1}, {r.Products, 1}} {
		for _, t := range side.terms {
			species = append(species, t.Species)
			net[t.Species] += float64(side.sign * float64(t.Count))
		}
	}
	slices.Sort(species)
	w := row{change: int32(len(n.changes)), depends: int32(len(n.depends))}
	var depends []int32
	for _, s := range slices.Compact(species) {
		if net[s] == 0 {
			continue
		}
		n.changes = append(n.changes, change{int32(s), net[s]})
		depends = append(depends, readers[s]...)
		w.watched = w.watched || watched[s]
	}
	slices.Sort(depends)
	n.depends = append(n.depends, slices.Compact(depends)...)
	w.changeEnd, w.dependsEnd = int32(len(n.changes)), int32(len(n.depends))
	return w
}

// propensity works one out, by the rate in l and the state: the counts, and a
// 1 behind them.
func (n *Network) propensity(l *law, j int32, state []float64) float64 {
	switch l.kind {
	case lawProduct:
		return l.rate * state[l.a] * state[l.b]
	case lawDimer:
		return l.rate * state[l.a] * (state[l.a] - 1) * 0.5
	default:
		return n.propensityOf(l, j, state)
	}
}

// propensityOf is propensity of the laws that are not for the inner loops.
func (n *Network) propensityOf(l *law, j int32, state []float64) float64 {
	if l.kind == lawGeneral {
		return general(l.rate, n.factors[l.a:l.b], state)
	}
	return n.reactions[j].Propensity(state[:len(n.species):len(n.species)])
}

// general is mass action of any order: rate times the ways to choose the
// molecules.
func general(rate float64, factors []factor, x []float64) float64 {
	for _, f := range factors {
		have := x[f.species]
		for k := range f.count {
			rate = rate * (have - float64(k)) / float64(k+1)
			if have <= float64(k) {
				return 0
			}
		}
	}
	return rate
}

// fingerprint hashes (FNV-1a) what Fingerprint says.
func (n *Network) fingerprint() uint64 {
	h := fnv.New64a()
	for _, s := range n.species {
		sumText(h, s.name)
		sumFloat(h, s.initial)
		if s.variable {
			sumInt(h, 1)
		}
	}
	for i := range n.reactions {
		r := &n.reactions[i]
		sumText(h, r.Name)
		sumTerms(h, r.Reactants)
		sumTerms(h, r.Products)
		if r.Propensity == nil {
			sumFloat(h, r.Rate)
			continue
		}
		sumInt(h, r.Order)
		sumSpecies(h, r.Reads)
	}
	for i := range n.events {
		e := &n.events[i]
		sumText(h, e.Name)
		sumSpecies(h, e.Reads)
		sumSpecies(h, e.Writes)
		sumInt(h, len(e.Times))
		for _, t := range e.Times {
			sumFloat(h, t)
		}
		for _, is := range []bool{e.Armed, e.Trigger != nil} {
			if is {
				sumInt(h, 1)
			} else {
				sumInt(h, 0)
			}
		}
	}
	n.sumMore(h)
	return h.Sum64()
}

// sumMore adds what not every network has.
func (n *Network) sumMore(h hash.Hash64) {
	for i := range n.events {
		e := &n.events[i]
		for bit, is := range []bool{e.Values != nil, e.Early, e.Delay != nil, e.Transient, e.Priority != nil} {
			if is {
				sumInt(h, i)
				sumInt(h, bit)
			}
		}
	}
	for _, b := range n.begins {
		sumSpecies(h, b.writes)
	}
	if n.stream != nil {
		sumInt(h, n.stream.clock)
		for _, f := range n.stream.flows {
			sumInt(h, int(f.Variable))
		}
	}
}

// A hash's Write never fails, says package hash.
func sumWord(h hash.Hash64, v uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	_, _ = h.Write(b[:])
}

func sumInt(h hash.Hash64, v int) { sumWord(h, uint64(v)) }

func sumFloat(h hash.Hash64, v float64) { sumWord(h, math.Float64bits(v)) }

func sumText(h hash.Hash64, text string) {
	sumInt(h, len(text))
	_, _ = h.Write([]byte(text))
}

func sumTerms(h hash.Hash64, terms []Term) {
	sumInt(h, len(terms))
	for _, t := range terms {
		sumInt(h, int(t.Species))
		sumInt(h, t.Count)
	}
}

func sumSpecies(h hash.Hash64, list []Species) {
	sumInt(h, len(list))
	for _, s := range list {
		sumInt(h, int(s))
	}
}
