package wholecell

import (
	"context"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A yield is what metabolism can do for a cell that asks for some growth.
type yield struct {
	growth float64 // 1/h, at most what was asked for
	atp    float64 // regeneration, mmol/gDW/h
	// limitedBy says what holds metabolism back, as [metabolism.Flux] has it:
	// "ribosomes" when it is what was asked for.
	limitedBy string
	fluxes    []float64 // mmol/gDW/h, by reaction; nil of a dead cell
}

// growthStep is the step of growth rate, in 1/h, at which metabolism is solved:
// what a cell asks for is rounded up to it. It gets no more than it asked for;
// fluxes are those of the rounded rate.
const growthStep = 0.005

// unlimited is the number of steps from which on the question asks for all the
// growth that there is: ten times what any medium gives.
const unlimited = 1000

// A kitchen answers what metabolism can supply, for cells in one environment.
// Each answer is of one linear programme that starts from the same basis, so it
// depends on the question alone: answers may be remembered and shared. It is
// safe for concurrent use.
type kitchen struct {
	question metabolism.Question
	organism *organism.Organism

	// fuller is the kitchen of the same environment with all amino acids that the
	// organism's own medium has, and missing says of which of them there is less
	// here; nil when there is as much of all.
	fuller  *kitchen
	missing [aminoKinds]bool

	mu       sync.Mutex           // guards what is below
	analyzer *metabolism.Analyzer // asked one question at a time
	known    map[dish]yield
	solves   int
}

// A dish is what a yield depends on.
type dish struct {
	step  int     // growth asked for, in steps
	share float64 // percent of ATP
}

func newKitchen(o *organism.Organism, q metabolism.Question) *kitchen {
	k := &kitchen{question: q, organism: o, analyzer: metabolism.NewAnalyzer(o.Model()), known: map[dish]yield{}}
	if q.Medium == nil {
		return k
	}
	own, fuller := o.Model().Medium(), maps.Clone(q.Medium)
	for i, code := range aminoCodes {
		uptake := aminoUptake(code)
		if own[uptake] > q.Medium[uptake] {
			k.missing[i], fuller[uptake] = true, own[uptake]
		}
	}
	if slices.Contains(k.missing[:], true) {
		q.Medium = fuller
		k.fuller = newKitchen(o, q)
	}
	return k
}

// aminoUptake is the reaction by which an amino acid is taken up, as BiGG names
// it.
func aminoUptake(code string) string {
	if code == "gly" {
		return "EX_gly_e"
	}
	return "EX_" + code + "__L_e"
}

// yield answers for a growth rate, in 1/h, and a share of ATP, in percent.
func (k *kitchen) yield(ctx context.Context, growth, share float64) (yield, error) {
	d := dish{step: unlimited, share: share}
	if steps := math.Ceil(growth / growthStep); steps < unlimited {
		d.step = int(max(0, steps))
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if y, ok := k.known[d]; ok {
		return y, nil
	}
	y, err := k.solve(ctx, d)
	if err == nil {
		k.known[d] = y
		k.solves++
	}
	return y, err
}

// solve asks for the most growth up to the step, with translation as the
// limit: the ribosomes that would make just so much.
func (k *kitchen) solve(ctx context.Context, d dish) (yield, error) {
	c := k.organism.Constants()
	q := k.question
	q.Allocation = &metabolism.Allocation{
		ATPShare: d.share, ATPReference: c.ATPReference, Ribosomes: math.Inf(1),
		AminoAcids: c.AminoAcidsPerCell, Rate: c.TranslationRate,
	}
	if d.step < unlimited {
		q.Allocation.Ribosomes = float64(float64(d.step)*growthStep) * c.AminoAcidsPerCell / (secondsPerHour * c.TranslationRate)
	}
	f, err := k.analyzer.FBA(ctx, q)
	if err != nil {
		return yield{}, err
	}
	return yield{
		growth: f.Growth, limitedBy: f.LimitedBy, fluxes: f.Fluxes,
		// Idle cycles may regenerate more than there is use for.
		atp: min(f.ATPProduced, d.share/percent*c.ATPReference),
	}, nil
}

// exchange trades with metabolism for one step, in seconds. The cell asks for
// what it used up and for what its pools lack. Metabolism makes biomass, in
// which amino acids are in proportion to growth; so the amino acids asked for
// are a growth rate, and what part of that is possible is the part of all that
// is asked for that is delivered, amino acids and nucleotides, each in the
// proportion in which it was asked for (Breuer's biomass has the mean proteome's).
// Where the medium has less of some amino acids than the organism's own, all else
// comes as it would with them: a cell that lacks tryptophan has leucine.
// Energy is delivered up to all ATP that metabolism regenerates, which is at
// most the granted share.
func (c *Cell) exchange(ctx context.Context, seconds float64) error {
	b := c.plan
	c.recycle()
	var asked [poolKinds]float64
	amino := 0.0
	for k := range b.pools {
		asked[k] = c.ask(k, seconds)
		if k < aminoKinds {
			amino += asked[k]
		}
	}
	wanted := 0.0
	if mass := c.x[b.mass]; mass > 0 {
		wanted = secondsPerHour * amino / mass
	}
	y, other, err := c.kitchen.serve(ctx, wanted, c.x[b.mostATP])
	if err != nil {
		return err
	}
	c.last = y
	part := portion(y, wanted)
	for k := range energyAt {
		if k < aminoKinds && c.kitchen.missing[k] {
			c.deliver(k, float64(asked[k]*part)*seconds)
		} else {
			c.deliver(k, float64(asked[k]*other)*seconds)
		}
	}
	c.deliver(energyAt, min(asked[energyAt], c.moleculesPerSecond(y.atp))*seconds)
	c.put(b.supply, y.growth)
	c.put(b.wanted, wanted)
	c.put(b.limited, 0)
	if part < 1 {
		c.put(b.limited, 1)
	}
	return nil
}

// serve answers for a growth rate, in 1/h, and a share of ATP, in percent, with
// what part of what is asked for comes of all but the amino acids that the medium
// lacks. A network that has no steady state without one of them regenerates ATP as
// it would with it: it does so from sugar.
func (k *kitchen) serve(ctx context.Context, growth, share float64) (y yield, other float64, err error) {
	if y, err = k.yield(ctx, growth, share); err != nil {
		return y, 0, err
	}
	if k.fuller == nil || portion(y, growth) == 1 {
		return y, portion(y, growth), nil
	}
	fuller, err := k.fuller.yield(ctx, growth, share)
	if y.growth == 0 {
		y.atp = fuller.atp
	}
	return y, portion(fuller, growth), err
}

// portion is what part of the growth that is asked for is possible.
func portion(y yield, wanted float64) float64 {
	if wanted > y.growth {
		return y.growth / wanted
	}
	return 1
}

// ask works out what the cell asks for of a pool, per second.
func (c *Cell) ask(k int, seconds float64) float64 {
	p, x := &c.plan.pools[k], c.x
	used := (x[p.held] - x[p.level]) / seconds
	lack := c.kept(k) - x[p.level]
	if k == energyAt { // ATP turns over within seconds: no averaging
		return max(0, lack/seconds)
	}
	weight := min(1, seconds/smoothing)
	c.put(p.demand, x[p.demand]+float64(weight*(used-x[p.demand])))
	return max(0, x[p.demand]+lack/max(refill, seconds))
}

// deliver adds to a pool, whole molecules; the rest stays owed.
func (c *Cell) deliver(k int, amount float64) {
	p, x := &c.plan.pools[k], c.x
	owed := x[p.carry] + amount
	whole := math.Floor(owed)
	c.put(p.carry, owed-whole)
	c.put(p.level, x[p.level]+whole)
	c.put(p.supplied, x[p.supplied]+whole)
	c.put(p.held, x[p.level])
}

// recycle makes the bases of decayed messengers nucleotides again, as far as
// there is energy beyond what the dearest event needs: two ATP each.
func (c *Cell) recycle() {
	b, x := c.plan, c.x
	energy := b.pools[energyAt].level
	for k := range b.nmp {
		able := math.Floor((x[energy] - max(b.rnaNeeds[energyAt], b.proteinNeeds[energyAt])) / recycling)
		n := min(x[b.nmp[k]], max(0, able))
		if n == 0 {
			continue
		}
		c.put(b.nmp[k], x[b.nmp[k]]-n)
		p := &b.pools[aminoKinds+k]
		c.put(p.level, x[p.level]+n)
		c.put(energy, x[energy]-float64(recycling*n))
		c.put(b.spent[0], x[b.spent[0]]+float64(recycling*n))
	}
}

// dryMass is the cell's, in grams: its protein has a fixed part in it.
func (c *Cell) dryMass() float64 {
	const mmolPerMol = 1000
	return mmolPerMol * c.x[c.plan.mass] / (avogadro * proteinPerGram)
}

// moleculesPerSecond turns a flux, in mmol/gDW/h, into molecules.
func (c *Cell) moleculesPerSecond(flux float64) float64 {
	const mmolPerMol = 1000
	return flux / mmolPerMol * c.dryMass() * avogadro / secondsPerHour
}
