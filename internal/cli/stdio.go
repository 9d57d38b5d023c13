package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
)

func (a *app) stdioCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stdio",
		Short: "Connect standard input and output to a daemon's socket",
		Long: `Connect standard input and output to a daemon's socket, as one connection.

It is for SSH servers that forbid forwards: a client runs it there and speaks to
the daemon through it. It ends when either side does.`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := cmd.Flags().GetString("socket")
			if err != nil {
				return err
			}
			return a.stdio(cmd, path)
		},
	}
	cmd.Flags().String("socket", "", "connect to the unix socket at `PATH` (default "+daemon.DefaultSocket+", else this user's own)")
	return cmd
}

func (a *app) stdio(cmd *cobra.Command, path string) error {
	paths := []string{path}
	if path == "" {
		paths = []string{daemon.DefaultSocket}
		if own, err := a.ownSocket(); err == nil && own != daemon.DefaultSocket {
			paths = append(paths, own)
		}
	}
	conn, err := dialFirst(cmd, paths)
	if err != nil {
		return err
	}
	defer conn.Close()
	go func() { // ends with the process at the latest
		_, _ = io.Copy(conn, a.Stdin) // that it broke shows on the other side
		// The daemon takes it as the end of the connection, once it has answered.
		if half, ok := conn.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
	}()
	stop := context.AfterFunc(cmd.Context(), func() { _ = conn.Close() })
	defer stop()
	if _, err := io.Copy(a.Stdout, conn); err != nil && cmd.Context().Err() == nil {
		return fmt.Errorf("stdio: %w", err)
	}
	return nil
}

func dialFirst(cmd *cobra.Command, paths []string) (net.Conn, error) {
	var errs []error
	for _, path := range paths {
		conn, err := new(net.Dialer).DialContext(cmd.Context(), "unix", path)
		if err == nil {
			return conn, nil
		}
		errs = append(errs, fmt.Errorf("the daemon does not answer: %w; is \"bioxen serve\" running?", err))
	}
	return nil, errors.Join(errs...)
}
