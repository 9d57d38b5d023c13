package cell

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// Recommendations lists changes of the grant worth making, the best growth
// first: more of what limits, as far as the VM's limits and what is available
// to it (its grant and what its chassis has left) allow, and no more than
// helps; and what can go back to the chassis at no cost. Each was solved for.
func (c *Cell) Recommendations(ctx context.Context, limits, available biovm.Resources) ([]biovm.Recommendation, error) {
	a := adviser{
		cell: c,
		most: room{
			atp:       max(c.Grant.ATP, min(limits.ATP, available.ATP, percent)),
			ribosomes: max(c.Grant.Ribosomes, min(limits.Ribosomes, available.Ribosomes)),
		},
	}
	var err error
	if a.now, err = a.at(ctx, room{c.Grant.ATP, c.Grant.Ribosomes}); err != nil {
		return nil, err
	}
	if err := a.more(ctx); err != nil {
		return nil, err
	}
	if err := a.less(ctx); err != nil {
		return nil, err
	}
	slices.SortStableFunc(a.found, func(x, y biovm.Recommendation) int { return cmp.Compare(y.Change, x.Change) })
	return a.found, nil
}

// A room is a grant of the resources that metabolism depends on.
type room struct {
	atp       float64
	ribosomes int
}

// An adviser collects recommendations for one cell.
type adviser struct {
	cell  *Cell
	most  room
	now   *metabolism.Flux
	found []biovm.Recommendation
}

func (a *adviser) at(ctx context.Context, r room) (*metabolism.Flux, error) {
	return a.cell.grown(ctx, r.atp, a.cell.molecules(r.ribosomes))
}

// least is the grant of whole units and percents that still carries a flux
// distribution.
func (a *adviser) least(f *metabolism.Flux) room {
	k := a.cell.Organism.Constants()
	atp := a.cell.Grant.ATP
	if a.cell.rationed() {
		// Rounding must not ask for a unit more than there is.
		atp = math.Ceil(float64(f.ATPProduced/k.ATPReference*percent) - gainTolerance)
	}
	units := f.Growth * a.cell.aminoAcids() / (secondsPerHour * k.TranslationRate * a.cell.Kind.RibosomesPerUnit)
	units = a.cell.occupied(units)
	return room{
		atp:       atp,
		ribosomes: max(1, int(math.Ceil(units-gainTolerance))),
	}
}

// more looks for what more of one resource or of both would bring.
func (a *adviser) more(ctx context.Context) error {
	now := room{a.cell.Grant.ATP, a.cell.Grant.Ribosomes}
	best := a.now.Growth
	tried := map[room]bool{now: true}
	for _, r := range []room{{now.atp, a.most.ribosomes}, {a.most.atp, now.ribosomes}, a.most} {
		if tried[r] {
			continue
		}
		tried[r] = true
		f, err := a.at(ctx, r)
		if err != nil {
			return err
		}
		if f.Growth < best+gainTolerance {
			continue
		}
		r, f, err = a.trim(ctx, now, r, f)
		if err != nil {
			return err
		}
		best = max(best, f.Growth)
		a.add(now, r, f, a.why(now, r, f))
	}
	return nil
}

// trim asks for no more than helps, when that was solved for too.
func (a *adviser) trim(ctx context.Context, now, r room, f *metabolism.Flux) (room, *metabolism.Flux, error) {
	least := a.least(f)
	least = room{max(now.atp, min(r.atp, least.atp)), max(now.ribosomes, min(r.ribosomes, least.ribosomes))}
	if least == r {
		return r, f, nil
	}
	trimmed, err := a.at(ctx, least)
	if err != nil || trimmed.Growth < f.Growth-gainTolerance {
		return r, f, err
	}
	return least, trimmed, nil
}

// less looks for what can go back to the chassis. A dead cell's needs are not
// known.
func (a *adviser) less(ctx context.Context) error {
	if a.now.LimitedBy == metabolism.LimitedByDeath {
		return nil
	}
	now, least := room{a.cell.Grant.ATP, a.cell.Grant.Ribosomes}, a.least(a.now)
	for _, r := range []room{{now.atp, min(now.ribosomes, least.ribosomes)}, {min(now.atp, least.atp), now.ribosomes}} {
		if r == now {
			continue
		}
		f, err := a.at(ctx, r)
		if err != nil {
			return err
		}
		if f.Growth < a.now.Growth-gainTolerance {
			continue
		}
		a.add(now, r, f, fmt.Sprintf("the cell grows as fast with %s; the rest can go to other cells", a.amounts(now, r)))
	}
	return nil
}

func (a *adviser) add(now, r room, f *metabolism.Flux, reason string) {
	rec := biovm.Recommendation{Reason: reason, GrowthRate: f.Growth, Change: f.Growth - a.now.Growth}
	if math.Abs(rec.Change) < gainTolerance {
		rec.Change = 0
	}
	prices := a.cell.shadowPrices(a.now)
	if r.atp != now.atp {
		rec.Allocation.ATP, rec.ShadowPrice = &r.atp, prices.ATP
	}
	if r.ribosomes != now.ribosomes {
		rec.Allocation.Ribosomes, rec.ShadowPrice = &r.ribosomes, max(rec.ShadowPrice, prices.Ribosomes)
	}
	a.found = append(a.found, rec)
}

// why says what limits now and what the change brings.
func (a *adviser) why(now, r room, f *metabolism.Flux) string {
	brings := fmt.Sprintf("%s would bring growth from %.5g to %.5g 1/h", a.amounts(now, r), a.now.Growth, f.Growth)
	prices := a.cell.shadowPrices(a.now)
	switch a.now.LimitedBy {
	case metabolism.LimitedByRibosomes:
		return fmt.Sprintf("ribosomes limit: a unit more is worth %.3g 1/h at the margin; %s", prices.Ribosomes, brings)
	case metabolism.LimitedByATP:
		return fmt.Sprintf("atp limits: a percent more is worth %.3g 1/h at the margin; %s", prices.ATP, brings)
	case metabolism.LimitedByDeath:
		return "the cell cannot meet its maintenance; " + brings
	}
	return brings
}

func (a *adviser) amounts(now, r room) string {
	units := "units"
	if r.ribosomes == 1 {
		units = "unit"
	}
	atp, ribosomes := fmt.Sprintf("%g percent of atp", r.atp), fmt.Sprintf("%d %s of ribosomes", r.ribosomes, units)
	switch {
	case r.atp == now.atp:
		return ribosomes
	case r.ribosomes == now.ribosomes:
		return atp
	}
	return atp + " and " + ribosomes
}
