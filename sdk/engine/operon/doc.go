// Package operon has the operons of E. coli as units: which genes a promoter
// transcribes together, and what it does to a cell when somebody induces,
// represses or knocks one out.
//
//	state, effects, err := operon.State{}.Manage([]string{"trp", "lac"}, operon.KnockOut)
//	cell, err = cell.WithKnockouts(state.Genes())   // all genes of both, through the network's rules
//
// A [State] is a value: Manage returns a changed copy and what it changed.
// Clamped promoters are for a model of expression, such as that of the lac
// operon in sdk/engine/operon/lac, which takes a [Control].
//
// The table is short and by hand: operons that textbooks know, with their genes
// as RegulonDB and EcoCyc have them. It is pure, like everything here.
package operon
