// Package culture grows cells in a medium that runs out: lag, exponential
// growth, diauxie, stationary phase. It is dynamic flux balance analysis (Varma
// and Palsson 1994, Appl. Environ. Microbiol. 60:3724; Mahadevan, Edwards and
// Doyle 2002, Biophys. J. 83:1331): at every step the medium bounds what a cell
// can take up, the metabolic network says what it does with it, and that
// changes the medium.
//
//	c, err := culture.New(culture.Glucose(model))
//	err = c.Advance(ctx, 10*3600)
//	s := c.Sample()               // biomass, glucose, acetate, growth rate, phase
//	phases := culture.Phases(c.Trajectory())
//
// Concentrations are in mM, biomass in grams dry weight per litre, fluxes in
// mmol/gDW/h, growth in 1/h, simulated time in seconds.
//
// A step is implicit in what runs out, so no concentration falls below zero,
// and what cells take is what the medium loses, whatever the step. Results
// converge with the step, to first order.
//
// The package is pure: the same configuration gives the same bits on every
// platform, in one go or with checkpoints in between.
package culture
