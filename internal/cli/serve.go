package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func (a *app) serveCommand() *cobra.Command {
	var s daemon.Settings
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the VMs of a data directory to others",
		Long: `Serve the VMs of a data directory to others: to "bioxen vm --endpoint", to
Terraform, to Go programs, and to whoever reads /openapi.json.

It listens on a unix socket that only the same user can use; --socket=none
leaves it out, and where there is no $XDG_RUNTIME_DIR to put it in, --listen does
without. With --listen it also listens on the network, over TLS, for
those who have a token; "bioxen token" makes one, and the line for the token
file. The data directory is --data-dir, else $` + bioxen.EnvDataDir + `, else the place that
the system has for programs' state; it is made when it is not there, and others
may use it at the same time.

An interrupt or SIGTERM ends it: calls under way get the --grace to end.`,
		Example: `  bioxen serve
  bioxen vm list --endpoint unix:///run/bioxen/bioxen.sock
  bioxen serve --listen :7443 --tls-cert cert.pem --tls-key key.pem --token-file tokens`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			verbose, err := cmd.Flags().GetBool("verbose")
			if err != nil {
				return err
			}
			return a.serve(cmd, s, verbose)
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.DataDir, "data-dir", "", "serve the VMs in `DIR`")
	f.StringVar(&s.Socket, "socket", "", "listen on a unix socket at `PATH`; none for none (default "+daemon.DefaultSocket+" for root, bioxen/bioxen.sock in $XDG_RUNTIME_DIR for others)")
	f.StringVar(&s.Address, "listen", "", "listen on `HOST:PORT`, over TLS")
	f.StringVar(&s.CertFile, "tls-cert", "", "show the certificate in this PEM `FILE`")
	f.StringVar(&s.KeyFile, "tls-key", "", "whose key is in this PEM `FILE`")
	f.StringVar(&s.TokenFile, "token-file", "", "let those in whose tokens' hashes are in `FILE`, which must be its owner's alone")
	f.DurationVar(&s.Grace, "grace", 10*time.Second, "at the end let calls under way take this `DURATION`")
	f.BoolP("verbose", "v", false, "log every call")
	_ = cmd.MarkFlagDirname("data-dir") // it fails for a flag that is not there only
	return cmd
}

func (a *app) serve(cmd *cobra.Command, s daemon.Settings, verbose bool) error {
	if s.Address == "" && (s.CertFile != "" || s.KeyFile != "" || s.TokenFile != "") {
		return usagef(cmd, "--tls-cert, --tls-key and --token-file go with --listen")
	}
	if s.Address != "" && (s.CertFile == "" || s.KeyFile == "" || s.TokenFile == "") {
		return usagef(cmd, "--listen needs --tls-cert, --tls-key and --token-file")
	}
	if s.DataDir == "" {
		s.DataDir = a.Getenv(bioxen.EnvDataDir)
	}
	if s.Grace <= 0 {
		return usagef(cmd, "--grace %s: it must be above 0", s.Grace)
	}
	switch s.Socket {
	case "none":
		if s.Address == "" {
			return usagef(cmd, "--socket=none leaves nothing to listen on without --listen")
		}
		s.Socket = ""
	case "":
		path, err := a.ownSocket()
		if err != nil && s.Address == "" {
			return err
		}
		s.Socket = path
	}
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	s.Logger = slog.New(slog.NewTextHandler(a.Stderr, &slog.HandlerOptions{Level: level}))
	s.Version = a.build().Version
	err := daemon.Run(cmd.Context(), s)
	if errors.Is(err, context.Canceled) && cmd.Context().Err() != nil {
		return nil //nolint:nilerr // it was told to end before it had begun
	}
	return err
}

// ownSocket is where this user's daemon listens.
func (a *app) ownSocket() (string, error) {
	if runtime.GOOS != "windows" && os.Geteuid() == 0 {
		return daemon.DefaultSocket, nil
	}
	if dir := a.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "bioxen", "bioxen.sock"), nil
	}
	return "", errors.New("there is no XDG_RUNTIME_DIR to put a socket in: name one with --socket")
}
