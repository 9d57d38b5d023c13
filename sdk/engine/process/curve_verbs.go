package process

import (
	"go.starlark.net/starlark"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func growthCurveVerb() verb {
	return verb{
		name: "growth_curve", basic: true,
		doc: `growth_curve(resource="ribosomes", least=0, most=None, allocation=True)

Draws growth over the amounts of one resource that the VM may be granted. Growth
is a straight line from each point to the next, so the points are the whole of
the curve, and its slope is the worth of one unit more. Where the cell cannot
even keep itself alive growth is 0; with the least amount that lets it live
there are two points of that amount, if growth jumps there.

Arguments:
  resource     "ribosomes", in units of the chassis, or "atp", in percent
  least, most  the ends; None is what the chassis has to give
  allocation   False leaves the grant of the other resource aside

Returns a list of dicts, by amount:
  amount       of the resource
  growth_rate  1/h
  slope        what one unit or percent more brings from here on, 1/h; at the
               last point as before it
  limited_by   what limits from here on: ribosomes, atp, metabolism or dead

Example:
  [p["amount"] for p in growth_curve("atp", allocation=False)]`,
		call: (*run).growthCurve,
	}
}

// curveProblems is how many problems a curve is charged for: some three for
// each of its points, and as many as there are bits in the amount for the one
// from which on the cell lives.
const curveProblems = 60

func (r *run) growthCurve(c *call) (starlark.Value, error) {
	resource, allocation := "ribosomes", true
	least, most := starlark.Value(starlark.MakeInt(0)), starlark.Value(starlark.None)
	if err := c.unpack("resource?", &resource, "least?", &least, "most?", &most, "allocation?", &allocation); err != nil {
		return nil, err
	}
	q := cell.CurveRequest{Resource: metabolism.ResourceRibosomes, To: float64(r.cell.Kind.Capacity().Ribosomes), Free: !allocation}
	switch resource {
	case "ribosomes":
	case "atp":
		q.Resource, q.To = metabolism.ResourceATP, r.cell.Kind.Capacity().ATP
	default:
		return nil, c.refuse("resource must be ribosomes or atp, not %q", resource)
	}
	var err error
	if q.From, err = c.number("least", least); err != nil {
		return nil, err
	}
	if most != starlark.None {
		if q.To, err = c.number("most", most); err != nil {
			return nil, err
		}
	}
	if !(q.From >= 0 && q.From < q.To) {
		return nil, c.refuse("least must be 0 or more, and below most: not %v and %v", q.From, q.To)
	}
	if err := r.solving(curveProblems, stepsPerReaction); err != nil {
		return nil, err
	}
	points, err := r.cell.GrowthCurve(r.ctx, q)
	if err != nil {
		return solved[starlark.Value](r, nil, err)
	}
	list := make([]starlark.Value, len(points))
	for i, p := range points {
		list[i] = record(field{"amount", number(p.Amount)}, field{"growth_rate", number(p.GrowthRate)},
			field{"slope", number(p.Slope)}, field{"limited_by", text(p.LimitedBy)})
	}
	return starlark.NewList(list), nil
}
