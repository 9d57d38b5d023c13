// Package operon has the operons of E. coli as units: which genes a promoter
// transcribes together, and what it does to a cell when somebody induces,
// represses or knocks one out.
//
//	state, effects, err := operon.State{}.Manage([]string{"trp", "lac"}, operon.KnockOut)
//	cell, err = cell.WithKnockouts(state.Genes())   // all genes of both, through the network's rules
//
// A [State] is a value: Manage returns a changed copy and what it changed. What
// that does to a cell is [State.Genes], which it does without, [State.Levels], which
// it has little of, [State.Useless], the protein that it makes for nothing, and
// [State.RibosomesLost]; for the lac operon's own model, in sdk/engine/operon/lac,
// it is a [Control].
//
// The table is short and by hand: operons that textbooks know, with their genes
// as RegulonDB and EcoCyc have them, and the protein that they make as Schmidt et
// al. 2016 counted it. It is pure, like everything here.
package operon
