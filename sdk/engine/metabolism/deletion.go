package metabolism

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/lp"
)

// essentialFraction is the share of the wild type's growth below which a gene
// counts as essential, as COBRApy has it.
const essentialFraction = 0.01

// Progress is told how much of a scan is done. The calls come from several
// goroutines, one at a time; a nil Progress is told nothing.
type Progress func(done, total int)

// A Screen is what becomes of the cell when it loses one gene after the other,
// or one reaction.
type Screen struct {
	WildType  *Flux      // the answer to the question itself
	Deletions []Deletion // one per gene or reaction of the model, in its order
}

// A Deletion is the fate of a cell that lost one gene or one reaction.
type Deletion struct {
	Gene     string  // empty where a reaction was deleted
	Reaction string  // empty where a gene was deleted
	Growth   float64 // 1/h; 0 when dead
	Status   Status
	// Lost are the reactions that the cell loses, beyond those that it lost by
	// the question's own knock-outs.
	Lost []string
}

// Essential returns the genes, or reactions, without which the cell grows at
// less than 1 % of the wild type's rate, in alphabetical order; none when the
// wild type itself does not grow.
func (s *Screen) Essential() []string {
	var names []string
	for i := range s.Deletions {
		if d := &s.Deletions[i]; d.Growth < float64(essentialFraction*s.WildType.Growth) {
			names = append(names, d.Gene+d.Reaction) // one of them is empty
		}
	}
	slices.Sort(names)
	return names
}

// EssentialGenes returns the genes without which the cell of the question
// grows at less than 1 % of its rate, in alphabetical order. See
// [Analyzer.Deletions].
func (a *Analyzer) EssentialGenes(ctx context.Context, q Question) ([]string, error) {
	s, err := a.Deletions(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	return s.Essential(), nil
}

// Deletions deletes every gene of the model, one at a time, on top of the
// question's own knock-outs, and tells how fast the cell then grows. It uses
// all cores; the goroutines end before it returns, and the results do not
// depend on their number. The question's objective must be growth. Errors are
// those of [Analyzer.FBA].
func (a *Analyzer) Deletions(ctx context.Context, q Question, progress Progress) (*Screen, error) {
	s := &Screen{Deletions: make([]Deletion, len(a.model.genes))}
	for i, g := range a.model.genes {
		s.Deletions[i].Gene = g
	}
	return s, a.screen(ctx, q, s, progress, func(i int, b *fluxBounds) []int {
		return a.model.newlyLost(q.Knockouts, a.model.genes[i], b)
	})
}

// ReactionDeletions deletes every reaction of the model, one at a time, as
// [Analyzer.Deletions] does genes.
func (a *Analyzer) ReactionDeletions(ctx context.Context, q Question, progress Progress) (*Screen, error) {
	s := &Screen{Deletions: make([]Deletion, len(a.model.reactions))}
	for j := range a.model.reactions {
		s.Deletions[j].Reaction = a.model.reactions[j].ID
	}
	return s, a.screen(ctx, q, s, progress, func(j int, b *fluxBounds) []int {
		if b.lower[j] == 0 && b.upper[j] == 0 {
			return nil
		}
		return []int{j}
	})
}

// screen finds the fate of each deletion; lost tells what a deletion takes.
func (a *Analyzer) screen(ctx context.Context, q Question, s *Screen, progress Progress, lost func(i int, b *fluxBounds) []int) error {
	if len(a.model.goal.Terms) == 0 {
		return fmt.Errorf("model %s: deletions are judged by growth: %w", a.model.id, ErrNoObjective)
	}
	if q.Objective != "" && q.Objective != a.model.reactions[a.model.objective].ID {
		return &ValueError{Field: "objective", Name: q.Objective, Text: "deletions are judged by growth; leave the objective out"}
	}
	if !a.model.goal.single() {
		return &ValueError{Field: "objective", Name: a.model.id, Text: "deletions are judged by growth, and this model's goal is not one flux to maximise"}
	}
	var err error
	if s.WildType, err = a.FBA(ctx, q); err != nil {
		return err
	}
	for i := range s.Deletions {
		s.Deletions[i].Status, s.Deletions[i].Growth = s.WildType.Status, s.WildType.Growth
	}
	if s.WildType.Status != StatusOptimal {
		return nil
	}
	d := &deleter{wild: s.WildType, bounds: a.model.bounds(&q), erase: q.EraseBounds, progress: progress}
	for i := range s.Deletions {
		d.plan(&s.Deletions[i], lost(i, d.bounds))
	}
	d.whole, d.from = a.fba, a.fba.solver.Basis()
	own, err := newScan(ctx, a.model, d.bounds, q.Allocation)
	if err != nil {
		return err
	}
	return d.run(ctx, own)
}

// newlyLost returns the reactions that a gene takes with it after the others
// were lost and that were not shut before.
func (m *Model) newlyLost(before []string, gene string, b *fluxBounds) []int {
	lost := m.lostReactions(append(slices.Clone(before), gene))
	return slices.DeleteFunc(lost, func(j int) bool { return b.lower[j] == 0 && b.upper[j] == 0 })
}

// A deleter solves each different set of lost reactions once.
type deleter struct {
	wild   *Flux
	bounds *fluxBounds
	erase  bool
	// Where a loss does not narrow the bounds, because it erases an
	// obligation, the whole programme is asked from the wild type's optimum.
	whole *tableau
	from  lp.Basis
	sets  []lossSet
	known map[string]int // from a set's reactions to its place in sets

	progress Progress
	mu       sync.Mutex // guards done, and the calls of progress
	done     int
}

// A lossSet is a set of reactions, and the genes that take just it.
type lossSet struct {
	lost   []int
	genes  []*Deletion
	growth float64
	status Status
	err    error
}

// plan decides what a deletion needs: nothing when no reaction is lost or none
// of them carries flux in the wild type's optimum, which then stays possible
// and best; else a place among the sets to solve.
func (d *deleter) plan(g *Deletion, lost []int) {
	carries := false
	for _, j := range lost {
		g.Lost = append(g.Lost, d.wild.model.reactions[j].ID)
		if d.bounds.obliges(j) && !d.erase {
			g.Status, g.Growth = StatusDead, 0
		}
		carries = carries || d.wild.Fluxes[j] != 0
	}
	if !carries || g.Status == StatusDead {
		return
	}
	if d.known == nil {
		d.known = make(map[string]int)
	}
	key := fmt.Sprint(lost)
	i, ok := d.known[key]
	if !ok {
		i = len(d.sets)
		d.known[key] = i
		d.sets = append(d.sets, lossSet{lost: lost})
	}
	d.sets[i].genes = append(d.sets[i].genes, g)
}

// run solves the sets, each from the wild type's basis on a programme that
// differs from the wild type's in nothing but the set.
func (d *deleter) run(ctx context.Context, of *scan) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // a worker that fails stops the others
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(d.sets)) {
		own := of.clone()
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(d.sets); i = int(next.Add(1)) - 1 {
				set := &d.sets[i]
				if set.err = d.solve(ctx, own, set); set.err != nil {
					cancel()
					return
				}
				if !d.widens(set) {
					d.tell()
				}
			}
		})
	}
	workers.Wait()
	for i := range d.sets {
		if set := &d.sets[i]; set.err == nil && d.widens(set) {
			if set.err = d.solveWhole(ctx, set); set.err == nil {
				d.tell()
			}
		}
	}
	return d.collect()
}

