// Package lp solves linear programmes with sparse constraint matrices, such as
// the flux balance problems of genome-scale metabolic networks.
//
// A [Problem] states columns between bounds, rows between bounds and a linear
// objective. A [Solver] made from it keeps its basis, so that solving again
// after a change of bounds or costs takes few iterations; a [Fold] does so on a
// smaller programme, for problems of which much follows from rows of two
// columns. Every answer comes
// with what proves it: multipliers for an optimum, a Farkas ray for
// infeasibility, a direction for unboundedness; [Problem.Certify] checks a
// [Solution] against the problem as stated, apart from the solver.
//
// # Method
//
// The solver is a bounded-variable revised simplex on [A I]·(x, s) = 0.
//
//   - Rows and columns are scaled by powers of two (geometric scaling), so
//     scaling adds no rounding error.
//   - The basis is factored by peeling singletons and eliminating the rest
//     with Markowitz pivots and a relative threshold (U. Suhl, L. Suhl,
//     "Computing sparse LU factorizations for large-scale linear programming
//     bases", ORSA J. Computing 2, 1990), and updated after J. Forrest,
//     J. Tomlin, "Updated triangular factors of the basis to maintain
//     sparsity in the product form simplex method", Math. Prog. 2, 1972.
//     Solves with the factors go along what they can reach as long as that is
//     little (J. Gilbert, T. Peierls, "Sparse partial pivoting in time
//     proportional to arithmetic operations", SIAM J. Sci. Stat. Comput. 9,
//     1988).
//   - A warm start takes the vertex, the duals, the weights and the factors of
//     the last answer, or of the [Basis] that was set, and brings them up to date
//     with the bounds and costs that changed; it refactors only when many basis
//     changes came together. A variable whose bound went far away is held where
//     it was until the rest is feasible, and goes then.
//   - A cold start first solves a smaller programme, without what a flux balance
//     has a lot of: fixed columns, empty rows, rows of one or two columns, rows
//     that force all their columns, rows and columns that are exact multiples of
//     others (E. Andersen, K. Andersen, "Presolving in linear programming",
//     Math. Prog. 71, 1995). The stated programme is then solved from the basis
//     that this ends in, mostly without another step.
//     Where nothing is to be gained, or the basis does not carry over, the start
//     replaces the logicals of equality rows by a triangle of columns (R. Bixby, "Implementing the simplex method: the initial
//     basis", ORSA J. Computing 4, 1992), and lifts bounds that only stand in
//     for "none" until the first vertex is found.
//   - From a basis that is not primal feasible the dual simplex runs: dual
//     steepest edge pricing (J. Forrest, D. Goldfarb, "Steepest-edge simplex
//     algorithms for linear programming", Math. Prog. 57, 1992), the long
//     step or bound flipping ratio test with Harris tolerances (I. Maros,
//     "A generalized dual phase-2 simplex algorithm", EJOR 149, 2003;
//     A. Koberstein, "The dual simplex method, techniques for a fast and
//     stable implementation", thesis, Paderborn 2005). Costs that make a
//     basis dual infeasible are shifted for the time being, so no phase one
//     and no artificial bounds are needed: primal infeasibility does not
//     depend on the costs.
//   - From a primal feasible basis the primal simplex runs, with Devex
//     pricing and Harris's ratio test. It also removes what cost shifts and
//     perturbations left, and is where unboundedness is proven.
//   - A [Fold] substitutes columns by rows that say 0 of one or two of them,
//     which does not depend on bounds; a column's bounds become those of what
//     stands for it. Multipliers of the rows that are gone follow backwards from
//     the columns that went with them. Where its answer does not hold well for
//     the stated problem, a Solver of that answers.
//   - Perturbations against cycling come from a fixed sequence and are taken
//     back before an answer is given.
//
// An optimum is accepted only for the stated bounds and costs, after its
// vertex and duals were refined with compensated sums, and if both are then
// feasible. Infeasibility and unboundedness are accepted only if the ray holds
// for the unscaled problem. After numerical trouble the solver starts again
// from the logical basis with tighter settings before it gives up with
// [ErrNumerical].
//
// # Determinism
//
// The answer depends on the problem and the starting basis, with what it
// remembers, alone: not on what was solved before that was set, on the
// platform (products that are added are rounded on their own, so no compiler
// may fuse them), on time, or on random numbers.
//
// # Exact answers
//
// [Solver.Exact] proves an answer in rational arithmetic: digit by digit to the
// base of a prime it solves for the vertex and the multipliers of the final
// basis (J. Dixon, "Exact solution of linear equations using p-adic
// expansions", Numer. Math. 40, 1982), and mends what rounding left, as D.
// Applegate, W. Cook, S. Dash, D. Espinoza, "Exact solutions to linear
// programming problems", Oper. Res. Letters 35, 2007, do.
package lp
