package lp_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// network is an FBA problem made from a COBRA JSON model: maximise the
// model's objective subject to S·v = 0 and the flux bounds.
type network struct {
	problem   *lp.Problem
	reactions []string
}

func (n *network) reaction(tb testing.TB, id string) int {
	tb.Helper()
	j := slices.Index(n.reactions, id)
	if j < 0 {
		tb.Fatalf("no reaction %q in the model", id)
	}
	return j
}

// loadNetwork reads a model from the shared data folder, and skips the test
// where that folder is not there.
func loadNetwork(tb testing.TB, file string) *network {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "..", "shared", "data", "models", file))
	if errors.Is(err, fs.ErrNotExist) {
		tb.Skipf("model %s: the folder ../shared/data/models is not beside this checkout", file)
	}
	if err != nil {
		tb.Fatal(err)
	}
	var model struct {
		Metabolites []struct{ ID string }
		Reactions   []struct {
			ID          string
			Metabolites map[string]float64
			Lower       float64 `json:"lower_bound"`
			Upper       float64 `json:"upper_bound"`
			Objective   float64 `json:"objective_coefficient"`
		}
	}
	if err := json.Unmarshal(raw, &model); err != nil {
		tb.Fatal(err)
	}
	row := make(map[string]int)
	n := &network{problem: &lp.Problem{Maximize: true, ColStart: []int{0}}}
	p := n.problem
	for i, m := range model.Metabolites {
		row[m.ID] = i
		p.RowLower, p.RowUpper = append(p.RowLower, 0), append(p.RowUpper, 0)
	}
	for _, r := range model.Reactions {
		n.reactions = append(n.reactions, r.ID)
		p.Cost, p.Lower, p.Upper = append(p.Cost, r.Objective), append(p.Lower, r.Lower), append(p.Upper, r.Upper)
		ids := make([]string, 0, len(r.Metabolites))
		for id := range r.Metabolites {
			ids = append(ids, id)
		}
		slices.SortFunc(ids, func(a, b string) int { return row[a] - row[b] })
		for _, id := range ids {
			p.RowIndex = append(p.RowIndex, row[id])
			p.Value = append(p.Value, r.Metabolites[id])
		}
		p.ColStart = append(p.ColStart, len(p.Value))
	}
	return n
}

func newSolver(tb testing.TB, p *lp.Problem) *lp.Solver {
	tb.Helper()
	s, err := lp.New(p)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func solve(tb testing.TB, s *lp.Solver) *lp.Solution {
	tb.Helper()
	sol, err := s.Solve(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return sol
}

// certified solves and checks the conditions that prove the answer.
func certified(tb testing.TB, s *lp.Solver, p *lp.Problem) *lp.Solution {
	tb.Helper()
	sol := solve(tb, s)
	c := p.Certify(sol)
	if w := max(c.Residual, c.BoundViolation); w > 1e-9 {
		tb.Errorf("%v solution violates the constraints by %g, want at most 1e-9: %+v", sol.Status, w, c)
	}
	if w := max(c.DualViolation, c.Gap); w > 1e-7 {
		tb.Errorf("%v solution is not proven, off by %g, want at most 1e-7: %+v", sol.Status, w, c)
	}
	return sol
}

// reference is what COBRApy and GLPK say about a network.
type reference struct {
	file      string
	growth    float64
	essential int // reactions
}

func networks() []reference {
	return []reference{
		{"iMB155.json", 0.3422245763319203, 135},
		{"iML1515.json", 0.8769972144269688, 271},
		{"iMB155_noUnqATP_lipdiomics_wPUNP5_noNBtransport.json", 0.6834223272340679, 136},
	}
}

func TestNetworkGrowth(t *testing.T) {
	t.Parallel()
	for _, tc := range networks() {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			n := loadNetwork(t, tc.file)
			sol := certified(t, newSolver(t, n.problem), n.problem)
			if sol.Status != lp.Optimal || math.Abs(sol.Objective-tc.growth) > 1e-8*tc.growth {
				t.Errorf("got %v, growth %.15f; want optimal, %.15f", sol.Status, sol.Objective, tc.growth)
			}
			t.Logf("growth %.15f, %d iterations, %+v", sol.Objective, sol.Iterations, n.problem.Certify(sol))
		})
	}
}

// BenchmarkCold solves from the all-logical basis.
func BenchmarkCold(b *testing.B) {
	for _, tc := range networks() {
		b.Run(tc.file, func(b *testing.B) {
			s := newSolver(b, loadNetwork(b, tc.file).problem)
			start := s.Basis()
			iterations := 0
			for b.Loop() {
				if err := s.SetBasis(start); err != nil {
					b.Fatal(err)
				}
				iterations = solve(b, s).Iterations
			}
			b.ReportMetric(float64(iterations), "iterations/op")
		})
	}
}

// BenchmarkDeletion goes back to the optimum, takes away one reaction that
// carries flux, and solves; the next one each time.
func BenchmarkDeletion(b *testing.B) {
	for _, tc := range networks() {
		b.Run(tc.file, func(b *testing.B) {
			p := loadNetwork(b, tc.file).problem
			s := newSolver(b, p)
			wild := solve(b, s)
			basis := s.Basis()
			iterations, j := 0, 0
			for b.Loop() {
				for j = (j + 1) % len(wild.X); wild.X[j] == 0; {
					j = (j + 1) % len(wild.X)
				}
				if err := s.SetBasis(basis); err != nil {
					b.Fatal(err)
				}
				s.SetBounds(j, 0, 0)
				iterations += solve(b, s).Iterations
				s.SetBounds(j, p.Lower[j], p.Upper[j])
			}
			b.ReportMetric(float64(iterations)/float64(b.N), "iterations/op")
		})
	}
}

// BenchmarkVariability maximises and minimises one flux after the other with
// growth held near its optimum.
func BenchmarkVariability(b *testing.B) {
	for _, tc := range networks() {
		b.Run(tc.file, func(b *testing.B) {
			p := loadNetwork(b, tc.file).problem
			s := newSolver(b, p)
			best := solve(b, s).Objective
			for j, c := range p.Cost {
				if c != 0 {
					s.SetBounds(j, 0.9*best, p.Upper[j])
					s.SetCost(j, 0)
				}
			}
			solve(b, s)
			basis := s.Basis()
			iterations, k := 0, 0
			for b.Loop() {
				j := k / 2 % len(p.Cost)
				if err := s.SetBasis(basis); err != nil {
					b.Fatal(err)
				}
				s.SetCost(j, float64(1-k%2*2))
				iterations += solve(b, s).Iterations
				s.SetCost(j, 0)
				k++
			}
			b.ReportMetric(float64(iterations)/float64(b.N), "iterations/op")
		})
	}
}
