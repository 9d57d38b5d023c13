//go:build !race

package lp_test

import (
	"math/rand/v2"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// TestFoldAgrees changes bounds and costs of thin problems at random and
// compares a Fold that goes on from its last basis with a Solver of the problem
// as stated; and its answers prove themselves for that.
func TestFoldAgrees(t *testing.T) {
	t.Parallel()
	counts := map[lp.Status]int{}
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 11))
		p := thinProblem(r, seed%4 > 0)
		for i := range p.RowLower { // rows that say 0 are what there is to fold
			if r.IntN(3) > 0 && p.RowLower[i] == p.RowUpper[i] {
				p.RowLower[i], p.RowUpper[i] = 0, 0
			}
		}
		f := newFold(t, p)
		for range 8 {
			got, err := f.Solve(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			counts[got.Status]++
			want := solve(t, newSolver(t, p))
			if got.Status != want.Status && (got.Status == lp.Optimal || want.Status == lp.Optimal) {
				t.Fatalf("seed %d: folded %v, whole %v: %+v", seed, got.Status, want.Status, p)
			}
			if got.Status == lp.Optimal && !near(got.Objective, want.Objective, 1e-8) {
				t.Fatalf("seed %d: folded %v, whole %v: %+v", seed, got.Objective, want.Objective, p)
			}
			if c := p.Certify(got); c.Worst() > 1e-7 || max(c.Residual, c.BoundViolation) > 1e-9 {
				t.Fatalf("seed %d: %v is not proven: %+v: %+v", seed, got.Status, c, p)
			}
			for j, d := range got.ReducedCost {
				z := p.Cost[j]
				for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
					z -= got.Dual[p.RowIndex[k]] * p.Value[k]
				}
				if !near(d, z, 1e-9) {
					t.Fatalf("seed %d: reduced cost of column %d: got %v, the duals say %v: %+v", seed, j, d, z, p)
				}
			}
			j := r.IntN(len(p.Cost))
			if r.IntN(3) == 0 {
				p.Cost[j] = float64(r.IntN(7) - 3)
				f.SetCost(j, p.Cost[j])
			} else {
				p.Lower[j], p.Upper[j] = randomBounds(r, float64(r.IntN(7)-3))
				f.SetBounds(j, p.Lower[j], p.Upper[j])
			}
		}
	}
	for _, s := range []lp.Status{lp.Optimal, lp.Infeasible, lp.Unbounded} {
		if counts[s] < 100 {
			t.Errorf("%v: only %d problems, want 100 or more", s, counts[s])
		}
	}
}

// TestFoldRepeatable asks a network the same question before and after others,
// and a clone of it, each from the same basis, and expects the same bits.
func TestFoldRepeatable(t *testing.T) {
	t.Parallel()
	n := loadNetwork(t, "iMB155.json")
	p := n.problem
	f := newFold(t, p)
	if _, err := f.Solve(t.Context()); err != nil {
		t.Fatal(err)
	}
	basis := f.Basis()
	// ask takes a reaction away, or lets it carry less of what it carries.
	ask := func(f *lp.Fold, j int, share float64) *lp.Solution {
		t.Helper()
		if err := f.SetBasis(basis); err != nil {
			t.Fatal(err)
		}
		f.SetBounds(j, share*p.Lower[j], share*p.Upper[j])
		sol, err := f.Solve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f.SetBounds(j, p.Lower[j], p.Upper[j])
		return sol
	}
	var first []*lp.Solution
	for j := range p.Cost {
		first = append(first, ask(f, j, 0.001*float64(j%3)))
	}
	clone := f.Clone()
	for j := len(first) - 1; j >= 0; j-- {
		if first[j].Status != lp.Optimal {
			continue
		}
		sameBits(t, n.reactions[j], ask(f, j, 0.001*float64(j%3)), first[j])
		sameBits(t, n.reactions[j]+" of a clone", ask(clone, j, 0.001*float64(j%3)), first[j])
	}
}
