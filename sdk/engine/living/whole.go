package living

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/wholecell"
)

// A wholeCell is a syn3a or minimal_cell.
type wholeCell struct {
	*wholecell.Cell

	body *cell.Cell
	seed int64
}

// partWhole is the only part of its state.
const partWhole = "wholecell"

func beginWhole(ctx context.Context, c *cell.Cell, s state) (Cell, error) {
	config := wholeConfig(c, s.Seed)
	if s.Parts == nil {
		w, err := wholecell.New(c.Organism, config)
		if err != nil {
			return nil, err
		}
		return &wholeCell{w, c, s.Seed}, nil
	}
	w, err := wholecell.Restore(ctx, c.Organism, s.Parts[partWhole])
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, &StateError{Reason: reasonDamaged, Err: err}
	}
	born := w.Config()
	if !slices.Equal(born.Knockouts, config.Knockouts) {
		return nil, &StateError{Reason: fmt.Sprintf("the cell lives without the genes %q, and is to be without %q: a living cell keeps the genes that it was born with, so begin anew with simulate(..., anew=True)", born.Knockouts, config.Knockouts)}
	}
	if born.Ribosomes != config.Ribosomes || born.Polymerases != config.Polymerases || born.ATPShare != config.ATPShare {
		if err := w.Grant(ctx, config.Ribosomes, config.Polymerases, config.ATPShare); err != nil {
			return nil, err
		}
	}
	if !maps.Equal(born.Medium, config.Medium) || (born.Medium == nil) != (config.Medium == nil) {
		if err := w.SetMedium(ctx, config.Medium); err != nil {
			return nil, err
		}
	}
	if !slices.Equal(born.LostReactions, config.LostReactions) || born.EraseBounds != config.EraseBounds {
		if err := w.SetReactions(ctx, config.LostReactions, config.EraseBounds); err != nil {
			return nil, err
		}
	}
	return &wholeCell{w, c, s.Seed}, nil
}

// wholeConfig is the config of a cell under its grant.
func wholeConfig(c *cell.Cell, seed int64) wholecell.Config {
	return wholecell.Config{
		Seed:      uint64(seed), //nolint:gosec // any bits will do
		Ribosomes: c.Ribosomes(), Polymerases: c.Polymerases(), ATPShare: c.Grant.ATP,
		Medium: c.Medium, Knockouts: c.Knockouts, LostReactions: c.LostReactions, EraseBounds: c.EraseBounds,
	}
}

// Seconds implements [Cell].
func (w *wholeCell) Seconds() float64 { return w.Time() }

// Advance implements [Cell].
func (w *wholeCell) Advance(ctx context.Context, until float64) error {
	if until <= w.Time() {
		return nil
	}
	return w.AdvanceTo(ctx, until)
}

// Price implements [Cell]: a cycle of 105 minutes takes some seconds.
func (w *wholeCell) Price() uint64 { return 500 }

// Figures implements [Cell].
func (w *wholeCell) Figures() []Figure { return observables(false) }

// Patterns implements [Cell].
func (w *wholeCell) Patterns() []Figure { return observables(true) }

// observables are those of a whole cell that end in a colon, or the others.
func observables(patterns bool) []Figure {
	var list []Figure
	for _, o := range wholecell.Observables() {
		pattern := strings.HasSuffix(o.Name, ":")
		if pattern != patterns {
			continue
		}
		if pattern {
			o.Name += "NAME"
		}
		list = append(list, Figure{Name: o.Name, Unit: o.Unit, Doc: o.Doc})
	}
	return list
}

// Probe implements [Cell].
func (w *wholeCell) Probe(name string) (func() float64, error) {
	probe, err := w.Cell.Probe(name)
	if err != nil {
		return nil, w.unknown(name)
	}
	return probe, nil
}

// Metrics implements [Cell].
func (w *wholeCell) Metrics(ctx context.Context) (biovm.CellMetrics, error) {
	if w.body.Organism.Type() == biovm.MinimalCell {
		return w.minimal(ctx)
	}
	m := w.Cell.Metrics()
	return biovm.CellMetrics{Syn3A: &biovm.Syn3AMetrics{
		ATPLevel: m.ATPLevel, EssentialGenes: m.EssentialGenes, ActiveEssentialGenes: m.ActiveEssentialGenes,
		RibosomesAllocated: w.body.Ribosomes(), Ribosomes: m.Ribosomes.Total, RibosomesActive: m.Ribosomes.Active,
	}}, nil
}

// minimal tells what the cell's functions are doing.
func (w *wholeCell) minimal(ctx context.Context) (biovm.CellMetrics, error) {
	proteins := func(locus string) (float64, bool) {
		probe, err := w.Cell.Probe("protein:" + locus)
		if err != nil { // no gene of a protein
			return 0, false
		}
		return probe(), true
	}
	functions, err := w.body.FunctionStatus(ctx, proteins)
	if err != nil {
		return biovm.CellMetrics{}, err
	}
	m := &biovm.MinimalCellMetrics{}
	for _, f := range functions {
		m.Functions = append(m.Functions, biovm.FunctionStatus{Name: f.Name, Supported: f.Supported(), Missing: f.Missing})
	}
	return biovm.CellMetrics{MinimalCell: m}, nil
}

// Sibling implements [Cell].
func (w *wholeCell) Sibling(_ context.Context, seed int64) (Cell, error) {
	sibling, err := w.Cell.Sibling(uint64(seed), 0) //nolint:gosec // any bits will do
	if err != nil {
		return nil, err
	}
	return &wholeCell{sibling, w.body, seed}, nil
}

// Checkpoint implements [Cell].
func (w *wholeCell) Checkpoint() ([]byte, error) {
	data, err := w.Cell.Checkpoint()
	if err != nil {
		return nil, err
	}
	s := state{Version: stateVersion, Organism: w.body.Organism.Type(), Seed: w.seed, Parts: map[string][]byte{partWhole: data}}
	return s.write()
}
