// Package engine is the hypervisor: it admits VMs to their chassis, keeps them
// in a data directory, moves them through their lives and runs processes in
// their cells.
//
//	e, err := engine.Open(ctx, engine.Options{})
//	status, err := e.Create(ctx, biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A})
//	err = e.Operate(ctx, "a", biovm.OpStart)
//	result, err := e.Execute(ctx, "a", biovm.Process{Code: "fba().growth_rate"})
//
// Most programs use it through package bioxen (sdk/bioxen). A VM is referred
// to by its name or its UUID. Errors are [biovm.OpError]s around biovm's
// sentinels, or around [ErrClosed].
//
// # What a transaction covers
//
// Each change is one transaction of the data directory's database: what it
// checked (the state table, the limits, and that the sum of all grants stays
// within the chassis' capacity), what it wrote, and its events. Writing
// transactions run one at a time in all processes together, so a check holds
// until its change is there; a refused, canceled or crashed call has changed
// nothing, and what was acknowledged is on the disk. Analyses and executions
// solve and run outside of transactions, on what one of them read.
//
// # Several processes
//
// Any number of engines use a data directory at once, in one process or in
// several; none is a server. They share the database and see each other's
// events. Each holds a file lock for its life that says it is there: a VM or
// record that was made and not yet confirmed belongs to it, and can be adopted
// by an equal call once the lock is gone, however its process ended; a record
// only while the VM has the spec and grant under which it came to be. A running
// process is held by a file lock of its VM, which the kernel lets go of when
// its process dies; so executions of a VM never overlap anywhere.
//
// While a process runs, pause waits for its end, stop and destroy cut it off,
// and updates and allocations take effect from the next execution on. An
// engine cuts off what it runs itself at once; another engine's execution
// finds at its end that it failed.
//
// # Cores
//
// An engine runs as many processes at a time as it has workers, by stride
// scheduling with the VMs' priorities as weights: of two processes that want
// one worker, the one with priority 5 takes five steps for each step of the
// one with priority 1. Engines do not know of each other's load.
//
// # Locks
//
// In this order: a VM's execution lock (its queue in the process, then the
// file), a worker of the scheduler, the store's writer turn, SQLite's own
// lock. Engine.mu, the scheduler's, the allowance's and the bell's mutexes
// are leaves: nothing is waited for while one is held.
package engine
