package expression

import (
	"context"
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A Method is how a network is simulated.
type Method int

const (
	// Direct is Gillespie's direct method (1977): exact. The next reaction is
	// found in a sum tree of eight children per node, which for up to eight
	// reactions is a plain row.
	Direct Method = iota
	// CompositionRejection is the method of Slepoy, Thompson and Plimpton (2008):
	// exact, in a time that does not grow with the number of reactions.
	CompositionRejection
	// NextReaction is the method of Gibson and Bruck (2000): exact, one random
	// number per event, a heap of the reactions' times.
	NextReaction
	// TauLeaping lets many reactions happen in one step whose length is chosen by
	// Cao, Gillespie and Petzold (2006): approximate, fast where counts are large;
	// it takes single steps by Direct where they are not. Leaps end at each
	// Advance, so results depend on where those end.
	TauLeaping
)

// methodNames are how methods are written.
func methodNames() []string {
	return []string{"direct", "composition-rejection", "next-reaction", "tau-leaping"}
}

func (m Method) String() string {
	if names := methodNames(); m >= 0 && int(m) < len(names) {
		return names[m]
	}
	return fmt.Sprintf("Method(%d)", int(m))
}

// ParseMethod reads what String writes.
func ParseMethod(name string) (Method, error) {
	for m, known := range methodNames() {
		if name == known {
			return Method(m), nil
		}
	}
	return 0, &biovm.FieldError{Path: "method", Value: name, Reason: fmt.Sprintf("must be one of %q", methodNames())}
}

// Options are how a simulation is run. The zero value is ready.
type Options struct {
	Method Method
	// Seed and Stream choose the random numbers; replicas of one seed take
	// streams of their own.
	Seed, Stream uint64
	// Epsilon bounds the relative change of propensities in a leap; 0 means 0.03.
	// For TauLeaping only.
	Epsilon float64
	// CountFirings has Fired count how often each reaction happened.
	CountFirings bool
	// Progress, where not nil, is called about every hundred thousand events with
	// the simulated time, by the goroutine that called Advance.
	Progress func(t float64)
}

func (o *Options) check() error {
	switch {
	case o.Method < Direct || o.Method > TauLeaping:
		return &biovm.FieldError{Path: "method", Value: int(o.Method), Reason: fmt.Sprintf("must be one of %q", methodNames())}
	case !(o.Epsilon >= 0) || o.Epsilon >= 1:
		return &biovm.FieldError{Path: "epsilon", Value: o.Epsilon, Reason: "must be between 0 and 1; 0 means 0.03"}
	case o.Epsilon != 0 && o.Method != TauLeaping:
		return &biovm.FieldError{Path: "epsilon", Value: o.Epsilon, Reason: "is for tau-leaping only"}
	}
	return nil
}

// A Simulator is one simulation of a network. It is not safe for concurrent
// use; many of them may share a network.
type Simulator struct {
	net    *Network
	opts   Options
	random Random
	state  []float64 // the counts, and a 1 behind them
	x      []float64 // the counts
	laws   []law     // with this simulation's rates
	t      float64   // simulated time, in seconds
	next   float64   // when the next reaction happens; of NextReaction and leaps not used
	events uint64    // reactions that happened
	fired  []uint64  // by reaction, or nil
	stale  bool      // propensities must be worked out anew
	still  still     // of the steps

	a        []float64 // propensities; in the sum tree those of its lowest level
	tree     sumTree
	groups   *groups
	heap     *timeHeap
	leap     leaper
	triggers triggers
	course   course // where something flows
	broken   error  // what chance set before time 0 cannot be
	checker  checker
}

// NewSimulator prepares a simulation from time 0.
func NewSimulator(n *Network, o Options) (*Simulator, error) {
	s, err := newSimulator(n, o)
	if err != nil {
		return nil, err
	}
	s.Reset(o.Seed, o.Stream)
	return s, nil
}

// newSimulator allocates everything that a simulation needs.
func newSimulator(n *Network, o Options) (*Simulator, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if n.stream != nil {
		if o.Method == TauLeaping {
			return nil, &biovm.FieldError{Path: "method", Value: o.Method.String(), Reason: "cannot leap where variables flow, or propensities depend on the time: use an exact method"}
		}
		o.Method = Direct // what flows is simulated in one way
	}
	s := &Simulator{net: n, opts: o, state: n.newState(), laws: make([]law, len(n.laws), max(few, len(n.laws)))}
	s.x = s.state[:len(n.species):len(n.species)]
	if o.CountFirings {
		s.fired = make([]uint64, len(n.reactions))
	}
	s.triggers, s.course = newTriggers(n), newCourse(n)
	s.checker = newChecker(n)
	switch o.Method {
	case Direct, TauLeaping:
		s.tree = newSumTree(len(n.reactions))
		s.a = s.tree.levels[0][:len(n.reactions)]
		if o.Method == TauLeaping {
			s.leap = newLeaper(n, o.Epsilon)
		}
	case CompositionRejection:
		s.a = make([]float64, len(n.reactions))
		s.groups = newGroups(len(n.reactions))
	case NextReaction:
		s.a = make([]float64, len(n.reactions))
		s.heap = newTimeHeap(len(n.reactions))
	}
	return s, nil
}

// Reset begins anew at time 0, with the network's own counts and rates and
// with the random numbers of another seed and stream. It allocates nothing.
func (s *Simulator) Reset(seed, stream uint64) {
	s.opts.Seed, s.opts.Stream = seed, stream
	s.random = newRandom(seed, stream, s.net.tables)
	for i := range s.x {
		s.x[i] = s.net.species[i].initial
	}
	copy(s.laws, s.net.laws)
	clear(s.fired)
	clear(s.a)
	s.t, s.next, s.events, s.stale, s.still = 0, math.Inf(1), 0, true, still{}
	s.groups.clear()
	s.heap.clear()
	s.leap.single = 0
	s.begin()
	s.triggers.reset(s.x)
	s.resetCourse()
	s.checker.reset(s.x)
}

// Time is the simulated time, in seconds.
func (s *Simulator) Time() float64 { return s.t }

// Events is how many reactions happened.
func (s *Simulator) Events() uint64 { return s.events }

// Count is the number of a species now.
func (s *Simulator) Count(species Species) float64 { return s.x[species] }

// Counts is a copy of the state.
func (s *Simulator) Counts() []float64 { return append([]float64(nil), s.x...) }

// CopyCounts copies the state into counts, as much of it as there is room for.
func (s *Simulator) CopyCounts(counts []float64) { copy(counts, s.x) }

// Network is what is simulated.
func (s *Simulator) Network() *Network { return s.net }

// Random is the simulation's source of random numbers, for what its owner
// decides between calls of Advance. Checkpoint keeps its state.
func (s *Simulator) Random() *Random { return &s.random }

// Fired is how often a reaction happened; 0 without Options.CountFirings.
func (s *Simulator) Fired(reaction int) uint64 {
	if s.fired == nil {
		return 0
	}
	return s.fired[reaction]
}

// Propensity is a reaction's propensity, in 1/s, as it was last worked out.
func (s *Simulator) Propensity(reaction int) float64 { return s.a[reaction] }

// SetCount sets the number of a species, a whole number from 0 to 2^53-1, or a
// variable. Propensities are worked out anew before the next event.
func (s *Simulator) SetCount(species Species, count float64) error {
	if species < 0 || int(species) >= len(s.x) {
		return &biovm.FieldError{Path: "species", Value: int(species), Reason: fmt.Sprintf("there are %d", len(s.x))}
	}
	if err := s.net.holds(species, count); err != nil {
		return err
	}
	s.x[species] = count
	s.stale = true
	s.checker.reset(s.x)
	return nil
}

// holds says why a species or variable cannot have a number.
func (n *Network) holds(species Species, count float64) error {
	e := &n.species[species]
	switch {
	case e.variable && (math.IsNaN(count) || math.IsInf(count, 0)):
		return &biovm.FieldError{Path: fmt.Sprintf("variable %q", e.name), Value: count, Reason: "must be a finite number"}
	case !e.variable && !validCount(count):
		return &biovm.FieldError{Path: fmt.Sprintf("species %q", e.name), Value: count, Reason: "must be a whole number from 0 to 2^53-1"}
	}
	return nil
}

// SetRate sets the rate constant of a reaction by mass action, in 1/s, of this
// simulation only.
func (s *Simulator) SetRate(reaction int, c float64) error {
	if reaction < 0 || reaction >= len(s.laws) {
		return &biovm.FieldError{Path: "reaction", Value: reaction, Reason: fmt.Sprintf("there are %d", len(s.laws))}
	}
	name := s.net.reactions[reaction].Name
	if s.laws[reaction].kind == lawFunction {
		return &biovm.FieldError{Path: fmt.Sprintf("reaction %q", name), Value: c, Reason: "has a propensity function, which knows its own rate: change that and call Refresh"}
	}
	if !(c >= 0) || math.IsInf(c, 0) {
		return &biovm.FieldError{Path: fmt.Sprintf("reaction %q", name), Value: c, Reason: "must be a finite rate constant ≥ 0, in 1/s"}
	}
	s.laws[reaction].rate = c
	s.stale = true
	return nil
}

// Refresh tells that values that propensity functions read have changed: all
// are worked out anew before the next event.
func (s *Simulator) Refresh() { s.stale = true }

// A CountError says that a reaction took a species below 0 or beyond 2^53-1.
type CountError struct {
	Reaction, Species string
	Count             float64
	Time              float64 // simulated, in seconds
}

func (e *CountError) Error() string {
	return fmt.Sprintf("reaction %q made species %q %v at time %v s: must be from 0 to 2^53-1; its propensity must be 0 where it cannot happen", e.Reaction, e.Species, e.Count, e.Time)
}

// Is makes it an [biovm.ErrInvalid]: the model is wrong.
func (e *CountError) Is(target error) bool { return target == biovm.ErrInvalid }

// A PropensityError says that a reaction's propensity function returned what
// is no propensity, or that mass action overflowed.
type PropensityError struct {
	Reaction string
	Value    float64
	Time     float64 // simulated, in seconds
}

func (e *PropensityError) Error() string {
	return fmt.Sprintf("reaction %q has the propensity %v at time %v s: must be ≥ 0 and finite", e.Reaction, e.Value, e.Time)
}

// Is makes it an [biovm.ErrInvalid]: the model is wrong.
func (e *PropensityError) Is(target error) bool { return target == biovm.ErrInvalid }

// work is how many events are simulated between looks at the context: well
// under a millisecond of most networks.
const work = 1 << 14

// mostStill is how many times as many events may happen in a row while the time
// stands still: while it gets on by less than seen, as a part of it, which is half
// of its last bit per event.
const (
	mostStill = 1 << 6
	seen      = work * 0x1p-53
)

// A StillError says that more than a million events happened in a row while the
// time stood still, or nearly: they take less time than rounding lets be seen.
type StillError struct {
	Time float64 // simulated, in seconds
}

func (e *StillError) Error() string {
	return "the time stands still at " + number(e.Time) + " s while reactions happen without an end: their propensities are too large, or grow without a bound"
}

// Is makes it an [biovm.ErrInvalid]: the model is wrong.
func (e *StillError) Is(target error) bool { return target == biovm.ErrInvalid }

// still finds out that the time stands still.
type still struct {
	rounds int // of so much work, in a row
	// Of the round under way, where it is counted by steps.
	steps int
	since float64
}

// stands takes in a round, and reports whether it is one too many.
func (s *still) stands(before, now float64) bool {
	if s.rounds++; now > before+float64(seen*now) {
		s.rounds = 0
	}
	return s.rounds == mostStill
}

// step takes in one step, as stands does a round.
func (s *still) step(before, now float64) bool {
	if s.steps == 0 {
		s.since = before
	}
	if s.steps++; s.steps < work {
		return false
	}
	s.steps = 0
	return s.stands(s.since, now)
}

// Advance simulates up to a time, in seconds, and what happens at that very
// time. Exact methods go on from there as if they had not stopped, whatever the
// times of the calls. If ctx ends, Advance returns its error soon; the state is
// that after the last event, and a further Advance goes on from there.
func (s *Simulator) Advance(ctx context.Context, until float64) error {
	if math.IsNaN(until) || until < s.t {
		return &biovm.FieldError{Path: "until", Value: until, Reason: fmt.Sprintf("must be a time not before %v s, where the simulation is", s.t)}
	}
	var still still
	for round := uint64(1); ; round++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		before := s.t
		done, err := s.run(until, work)
		if done || err != nil {
			return err
		}
		if still.stands(before, s.t) {
			return &StillError{Time: s.t}
		}
		const rounds = 8
		if round%rounds == 0 && s.opts.Progress != nil {
			s.opts.Progress(s.t)
		}
	}
}

