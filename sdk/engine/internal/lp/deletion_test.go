//go:build !race

package lp_test

import (
	"math"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// TestReactionDeletions deletes every reaction in turn, as COBRApy does with
// bounds (0, 0), and counts those without which growth falls below 1 %.
func TestReactionDeletions(t *testing.T) {
	t.Parallel()
	for _, tc := range networks() {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			n := loadNetwork(t, tc.file)
			p := n.problem
			s := newSolver(t, p)
			wild := solve(t, s)
			basis := s.Basis()
			begin := time.Now()
			essential, iterations, slowest := 0, 0, time.Duration(0)
			for j := range n.reactions {
				lower, upper := p.Lower[j], p.Upper[j]
				if err := s.SetBasis(basis); err != nil {
					t.Fatal(err)
				}
				s.SetBounds(j, 0, 0)
				p.Lower[j], p.Upper[j] = 0, 0
				one := time.Now()
				sol := solve(t, s)
				slowest = max(slowest, time.Since(one))
				iterations += sol.Iterations
				if c := p.Certify(sol); c.Worst() > 1e-7 || max(c.Residual, c.BoundViolation) > 1e-9 {
					t.Errorf("without %s: %v is not proven: %+v", n.reactions[j], sol.Status, c)
				}
				if sol.Status == lp.Infeasible || sol.Objective < 0.01*wild.Objective {
					essential++
				}
				s.SetBounds(j, lower, upper)
				p.Lower[j], p.Upper[j] = lower, upper
			}
			t.Logf("%d solves with checks in %v, slowest %v, %d iterations", len(n.reactions), time.Since(begin), slowest, iterations)
			if essential != tc.essential {
				t.Errorf("essential reactions: got %d, want %d", essential, tc.essential)
			}
			if err := s.SetBasis(basis); err != nil {
				t.Fatal(err)
			}
			if again := solve(t, s); !near(again.Objective, wild.Objective, 1e-12) || again.Iterations != 0 {
				t.Errorf("growth after all: got %v in %d iterations, want %v at once", again.Objective, again.Iterations, wild.Objective)
			}
		})
	}
}

// TestFoldedNetworks folds real networks, and takes reactions away.
func TestFoldedNetworks(t *testing.T) {
	t.Parallel()
	for _, tc := range networks() {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			n := loadNetwork(t, tc.file)
			p := n.problem
			f := newFold(t, p)
			wild, err := f.Solve(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if wild.Status != lp.Optimal || math.Abs(wild.Objective-tc.growth) > 1e-8*tc.growth {
				t.Fatalf("got %v, growth %.15f; want optimal, %.15f", wild.Status, wild.Objective, tc.growth)
			}
			basis := f.Basis()
			essential := 0
			for j := range p.Cost {
				lower, upper := p.Lower[j], p.Upper[j]
				f.SetBounds(j, 0, 0)
				p.Lower[j], p.Upper[j] = 0, 0
				if err := f.SetBasis(basis); err != nil {
					t.Fatal(err)
				}
				sol, err := f.Solve(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if c := p.Certify(sol); c.Worst() > 1e-9 {
					t.Errorf("without %s: %v is not proven: %+v", n.reactions[j], sol.Status, c)
				}
				if sol.Status == lp.Infeasible || sol.Objective < 0.01*wild.Objective {
					essential++
				}
				f.SetBounds(j, lower, upper)
				p.Lower[j], p.Upper[j] = lower, upper
			}
			if essential != tc.essential {
				t.Errorf("essential reactions: got %d, want %d", essential, tc.essential)
			}
		})
	}
}

// TestInfeasibleMaintenance asks for more maintenance energy than there is.
func TestInfeasibleMaintenance(t *testing.T) {
	t.Parallel()
	n := loadNetwork(t, "iML1515.json")
	s := newSolver(t, n.problem)
	atpm := n.reaction(t, "ATPM")
	for _, warm := range []bool{false, true} {
		if warm {
			n.problem.Lower[atpm], n.problem.Upper[atpm] = 6.86, 1000
			s.SetBounds(atpm, 6.86, 1000)
			solve(t, s)
		}
		n.problem.Lower[atpm], n.problem.Upper[atpm] = 99999, 99999
		s.SetBounds(atpm, 99999, 99999)
		if sol := certified(t, s, n.problem); sol.Status != lp.Infeasible {
			t.Errorf("warm %v: got %v, want infeasible", warm, sol.Status)
		}
	}
}

// TestOpenExchangesAreUnbounded lifts every bound of 1000 and opens every
// exchange; then nothing limits growth.
func TestOpenExchangesAreUnbounded(t *testing.T) {
	t.Parallel()
	for _, tc := range networks() {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			n := loadNetwork(t, tc.file)
			p := n.problem
			lift(p)
			if sol := certified(t, newSolver(t, p), p); sol.Status != lp.Optimal || math.Abs(sol.Objective-tc.growth) > 1e-7 {
				t.Errorf("without artificial bounds: got %v %v, want optimal %v", sol.Status, sol.Objective, tc.growth)
			}
			for j, id := range n.reactions {
				if len(id) > 3 && id[:3] == "EX_" {
					p.Lower[j] = -inf
				}
			}
			if sol := certified(t, newSolver(t, p), p); sol.Status != lp.Unbounded {
				t.Errorf("with open exchanges: got %v, want unbounded", sol.Status)
			}
		})
	}
}

// lift replaces bounds of ±1000, which stand for none.
func lift(p *lp.Problem) {
	for j := range p.Lower {
		if p.Lower[j] <= -999 {
			p.Lower[j] = -inf
		}
		if p.Upper[j] >= 999 {
			p.Upper[j] = inf
		}
	}
}
