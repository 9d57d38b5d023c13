package cell

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/chassis"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A Cell is an organism in its environment. It is a value that nothing
// changes after [New]; its methods are safe for concurrent use. The With
// methods return changed copies.
type Cell struct {
	Organism *organism.Organism
	Kind     chassis.Kind
	// Grant is what the cell holds of its chassis.
	Grant biovm.Resources
	// Config holds the settings in force, defaults filled in.
	Config biovm.Config
	// Medium maps exchange reactions to the largest uptake, in mmol/gDW/h, and
	// replaces the organism's own medium; nil is the organism's own.
	Medium map[string]float64
	// Knockouts are the loci of the lost genes, sorted, each there once: those of
	// the spec, and those that the organism's genome lacks
	// ([organism.Organism.Missing]).
	Knockouts []string
	// LostReactions are reactions taken out whatever their genes, sorted.
	LostReactions []string
	// EraseBounds reads knock-outs as COBRApy does: an obligation to carry flux
	// is forgotten with its reaction. Otherwise it kills the cell.
	EraseBounds bool
	// Clamps are what is decided about its genes in place of its regulators.
	Clamps Clamps

	memo  Memo
	bench *bench
}

// New builds the cell of a spec of an organism as it is shipped; see [Line.New].
func New(spec biovm.Spec, grant biovm.Resources, cfg biovm.Config, memo Memo) (*Cell, error) {
	l, err := LineOf(spec.BiologicalType)
	if err != nil {
		return nil, err
	}
	return l.New(spec, grant, cfg, memo)
}

// New builds the cell of a spec that passed [biovm.Spec.Validate]. The config
// is the one in force ([chassis.Kind.Config]). Unknown genes and exchanges are
// [biovm.FieldError]s at knockouts[i] and medium["..."], all at once, with the
// nearest names. A nil memo remembers nothing.
func (l *Line) New(spec biovm.Spec, grant biovm.Resources, cfg biovm.Config, memo Memo) (*Cell, error) {
	spec = withDefaultChassis(spec)
	k, err := chassis.Of(spec.Chassis)
	if err != nil {
		return nil, err
	}
	c := &Cell{Organism: l.organism, Kind: k, Grant: grant, Config: cfg, Medium: maps.Clone(spec.Medium), memo: memo, bench: l.bench}
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(spec.Medium)) {
		if err := c.checkExchange(id); err != nil {
			errs = append(errs, &biovm.FieldError{Path: fmt.Sprintf("medium[%q]", id), Reason: err.Error()})
		}
	}
	for i, ref := range spec.Knockouts {
		locus, err := c.Locus(ref)
		if err != nil && ref != "" {
			errs = append(errs, &biovm.FieldError{Path: fmt.Sprintf("knockouts[%d]", i), Reason: err.Error()})
		}
		c.Knockouts = append(c.Knockouts, locus)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for _, g := range l.organism.Missing() {
		c.Knockouts = append(c.Knockouts, g.Locus)
	}
	c.Knockouts = set(c.Knockouts)
	return c, nil
}

// withDefaultChassis fills in the kind of chassis alone, so that the indices
// of knock-outs in errors are the caller's.
func withDefaultChassis(spec biovm.Spec) biovm.Spec {
	spec.Chassis = spec.WithDefaults().Chassis
	return spec
}

// set sorts names and takes out what is there twice.
func set(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }

// WithMedium returns the cell on another medium: exchange reactions with the
// largest uptake, in mmol/gDW/h. Nil is the organism's own. Names that are not
// exchanges and uptakes that are no finite numbers from 0 are errors, all at
// once.
func (c *Cell) WithMedium(medium map[string]float64) (*Cell, error) {
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(medium)) {
		errs = append(errs, c.checkExchange(id))
		if v := medium[id]; math.IsInf(v, 0) || !(v >= 0) {
			errs = append(errs, fmt.Errorf("uptake %v of %s must be a finite number, 0 or more, in mmol/gDW/h", v, id))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	changed := *c
	changed.Medium = maps.Clone(medium)
	return &changed, nil
}

// WithKnockouts returns the cell without further genes, by any of their names,
// and, where a name is no gene's, without the reaction of that ID. A gene's
// name in another case than its own is the reaction's that is called just so:
// PGI is one, and pgi a gene. Names that are neither are errors, all at once.
func (c *Cell) WithKnockouts(names []string) (*Cell, error) {
	changed := *c
	changed.Knockouts, changed.LostReactions = slices.Clone(c.Knockouts), slices.Clone(c.LostReactions)
	var errs []error
	for _, name := range names {
		locus, err := c.Locus(name)
		_, reaction := c.Organism.Model().Reaction(name)
		switch {
		case reaction && (err != nil || !c.spells(name)):
			changed.LostReactions = append(changed.LostReactions, name)
		case err == nil:
			changed.Knockouts = append(changed.Knockouts, locus)
		default:
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	changed.Knockouts, changed.LostReactions = set(changed.Knockouts), set(changed.LostReactions)
	return &changed, nil
}

// spells reports whether a name is a gene's in upper and lower case too.
func (c *Cell) spells(name string) bool {
	g, ok := c.Organism.Gene(name)
	return ok && (g.Locus == name || g.Symbol == name || slices.Contains(g.Aliases, name))
}

// WithEraseBounds returns the cell with knock-outs read as COBRApy does, or
// not.
func (c *Cell) WithEraseBounds(erase bool) *Cell {
	changed := *c
	changed.EraseBounds = erase
	return &changed
}

// WithGrant returns the cell under another grant.
func (c *Cell) WithGrant(grant biovm.Resources) *Cell {
	changed := *c
	changed.Grant = grant
	return &changed
}

// nearNames is how many names an error suggests.
const nearNames = 3

// Locus gives the canonical name of a gene, or an error: with the nearest names
// when the organism has no such gene, with the loci when several have the name.
func (c *Cell) Locus(ref string) (string, error) {
	g, ok := c.Organism.Gene(ref)
	if !ok {
		if loci := c.Organism.Sharing(ref); loci != nil {
			return "", fmt.Errorf("%s has several genes named %q: name one by its locus, %s", c.Organism, ref, strings.Join(loci, ", "))
		}
		return "", fmt.Errorf("%s has no gene %q%s", c.Organism, ref, biovm.Near(c.Organism.Near(ref, nearNames)))
	}
	return g.Locus, nil
}

// CheckReaction returns an error with the nearest names when the network has
// no reaction of the ID.
func (c *Cell) CheckReaction(id string) error {
	q := metabolism.Question{KnockoutReactions: []string{id}}
	return c.unknown(q.Check(c.Organism.Model()))
}

func (c *Cell) checkExchange(id string) error {
	q := metabolism.Question{Medium: map[string]float64{id: 0}}
	return c.unknown(q.Check(c.Organism.Model()))
}

// unknown words the network's error about a name as the cell's.
func (c *Cell) unknown(err error) error {
	var u *metabolism.UnknownError
	if !errors.As(err, &u) {
		return err
	}
	return fmt.Errorf("%s has no %s reaction %q%s", c.Organism, kindOf(u), u.Name, biovm.Near(u.Near))
}

func kindOf(u *metabolism.UnknownError) string {
	if u.Kind == "exchange" {
		return "exchange"
	}
	return "such"
}

// EffectiveMedium is the medium in force: the cell's, or its organism's own.
func (c *Cell) EffectiveMedium() map[string]float64 {
	if c.Medium != nil {
		return maps.Clone(c.Medium)
	}
	return c.Organism.Model().Medium()
}
