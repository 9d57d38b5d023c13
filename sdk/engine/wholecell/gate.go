package wholecell

import "github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"

// A gate stands before all reactions of a kind. It closes at the very event
// after which there would not be enough for one more of them, and opens when
// there is.
type gate struct {
	name  string
	state expression.Species
	reads []expression.Species
	open  func(x []float64) bool
}

// gateList is what holds the cell to its grants and its pools: no more
// polymerases transcribe and no more ribosomes translate than are granted, and
// no pool is overdrawn.
func (b *blueprint) gateList() []gate {
	free, floor := b.polymerases, b.floorPolymerases
	list := []gate{{
		"transcribe", b.mayTranscribe,
		[]expression.Species{free},
		func(x []float64) bool { return x[free] > x[floor] },
	}}
	idle, least := b.ribosomes, b.floorRibosomes
	list = append(list, gate{
		"translate", b.mayTranslate,
		[]expression.Species{idle},
		func(x []float64) bool { return x[idle] > x[least] },
	})
	return append(list, b.stockGate("make RNA", b.mayMakeRNA, &b.rnaNeeds), b.stockGate("make protein", b.mayMakeProtein, &b.proteinNeeds))
}

// stockGate opens while each pool has what the dearest event needs.
func (b *blueprint) stockGate(name string, state expression.Species, needs *[poolKinds]float64) gate {
	var stocks []expression.Species
	var least []float64
	for k, n := range needs {
		if n > 0 {
			stocks, least = append(stocks, b.pools[k].level), append(least, n)
		}
	}
	return gate{name, state, stocks, func(x []float64) bool {
		for i, s := range stocks {
			if x[s] < least[i] {
				return false
			}
		}
		return true
	}}
}

func (b *builder) gates() {
	b.gated = b.gateList()
	for _, g := range b.gated {
		open, state := g.open, g.state
		b.net.AddEvent(expression.Event{
			Name: "gate: " + g.name, Reads: g.reads, Writes: []expression.Species{state},
			Trigger: func(_ float64, x []float64) bool { return open(x) != (x[state] == 1) },
			Assign:  func(_ float64, x []float64) { x[state] = 1 - x[state] },
		})
	}
}
