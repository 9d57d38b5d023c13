package wholecell

import (
	"cmp"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// origin adds the start of replication. DnaA, of which the sites of high
// affinity all over the genome take their part, binds the origin's one, then
// two of low affinity, then lengthens a filament; 30 molecules of it open the
// origin, and the helicase strips them off. A cell starts one round: the
// origins that it makes wait for the daughters. (The published model lets them
// start.) Binding to the sites does not come undone, and rates are those in a
// newborn cell's volume, as published.
//
// When it begins depends steeply on how much DnaA there is: the filament grows on
// average only with more than 111 free, 127 in all. The first cell has the 148 of
// the proteome and begins after 8 minutes on average, as published of such cells.
// Nothing is published of daughters. They have about 170, because dnaA is the first
// gene to be doubled, and from 90 to 300, because few messengers make them: half
// of them begin within 5 minutes, and one in seven after more than 20.
func (b *builder) origin() {
	b.sites, b.siteBound = b.net.AddSpecies("dnaa:sites", 0), b.net.AddSpecies("dnaa:bound", 0)
	b.high, b.low = b.net.AddSpecies("origin:high", 0), b.net.AddSpecies("origin:low", 0)
	b.open, b.filament = b.net.AddSpecies("origin:open", 0), b.net.AddSpecies("origin:filament", 0)
	b.strips, b.docked = b.net.AddSpecies("origin:strips", 0), b.net.AddSpecies("origin:docked", 0)
	if b.normal.starter < 0 {
		return
	}
	starter := b.genes.proteins[b.normal.starter].folded
	perMolecule := concentration(1, b.normal.volume)
	bind := func(name string, site expression.Species, k float64, products ...expression.Term) {
		rate := k * perMolecule
		b.net.AddReaction(expression.Reaction{
			Name: name, Reactants: append(one(site), one(starter)...), Products: products,
			Reads:      []expression.Species{site, starter},
			Propensity: func(x []float64) float64 { return rate * x[site] * x[starter] },
		})
	}
	bind("DnaA to a site", b.sites, dnaAHigh, one(b.siteBound)...)
	bind("DnaA to the origin", b.high, dnaAHigh, append(terms(b.low, lowSites), one(b.docked)...)...)

	low, open, filament, strips := b.low, b.open, b.filament, b.strips
	b.net.AddReaction(expression.Reaction{
		Name: "DnaA to a low site", Reactants: append(one(low), one(starter)...), Products: append(one(open), one(b.docked)...),
		Reads: []expression.Species{low, starter},
		// One site after the other: the second is there when the first is taken.
		Propensity: func(x []float64) float64 {
			return dnaALow * perMolecule * min(1, x[low]) * x[starter]
		},
	})
	b.net.AddReaction(expression.Reaction{
		Name: "DnaA to the filament", Reactants: one(starter), Products: one(filament),
		Reads: []expression.Species{starter, open, filament},
		Propensity: func(x []float64) float64 {
			if x[open] < lowSites || x[filament] >= dnaAFilament {
				return 0
			}
			return dnaAExtend * perMolecule * x[starter]
		},
	})
	b.net.AddReaction(expression.Reaction{
		Name: "DnaA from the filament", Reactants: one(filament), Products: one(starter),
		Reads: []expression.Species{filament, strips},
		Propensity: func(x []float64) float64 {
			if x[filament] == 0 {
				return 0
			}
			return dnaALeave + float64((dnaARemove-dnaALeave)*x[strips])
		},
	})
}

// boundStarter lists where DnaA is when it is not free.
func (b *blueprint) boundStarter() []expression.Species {
	return []expression.Species{b.siteBound, b.docked, b.filament}
}

// A stop is a place that a fork passes: the end of a unit.
type stop struct {
	unit     int // index, or -1 for the end of the arm
	distance float64
}

// forks adds the two forks. Each moves from stop to stop; when it has passed a
// unit there is one more copy of that.
func (b *builder) forks() {
	b.doubled = b.net.AddSpecies("dna:arms", 0)
	b.passes = b.stops()
	for arm, stops := range b.passes {
		places := make([]expression.Species, len(stops))
		for i := range places {
			places[i] = b.net.AddSpecies([]string{"fork:right:", "fork:left:"}[arm]+b.stopName(stops[i]), 0)
		}
		b.arms[arm] = places
		at := 0.0
		for i, s := range stops {
			r := expression.Reaction{Name: "replicate to " + b.stopName(s), Reactants: one(places[i])}
			length := s.distance - at
			at = s.distance
			if i+1 < len(places) {
				r.Products = append(r.Products, one(places[i+1])...)
			} else {
				r.Products = append(r.Products, one(b.doubled)...)
			}
			if s.unit >= 0 {
				r.Products = append(r.Products, one(b.genes.units[s.unit].copies)...)
			}
			place, may, rate := places[i], b.mayMakeRNA, forkSpeed/(length*(1+forkKD/deoxynucleotide))
			r.Reads = []expression.Species{place, may}
			r.Propensity = func(x []float64) float64 { return rate * x[place] * x[may] }
			cost := int(length + 0.5)
			b.spend(&r, cost, 0)
			b.rnaNeeds[energyAt] = max(b.rnaNeeds[energyAt], float64(cost))
			b.net.AddReaction(r)
		}
	}
	b.start()
}

func (b *builder) stopName(s stop) string {
	if s.unit < 0 {
		return "the end"
	}
	return b.genes.units[s.unit].name
}

// stops are those of the right arm, which runs with the numbers of the bases,
// and of the left one. A genome that lost genes is shorter in proportion.
func (b *builder) stops() [2][]stop {
	const least = 1 // base between two stops, so that each takes time
	k := b.organism.Constants()
	scale := k.GenomeBP / k.AccessionBP
	half := k.GenomeBP / 2
	var arms [2][]stop
	for i := range b.genes.units {
		u := &b.genes.units[i]
		right := float64(u.end) - k.OriC
		if right < 0 {
			right += k.AccessionBP
		}
		left := k.OriC - float64(u.start)
		if left < 0 {
			left += k.AccessionBP
		}
		if right, left = right*scale, left*scale; right < left {
			arms[0] = append(arms[0], stop{i, min(right, half)})
		} else {
			arms[1] = append(arms[1], stop{i, min(left, half)})
		}
	}
	for arm := range arms {
		slices.SortStableFunc(arms[arm], func(a, b stop) int { return cmp.Compare(a.distance, b.distance) })
		at := 0.0
		for i := range arms[arm] {
			arms[arm][i].distance = max(arms[arm][i].distance, at+least)
			at = arms[arm][i].distance
		}
		arms[arm] = append(arms[arm], stop{-1, max(half, at+least)})
	}
	return arms
}

// start adds the events that begin and end a round.
func (b *builder) start() {
	filament, open, strips, round, docked := b.filament, b.open, b.strips, b.round, b.docked
	doubled, sites, began, ended, born := b.doubled, b.sites, b.began, b.ended, b.born
	right, left := b.arms[0][0], b.arms[1][0]
	boxes := b.organism.Constants().DnaABoxes
	b.net.AddEvent(expression.Event{
		Name: "replication begins", Reads: []expression.Species{filament},
		Trigger: func(_ float64, x []float64) bool { return x[filament] >= dnaAFilament },
		Writes:  []expression.Species{filament, docked, open, strips, round, began, right, left},
		Assign: func(t float64, x []float64) {
			x[filament] += x[docked] // the helicase takes all of them off
			x[docked] = 0
			x[open], x[strips], x[round], x[began] = 0, 1, 1, t-x[born]
			x[right], x[left] = 1, 1
		},
	})
	b.net.AddEvent(expression.Event{
		Name: "replication ends", Reads: []expression.Species{doubled},
		Trigger: func(_ float64, x []float64) bool { return x[doubled] >= 2 },
		Writes:  []expression.Species{sites, ended},
		Assign: func(t float64, x []float64) {
			x[ended] = t - x[born]
			x[sites] += boxes - 1
		},
	})
}
