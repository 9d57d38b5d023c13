package sbml

import (
	"math"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// What SBML's package distrib, version 1, names its functions and itself.
const (
	distribSymbol  = "http://www.sbml.org/sbml/symbols/distrib/"
	distribPackage = "http://www.sbml.org/sbml/level3/version1/distrib/version1"
)

// A distribution is a function of package distrib. It takes from least to most
// arguments, one or two; where there is one it is b, and a is 0. Two more are
// the bounds, if it may have such.
type distribution struct {
	least, most int
	draw        func(r *expression.Random, a, b float64) float64
	between     func(r *expression.Random, a, b, low, high float64) float64 // or nil
}

// distributionOf finds a function of package distrib.
func distributionOf(name string) (distribution, bool) {
	type random = expression.Random
	one := func(draw func(*random, float64) float64) func(r *random, a, b float64) float64 {
		return func(r *random, _, b float64) float64 { return draw(r, b) }
	}
	oneOf := func(draw func(*random, float64, float64, float64) float64) func(r *random, a, b, low, high float64) float64 {
		return func(r *random, _, b, low, high float64) float64 { return draw(r, b, low, high) }
	}
	d, ok := map[string]distribution{
		"normal":      {2, 2, (*random).Normal, (*random).NormalBetween},
		"uniform":     {2, 2, (*random).Uniform, nil},
		"bernoulli":   {1, 1, one((*random).Bernoulli), nil},
		"binomial":    {2, 2, binomial, binomialBetween},
		"cauchy":      {1, 2, (*random).Cauchy, (*random).CauchyBetween},
		"chisquare":   {1, 1, one((*random).ChiSquare), oneOf((*random).ChiSquareBetween)},
		"exponential": {1, 1, one(exponential), oneOf((*random).ExponentialBetween)},
		"gamma":       {2, 2, (*random).Gamma, (*random).GammaBetween},
		"laplace":     {1, 2, (*random).Laplace, (*random).LaplaceBetween},
		"lognormal":   {2, 2, (*random).LogNormal, (*random).LogNormalBetween},
		"poisson":     {1, 1, one(poisson), oneOf((*random).PoissonBetween)},
		"rayleigh":    {1, 1, one((*random).Rayleigh), oneOf((*random).RayleighBetween)},
	}[name]
	return d, ok
}

// exponential is of a rate, as distrib has it.
func exponential(r *expression.Random, rate float64) float64 {
	if !(rate > 0) {
		return math.NaN()
	}
	return r.Exponential() / rate
}

func poisson(r *expression.Random, mean float64) float64 {
	if !(mean >= 0) {
		return math.NaN()
	}
	return r.Poisson(mean)
}

func binomial(r *expression.Random, n, p float64) float64 {
	if !(n >= 0 && n <= expression.MaxCount && n == math.Floor(n)) || !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	return r.Binomial(n, p)
}

func binomialBetween(r *expression.Random, n, p, low, high float64) float64 {
	if n != math.Floor(n) {
		return math.NaN()
	}
	return r.BinomialBetween(n, p, low, high)
}

// draw puts a function of package distrib and its arguments together. Of
// parameters outside their domain it is no number, which what it is assigned to
// refuses.
func (s *scope) draw(op *node, args []*formula) (*formula, error) {
	url := op.attr("definitionURL")
	name, ok := strings.CutPrefix(url, distribSymbol)
	of, known := distributionOf(name)
	if !ok || !known {
		return nil, op.errorf("the symbol %.80q is not supported as a function", url)
	}
	if !s.draws {
		return nil, op.errorf("%s: what holds all the time cannot be left to chance: want it in an event's assignment, delay or priority, or in an initial assignment", name)
	}
	n := len(args)
	bounded := of.between != nil && n == of.most+2
	if !bounded && (n < of.least || n > of.most) {
		return nil, op.errorf("%s: it does not take %d arguments", name, n)
	}
	low, high := number(math.Inf(-1)), number(math.Inf(1))
	if bounded {
		n -= 2
		low, high = args[n], args[n+1]
	}
	a, b := number(0), args[n-1]
	if n > 1 {
		a = args[0]
	}
	f, _ := gathered(args)
	f.chance = true
	f.value = func(t float64, x []float64, r *expression.Random) float64 {
		return of.draw(r, a.value(t, x, r), b.value(t, x, r))
	}
	if bounded {
		f.value = func(t float64, x []float64, r *expression.Random) float64 {
			return of.between(r, a.value(t, x, r), b.value(t, x, r), low.value(t, x, r), high.value(t, x, r))
		}
	}
	return s.bounded(op, f, len(args))
}
