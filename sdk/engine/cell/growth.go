package cell

import (
	"context"
	"math"
	"slices"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

const (
	percent        = 100.0
	minutesPerHour = 60.0
	secondsPerHour = 3600.0
)

// gainTolerance is the gain in growth rate, in 1/h, below which one more unit
// counts as bringing nothing: the solver's noise is far below it, a real gain
// far above.
const gainTolerance = 1e-9

// ribosomes is how many physical ribosomes the grant stands for.
func (c *Cell) ribosomes() float64 { return c.molecules(c.Grant.Ribosomes) }

// molecules is how many ribosomes so many units stand for.
func (c *Cell) molecules(units int) float64 { return float64(float64(units) * c.Kind.RibosomesPerUnit) }

// plain asks for the free cell, whatever its clamps.
func (c *Cell) plain() metabolism.Question {
	return metabolism.Question{
		Medium: c.Medium, Knockouts: c.modelKnockouts(),
		KnockoutReactions: c.LostReactions, EraseBounds: c.EraseBounds,
	}
}

// question asks for the free cell.
func (c *Cell) question(ctx context.Context) (metabolism.Question, error) {
	q, err := c.clamped(ctx, c.plain())
	if err != nil {
		return q, err
	}
	return c.burden(ctx, q)
}

// modelKnockouts are the lost genes that the network knows.
func (c *Cell) modelKnockouts() []string {
	var known []string
	for _, locus := range c.Knockouts {
		if c.Organism.Model().HasGene(locus) {
			known = append(known, locus)
		}
	}
	return known
}

// StoppedReactions lists the reactions of the network that cannot run without
// the genes that the cell lacks, by their rules, in alphabetical order. Those that
// were lost by their own names are not among them.
func (c *Cell) StoppedReactions() []string {
	m, knockouts := c.Organism.Model(), c.modelKnockouts()
	alive := func(gene string) bool {
		_, gone := slices.BinarySearch(knockouts, gene)
		return !gone
	}
	var stopped []string
	for _, gene := range knockouts {
		for _, j := range m.GeneReactions(gene) {
			if r := &m.Reactions()[j]; !r.Rule.Holds(alive) {
				stopped = append(stopped, r.ID)
			}
		}
	}
	return set(stopped)
}

// granted asks for the cell under a grant of ATP, in percent, and ribosomes,
// in molecules.
func (c *Cell) granted(ctx context.Context, atp, ribosomes float64) (metabolism.Question, error) {
	q, err := c.lightly(ctx, atp, ribosomes)
	if err != nil {
		return q, err
	}
	return c.burden(ctx, q)
}

// lightly asks for the cell under a grant as if no useless protein cost it
// anything.
func (c *Cell) lightly(ctx context.Context, atp, ribosomes float64) (metabolism.Question, error) {
	q, err := c.clamped(ctx, c.plain())
	q.Allocation = c.ration(atp, ribosomes)
	return q, err
}

// ration is a grant as the network takes it.
func (c *Cell) ration(atp, ribosomes float64) *metabolism.Allocation {
	k := c.Organism.Constants()
	if !c.rationed() {
		atp = percent
	}
	return &metabolism.Allocation{
		ATPShare: atp, ATPReference: k.ATPReference,
		Ribosomes: c.working(ribosomes), AminoAcids: c.aminoAcids(), Rate: k.TranslationRate,
	}
}

// asked asks for the free cell, or for the cell under its grant.
func (c *Cell) asked(ctx context.Context, free bool) (metabolism.Question, error) {
	if free {
		return c.question(ctx)
	}
	return c.granted(ctx, c.Grant.ATP, c.ribosomes())
}

// working is how many of so many ribosomes have all of their proteins.
func (c *Cell) working(ribosomes float64) float64 {
	if c.Clamps.RibosomesLost == 0 || math.IsInf(ribosomes, 1) {
		return ribosomes
	}
	return float64(ribosomes * (1 - c.Clamps.RibosomesLost))
}

// Granted asks for the cell as it stands: on its medium, without what it lost,
// under its grant.
func (c *Cell) Granted(ctx context.Context) (metabolism.Question, error) {
	return c.granted(ctx, c.Grant.ATP, c.ribosomes())
}

// Lightly is as Granted, but as if useless protein ([Clamps]) cost the cell
// nothing: a model of the cell over time takes its cost from what the cell does.
func (c *Cell) Lightly(ctx context.Context) (metabolism.Question, error) {
	return c.lightly(ctx, c.Grant.ATP, c.ribosomes())
}

// grown asks for the parsimonious fluxes of the cell under a grant.
func (c *Cell) grown(ctx context.Context, atp, ribosomes float64) (*metabolism.Flux, error) {
	q, err := c.granted(ctx, atp, ribosomes)
	if err != nil {
		return nil, err
	}
	return c.pfba(ctx, q)
}

// Ribosomes is how many whole ribosomes the grant stands for.
func (c *Cell) Ribosomes() float64 { return math.Floor(c.ribosomes()) }

// Polymerases is how many whole RNA polymerases the grant stands for.
func (c *Cell) Polymerases() float64 {
	return math.Floor(float64(float64(c.Grant.RNAPolymerase) * c.Kind.RNAPolymerasesPerUnit))
}

// rationed reports whether a share of ATP means anything to the cell: it does
// to those of the shipped organisms.
func (c *Cell) rationed() bool { return c.Organism.Constants().ATPReference > 0 }

func (c *Cell) fba(ctx context.Context, q metabolism.Question) (*metabolism.Flux, error) {
	return solve(ctx, c.bench, func(a *metabolism.Analyzer) (*metabolism.Flux, error) { return a.FBA(ctx, q) })
}

func (c *Cell) pfba(ctx context.Context, q metabolism.Question) (*metabolism.Flux, error) {
	return solve(ctx, c.bench, func(a *metabolism.Analyzer) (*metabolism.Flux, error) { return a.PFBA(ctx, q) })
}

// FreeGrowthRate is how fast the cell would grow, in 1/h, with machinery
// without end; 0 when it is dead.
func (c *Cell) FreeGrowthRate(ctx context.Context) (float64, error) {
	return recall(ctx, c.memo, c.circumstance("free"), func() (float64, error) {
		q, err := c.question(ctx)
		if err != nil {
			return 0, err
		}
		f, err := c.fba(ctx, q)
		if err != nil {
			return 0, err
		}
		return f.Growth, nil
	})
}

// Growth tells how fast the cell grows under its grant, and what limits it.
// ATP.Produced is that of the parsimonious flux distribution.
func (c *Cell) Growth(ctx context.Context) (biovm.Growth, error) {
	return recall(ctx, c.memo, c.circumstance("growth").granted(c), func() (biovm.Growth, error) {
		return c.solveGrowth(ctx)
	})
}

func (c *Cell) solveGrowth(ctx context.Context) (biovm.Growth, error) {
	free, err := c.FreeGrowthRate(ctx)
	if err != nil {
		return biovm.Growth{}, err
	}
	f, err := c.grown(ctx, c.Grant.ATP, c.ribosomes())
	if err != nil {
		return biovm.Growth{}, err
	}
	g := biovm.Growth{
		GrowthRate: f.Growth, FreeGrowthRate: free,
		DoublingTimeMinutes: doublingMinutes(f.Growth), LimitedBy: f.LimitedBy,
		ATP: biovm.ATPFlow{Produced: f.ATPProduced, Cap: f.ATPCap, Maintenance: c.maintenance(f)},
	}
	g.OneMoreUnit, err = c.oneMore(ctx, f)
	return g, err
}

// oneMore solves for one more unit of each resource. A ration that the cell
// does not use up cannot be what holds it back, by linear programming, so more
// of it brings nothing and nothing is solved.
func (c *Cell) oneMore(ctx context.Context, now *metabolism.Flux) (biovm.OneMore, error) {
	var more biovm.OneMore
	var err error
	k := c.Organism.Constants()
	limit := float64(secondsPerHour * k.TranslationRate / c.aminoAcids() * c.working(c.ribosomes()))
	limit = float64(limit * (1 - c.Clamps.Cost))
	if now.Growth > limit-float64(gainTolerance*limit) {
		more.Ribosomes, err = c.gain(ctx, now.Growth, c.Grant.ATP, c.molecules(c.Grant.Ribosomes+1))
		if err != nil {
			return more, err
		}
	}
	dead := now.LimitedBy == metabolism.LimitedByDeath
	// What useless protein costs hides that ATP limits.
	used := dead || c.Clamps.Cost > 0 || now.ATPProduced > now.ATPCap-float64(gainTolerance*now.ATPCap)
	if c.rationed() && c.Grant.ATP < percent && used {
		more.ATP, err = c.gain(ctx, now.Growth, min(percent, c.Grant.ATP+1), c.ribosomes())
	}
	return more, err
}

// gain is how much faster than now the cell grows under another grant, in 1/h.
func (c *Cell) gain(ctx context.Context, now, atp, ribosomes float64) (float64, error) {
	q, err := c.granted(ctx, atp, ribosomes)
	if err != nil {
		return 0, err
	}
	f, err := c.fba(ctx, q)
	if err != nil || f.Growth-now < gainTolerance {
		return 0, err
	}
	return f.Growth - now, nil
}

// doublingMinutes is ln 2 over a growth rate in 1/h, in minutes; 0 for a cell
// that does not grow.
func doublingMinutes(growth float64) float64 {
	if !(growth > 0) {
		return 0
	}
	return minutesPerHour * math.Ln2 / growth
}

// maintenance is the flux of ATP that the cell spends whether it grows or not,
// in mmol/gDW/h: through ATPM of iML1515, through the ATPase of iMB155, which
// keeps up the membrane potential.
func (c *Cell) maintenance(f *metabolism.Flux) float64 {
	for _, id := range []string{"ATPM", "ATPase"} {
		if v, ok := f.Of(id); ok {
			return math.Abs(v)
		}
	}
	return 0
}
