// Package source reads the files that VMs are made of, from a path or over
// HTTPS, and brings them to where the VM is made:
//
//	spec, err := source.Reader{}.Stage(ctx, engine, spec)
//
// Drivers do so when a spec is checked and when a VM is created; callers of
// drivers need not.
package source
