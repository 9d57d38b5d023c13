package lac

import "math"

// pools are the concentrations of inducer and lactose inside the cell, in µM.
type pools struct{ TMG, IPTG, Lactose, Allolactose float64 }

// active is the share of LacI's heads that can bind an operator:
// Monod-Wyman-Changeux with two binding sites a head, for which the inducers
// compete.
func (p *pools) active() float64 {
	inactive := p.TMG/tmgInactive + p.IPTG/iptgInactive + p.Allolactose/allolactoseInactive
	a, i := 1+inactive/activeRatio, 1+inactive
	a = float64(a * a)
	return a / (a + float64(inactiveRest*float64(i*i)))
}

// maxPoolStep is the longest step of the pools, in seconds; LacZ of an induced
// cell turns lactose over in about a second.
const maxPoolStep = 0.25

// advance lets seconds pass with so many LacY and monomers of LacZ: first order,
// implicit in what leaves, so that no step is too long to be stable.
func (p *pools) advance(c *Config, seconds, lacY, lacZ float64) {
	steps := math.Ceil(seconds / maxPoolStep)
	for range int(steps) {
		p.step(c, seconds/steps, lacY, lacZ)
	}
}

func (p *pools) step(c *Config, dt, lacY, lacZ float64) {
	m, mu := &c.Medium, c.dilution()
	if c.Strain.NoLacY {
		lacY = 0
	}
	if c.Strain.NoLacZ {
		lacZ = 0
	}
	permease := lacY / moleculesPerMicromolar * exclusion(m.Glucose)
	p.TMG = implicit(p.TMG, dt, float64(permease*tmgTurnover*m.TMG/(tmgHalf+m.TMG))+float64(tmgLeak*m.TMG), tmgLeak+mu)
	p.IPTG = implicit(p.IPTG, dt, float64(permease*iptgTurnover*m.IPTG/(iptgHalf+m.IPTG))+float64(iptgLeak*m.IPTG), iptgLeak+mu)

	enzyme := lacZ / moleculesPerMicromolar
	// Lactose and allolactose compete for LacZ.
	busy := 1 + p.Lactose/cleaveLactoseHalf + p.Allolactose/cleaveAlloHalf
	cleave := enzyme * cleaveLactose / cleaveLactoseHalf / busy
	back := permease * lactoseTurnover / (float64(lactoseAccumulation*lactoseHalf) + p.Lactose)
	p.Lactose = implicit(p.Lactose, dt, permease*lactoseTurnover*m.Lactose/(lactoseHalf+m.Lactose), cleave+back+mu)
	p.Allolactose = implicit(p.Allolactose, dt, allolactoseShare*cleave*p.Lactose, enzyme*cleaveAllolactose/cleaveAlloHalf/busy+mu)
}

// implicit is one backward Euler step of dx/dt = gain - loss·x.
func implicit(x, dt, gain, loss float64) float64 {
	return (x + float64(dt*gain)) / (1 + float64(dt*loss))
}

// exclusion is what glucose outside leaves of LacY's activity, 0 to 1.
func exclusion(glucose float64) float64 {
	return 1 - float64(exclusionMost*glucose/(exclusionHalf+glucose))
}

// catabolite is what glucose outside leaves of the promoter's activity, 1
// without glucose.
func catabolite(glucose float64) float64 { return activity(glucose) / activity(0) }

// activity is the probability that polymerase is at the promoter.
func activity(glucose float64) float64 {
	bound := 1 / (1 + glucosePower(glucose/crpGlucose))
	raised := float64(bound * (crpFactor - 1))
	return crpPolymers * (1 + raised) / (1 + float64(crpPolymers*raised))
}

// glucosePower is x to the power of 1.3, x ≥ 0, from square roots and a fifth
// root by Newton's method, which have the same bits everywhere.
func glucosePower(x float64) float64 {
	if x == 0 {
		return 0
	}
	y := math.Sqrt(float64(x * x * x)) // x^(15/10), whose fifth root is x^0.3
	_, exp := math.Frexp(y)
	root := math.Ldexp(1, exp/5+1)
	for range 60 {
		r4 := float64(root * root)
		r4 = float64(r4 * r4)
		next := (float64(4*root) + y/r4) / 5
		if next >= root {
			break
		}
		root = next
	}
	return x * root
}
