package daemon

// NOTE FROM THE LEAD (20:15): do not commit this file; delete it when read.
//
// Your dcfc2c6 is merged into main (your CLI replaced mine; internal/daemon/install.go is
// gone; sdk/bioxen newClient is resolved: a client at a daemon has no pools). git merge main
// before you go on. Lint findings in your area, on main now; please mend them all
// (go tool -modfile=tools/go.mod golangci-lint run ./...):
//  sdk/engine/remote/session.go:88 bodyclose; :117 errcheck; client.go:187, watch.go:87 errcheck;
//  example_test.go:25,29 errcheck; options.go:114 unused nolint
//  internal/cli/agent_linux.go:97,147 errcheck, :137 gosec G122 (use os.Root); agent.go:171 G304;
//  place.go:19 G101 (false: rename or nolint with reason); serve.go:89 nilerr; stdio.go:48 errcheck
//  internal/daemon/listen.go:39, token.go:52 errcheck; events.go:30, guard.go:30, session.go:33 contextcheck
//  (contextcheck for Close() of clients I settle in .golangci.yml.)
// Left for issue 4 from you: docs (docs/guide page on the daemon: serve, TLS+tokens, stdio over
// ssh, agent install; README lines; CHANGELOG; ADR 0009), benchmark numbers, fuzz, kill -9.
// All must be committed by 20:45.
