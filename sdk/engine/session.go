package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A Session is an engine as one of several callers has it who share it, such as
// those of a daemon: what it makes is pending and belongs to the session, not to
// the engine, and can be adopted once the session is closed. All else is the
// engine's. It is safe for concurrent use.
type Session struct {
	*Engine

	owner   string
	release func() error
}

// NewSession opens a session, which Close closes.
func (e *Engine) NewSession(ctx context.Context) (*Session, error) {
	s := &Session{Engine: e}
	err := e.do(ctx, "open session", "", func(ctx context.Context, _ *call) error {
		var err error
		var release func() error
		s.owner, release, err = e.store.NewOwner(ctx)
		s.release = sync.OnceValue(release)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Create is [Engine.Create] for the session.
func (s *Session) Create(ctx context.Context, spec biovm.Spec) (biovm.Status, error) {
	return s.create(ctx, spec, s.owner)
}

// ExecuteRecorded is [Engine.ExecuteRecorded] for the session.
func (s *Session) ExecuteRecorded(ctx context.Context, ref string, p biovm.Process, triggers map[string]string) (biovm.Record, error) {
	return s.executeRecorded(ctx, ref, p, triggers, s.owner)
}

// CreateGenome is [Engine.CreateGenome] for the session.
func (s *Session) CreateGenome(ctx context.Context, name string, file biovm.Source) (biovm.Genome, error) {
	return s.createGenome(ctx, name, file, s.owner)
}

// HoldFile is [Engine.HoldFile] for the session.
func (s *Session) HoldFile(ctx context.Context, sha256 string) (bool, error) {
	return s.holdFile(ctx, sha256, s.owner)
}

// PutFile is [Engine.PutFile] for the session.
func (s *Session) PutFile(ctx context.Context, sha256 string, content []byte) error {
	return s.putFile(ctx, sha256, content, s.owner)
}

// Close ends the session, not its engine. What is under way goes on. Files that
// only the session holds go. Closing twice does no more.
func (s *Session) Close() error {
	err := s.release()
	ctx, cancel := context.WithTimeout(context.Background(), concludeTimeout)
	defer cancel()
	letGo := s.do(ctx, "let go of files", "", func(ctx context.Context, _ *call) error { return s.store.LetGo(ctx, s.owner) })
	if !errors.Is(letGo, ErrClosed) { // otherwise whoever opens the directory next does so
		err = errors.Join(err, letGo)
	}
	if err != nil {
		return fmt.Errorf("close session: %w", err)
	}
	return nil
}
