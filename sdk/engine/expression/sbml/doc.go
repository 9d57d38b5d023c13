// Package sbml reads reaction networks with kinetic laws in SBML (Systems
// Biology Markup Language, sbml.org), core of Level 2 and 3 and the package
// distrib, for stochastic simulation.
//
// [Read] makes of a file an [expression.Network]. A kinetic law is a propensity,
// in events per second, just as it stands: where SBML means a number of
// molecules, k·X·(X-1)/2 is written so. Laws that are constants times different
// species are recognised as mass action, which is faster. What else it makes of
// a file:
//
//   - Counts are amounts. In formulas a species is its concentration unless
//     hasOnlySubstanceUnits, as SBML has it. Species that reactions change are
//     whole numbers; those that only events and rules change may be any number.
//   - Species with a boundaryCondition, and constant ones, are not changed by
//     reactions. Stoichiometries, with conversion factors, are whole numbers that
//     are known at time 0; stoichiometryMath and assignments may say them.
//   - Initial assignments are worked out at time 0; assignment rules hold all
//     the time; function definitions and local parameters are understood.
//   - Rate rules, compartments that change, and laws that depend on the time are
//     followed between reactions ([expression.Flow]), by the exact methods only.
//     Steps end where a comparison, abs, min, max, floor, ceiling, rem or quotient
//     of the time turns, if its operands are straight in the time between such turns,
//     reactions and events: there even the shortest pulse counts. Of others a pulse
//     that is short to the time since the last turn may be stepped over.
//   - Events have delays, priorities, values from the time of their trigger or
//     their own, and triggers that are persistent or not, and true or false
//     before time 0. A trigger that compares the time with a constant turns at
//     that very time; one that compares what flows, when it crosses, unless it
//     turns back before the next look: there are four to a step.
//   - The functions of distrib (normal, uniform, bernoulli, binomial, cauchy,
//     chisquare, exponential, gamma, laplace, lognormal, poisson, rayleigh, with
//     bounds where it has such) draw from the simulation's own random numbers, in
//     events' assignments, delays and priorities, and in initial assignments.
//     What they are given outside their domain makes what they are assigned to no
//     number, which is an error of the simulation.
//
// Refused, with the line, are what has no meaning for single molecules or is not
// done: algebraic rules, fast reactions, the functions delay and rateOf,
// constraints, stoichiometries that change, chance in laws, rules and triggers,
// other packages that a file cannot be understood without, and declarations of
// document types. Errors are [LineError]s. Input beyond the limits ([MaxBytes]
// and the others) is refused, so that memory is bounded whoever wrote it.
//
// The models of the SBML Test Suite's stochastic cases, 00001 to 00100, are of
// the kinds that it reads.
package sbml
