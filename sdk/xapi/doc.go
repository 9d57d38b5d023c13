// Package xapi is a client for the management API of XCP-ng and XenServer.
//
//	c, err := xapi.Dial(ctx, xapi.Options{URL: "https://pool.example", Username: "root", Password: pw, Pins: pins})
//	defer c.Close(context.WithoutCancel(ctx))
//	t, err := c.FindTemplate(ctx, "debian-12")
//	vm, err := c.CloneFromTemplate(ctx, xapi.CloneSpec{Template: t.Ref, Name: "a"})
//	err = c.Start(ctx, vm)
//	addr, err := c.WaitIP(ctx, vm, xapi.IPFilter{})
//
// # What it takes care of
//
// Any member of a pool will do as the address: the client follows to the
// master, keeps the list of members, and turns to them when the master dies. A
// session that the server forgot is renewed once for all calls that lost it.
// Calls are sent again only where that is safe: when they never reached the
// server, when it refused them at the door, or when they only read.
//
// Operations run as tasks of the server, never as calls that hang: the end of
// the context cancels the task, and what had been made is removed.
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
// Records hold the fields that callers use, missing and additional ones on the
// wire are tolerated, and enumerations are open strings. Numbers keep their 64
// bits. Errors of the server are [Error]s around [ErrorCode] constants:
//
//	if errors.Is(err, xapi.HandleInvalid) { … }
//
// The package needs the standard library only. Package xapitest has a
// simulator of a pool to test against, cloudinit the drive that configures a
// guest.
package xapi
