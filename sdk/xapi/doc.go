// Package xapi is a client for the management API of XCP-ng and XenServer. It
// needs the standard library only.
//
//	c, err := xapi.Dial(ctx, xapi.Options{
//		URL: "https://pool.example", Username: "root", Password: password, Pins: []string{pin},
//	})
//	if err != nil {
//		return err
//	}
//	defer c.Close(context.WithoutCancel(ctx))
//	t, err := c.FindTemplate(ctx, "debian-12")
//	…
//	vm, err := c.CloneFromTemplate(ctx, xapi.CloneSpec{Template: t.Ref, Name: "cell-1"})
//	…
//	err = c.Start(ctx, vm)
//	…
//	addr, err := c.WaitIP(ctx, vm, xapi.IPFilter{})
//	…
//	err = c.DestroyWithDisks(ctx, vm)
//
// No host at hand? Package xapitest simulates a pool in the process, and
//
//	go run ./sdk/xapi/xapitest/xapisim -listen 127.0.0.1:8443 -user root -password-file F
//
// one to try things on, whose certificate's SHA-256 it prints: that is the pin.
// Package cloudinit makes the drive that configures a guest.
//
// # What it takes care of
//
// Any member of a pool will do as the address: the client follows to the
// master, keeps the list of members, and turns to them when the master dies. A
// session that the server forgot is renewed once for all calls that lost it.
// Calls are sent again only where that is safe: when no byte of them reached the
// server, when it refused them at the door, or when a second time does no harm.
//
// Operations run as tasks of the server, never as calls that hang: the end of
// the context cancels the task, and how it ended decides, not the wish. An
// answer that gets lost on the way does not lose the task, which bears a mark.
// What a verb had made when it fails is removed again, so that it has been done
// or leaves nothing.
//
// That takes time after the context's end: 5 s for the answer to what is on its
// way, 30 s for a task to stop, minutes at worst to remove what was made. Reads
// end at once.
//
// Verbs that make or change VMs run a few at a time, so that fifty creations do
// not storm a host; see Options.Concurrency.
//
// # Trust
//
// Certificates are always verified: against the system's authorities, against
// given ones, or by their SHA-256. There is no way to turn that off. With a pin,
// one member's is enough: the client learns the others' over the channel that
// it trusts. No password, session or URL with one is in an error or a log.
//
// # Answers
//
// Records hold the fields that callers use; missing and additional ones on the
// wire are tolerated, and enumerations are open strings. Numbers keep their 64
// bits. Errors of the server are [Error]s around [ErrorCode] constants:
//
//	if errors.Is(err, xapi.HandleInvalid) { … }
//
// What is not the server's own error is [ErrLostAnswer], [ErrTaskLost],
// [ErrUntrusted], [ErrProtocol], the context's, or the network's. For what has
// no method here there is [Client.Call].
package xapi
