package cli

import (
	"context"
	"io"
	"log/slog"
	"net"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
)

func (a *app) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve a data directory's engine to other programs",
		Long: `Serve a data directory's engine to other programs, until it is told to end.

It listens on a unix socket, which is its owner's alone, and with --listen on a
network address over TLS, for those who have a token ("bioxen token" makes one).
The API is described at /openapi.json. The directory is --data-dir, else
$` + dataDirVariable + `, else the place that the system has for programs' state.`,
		Example: `  bioxen serve
  bioxen serve --socket /run/bioxen/bioxen.sock --data-dir /var/lib/bioxen
  bioxen serve --listen 0.0.0.0:8477 --tls-cert cert.pem --tls-key key.pem --token-file tokens`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serve(cmd) },
	}
	f := cmd.Flags()
	f.StringVar(&a.dataDir, "data-dir", "", "serve the VMs in `DIR`")
	f.String("socket", "", "listen on the unix socket `PATH`; "+daemon.DefaultSocket+" when there is no --listen")
	f.String("listen", "", "listen on `HOST:PORT` over TLS")
	f.String("tls-cert", "", "the certificate, in the PEM `FILE`")
	f.String("tls-key", "", "its private key, in the PEM `FILE`")
	f.String("token-file", "", "hashes of the tokens of those who may call, in `FILE`, mode 0600")
	f.BoolP("verbose", "v", false, "log every call")
	return cmd
}

// flags reads the values of string flags.
func flags(cmd *cobra.Command, names ...string) (map[string]string, error) {
	values := map[string]string{}
	for _, name := range names {
		v, err := cmd.Flags().GetString(name)
		if err != nil {
			return nil, err
		}
		values[name] = v
	}
	return values, nil
}

func (a *app) serve(cmd *cobra.Command) (err error) {
	v, err := flags(cmd, "socket", "listen", "tls-cert", "tls-key", "token-file")
	if err != nil {
		return err
	}
	verbose, err := cmd.Flags().GetBool("verbose")
	if err != nil {
		return err
	}
	for _, name := range []string{"tls-cert", "tls-key", "token-file"} {
		switch {
		case v["listen"] == "" && v[name] != "":
			return usagef(cmd, "--%s goes with --listen", name)
		case v["listen"] != "" && v[name] == "":
			return usagef(cmd, "--listen needs --%s: the network is for those who have a token, over TLS", name)
		}
	}
	if v["listen"] == "" && v["socket"] == "" {
		v["socket"] = daemon.DefaultSocket
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM)
	defer stop()
	level := slog.LevelInfo
	if !verbose {
		level = slog.LevelWarn
	}
	dir, _ := a.directory()
	return daemon.Run(ctx, daemon.Settings{
		DataDir: dir, Socket: v["socket"], Address: v["listen"], CertFile: v["tls-cert"], KeyFile: v["tls-key"], TokenFile: v["token-file"],
		Version: a.build().Version, Logger: slog.New(slog.NewTextHandler(a.Stderr, &slog.HandlerOptions{Level: level})),
	})
}

func (a *app) tokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Make a token for callers of \"bioxen serve\"",
		Long: `Make a token for callers of "bioxen serve --listen".

It prints the token, which the caller keeps, and the line for the token file of
the daemon, which does not tell the token.`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			token, hash := daemon.NewToken()
			if form == formJSON {
				return printJSON(a.Stdout, struct {
					Token string `json:"token"`
					Hash  string `json:"hash"`
				}{token, hash})
			}
			return printText(a.Stdout, "token: "+token+"\nhash:  "+hash+"\n")
		},
	}
	addOutput(cmd)
	return cmd
}

func (a *app) stdioCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stdio",
		Short: "Connect standard input and output to a daemon's socket",
		Long: `Connect standard input and output to a daemon's socket.

It is for SSH servers that do not forward to sockets: what calls the daemon from
elsewhere runs this there.`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := cmd.Flags().GetString("socket")
			if err != nil {
				return err
			}
			return a.stdio(cmd.Context(), path)
		},
	}
	cmd.Flags().String("socket", daemon.DefaultSocket, "the daemon's unix socket `PATH`")
	return cmd
}

func (a *app) stdio(ctx context.Context, path string) error {
	c, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = c.Close() })() // ends the copies
	sent := make(chan error, 1)
	go func() { // ends with standard input, or with the process
		_, err := io.Copy(c, a.Stdin)
		if u, ok := c.(*net.UnixConn); ok && err == nil {
			err = u.CloseWrite()
		}
		sent <- err
	}()
	_, err = io.Copy(a.Stdout, c)
	if err != nil && ctx.Err() == nil {
		return err
	}
	select {
	case err := <-sent:
		return err
	default: // the daemon ended it: what is still to be read is for nobody
		return nil
	}
}
