// Package cobrajson reads and writes metabolic models in the JSON that COBRApy
// and BiGG use: metabolites, reactions with a map of coefficients, bounds and
// a gene_reaction_rule, genes, compartments.
//
// [Read] takes the text piece by piece, keeps what a [metabolism.Model] keeps,
// and passes over notes, annotations and keys that it does not know. It reads
// as COBRApy does: a missing lower bound is 0, a missing upper one 1000, genes
// that only rules name are added, infinite bounds are the strings "inf" and
// "-inf" (or the bare words Infinity and -Infinity), and the goal is the sum of
// the fluxes by their objective_coefficient, as large as possible. Errors are
// [metabolism.LineError]s. Input beyond the limits ([MaxBytes] and the others)
// is refused, so that memory is bounded whoever wrote it.
//
// [Write] gives what COBRApy reads. A goal to be minimised is written as one to
// be maximised, with the coefficients' signs changed, and with the key
// objective_sense, by which [Read] finds the goal as it was.
package cobrajson
