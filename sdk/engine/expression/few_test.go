package expression_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// Small networks have loops of their own: they must give what the sum tree
// gives, which serves a simulator that counts firings, to the bit. Networks end
// (nothing left to happen), overflow their counts and are stopped by triggers.
func TestSmallNetworksAsTree(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	for k := range 400 {
		n := smallNetwork(t, r)
		fast := simulator(t, n, expression.Options{Seed: uint64(k)})
		tree := simulator(t, n, expression.Options{Seed: uint64(k), CountFirings: true})
		for _, until := range []float64{0.3, 0.30001, 2, 9} {
			failed := advanceBoth(t, fast, tree, until)
			if a, b := fast.Random().Uint64(), tree.Random().Uint64(); a != b {
				t.Fatalf("network %d at %v s: the next random number is %#x, of the tree %#x", k, until, a, b)
			}
			if fast.Time() != tree.Time() || fast.Events() != tree.Events() || !slices.Equal(fast.Counts(), tree.Counts()) {
				t.Fatalf("network %d at %v s: %v after %d events, by the tree %v after %d", k, until, fast.Counts(), fast.Events(), tree.Counts(), tree.Events())
			}
			if failed {
				break
			}
		}
	}
}

// advanceBoth advances both, which must agree on whether that fails, and how.
func advanceBoth(t *testing.T, fast, tree *expression.Simulator, until float64) (failed bool) {
	t.Helper()
	a, b := fast.Advance(t.Context(), until), tree.Advance(t.Context(), until)
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Fatalf("until %v s: %v, by the tree %v", until, a, b)
	}
	return a != nil
}

// smallNetwork is one of up to 4 species and up to 7 reactions at random.
func smallNetwork(t *testing.T, r *rand.Rand) *expression.Network {
	t.Helper()
	var nb expression.NetworkBuilder
	var species []expression.Species
	for i := range 1 + r.IntN(3) {
		species = append(species, nb.AddSpecies(fmt.Sprintf("S%d", i), float64(r.IntN(40))))
	}
	pick := func(most int) (terms []expression.Term) {
		for range r.IntN(most + 1) {
			s := species[r.IntN(len(species))]
			if i := slices.IndexFunc(terms, func(t expression.Term) bool { return t.Species == s }); i >= 0 {
				terms[i].Count++
				continue
			}
			terms = append(terms, expression.Term{Species: s, Count: 1})
		}
		return terms
	}
	if r.IntN(10) == 0 {
		full := nb.AddSpecies("full", expression.MaxCount-3)
		nb.AddReaction(expression.Reaction{Name: "overflow", Products: []expression.Term{{Species: full, Count: 1}}, Rate: 1})
	}
	for i := range 1 + r.IntN(6) {
		in, out := pick(2), pick(2)
		if count(out) > max(1, count(in)) { // it would explode
			in, out = out, in
		}
		reaction := expression.Reaction{Name: fmt.Sprintf("r%d", i), Reactants: in, Products: out, Rate: r.ExpFloat64()}
		if r.IntN(10) == 0 {
			reaction.Rate = 0
		}
		nb.AddReaction(reaction)
	}
	if r.IntN(3) == 0 {
		watched, written := species[0], species[len(species)-1]
		nb.AddEvent(expression.Event{
			Name: "refill", Trigger: func(_ float64, x []float64) bool { return x[watched] < 5 }, Reads: []expression.Species{watched},
			Assign: func(_ float64, x []float64) { x[written] = 20 }, Writes: []expression.Species{written},
		})
	}
	n, err := nb.Build()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func count(terms []expression.Term) (molecules int) {
	for _, t := range terms {
		molecules += t.Count
	}
	return molecules
}
