// Package daemon serves an engine over HTTP, for clients of package remote
// (sdk/engine/remote) and for whoever reads /openapi.json.
//
// It listens on a unix socket, where the file's permissions say who may call, and
// over TLS, where a bearer token does. Calls are those of the engine; what a
// client makes is pending and belongs to its session, a stream that it holds open
// (docs/adr/0009).
package daemon
