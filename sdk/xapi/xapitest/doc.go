// Package xapitest simulates a pool of XCP-ng hosts in the process, to test
// clients of their management API against. It keeps state, answers with xapi's
// codes, and lets go wrong what goes wrong with real pools.
//
//	s := xapitest.NewServer(t, xapitest.Pool(2))
//	c, err := xapi.Dial(ctx, xapi.Options{
//		URL: s.URL(), Username: xapitest.Username, Password: xapitest.Password,
//		Pins: []string{s.Fingerprint(0)},
//	})
//
// It speaks JSON-RPC 1.0 and 2.0 on /jsonrpc and XML-RPC on every other path,
// takes disks' contents on /import_raw_vdi, and gives measurements on
// /rrd_updates. Members of a pool have addresses of their own, 127.0.0.1 and
// up, on one port.
//
// # Time
//
// Nothing sleeps. Time moves by a second with every call, and a call that has to
// wait, such as event.from, moves it on to whatever is due next: a task's next
// step, a guest's first word. What is due depends on calls alone, so a client
// that calls one after the other sees the same each time. [Server.Pass] lets time
// pass, [Server.Until] waits for what others do.
//
// # What goes wrong
//
// [Server.Inject] lets a certain call of a method suffer: [Fail], [DropAfter],
// [HangBefore], [Stall], [LoseSession], [SetField] and others; [Notice] tells the
// test when a call arrives. [Server.FailOver],
// [Server.Restart] and [Server.Kill] do it to members. Some traps are always
// there, as they are with real pools: a VM's guest metrics are replaced twice
// while it boots, a template still shows the address that it once had, a
// task's status is written last, an upload is answered before it is read.
//
// # What is asserted
//
// [Server.Inventory] shows what there is, [Server.Journal] what was called, and
// at the end of a test nothing may be left that was not there before.
//
// # What boots
//
// A [Guest] is what runs behind a VM: [Agent] reports an address, [Nobody] says
// nothing, and others can be written. A [Keeper] also hears of copies and of the
// end of VMs. What guests do at a time of their own wakes whoever waits for it.
//
// # What it is not
//
// It has the fields, types and enumerations of the core classes of xapi 26.1,
// and the methods that clients use of them. Memory overheads are constants, a
// full copy of a disk takes its whole size and a clone nothing, one account
// may do everything, and there are no roles.
package xapitest
