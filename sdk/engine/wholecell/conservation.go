package wholecell

import "github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"

// A sum is a weighted sum of species that reactions leave as it is.
type sum struct {
	species []expression.Species
	weights []float64
}

func (s *sum) add(sp expression.Species, weight float64) {
	if weight != 0 {
		s.species, s.weights = append(s.species, sp), append(s.weights, weight)
	}
}

func (s *sum) of(x []float64) float64 {
	total := 0.0
	for i, sp := range s.species {
		total += float64(s.weights[i] * x[sp])
	}
	return total
}

// matter says, for each pool, where what was in it can be: amino acids on tRNA
// and in proteins, bases in RNA and its monophosphates, energy as spent.
func (b *blueprint) matter() [poolKinds]sum {
	var sums [poolKinds]sum
	for k := range sums {
		sums[k].add(b.pools[k].level, 1)
	}
	for k := range b.trna { // charged, or owed to what is made
		sums[k].add(b.trna[k].molecules, 1)
		sums[k].add(b.trna[k].vacant, -1)
	}
	for i := range b.genes.proteins {
		p := &b.genes.proteins[i]
		for k, n := range p.amino {
			sums[k].add(p.folded, float64(n))
			if p.nascent != p.folded {
				sums[k].add(p.nascent, float64(n))
			}
		}
		for k, n := range p.bases {
			sums[aminoKinds+k].add(p.messenger, float64(n))
		}
	}
	for i := range b.genes.stables {
		for k, n := range b.genes.stables[i].bases {
			sums[aminoKinds+k].add(b.genes.stables[i].species, float64(n))
		}
	}
	for k := range b.nmp {
		sums[aminoKinds+k].add(b.nmp[k], 1)
	}
	if b.normal.starter >= 0 { // DnaA that is bound is protein too
		p := &b.genes.proteins[b.normal.starter]
		for k, n := range p.amino {
			for _, sp := range b.boundStarter() {
				sums[k].add(sp, float64(n))
			}
		}
	}
	sums[energyAt].add(b.spent[0], 1)
	sums[energyAt].add(b.spent[1], 1)
	return sums
}

// conservation states what no reaction may change.
func (b *builder) conservation() {
	polymerases, ribosomes := sum{}, sum{}
	polymerases.add(b.polymerases, 1)
	for i := range b.genes.units {
		polymerases.add(b.genes.units[i].bound, 1)
	}
	ribosomes.add(b.ribosomes, 1)
	for i := range b.genes.proteins {
		ribosomes.add(b.genes.proteins[i].bound, 1)
	}
	b.net.Conserve("polymerases", polymerases.species, polymerases.weights)
	b.net.Conserve("ribosomes", ribosomes.species, ribosomes.weights)
	for k := range b.trna {
		t := &b.trna[k]
		transcripts := sum{}
		transcripts.add(t.molecules, -1)
		for _, i := range t.genes {
			transcripts.add(b.genes.stables[i].species, 1)
		}
		b.net.Conserve("trna:"+aminoCodes[k], transcripts.species, transcripts.weights)
	}
	for k, s := range b.matter() {
		b.net.Conserve(poolName(k), s.species, s.weights)
	}
}
