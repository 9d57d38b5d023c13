package culture

import "slices"

// A Phase is a phase of growth.
type Phase string

// The phases.
const (
	// Lag is before cells work at half of their pace.
	Lag Phase = "lag"
	// Exponential is growth at half of the fastest rate so far, or faster.
	Exponential Phase = "exponential"
	// Diauxie is slower growth, on what is left when the best is gone.
	Diauxie Phase = "diauxie"
	// Stationary is no growth to speak of: less than a twentieth of the fastest.
	Stationary Phase = "stationary"
)

const (
	exponentialShare = 0.5
	restingShare     = 0.05
	adaptedShare     = 0.5
	betterShare      = 0.9 // of the fastest: nothing to adapt to
)

// A Sample is a culture at a moment.
type Sample struct {
	Seconds float64 `json:"seconds"`
	Biomass float64 `json:"biomass"` // gDW/l
	// Medium has the concentrations of the substrates, in mM, in the
	// configuration's order, and Fluxes what a cell does with them, in mmol/gDW/h,
	// uptake negative.
	Medium []float64 `json:"medium"`
	Fluxes []float64 `json:"fluxes"`
	// GrowthRate, in 1/h, of the step that ended here.
	GrowthRate float64 `json:"growth_rate"`
	// Adapted is the share of their pace at which cells work, below 1 in the lag.
	Adapted float64 `json:"adapted"`
	// Starving cells cannot meet their maintenance.
	Starving  bool   `json:"starving"`
	LimitedBy string `json:"limited_by"`
	Phase     Phase  `json:"phase"`
}

// Sample looks at the culture. It changes nothing.
func (k *Culture) Sample() Sample {
	s := Sample{
		Seconds: k.time, Biomass: k.biomass, Medium: slices.Clone(k.medium), Fluxes: slices.Clone(k.now.fluxes),
		GrowthRate: k.now.growth, Adapted: k.adapted(), Starving: k.now.starving, LimitedBy: k.now.limitedBy,
	}
	s.Phase = classify(k.now.potential, k.peak, s.Adapted)
	return s
}

// classify names the phase of cells that, but for their lag, would grow at a
// rate, when the medium once let them grow at the peak.
func classify(growth, peak, adapted float64) Phase {
	switch {
	case resting(growth, peak):
		return Stationary
	case adapted < adaptedShare:
		return Lag
	case growth < exponentialShare*peak:
		return Diauxie
	}
	return Exponential
}

// resting reports whether that is no growth to speak of.
func resting(growth, peak float64) bool { return growth <= smallest || growth < restingShare*peak }

// An Interval is a time during which a culture was in one phase.
type Interval struct {
	Phase    Phase   `json:"phase"`
	From, To float64 // seconds
	// GrowthRate is the mean over the interval, in 1/h.
	GrowthRate float64 `json:"growth_rate"`
}

// Phases cuts a trajectory into phases.
func Phases(trajectory []Sample) []Interval {
	var list []Interval
	steps := 0.0
	for i, s := range trajectory {
		if i == 0 {
			list = append(list, Interval{Phase: s.Phase, From: s.Seconds, To: s.Seconds})
			continue
		}
		last := &list[len(list)-1]
		if s.Phase != last.Phase {
			list = append(list, Interval{Phase: s.Phase, From: last.To, To: last.To})
			last, steps = &list[len(list)-1], 0
		}
		steps++
		last.To = s.Seconds
		last.GrowthRate += (s.GrowthRate - last.GrowthRate) / steps
	}
	// The beginning is a moment; the first step may be of another phase.
	if len(list) > 1 && list[0].From == list[0].To {
		list = list[1:]
	}
	return list
}
