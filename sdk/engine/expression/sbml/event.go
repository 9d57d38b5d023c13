package sbml

import (
	"math"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// comparison is a comparison of the time with a number in a trigger; nil if it
// is none. At that very time it holds: what is true just after counts.
func (s *scope) comparison(op *node, args []*formula) (*formula, error) {
	if relation(op.name) == nil || len(args) != 2 || !args[0].timed && !args[1].timed {
		return nil, nil
	}
	if op.name == "eq" {
		return nil, op.errorf("the time is never a number but for a moment: compare it by <gt>, <geq>, <lt> or <leq>")
	}
	at, later := args[1], true // the time is on the left
	if args[1].timed {
		at, later = args[0], false
	}
	if !at.fixed() || args[0].cost+args[1].cost > 0 {
		return nil, nil // the moment is looked for
	}
	when := at.constant
	*s.times = append(*s.times, when)
	after := later == strings.HasPrefix(op.name, "g") // it is true after the time, not before
	return &formula{cost: 1, value: func(t float64, _ []float64, _ *expression.Random) float64 { return truth((t >= when) == after) }}, nil
}

// event adds an event to the network.
func (d *document) event(n *node) error {
	e := expression.Event{Name: n.attr("id")}
	trigger := n.child("trigger")
	if trigger == nil {
		return n.errorf("%.80q has no <trigger>", e.Name)
	}
	if err := d.trigger(trigger, &e); err != nil {
		return err
	}
	early, err := n.flag("useValuesFromTriggerTime", true)
	if err != nil {
		return err
	}
	e.Early = early
	for _, part := range []struct {
		name string
		to   *func(float64, []float64, *expression.Random) float64
	}{{"delay", &e.Delay}, {"priority", &e.Priority}} {
		c := n.child(part.name)
		if c == nil || c.child("math") == nil { // which Level 3 Version 2 allows
			continue
		}
		body, err := c.formula()
		if err != nil {
			return err
		}
		f, err := (&scope{d: d, draws: true}).formula(body)
		if err != nil {
			return err
		}
		*part.to = f.value
	}
	if err := d.assignments(n, &e); err != nil {
		return err
	}
	d.network.AddEvent(e)
	return nil
}

// trigger makes an event's trigger.
func (d *document) trigger(n *node, e *expression.Event) error {
	held, err := n.flag("initialValue", true)
	if err != nil {
		return err
	}
	persistent, err := n.flag("persistent", true)
	if err != nil {
		return err
	}
	e.Armed, e.Transient = !held, !persistent
	body, err := n.formula()
	if err != nil {
		return err
	}
	var times []float64
	f, err := (&scope{d: d, times: &times}).formula(body)
	if err != nil {
		return err
	}
	slices.Sort(times)
	for _, t := range slices.Compact(times) {
		if t >= 0 && !math.IsInf(t, 1) {
			e.Times = append(e.Times, t)
		}
	}
	v := f.value
	e.Trigger, e.Reads = func(t float64, x []float64) bool { return v(t, x, nil) != 0 }, f.reads
	if f.timed {
		e.Reads = append(slices.Clip(f.reads), d.clock())
		d.turn(f)
	}
	return nil
}

// assignments makes what an event does: all formulas are worked out before the
// first takes effect.
func (d *document) assignments(n *node, e *expression.Event) error {
	var list []value
	seen := map[string]bool{}
	for _, a := range n.list("listOfEventAssignments", "eventAssignment") {
		if a.child("math") == nil { // which Level 3 Version 2 allows
			continue
		}
		id := a.attr("variable")
		if seen[id] {
			return a.errorf("%.80q has two", id)
		}
		seen[id] = true
		body, err := a.formula()
		if err != nil {
			return err
		}
		f, err := (&scope{d: d, draws: true}).formula(body)
		if err != nil {
			return err
		}
		q := d.byID[id]
		if q.kind == species && !q.amount {
			size, err := d.size(q, 0)
			if err != nil {
				return err
			}
			f = rounded(combine("times", []*formula{f, size}))
		}
		list = append(list, f.value)
		e.Writes = append(e.Writes, q.state)
	}
	e.Values = func(t float64, x []float64, chance *expression.Random, to []float64) {
		for i, v := range list {
			to[i] = v(t, x, chance)
		}
	}
	return nil
}
