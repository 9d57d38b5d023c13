// Package sbml reads reaction networks with kinetic laws in SBML (Systems
// Biology Markup Language, sbml.org), core of Level 2 and 3, for stochastic
// simulation.
//
// [Read] makes of a file an [expression.Network]. A kinetic law is a propensity,
// in events per second, just as it stands: where SBML means a number of
// molecules, k·X·(X-1)/2 is written so. Laws that are constants times different
// species are recognised as mass action, which is faster. What else it makes of
// a file:
//
//   - Counts are amounts. In formulas a species is its concentration unless
//     hasOnlySubstanceUnits, as SBML has it.
//   - Species with a boundaryCondition, and constant ones, are not changed by
//     reactions.
//   - Initial assignments are worked out at time 0; assignment rules hold all
//     the time; function definitions and local parameters are understood.
//   - Events without delay and priority; their triggers may compare the time
//     with constants.
//
// Rate rules, algebraic rules, delays, priorities, compartments that change,
// stoichiometry that is no whole number, and kinetic laws that depend on time
// are refused: the methods of package expression do not have them. So are
// declarations of document types. Errors are [LineError]s. Input beyond the
// limits ([MaxBytes] and the others) is refused, so that memory is bounded
// whoever wrote it.
package sbml
