// Package expression simulates reaction networks molecule by molecule, which
// is how genes are expressed: few molecules, and chance.
//
// A [NetworkBuilder] makes a [Network] of species, reactions and events; a
// [Simulator] runs it by one of several exact methods, or by tau-leaping;
// [Ensemble] runs many replicas and streams their statistics. Counts are whole
// numbers of molecules, times are simulated seconds, propensities are per
// second. Nothing is allocated per event.
//
// Besides reactions there are an [Event], which changes the state at a moment,
// and a [Flow], a variable that changes all the time. [Random] has the
// distributions that events may draw from, and [Sample] the running moments of
// numbers that come one by one.
//
// # The same bits everywhere
//
// A seed and a stream give the same trajectory on every platform, with any
// number of workers, with or without a checkpoint in the middle, and, by the
// exact methods, however the time is cut into calls of Advance:
//
//   - random bits come from a generator of the package's own, PCG-DXSM, which is
//     whole-number arithmetic; distributions are the package's own too;
//   - exp and log are the package's own, because package math's have assembly on
//     some platforms, and products that are added are rounded before
//     (float64(x*y) + z), so that no compiler fuses them: make fmadd looks at the
//     assembly, and make samebits at the results of amd64 and arm64;
//   - sums are formed in an order that depends on the network only: in the sum
//     tree by blocks, in ensembles by batches of replicas;
//   - the time of the next reaction is kept, not drawn anew, when Advance comes
//     to its end, and is part of the checkpoint.
//
// Built with the tag invariants (make invariants), the package checks at every
// event that counts and propensities are what they can be, that sums agree and
// that what [NetworkBuilder.Conserve] states holds, and panics if not.
package expression
