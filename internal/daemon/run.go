package daemon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// Settings are those of a whole daemon, with its engine.
type Settings struct {
	// DataDir is the engine's; its default when empty.
	DataDir string
	// Socket is the path of the unix socket to listen on; none when empty.
	Socket string
	// Address, host:port, is where to listen over TLS, with the certificate, its
	// key and the hashes of the tokens in these files; not at all when empty.
	Address, CertFile, KeyFile, TokenFile string
	// Grace is as in [Options].
	Grace time.Duration
	// Version is this build's release.
	Version string
	// Logger gets what happens; nothing is logged when nil.
	Logger *slog.Logger
}

// Run opens the engine and serves it until ctx ends.
func Run(ctx context.Context, s Settings) (err error) {
	if s.Logger == nil {
		s.Logger = slog.New(slog.DiscardHandler)
	}
	listeners, err := s.listen(ctx)
	if err != nil {
		return err
	}
	e, err := engine.Open(ctx, engine.Options{Dir: s.DataDir, Logger: s.Logger, Version: s.Version})
	if err != nil {
		for _, l := range listeners {
			err = errors.Join(err, l.Close())
		}
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	for _, l := range listeners {
		s.Logger.InfoContext(ctx, "listening", slog.String("on", l.Addr().Network()+" "+l.where()), slog.String("data", e.Dir()), slog.String("version", s.Version))
	}
	err = New(Options{Engine: e, Version: s.Version, Logger: s.Logger, Grace: s.Grace}).Serve(ctx, listeners...)
	s.Logger.InfoContext(ctx, "stopped")
	return err
}

func (s Settings) listen(ctx context.Context) (listeners []Listener, err error) {
	if s.Socket == "" && s.Address == "" {
		return nil, errors.New("serve: name a socket or an address to listen on")
	}
	if s.Address != "" {
		if s.CertFile == "" || s.KeyFile == "" || s.TokenFile == "" {
			return nil, fmt.Errorf("listen on %s: over the network there must be a certificate, its key and a token file", s.Address)
		}
		tokens, err := ReadTokens(s.TokenFile)
		if err != nil {
			return nil, err
		}
		l, err := ListenTLS(ctx, s.Address, s.CertFile, s.KeyFile, tokens)
		if err != nil {
			return nil, err
		}
		listeners = append(listeners, l)
	}
	if s.Socket != "" {
		l, err := ListenUnix(ctx, s.Socket)
		if err != nil {
			for _, l := range listeners {
				err = errors.Join(err, l.Close())
			}
			return nil, err
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

// where is a listener's address as people know it.
func (l Listener) where() string {
	if s, ok := l.Listener.(*socket); ok {
		return s.path
	}
	return l.Addr().String()
}

// Speaks is the range of versions of the API of this build.
func Speaks() remote.APIRange { return remote.Speaks() }
