// Package biovm is the vocabulary of BioXen: what a biological virtual machine
// is, what can be asked of it, and which errors come back.
//
// A biological VM is a runnable model of a real cell. A [Factory] makes it
// from a [Spec], on one of its [Driver]s; the [VM] is then started, runs
// processes ([VM.Execute]), and is measured ([VM.Metrics]). What it holds of
// its chassis' ribosomes, ATP, polymerases and genome space is its grant,
// changed through a [ResourceManager], and decides how fast it grows.
//
// The package imports nothing but the standard library, does no I/O, and
// knows no engine. Package bioxen (sdk/bioxen) puts a working factory
// together:
//
//	client, err := bioxen.Open(ctx, bioxen.Options{})
//	vm, err := client.Create(ctx, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})
//	err = vm.Start(ctx)
//
// # Units
//
// Growth rates are in 1/h, doubling times in minutes, fluxes in mmol per gram
// dry weight and hour, simulated time in seconds, genome space in kilobases,
// ATP in percent of the cell's reference regeneration, ribosomes and RNA
// polymerases in the chassis' allocatable units.
package biovm
