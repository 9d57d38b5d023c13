package lac

import "github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"

// A network is the reactions of a cell, with the indices of what its owner
// reads and sets.
type network struct {
	net *expression.Network

	// LacI that is free, and operators: free, with a tetramer at O1, at an
	// auxiliary operator, at both.
	repressor, free, atO1, atAux, looped expression.Species
	mRNA, lacZ, lacY, lacA               expression.Species

	findO1, findAux, closeO1, closeAux int // reactions that take an active head
	starts                             [2]int
}

// build makes the reactions of a configuration. Their rates at the beginning
// are those of a cell without inducer.
func build(c *Config) (*network, error) {
	var b expression.NetworkBuilder
	n := &network{}
	laci := float64(tetramers)
	if c.Strain.NoLacI {
		laci = 0
	}
	n.repressor = b.AddSpecies("LacI", laci)
	n.free = b.AddSpecies("operator free", float64(c.Copies))
	n.atO1 = b.AddSpecies("operator with LacI at O1", 0)
	n.atAux = b.AddSpecies("operator with LacI at an auxiliary operator", 0)
	n.looped = b.AddSpecies("operator looped", 0)
	n.mRNA = b.AddSpecies("lacZYA mRNA", 0)
	n.lacZ = b.AddSpecies("LacZ", 0)
	n.lacY = b.AddSpecies("LacY", 0)
	n.lacA = b.AddSpecies("LacA", 0)
	b.Conserve("operators", []expression.Species{n.free, n.atO1, n.atAux, n.looped}, []float64{1, 1, 1, 1})
	b.Conserve("LacI", []expression.Species{n.repressor, n.atO1, n.atAux, n.looped}, []float64{1, 1, 1, 1})

	n.bindings(&b, c)
	n.expression(&b, c)
	var err error
	n.net, err = b.Build()
	return n, err
}

func one(s expression.Species) []expression.Term { return []expression.Term{{Species: s, Count: 1}} }

// bindings adds how LacI comes and goes.
func (n *network) bindings(b *expression.NetworkBuilder, c *Config) {
	both := func(s expression.Species) []expression.Term { return append(one(n.repressor), one(s)...) }
	add := func(name string, from, to []expression.Term, rate float64) int {
		return b.AddReaction(expression.Reaction{Name: name, Reactants: from, Products: to, Rate: rate})
	}
	loop := 1.0
	if c.Strain.NoLoop {
		loop = 0
	}
	n.findO1 = add("LacI finds O1", both(n.free), one(n.atO1), findO1)
	n.findAux = add("LacI finds an auxiliary operator", both(n.free), one(n.atAux), loop*findO1)
	n.closeO1 = add("LacI at O1 closes the loop", one(n.atO1), one(n.looped), loop*closeLoop)
	n.closeAux = add("LacI at an auxiliary operator closes the loop", one(n.atAux), one(n.looped), loop*closeLoop)
	add("LacI leaves O1", one(n.atO1), both(n.free), leaveO1)
	add("LacI leaves an auxiliary operator", one(n.atAux), both(n.free), leaveAux)
	add("the loop opens at O1", one(n.looped), one(n.atAux), leaveO1)
	add("the loop opens at the auxiliary operator", one(n.looped), one(n.atO1), leaveAux)
}

// expression adds transcription, translation, decay and dilution.
func (n *network) expression(b *expression.NetworkBuilder, c *Config) {
	for i, promoter := range []expression.Species{n.free, n.atAux} {
		n.starts[i] = b.AddReaction(expression.Reaction{
			Name: "transcription of lacZYA", Reactants: one(promoter),
			Products: append(one(promoter), one(n.mRNA)...), Rate: transcribe,
		})
	}
	mu := c.dilution()
	b.AddReaction(expression.Reaction{Name: "decay of lacZYA mRNA", Reactants: one(n.mRNA), Rate: decayMRNA + mu})
	for _, p := range []struct {
		name    string
		species expression.Species
		rate    float64
		lost    bool
	}{{"LacZ", n.lacZ, translateZ, c.Strain.NoLacZ}, {"LacY", n.lacY, translateY, c.Strain.NoLacY}, {"LacA", n.lacA, translateA, false}} {
		if p.lost {
			p.rate = 0
		}
		b.AddReaction(expression.Reaction{
			Name: "translation of " + p.name, Reactants: one(n.mRNA),
			Products: append(one(n.mRNA), one(p.species)...), Rate: p.rate,
		})
		b.AddReaction(expression.Reaction{Name: "dilution of " + p.name, Reactants: one(p.species), Rate: mu})
	}
}
