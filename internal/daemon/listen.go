package daemon

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// DefaultSocket is where the daemon of a guest listens.
const DefaultSocket = "/run/bioxen/bioxen.sock"

// ListenUnix listens on a socket that only its owner may use, in a folder that
// it makes when there is none. A socket that a daemon left behind is replaced,
// that of one that lives is an error.
func ListenUnix(ctx context.Context, path string) (Listener, error) {
	bad := func(err error) (Listener, error) { return Listener{}, fmt.Errorf("listen on %s: %w", path, err) }
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return bad(err)
	}
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return bad(err)
	case info.Mode()&fs.ModeSocket == 0:
		return bad(errors.New("there is a file of that name, which is no socket"))
	default:
		if c, err := new(net.Dialer).DialContext(ctx, "unix", path); err == nil {
			_ = c.Close() // it was only to see
			return bad(errors.New("another daemon listens there"))
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return bad(err)
		}
	}
	l, err := listenPrivately(ctx, path)
	if err != nil {
		return bad(err)
	}
	return Listener{Listener: l}, nil
}

// listenPrivately makes the socket in a folder of its own and moves it to its
// place when only its owner may use it.
func listenPrivately(ctx context.Context, path string) (net.Listener, error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".s")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	made := filepath.Join(dir, "s")
	l, err := new(net.ListenConfig).Listen(ctx, "unix", made)
	if err != nil {
		return nil, err
	}
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false) // it has another name then
	}
	if err := errors.Join(os.Chmod(made, 0o600), os.Rename(made, path)); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return &socket{Listener: l, path: path}, nil
}

// socket is a listener whose file goes with it.
type socket struct {
	net.Listener

	path string
}

// Close implements [net.Listener].
func (s *socket) Close() error {
	err := s.Listener.Close()
	if !errors.Is(err, net.ErrClosed) {
		if gone := os.Remove(s.path); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

// ListenTLS listens on a network address, host:port, with a certificate and its
// key from files, for those who have one of the tokens.
func ListenTLS(ctx context.Context, address, certFile, keyFile string, tokens Tokens) (Listener, error) {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return Listener{}, fmt.Errorf("listen on %s: certificate %s with key %s: %w", address, certFile, keyFile, err)
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return Listener{}, fmt.Errorf("listen on %s: %w", address, err)
	}
	return Listener{Listener: l, TLS: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}, Tokens: tokens}, nil
}
