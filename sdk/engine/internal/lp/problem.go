package lp

import (
	"errors"
	"fmt"
	"math"
)

// Infinite is the magnitude from which on a bound means "no bound". Callers
// should use math.Inf; finite values this large are treated the same way.
const Infinite = 1e20

// ErrNumerical is returned by [Solver.Solve] when neither an optimum nor a
// proof of infeasibility or unboundedness could be established, after every
// fallback was tried.
var ErrNumerical = errors.New("lp: numerical trouble, no status could be proven")

// Problem is a linear programme over columns x and rows A·x:
//
//	minimise (or maximise)  Cost·x
//	subject to              RowLower <= A·x <= RowUpper
//	                        Lower    <=  x  <= Upper
//
// A is stored by columns (compressed sparse column): the entries of column j
// are Value[k] in row RowIndex[k] for k from ColStart[j] to ColStart[j+1]-1.
// A missing bound is ±math.Inf. A lower bound above its upper bound is not
// invalid; it makes the problem infeasible.
type Problem struct {
	Maximize           bool
	Cost, Lower, Upper []float64 // per column
	RowLower, RowUpper []float64 // per row
	ColStart           []int     // len = columns+1
	RowIndex           []int
	Value              []float64
}

// Validate reports the first structural error: lengths that do not agree,
// NaN or infinite coefficients, bounds that are NaN or infinite on the wrong
// side, rows out of range, and an entry that is listed twice.
func (p *Problem) Validate() error {
	n, m := len(p.Cost), len(p.RowLower)
	switch {
	case len(p.Lower) != n || len(p.Upper) != n:
		return fmt.Errorf("lp: %d costs, %d lower and %d upper bounds: want one of each per column", n, len(p.Lower), len(p.Upper))
	case len(p.RowUpper) != m:
		return fmt.Errorf("lp: %d lower and %d upper row bounds: want one of each per row", m, len(p.RowUpper))
	case len(p.ColStart) != n+1:
		return fmt.Errorf("lp: %d column starts: want %d, one more than columns", len(p.ColStart), n+1)
	case len(p.RowIndex) != len(p.Value):
		return fmt.Errorf("lp: %d row indices for %d values: want as many", len(p.RowIndex), len(p.Value))
	case p.ColStart[0] != 0 || p.ColStart[n] != len(p.Value):
		return fmt.Errorf("lp: column starts run from %d to %d: want 0 to %d", p.ColStart[0], p.ColStart[n], len(p.Value))
	}
	for j := range n {
		if p.ColStart[j] > p.ColStart[j+1] {
			return fmt.Errorf("lp: column %d: starts at %d after its end %d", j, p.ColStart[j], p.ColStart[j+1])
		}
		if c := p.Cost[j]; !finite(c) {
			return fmt.Errorf("lp: column %d: cost %v: want a finite number", j, c)
		}
		if err := checkBounds("column", j, p.Lower[j], p.Upper[j]); err != nil {
			return err
		}
	}
	for i := range m {
		if err := checkBounds("row", i, p.RowLower[i], p.RowUpper[i]); err != nil {
			return err
		}
	}
	return p.validateEntries()
}

func (p *Problem) validateEntries() error {
	m := len(p.RowLower)
	seen := make([]int, m)
	for j := range p.Cost {
		for k := p.ColStart[j]; k < p.ColStart[j+1]; k++ {
			i := p.RowIndex[k]
			if i < 0 || i >= m {
				return fmt.Errorf("lp: column %d: row %d: want 0 to %d", j, i, m-1)
			}
			if seen[i] == j+1 {
				return fmt.Errorf("lp: column %d: row %d is listed twice: add the values", j, i)
			}
			seen[i] = j + 1
			if v := p.Value[k]; !finite(v) {
				return fmt.Errorf("lp: column %d, row %d: coefficient %v: want a finite number", j, i, v)
			}
		}
	}
	return nil
}

func checkBounds(noun string, i int, lower, upper float64) error {
	switch {
	case math.IsNaN(lower) || math.IsNaN(upper):
		return fmt.Errorf("lp: %s %d: bounds [%v, %v]: want numbers", noun, i, lower, upper)
	case lower >= Infinite || upper <= -Infinite:
		return fmt.Errorf("lp: %s %d: bounds [%v, %v]: want the lower below %g and the upper above %g", noun, i, lower, upper, Infinite, -Infinite)
	}
	return nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// clone returns an independent copy.
func (p *Problem) clone() *Problem {
	return &Problem{
		Maximize: p.Maximize,
		Cost:     cloned(p.Cost), Lower: cloned(p.Lower), Upper: cloned(p.Upper),
		RowLower: cloned(p.RowLower), RowUpper: cloned(p.RowUpper),
		ColStart: cloned(p.ColStart), RowIndex: cloned(p.RowIndex), Value: cloned(p.Value),
	}
}

// cloned copies a slice, never returning nil for an empty one.
func cloned[T any](s []T) []T { return append(make([]T, 0, len(s)), s...) }

// Status is the outcome of a solve.
type Status int

// The outcomes.
const (
	Optimal    Status = iota + 1 // an optimal vertex was found and verified
	Infeasible                   // no x satisfies the bounds; Solution.Ray proves it
	Unbounded                    // the objective improves without limit along Solution.Ray
)

// String returns "optimal", "infeasible" or "unbounded".
func (s Status) String() string {
	switch s {
	case Optimal:
		return "optimal"
	case Infeasible:
		return "infeasible"
	case Unbounded:
		return "unbounded"
	}
	return fmt.Sprintf("Status(%d)", int(s))
}

// Solution is the answer to one solve. It shares nothing with the solver.
type Solution struct {
	Status Status
	// Objective is Cost·X of the problem as stated. It is ±Inf for an
	// unbounded problem (in the direction of improvement) and 0 for an
	// infeasible one.
	Objective float64
	// X holds the columns: the optimal vertex, or the feasible point from
	// which Ray starts. It is nil for an infeasible problem.
	X []float64
	// Dual has one multiplier per row: the rate at which Objective grows with
	// the row's right-hand side. Only for an optimal solution.
	Dual []float64
	// ReducedCost is Cost[j] - Σ_i Dual[i]·A[i][j] per column. Only for an
	// optimal solution.
	ReducedCost []float64
	// Iterations counts the basis changes and bound flips of this solve.
	Iterations int
	// Ray is a proof. Infeasible: Farkas multipliers y, one per row, such that
	// the largest value of (A'y)·x over the column bounds is below the
	// smallest value of y·r over the row bounds; all zero when a bound pair
	// crosses. Unbounded: a direction per column along which every bound
	// holds and the objective improves.
	Ray []float64
	// Certificate is what [Problem.Certify] has to say; only in the answers of a
	// [Fold].
	Certificate *Certificate
}
