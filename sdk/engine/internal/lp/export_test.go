package lp

// ReduceOnce is the presolve of a cold start, which also makes one of parallel
// columns.
func ReduceOnce(p *Problem) *Reduction { return presolve(p, true) }

// Pools is how often two parallel columns became one.
func (r *Reduction) Pools() int { return len(r.pools) }

// NewWhole returns a Solver that does without presolve.
func NewWhole(p *Problem) (*Solver, error) {
	s, err := New(p)
	if err == nil {
		s.whole = true
	}
	return s, err
}

// NewReduced returns the Solver of the smaller programme.
func (r *Reduction) NewReduced() (*Solver, error) {
	s, err := New(r.Problem)
	if err == nil {
		s.whole, s.pooled = true, r.pooled()
	}
	return s, err
}
