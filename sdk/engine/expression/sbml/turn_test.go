package sbml_test

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// pulse is a formula that is a number while a condition holds, and else 0.
func pulse(height, condition string) string {
	return strings.Replace(formula(condition), "<apply>", "<piecewise><piece><cn>"+height+"</cn><apply>", 1)
}

// pulsed puts a pulse in the place of the parameter p of a text.
func pulsed(text, height, condition string) string {
	p := strings.TrimSuffix(pulse(height, condition), "</math>") + "</piece><otherwise><cn>0</cn></otherwise></piecewise>"
	_, p, _ = strings.Cut(p, ">") // without <math>
	return strings.ReplaceAll(text, "<ci>p</ci>", p)
}

// pulses are what a pulse does long after it, and long before the end: known in
// closed form, as a binomial or Poisson number or an integral.
func pulses() []known {
	x100, x0 := species(`id="X" initialAmount="100"`+counts), species(`id="X" initialAmount="0"`+counts)
	decay := file("1", x100, reactions(reaction("out", "1 X", "", "(times X p)")))
	birth := file("1", x0, reactions(reaction("in", "", "1 X", "p")))
	drug := file("1", x0, parameters("D=0"), rateRule("D", "p"))
	rule := file("1", x100, parameters("dose=0"), `<listOfRules><assignmentRule variable="dose">`+formula("p")+"</assignmentRule></listOfRules>", reactions(reaction("out", "1 X", "", "(times X dose)")))
	left := func(exposure float64) (mean, sd float64) {
		p := math.Exp(-exposure)
		return 100 * p, math.Sqrt(100 * p * (1 - p))
	}
	twoHours, twoHoursSD := left(2)
	days, daysSD := left(0.02 * 52)
	tenths, tenthsSD := left(0.1 * 10)
	const once, daily = "(and (geq time 50) (lt time 52))", "(lt (rem time 24) 12)"
	return []known{
		{"a dose", pulsed(decay, "1", once), "X", 100, twoHours, twoHoursSD},
		{"a dose, its ends the other way", pulsed(decay, "1", "(and (gt time 50) (leq time 52))"), "X", 100, twoHours, twoHoursSD},
		{"a short dose", pulsed(decay, "2000", "(and (gt time 50) (lt (minus time 50) 0.001))"), "X", 100, twoHours, twoHoursSD},
		{"a dose by a rule", pulsed(rule, "1", once), "X", 100, twoHours, twoHoursSD},
		{"a dose in a rate rule", pulsed(drug, "1", once), "D", 100, 2, 0},
		{"births", pulsed(birth, "100", once), "X", 100, 200, math.Sqrt(200)},
		{"days", pulsed(decay, "0.02", daily), "X", 100, days, daysSD},
		{"tenths", pulsed(decay, "1", "(lt (rem time 1) 0.1)"), "X", 9.5, tenths, tenthsSD},
		{"days by floor", pulsed(birth, "10", "(lt (minus time (times 24 (floor (divide time 24)))) 2)"), "X", 100, 100, 10},
		{"a day that runs backwards", pulsed(drug, "1", "(gt (minus 24 (rem time 24)) 23)"), "D", 100, 5, 0},
		{"a dose since an event", pulsed(file("1", x0, parameters("D=0 since=1000"), rateRule("D", "p"), event("e", "(geq time 50)", "since", "time")), "1", "(and (gt (minus time since) 10) (lt time (plus since 10.25)))"), "D", 100, 0.25, 0},
		{"a triangle", file("1", x0, parameters("D=0"), rateRule("D", "(max 0 (minus 1 (abs (minus time 50))))")), "D", 100, 1, 0},
		{"steps", file("1", x0, parameters("D=0"), rateRule("D", "(quotient time 10)")), "D", 100, 450, 0},
	}
}

// However short a pulse is, steps do not go over it.
func TestPulses(t *testing.T) {
	t.Parallel()
	for i, c := range pulses() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			check(t, c, uint64(i))
		})
	}
}

// A trigger that reads a pulse by a rule sees it.
func TestPulseTriggers(t *testing.T) {
	t.Parallel()
	text := pulsed(file("1", species(`id="X" initialAmount="0"`+counts), parameters("dose=0 Y=0"), `<listOfRules><assignmentRule variable="dose">`+formula("p")+"</assignmentRule></listOfRules>",
		event("e", "(gt dose 0.5)", "Y", "time")), "1", "(and (geq time 50) (lt time 52))")
	check(t, known{text: text, output: "Y", at: 100, mean: 50}, 1)
}

// Where pulses end steps does not depend on where the simulation stops.
func TestPulsesGoOnFromStops(t *testing.T) {
	t.Parallel()
	m := read(t, pulses()[6].text)
	var first []byte
	for _, stops := range []float64{1, 7, 50} {
		s, err := expression.NewSimulator(m.Network, expression.Options{Seed: 4})
		if err != nil {
			t.Fatal(err)
		}
		for k := 1.0; k <= stops; k++ {
			if err := s.Advance(context.Background(), 100*(k/stops)); err != nil {
				t.Fatal(err)
			}
			if s, err = expression.Restore(m.Network, s.Checkpoint()); err != nil {
				t.Fatal(err)
			}
		}
		if end := s.Checkpoint(); first == nil {
			first = end
		} else if !bytes.Equal(first, end) {
			t.Errorf("with %v stops the simulation is another", stops)
		}
	}
}