// tell tells that one more set was solved.
func (d *deleter) tell() {
	if d.progress == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done++
	d.progress(d.done, len(d.sets))
}

func (d *deleter) collect() error {
	var failed error
	for i := range d.sets {
		set := &d.sets[i]
		if set.err != nil && (failed == nil || errors.Is(failed, context.Canceled)) {
			failed = set.err
		}
		for _, g := range set.genes {
			g.Growth, g.Status = set.growth, set.status
		}
	}
	return failed
}

// widens reports whether a set erases an obligation.
func (d *deleter) widens(set *lossSet) bool {
	return d.erase && slices.ContainsFunc(set.lost, d.bounds.obliges)
}

func (d *deleter) solveWhole(ctx context.Context, set *lossSet) error {
	for _, j := range set.lost {
		d.whole.setFlux(j, 0, 0)
	}
	s, err := d.whole.solve(ctx, d.from)
	for _, j := range set.lost {
		d.whole.setFlux(j, d.bounds.lower[j], d.bounds.upper[j])
	}
	if err != nil {
		return err
	}
	set.state(s, s.Objective)
	return nil
}

// state puts down what became of the cell.
func (set *lossSet) state(s *lp.Solution, growth float64) {
	switch s.Status {
	case lp.Optimal:
		set.status, set.growth = StatusOptimal, growth
	case lp.Infeasible:
		set.status = StatusInfeasible
	case lp.Unbounded:
		set.status, set.growth = StatusUnbounded, math.Inf(1)
	}
}

func (d *deleter) solve(ctx context.Context, of *scan, set *lossSet) error {
	if d.widens(set) {
		return nil // later
	}
	defer of.restore()
	for _, j := range set.lost {
		if !of.lose(j) {
			set.status = StatusInfeasible
			return nil
		}
	}
	s, err := of.solve(ctx)
	if err != nil {
		return err
	}
	growth := 0.0
	if s.Status == lp.Optimal {
		growth = of.flux(of.model.objective, s.X)
	}
	set.state(s, growth)
	return nil
}
