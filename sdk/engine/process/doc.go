// Package process runs the process language: Starlark with the cell's verbs as
// built-ins.
//
// A program sees the cell that it runs in, the packages that are installed in
// its VM, and nothing else: no files, no clock, no randomness. The value of its last statement, when
// that is an expression, is its result, as JSON:
//
//	growth = minimal_metabolism_analysis()
//	{"doubling": growth["doubling_time_minutes"], "limit": growth["limited_by"]}
//
// On top of Starlark's core the dialect has sets, while loops, recursion, and
// if, for and while statements and reassignment at the top level.
//
// # Packages
//
// A program loads functions and values from the code of packages, and reads
// their data:
//
//	load("@media//media.star", "on", growth_on = "growth")
//	table = data("@media//media.tsv")
//
// Code of a package may load from its own by paths from the file's own folder,
// or from the package's after //, and from packages that its manifest
// requires. A file runs once in an execution, when it is first loaded; what it
// defines cannot change from then on. It has the cell and the limits of the
// program that loads it, and no others. The result names all packages that were
// used, with their digests.
//
// # Results as JSON
//
// None, booleans, strings, lists and dicts are what they are in JSON; tuples
// and sets become arrays. Integers keep all their digits, floats have the
// shortest form that reads back the same. Dicts and sets keep the order in
// which they were filled. Keys of dicts must be strings. What JSON cannot say
// is an error that names the place: numbers that are not finite, functions,
// bytes, strings that are not UTF-8, and values that contain themselves.
//
// # Limits
//
// Steps count what the program does: Starlark's own, one for each 16 bytes or
// elements that an operation makes at once, and a fixed price for each flux
// balance problem, whether it is solved or remembered. So a program takes the
// same number of steps wherever and whenever it runs. No single operation may
// make more than 2^24 bytes or elements, whatever the limit of steps. The wall
// time is the context's affair.
//
// The package is pure: the same cell, code and seed give the same result, bit
// for bit.
package process
