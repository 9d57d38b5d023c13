// Package sshx reaches guests by SSH: it logs in, runs commands, puts files,
// and gives connections to the unix sockets behind the server.
//
//	c, err := sshx.WaitDial(ctx, sshx.Target{
//		Address:  "10.77.0.5:22",
//		User:     "bioxen",
//		Auth:     sshx.Auth{Keys: []sshx.PrivateKey{{File: "id_ed25519"}}},
//		HostKeys: sshx.HostKeys{Known: []string{"ssh-ed25519 AAAA…"}},
//	}, sshx.Options{})
//	if err != nil {
//		return err
//	}
//	defer c.Close()
//	conn, err := c.DialUnix(ctx, "/run/bioxen/bioxen.sock")
//	if errors.Is(err, sshx.ErrForwardRefused) {
//		conn, err = c.Stdio(ctx, "bioxen stdio")
//	}
//
// # Trust
//
// A server must show a host key that was known before: one of a list, as a guest
// publishes it, or of known_hosts files. There is no trust on first use, and
// nothing turns the check off. What is asked of the server is restricted to the
// types of the known keys, so that one with several shows the known one. No
// credential is sent before the host key has been found good.
//
// # Time
//
// The context of a call bounds that call and nothing else: a connection that was
// made lives until it is closed, or until the server does not answer any more
// ([Options].KeepAlive). The end of a context unblocks every call at once,
// whatever the server does; what the server then still does with a command is
// its affair.
//
// # Secrets
//
// Passwords, keys and passphrases are [Secret]s, which print as nothing. They are
// in no error and no log, even where a server repeats what it was told.
//
// All types are safe for concurrent use.
package sshx
