// Package lac simulates the lac operon of one E. coli cell, mechanistically and
// by chance: tetramers of LacI find, hold and loop the operators, the inducer
// keeps free ones from coming back, lacZYA is transcribed, translated, degraded
// and diluted, and LacY brings in the inducer that made it.
//
//	cell, err := lac.New(lac.Config{Medium: lac.Medium{TMG: 15}, Seed: 1})
//	err = cell.Advance(ctx, 10*3600)
//	m := cell.Metrics()              // copies of LacZ, LacY, mRNA; inducer inside; induced or not
//
// What happens molecule by molecule (repressor, mRNA, protein) runs on
// sdk/engine/expression's exact algorithm. What there is by the ten thousand
// (lactose, allolactose, TMG and IPTG inside) are concentrations, which follow
// the proteins at a fixed step (Config.ExchangeSeconds). So a cell of ten hours
// takes a fraction of a second.
//
// [Curve], [SteadyStates] and [BistableWindow] ask the same rates for what they
// mean on average, without chance: the induction curve, and where the cell has
// two ways to be.
//
// Every constant has its unit and source in constants.go, and whether it was found
// there or is recalled. One is fitted, and says so: how well LacI binds TMG.
//
// The package is pure: the same configuration gives the same bits on every
// platform, in one go or with checkpoints in between.
package lac
