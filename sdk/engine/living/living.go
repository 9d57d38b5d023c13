package living

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/plasmid"
)

// A Cell is a cell that lives. One goroutine uses it at a time.
type Cell interface {
	// Seconds is its age: the simulated seconds since its birth.
	Seconds() float64
	// Advance lives until an age, in seconds. If ctx ends it returns its error,
	// and the cell is of no more use: the state before it is what counts.
	Advance(ctx context.Context, until float64) error
	// Figures are the numbers that every such cell shows, in a fixed order.
	Figures() []Figure
	// Patterns are those that a name makes besides, such as mrna:LOCUS.
	Patterns() []Figure
	// Probe finds what reads a figure now. An unknown name is an error with the
	// nearest ones.
	Probe(name string) (func() float64, error)
	// Metrics are the figures that the type of cell is known by.
	Metrics(ctx context.Context) (biovm.CellMetrics, error)
	// Price is what a simulated second costs, in steps of a process.
	Price() uint64
	// Sibling makes another cell at its birth, under the same conditions. It is
	// safe for concurrent use, as long as nothing else uses the cell.
	Sibling(ctx context.Context, seed int64) (Cell, error)
	// Checkpoint writes the cell's state, which [Resume] reads.
	Checkpoint() ([]byte, error)
}

// An OperonKeeper is a living cell whose operons can be managed.
type OperonKeeper interface {
	// ManageOperons does something to operons, by ID or name, from now on, to
	// all or to none.
	ManageOperons(ids []string, action operon.Action) ([]operon.Effect, error)
	// Operons is what was done to them so far.
	Operons() operon.State
}

// A PlasmidHost is a living cell that takes plasmids.
type PlasmidHost interface {
	// AddPlasmid puts a copy of a plasmid into the cell.
	AddPlasmid(p biovm.Plasmid) (biovm.PlasmidStatus, error)
	// Plasmids lists those that the cell was given, in that order.
	Plasmids() []biovm.PlasmidStatus
}

// A Feeder is a living cell whose medium runs out.
type Feeder interface {
	// Feed sets the concentration of a substance in the medium, in mM.
	Feed(substance string, mM float64) error
	// Medium has the concentrations of all that runs out or induces, in mM.
	Medium() map[string]float64
}

// A Figure is a number that a living cell shows.
type Figure struct {
	Name string
	Unit string
	Doc  string
}

// Begin makes a cell at its birth. The seed chooses its random numbers.
func Begin(ctx context.Context, c *cell.Cell, seed int64) (Cell, error) {
	return begin(ctx, c, state{Version: stateVersion, Organism: c.Organism.Type(), Seed: seed})
}

// Resume makes the cell that Checkpoint wrote, which goes on under the grant, on
// the medium and with the knock-outs of c, whatever they were before. The error
// is a [StateError] for data that are no such state.
func Resume(ctx context.Context, c *cell.Cell, data []byte) (Cell, error) {
	s, err := readState(data)
	if err != nil {
		return nil, err
	}
	if s.Organism != c.Organism.Type() {
		return nil, &StateError{Reason: fmt.Sprintf("it is a %s cell's, not a %s cell's", s.Organism, c.Organism.Type())}
	}
	return begin(ctx, c, s)
}

func begin(ctx context.Context, c *cell.Cell, s state) (Cell, error) {
	if s.Organism == biovm.EColi {
		return beginEcoli(ctx, c, s)
	}
	return beginWhole(ctx, c, s)
}

// Operons tells what was done to the operons of the cell of a state; nothing for
// nil.
func Operons(data []byte) (operon.State, error) {
	if data == nil {
		return operon.State{}, nil
	}
	s, err := readState(data)
	return s.Operons, err
}

// Under is a cell whose operons were managed: without the genes of those that were
// knocked out, with little of those that are clamped shut, and slowed by the
// protein of those that are clamped open, by the law of Scott et al. 2010
// ([plasmid.Burden]). Genes that its organism does not know are passed over.
func Under(c *cell.Cell, s operon.State) (*cell.Cell, error) {
	unknown := func(gene string) bool {
		_, err := c.Locus(gene)
		return err != nil
	}
	if lost := slices.DeleteFunc(s.Genes(), unknown); len(lost) > 0 {
		var err error
		if c, err = c.WithKnockouts(lost); err != nil {
			return nil, err
		}
	}
	k := cell.Clamps{Cost: 1 - plasmid.Burden(s.Useless()), RibosomesLost: s.RibosomesLost()}
	for symbol, level := range s.Levels() {
		locus, err := c.Locus(symbol)
		if err != nil {
			continue
		}
		if k.Levels == nil {
			k.Levels = map[string]float64{}
		}
		k.Levels[locus] = level
	}
	return c.WithClamps(k)
}

// stateVersion grows with every change of what a state holds.
const stateVersion = 1

// A state is what a living cell is made of again.
type state struct {
	Version  int                  `json:"version"`
	Organism biovm.BiologicalType `json:"organism"`
	Seed     int64                `json:"seed"`
	Operons  operon.State         `json:"operons,omitzero"`
	// Parts are the checkpoints of what it consists of, by name.
	Parts map[string][]byte `json:"parts,omitempty"`
}

// A StateError says why a state cannot be resumed.
type StateError struct {
	Reason string
	Err    error // may be nil
}

// reasonDamaged is the reason where nothing else is known.
const reasonDamaged = "it is damaged, or of another release: begin anew with simulate(..., anew=True)"

// Error implements error.
func (e *StateError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("the living cell's state cannot be resumed: %s: %v", e.Reason, e.Err)
	}
	return "the living cell's state cannot be resumed: " + e.Reason
}

// Unwrap gives the cause.
func (e *StateError) Unwrap() error { return e.Err }

func readState(data []byte) (state, error) {
	var s state
	if err := json.Unmarshal(data, &s); err != nil {
		return s, &StateError{Reason: reasonDamaged, Err: err}
	}
	if s.Version != stateVersion {
		return s, &StateError{Reason: fmt.Sprintf("it is of version %d, and this release knows %d: begin anew with simulate(..., anew=True)", s.Version, stateVersion)}
	}
	return s, nil
}

func (s state) write() ([]byte, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("write the living cell's state: %w", err)
	}
	return data, nil
}
