// Package sbml reads and writes metabolic models in SBML (Systems Biology
// Markup Language, sbml.org), Level 3 with the package fbc (flux balance
// constraints).
//
// [Read] takes Level 3 Version 1 and 2 with fbc 1, 2 and 3, groups (which name
// the subsystems of reactions), and, where fbc says nothing, what was common
// before it: LOWER_BOUND, UPPER_BOUND and OBJECTIVE_COEFFICIENT in kinetic laws
// and GENE_ASSOCIATION, FORMULA, CHARGE and SUBSYSTEM in notes, of Level 2 too.
// IDs lose the prefixes R_, M_ and G_, and escapes such as __45__ become what
// they stand for, as COBRApy has it. What it makes of a file:
//
//   - A species with a boundaryCondition, or that is constant, is no row of the
//     model: nothing balances it.
//   - A stoichiometry that is not given is 1, as in Level 2, but with fbc:strict
//     an error.
//   - A flux that nothing bounds is unlimited, of an irreversible reaction
//     downwards to 0. With fbc:strict a bound that is missing is an error.
//   - Bounds are parameters, by their value, initial assignment or assignment
//     rule; formulas may add, subtract, multiply, divide, raise to whole powers
//     and take minima, maxima, absolute and rounded values. So may those of the
//     stoichiometry.
//   - The goal is the active objective, a weighted sum to maximise or minimise;
//     a file may have none.
//
// Other packages are passed over unless the file says that it cannot be
// understood without them. Conversion factors, algebraic rules, fbc's quadratic
// objectives and user-defined constraints are refused, and so are declarations
// of document types, and with them all entities but XML's own. Errors are
// [metabolism.LineError]s. Input beyond the limits ([MaxBytes] and the others)
// is refused, so that memory is bounded whoever wrote it.
//
// [Write] gives Level 3 Version 1 with fbc 2, strict, which [Read] reads back
// to the same model, but that a reaction's consumed metabolites then stand
// before those that it makes.
package sbml