// Step simulates up to the next change: one reaction, or what happens at one
// moment. It returns false, at the time until, when there is none before that.
// With TauLeaping a change is a leap. Where the time stands still over more than a
// million steps it ends with a [StillError], as Advance does; the change has
// happened then, and further steps go on from there.
func (s *Simulator) Step(until float64) (changed bool, err error) {
	if math.IsNaN(until) || until < s.t {
		return false, &biovm.FieldError{Path: "until", Value: until, Reason: fmt.Sprintf("must be a time not before %v s, where the simulation is", s.t)}
	}
	before := s.t
	done, err := s.run(until, 1)
	switch {
	case done:
		s.still = still{}
	case err == nil && s.still.step(before, s.t):
		s.still = still{}
		err = &StillError{Time: s.t}
	}
	return !done, err
}

// run simulates up to a time, or some number of events; done says which.
func (s *Simulator) run(until float64, budget int) (done bool, err error) {
	if s.broken != nil {
		return false, s.broken
	}
	for budget > 0 {
		if s.stale {
			if err := s.refresh(); err != nil {
				return false, err
			}
		}
		happened, err := s.happen()
		if err != nil {
			return false, err
		}
		if happened {
			budget--
			continue
		}
		limit := min(until, s.triggers.due())
		left, err := s.react(limit, budget)
		if err != nil {
			return false, err
		}
		if left == budget { // no reaction before the limit
			if math.IsInf(limit, 1) {
				return true, nil // nothing will ever happen
			}
			if s.t = limit; s.triggers.due() > until {
				return true, nil
			}
		}
		budget = left
	}
	return false, nil
}

