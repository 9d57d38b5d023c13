// Package remote is a client of an engine that runs elsewhere: behind "bioxen
// serve", over a unix socket, TLS, or any connection that a caller can open, such
// as a channel of an SSH connection.
//
//	c, err := remote.Dial(ctx, remote.Options{Endpoint: "unix:///run/bioxen/bioxen.sock"})
//	driver := basic.New(c)
//
// A [Client] answers as the engine itself does, errors included: what the engine
// returns as a [biovm.FieldError] or wraps around [biovm.ErrState] comes out as
// that here.
//
// # Wire
//
// The API is HTTP with JSON, described by the daemon's /openapi.json. Errors are
// problem details (RFC 9457) with the tree of the Go error as an extension.
// Events come as server-sent events.
//
// # Sessions
//
// What a client makes is pending until it is confirmed, as it is with an engine
// in the same process (see [biovm.Driver]). It belongs to the client's session, a
// stream that is open as long as the client is: when the client dies, however,
// what it left pending can be adopted. A client that makes nothing opens none.
//
// # Versions
//
// Both sides say which versions of the API they speak. Where none is common,
// every call fails with a [VersionError] that names both builds.
package remote
