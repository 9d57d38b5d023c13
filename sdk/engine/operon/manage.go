package operon

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
)

// A State is what was done to a cell's operons. The zero value is the wild
// type. It is a value: Manage changes none, it returns another.
type State struct {
	Controls map[string]Control `json:"controls,omitempty"` // by ID; regulated ones are not there
	Lost     []string           `json:"lost,omitempty"`     // IDs of operons that were knocked out, sorted
}

// An Effect is what an action did to an operon.
type Effect struct {
	Operon string   `json:"operon"`
	Action string   `json:"action"`
	Before string   `json:"before"` // regulated, induced, repressed or lost
	After  string   `json:"after"`
	Genes  []string `json:"genes"` // symbols
	// Transcription is the promoter's rate over that of an open one: 1 induced,
	// 1/Range (1/AssumedRange where it is unknown) repressed, 0 lost; -1 where the
	// cell's regulators decide.
	Transcription float64 `json:"transcription"`
	// Protein is the share of the cell's protein that the operon makes when open.
	Protein float64 `json:"protein"`
}

// Manage does something to operons, by ID or name, each once. It refuses the
// whole if something is wrong: a [biovm.FieldError] at ids[i] for a name that is
// no operon's, with the nearest names, for one that is there twice, and for an
// operon that was knocked out before, which does not come back.
func (s State) Manage(ids []string, action Action) (State, []Effect, error) {
	if action < Induce || action > Release {
		return s, nil, &biovm.FieldError{Path: "action", Value: int(action), Reason: fmt.Sprintf("must be one of %q", actionNames())}
	}
	if len(ids) == 0 {
		return s, nil, &biovm.FieldError{Path: "ids", Reason: "name at least one operon"}
	}
	next := State{Controls: maps.Clone(s.Controls), Lost: slices.Clone(s.Lost)}
	if next.Controls == nil {
		next.Controls = map[string]Control{}
	}
	var errs []error
	var effects []Effect
	seen := map[string]bool{}
	for i, id := range ids {
		wrong := func(reason string) {
			errs = append(errs, &biovm.FieldError{Path: fmt.Sprintf("ids[%d]", i), Value: id, Reason: reason})
		}
		o, ok := Of(id)
		switch {
		case !ok:
			wrong("there is no such operon" + biovm.Near(nearest(id)))
		case seen[o.ID]:
			wrong("is there twice: name each operon once")
		case slices.Contains(s.Lost, o.ID) && action != KnockOut:
			wrong("was knocked out: its genes are gone until the cell begins anew, with simulate(..., anew=True)")
		default:
			seen[o.ID] = true
			effect := Effect{Operon: o.ID, Action: action.String(), Before: s.Status(o.ID), Genes: o.Genes, Protein: o.Open()}
			apply(&next, o.ID, action)
			effect.After, effect.Transcription = next.Status(o.ID), next.Transcription(o)
			effects = append(effects, effect)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return s, nil, err
	}
	return next, effects, nil
}

// apply changes a state that Manage has copied.
func apply(s *State, id string, action Action) {
	delete(s.Controls, id)
	switch action {
	case Induce:
		s.Controls[id] = Induced
	case Repress:
		s.Controls[id] = Repressed
	case KnockOut:
		s.Lost = append(s.Lost, id)
		slices.Sort(s.Lost)
		s.Lost = slices.Compact(s.Lost)
	case Release:
	}
}

// nearest are the operons that somebody may have meant, best first.
func nearest(id string) []string {
	const most = 3
	var names []string
	for _, o := range Table() {
		names = append(names, o.ID)
	}
	return near.Names(id, names, most)
}

// lostStatus is the status of an operon that was knocked out.
const lostStatus = "lost"

// Status is regulated, induced, repressed or lost, of an operon's ID.
func (s State) Status(id string) string {
	if slices.Contains(s.Lost, id) {
		return lostStatus
	}
	return s.Controls[id].String()
}

// Transcription is the rate of the operon's promoter over that of an open one;
// see [Effect].
func (s State) Transcription(o Operon) float64 {
	switch s.Status(o.ID) {
	case lostStatus:
		return 0
	case Induced.String():
		return 1
	case Repressed.String():
		return o.leftRepressed()
	}
	return -1
}

// Genes lists the genes, by symbol and sorted, that the cell lost with its
// operons: what its metabolic network does without.
func (s State) Genes() []string {
	var lost []string
	for _, id := range s.Lost {
		if o, ok := Of(id); ok {
			lost = append(lost, o.Genes...)
		}
	}
	slices.Sort(lost)
	return slices.Compact(lost)
}

// Levels maps the genes, by symbol, of operons that are clamped shut to what is
// left of their expression: 1/Range.
func (s State) Levels() map[string]float64 {
	levels := map[string]float64{}
	for id, control := range s.Controls {
		if o, ok := Of(id); ok && control == Repressed {
			for _, symbol := range o.Genes {
				levels[symbol] = o.leftRepressed()
			}
		}
	}
	return levels
}

// Useless is the share of the cell's protein that operons make because they are
// clamped open: what they make then, less what they make on glucose.
func (s State) Useless() float64 {
	sum := 0.0
	for _, o := range Table() { // in order: a sum depends on it
		if s.Status(o.ID) == Induced.String() {
			sum += max(0, o.Open()-o.Glucose)
		}
	}
	return sum
}

// RibosomesLost is the share of the cell's ribosomes, from 0 to 1, that lack
// proteins because operons with their genes are clamped shut or lost.
func (s State) RibosomesLost() float64 {
	left := 1.0
	for _, o := range Table() {
		if !o.ribosomal() {
			continue
		}
		switch s.Status(o.ID) {
		case Repressed.String():
			left = min(left, o.leftRepressed())
		case lostStatus:
			left = 0
		}
	}
	return 1 - left
}
