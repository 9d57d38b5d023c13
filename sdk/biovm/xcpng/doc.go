// Package xcpng is the driver of xcpng VMs: cells that run inside XCP-ng virtual
// machines of their own.
//
//	driver, err := xcpng.New(xcpng.Options{
//		Hosts:    hosts,                // pools, with who logs in
//		Keeper:   eng,                  // an *engine.Engine
//		Twin:     basic.New(inMemory),  // answers for cells whose guest stands still
//		Defaults: biovm.XCPngSpec{Host: "lab", Template: "debian-12-bioxen"},
//	})
//	vm, err := driver.Create(ctx, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, VMType: biovm.XCPng})
//
// It is recursion, not a second implementation: XAPI boots a guest from a
// template, the engine runs in it, and the client of that engine (package remote)
// speaks to it through SSH. Most programs use it through package bioxen.
//
// # Where the truth is
//
// What a VM is and holds is stamped on its machine in the pool, in other_config:
// another process, or another computer, finds it there. The cell in the guest is
// made to agree with the stamp whenever the machine starts. A status is read from
// the pool, all of a pool's VMs in three calls that concurrent readers share, and
// never asks a guest. A name is claimed in the pool's other_config, which only one
// can do.
//
// In the states created and running the guest answers. While its machine stands
// still a twin of the cell, in memory, answers for it: what depends on the spec
// and the grant alone is the same there. Records of executions are on the guest's
// disk and can be read when it runs.
//
// # Trust
//
// The pool's certificate is verified as package xapi does. The guest publishes its
// SSH host key through the pool, together with a nonce that it was given, and no
// other key is ever accepted.
package xcpng
