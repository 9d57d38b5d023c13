package cli

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A fluxHead is the JSON form of what all answers of a model begin with.
type fluxHead struct {
	File        string           `json:"file"`
	Format      string           `json:"format"`
	Model       string           `json:"model"`
	Goal        modelGoal        `json:"goal"`
	Status      string           `json:"status"`
	Objective   *float64         `json:"objective"`
	Certificate *fluxCertificate `json:"certificate"`
}

// A fluxCertificate is the JSON form of metabolism.Certificate.
type fluxCertificate struct {
	Residual       float64 `json:"residual"`
	BoundViolation float64 `json:"bound_violation"`
	DualViolation  float64 `json:"dual_violation"`
	Gap            float64 `json:"gap"`
}

// headOf is what an answer to a question begins with.
func headOf(s *modelSource, q metabolism.Question, f *metabolism.Flux) fluxHead {
	h := fluxHead{File: s.file, Format: formatWord(s.format), Model: s.model.ID(), Goal: goalOf(s.model, q), Status: f.Status.String()}
	if f.Status == metabolism.StatusOptimal {
		c := fluxCertificate(f.Certificate)
		h.Objective, h.Certificate = &f.Objective, &c
	}
	return h
}

// A property is a line of an answer: a name, and what is to say.
type property struct{ name, text string }

// properties renders lines with what they say below each other.
func properties(all []property) string {
	width := 0
	for _, p := range all {
		width = max(width, len(p.name))
	}
	var b strings.Builder
	for _, p := range all {
		fmt.Fprintf(&b, "%-*s  %s\n", width, p.name, p.text)
	}
	return b.String()
}

// lines are what the head says to people.
func (h *fluxHead) lines() []property {
	all := []property{{"model", modelName(h.Model, h.Format)}, {"goal", h.Goal.text()}, {"status", h.Status}}
	if h.Certificate == nil {
		return append(all, property{"objective", "none"})
	}
	return append(all,
		property{"objective", precise(*h.Objective)},
		property{"residual", violation(h.Certificate.Residual)},
		property{"bound violation", violation(h.Certificate.BoundViolation)},
		property{"dual violation", violation(h.Certificate.DualViolation)})
}

func modelName(id, format string) string {
	if id == "" {
		id = "without an ID"
	}
	return id + " (" + format + ")"
}

// precise renders a figure with twelve significant digits.
func precise(x float64) string { return fmt.Sprintf("%#.12g", x) }

// violation renders how far something is off.
func violation(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }

// zeroFlux is the flux, in mmol/gDW/h, up to which a reaction counts as
// standing still: far above the solver's noise (1e-12) and below the need for
// the rarest cofactor of a slow cell (1e-8).
const zeroFlux = 1e-9

// crossing are the reactions that exchange something with the medium and do
// so, what is taken up first.
func crossing(m *metabolism.Model, fluxes []float64) []int {
	all := slices.DeleteFunc(m.Exchanges(), func(j int) bool { return fluxes == nil || math.Abs(fluxes[j]) <= zeroFlux })
	slices.SortStableFunc(all, func(i, j int) int { return cmp.Compare(fluxes[i], fluxes[j]) })
	return all
}

// byReaction are the values of reactions, by ID.
func byReaction(m *metabolism.Model, which []int, values []float64) map[string]float64 {
	all := make(map[string]float64, len(which))
	for _, j := range which {
		all[m.Reactions()[j].ID] = values[j]
	}
	return all
}

// every are the indices of all reactions; none of an answer without fluxes.
func every(values []float64) []int {
	all := make([]int, len(values))
	for j := range all {
		all[j] = j
	}
	return all
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
