// Package metabolism answers questions to a metabolic network: how fast can
// the cell grow on this medium, without these genes, with so many ribosomes
// and so much ATP, and what limits it.
//
// A [Model] is the network. A [Question] says what is different from the model
// as published. An [Analyzer] answers: [Analyzer.FBA] maximises growth (or
// another reaction) subject to
//
//	S·v = 0,  lower ≤ v ≤ upper
//	Σ positive ATP production ≤ share/100 · A_ref     (when ATP is rationed)
//	μ · P ≤ 3600 · k · R                              (when ribosomes are)
//
// [Analyzer.PFBA] picks, of all optimal flux distributions, one with the least
// total flux, and [Analyzer.Deletions] takes away one gene after the other.
// [Model.Check] looks for what is wrong with the network itself.
//
// Fluxes are in mmol per gram dry weight and hour, growth in 1/h. The package
// is pure: no clock, no randomness, no I/O; the same question to the same
// model has the same answer, bit for bit, whatever was asked before, on any
// platform and with any number of goroutines.
package metabolism
