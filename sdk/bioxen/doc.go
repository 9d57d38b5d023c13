// Package bioxen puts a working factory of biological virtual machines
// together: the engine, its drivers and the settings files that people write.
//
//	client, err := bioxen.Open(ctx, bioxen.Options{})
//	defer client.Close()
//	vm, err := client.Create(ctx, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})
//
// Options.Endpoint has the VMs at a daemon instead ("bioxen serve"): all else stays
// as it is.
//
// Everything that a VM is and does is in package biovm.
package bioxen
