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
	"runtime"
	"syscall"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

// maxSocketPath is how long a socket's path may be: the least of what systems
// allow, less what its place until it is ready takes more.
const maxSocketPath = 103 - len("/.0123456789")

// ListenUnix listens on a socket that only its owner may use, in a folder that
// it makes, for its owner only, when there is none. A socket that a daemon left
// behind is replaced, that of one that lives is an error.
func ListenUnix(ctx context.Context, path string) (Listener, error) {
	bad := func(err error) (Listener, error) { return Listener{}, fmt.Errorf("listen on %s: %w", path, err) }
	if len(path) > maxSocketPath {
		return bad(fmt.Errorf("the path of a socket may be %d bytes long, and this one is %d", maxSocketPath, len(path)))
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return bad(err)
	}
	if err := removeStale(ctx, path); err != nil {
		return bad(err)
	}
	// The socket gets its name when nobody else may use it any more.
	private, err := os.MkdirTemp(dir, ".")
	if err != nil {
		return bad(err)
	}
	defer func() { _ = os.RemoveAll(private) }() // an empty folder does no harm
	made := filepath.Join(private, "s")
	l, err := new(net.ListenConfig).Listen(ctx, "unix", made)
	if err != nil {
		return bad(err)
	}
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false) // it has another name then
	}
	err = os.Chmod(made, 0o600)
	info, statErr := os.Lstat(made)
	if err = errors.Join(err, statErr); err == nil {
		err = os.Rename(made, path)
	}
	if err != nil {
		return bad(errors.Join(err, l.Close()))
	}
	return Listener{Listener: &socket{Listener: l, path: path, made: info}}, nil
}

// removeStale removes the socket of a daemon that is gone.
func removeStale(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSocket == 0:
		return errors.New("there is a file of that name, which is no socket")
	}
	c, err := new(net.Dialer).DialContext(ctx, "unix", path)
	switch {
	case err == nil:
		_ = c.Close() // it was only to see
		return errLive
	case errors.Is(err, syscall.EAGAIN): // it has more callers than it can take
		return errLive
	case errors.Is(err, fs.ErrPermission), ctx.Err() != nil:
		return err
	case runtime.GOOS != "windows" && !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, fs.ErrNotExist):
		return err // it may live (Windows refuses by another number)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

var errLive = errors.New("another daemon listens there: stop it, or name another socket")

// socket is a listener whose file goes with it.
type socket struct {
	net.Listener

	path string
	made fs.FileInfo
}

// Close implements [net.Listener].
func (s *socket) Close() error {
	// Before the listener, so that who sees the file finds somebody there; and
	// only what is still this one's, and not another daemon's.
	var err error
	if info, statErr := os.Lstat(s.path); statErr == nil && os.SameFile(info, s.made) {
		if err = os.Remove(s.path); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	return errors.Join(s.Listener.Close(), err)
}

// ListenTLS listens on a network address, host:port, with a certificate and its
// key from files, for those who have one of the tokens.
func ListenTLS(ctx context.Context, address, certFile, keyFile string, tokens Tokens) (Listener, error) {
	pair, err := readPair(certFile, keyFile)
	if err != nil {
		return Listener{}, fmt.Errorf("listen on %s: certificate %s with key %s: %w", address, certFile, keyFile, err)
	}
	l, err := (&net.ListenConfig{KeepAliveConfig: keepAlive()}).Listen(ctx, "tcp", address)
	if err != nil {
		return Listener{}, fmt.Errorf("listen on %s: %w", address, err)
	}
	return Listener{Listener: l, TLS: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}}, Tokens: tokens}, nil
}

// readPair reads a certificate and its key.
func readPair(certFile, keyFile string) (tls.Certificate, error) {
	const limit = 1 << 20 // bytes; a chain takes some kilobytes
	cert, err := source.ReadFile(certFile, limit)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := source.ReadFile(keyFile, limit)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(cert, key)
}

// keepAlive finds out within 45 s that a client's machine is gone, so that what
// its session holds can be adopted.
func keepAlive() net.KeepAliveConfig {
	return net.KeepAliveConfig{Enable: true, Idle: beat, Interval: beat / 3, Count: 6}
}
