// Package xcpng runs each VM inside its own virtual machine on a pool of XCP-ng
// hosts.
//
//	driver, err := xcpng.New(xcpng.Options{
//		Hosts:    hosts,                  // where the pools are, and who logs in
//		Keeper:   e,                      // an *engine.Engine: whose marks are whose
//		Twin:     basic.New(inMemory),    // for what needs no guest
//		Defaults: biovm.XCPngSpec{Template: "debian-12-bioxen"},
//		KeyDir:   "/var/lib/bioxen/xcpng",
//	})
//	vm, err := driver.Create(ctx, biovm.Spec{
//		ID: "a", BiologicalType: biovm.Syn3A, VMType: biovm.XCPng, XCPng: &biovm.XCPngSpec{Host: "lab"},
//	})
//	err = vm.Start(ctx)
//
// Most programs get it from package bioxen (sdk/bioxen), which fills the options.
//
// # What it takes
//
// A template with a Linux system, cloud-init, guest tools (which report the
// address and have xenstore-write) and an SSH server with an ed25519 host key.
// The bioxen program may be in it ("bioxen agent install"); otherwise it is
// uploaded, see [Agent].
//
// # How a VM comes to be
//
// The name is claimed on the pool, the template cloned, the machine started, and
// its cloud-init told to let the driver's key in and to publish the guest's host
// key through the pool. With that key and no other the driver logs in, and makes
// a basic VM in the engine that runs in the guest: it is the same engine, and
// gives the same results, bit for bit. On any error, everything is removed.
//
// # Where the truth is
//
// A machine carries its VM's spec, state and grant in its other_config, so that
// every process with access to the pool sees the same VMs; see the [Driver]'s
// StatusesOn for reading them all at once. The cell in the guest is brought in
// line with it. What others do to the machine, by other tools, shows in the state
// and in the status' Problem.
//
// While a guest stands still (paused, stopped) what can be computed is computed
// here; changes are put down and made at the next start; its records cannot be
// seen.
//
// # Several processes
//
// Those of one data directory take turns by its locks (see [Keeper]). Others meet
// in the pool, where of two that write at once one finds out and starts over. A
// process that dies leaves nothing that an equal Create of the same data
// directory would not remove or adopt.
//
// # Locks
//
// In this order: the right to make a name, a VM's turn, a guest's dialing, its
// door. All mutexes are leaves.
package xcpng