// react simulates reactions up to a time, some number of them, or to one that
// changes what a trigger reads. It returns how many of the budget are left.
func (s *Simulator) react(limit float64, budget int) (left int, err error) {
	if s.net.stream != nil {
		return s.runFlow(limit, budget)
	}
	switch s.opts.Method {
	case CompositionRejection:
		return s.runGroups(limit, budget)
	case NextReaction:
		return s.runHeap(limit, budget)
	case TauLeaping:
		return s.runLeaps(limit, budget)
	default:
		return s.runTree(limit, budget)
	}
}

// refresh works all propensities out anew. The time of the next reaction
// keeps its place among the random numbers: what is left of it shrinks as much
// as the total grows.
func (s *Simulator) refresh() error {
	if s.opts.Method == NextReaction {
		return s.refreshHeap()
	}
	before := s.total()
	for j := range s.laws {
		v := s.net.propensity(&s.laws[j], int32(j), s.state)
		if !(v >= 0) || v > math.MaxFloat64 {
			return s.invalid(j, v)
		}
		s.a[j] = v
	}
	if s.opts.Method == CompositionRejection {
		s.groups.rebuild(s.a)
	} else {
		s.tree.rebuild()
	}
	s.stale = false
	after := s.total()
	if after > math.MaxFloat64 {
		return s.overflow()
	}
	if s.net.stream != nil {
		s.abandon()
		return nil
	}
	switch {
	case after == before:
	case before > 0 && after > 0 && s.next <= math.MaxFloat64:
		s.next = s.t + float64((s.next-s.t)*(before/after))
	default:
		s.next = s.draw(after)
	}
	return nil
}

// draw draws when the next reaction happens, of a total propensity: never, if
// that is 0.
func (s *Simulator) draw(total float64) float64 {
	if !(total > 0) {
		return math.Inf(1)
	}
	return s.t + s.random.Exponential()/total
}

// total is the sum of all propensities.
func (s *Simulator) total() float64 {
	if s.opts.Method == CompositionRejection {
		return s.groups.total
	}
	return s.tree.total()
}

func (s *Simulator) invalid(reaction int, v float64) error {
	s.stale = true
	return &PropensityError{Reaction: s.net.reactions[reaction].Name, Value: v, Time: s.t}
}

func (s *Simulator) overflow() error {
	s.stale = true
	return &PropensityError{Reaction: "all together", Value: math.Inf(1), Time: s.t}
}

func (s *Simulator) outside(reaction int, species int32) error {
	s.stale = true
	n := s.net
	return &CountError{Reaction: n.reactions[reaction].Name, Species: n.species[species].name, Count: s.x[species], Time: s.t}
}
