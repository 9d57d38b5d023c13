package engine

import (
	"context"
	"log/slog"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// memo keeps cells' answers in the store. Those who ask this engine for one
// answer at once wait for the first to solve it. An answer that cannot be
// kept is only solved for again, so no call fails for it.
type memo struct {
	store  *store.Store
	logger *slog.Logger

	mu      sync.Mutex               // guards solving
	solving map[string]chan struct{} // by key; closed when its solver is done
}

func newMemo(s *store.Store, logger *slog.Logger) *memo {
	return &memo{store: s, logger: logger, solving: map[string]chan struct{}{}}
}

// Recall implements [cell.Memo].
func (m *memo) Recall(ctx context.Context, key string, solve func() ([]byte, error)) ([]byte, error) {
	for {
		saved, ok, err := m.store.Load(ctx, key)
		if err != nil || ok {
			return saved, err
		}
		done, mine := m.begin(key)
		if mine {
			return m.solve(ctx, key, done, solve)
		}
		select {
		case <-done:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// begin makes the caller the solver of a key, unless there is one.
func (m *memo) begin(key string) (done chan struct{}, mine bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if done, ok := m.solving[key]; ok {
		return done, false
	}
	done = make(chan struct{})
	m.solving[key] = done
	return done, true
}

func (m *memo) solve(ctx context.Context, key string, done chan struct{}, solve func() ([]byte, error)) ([]byte, error) {
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.solving, key)
		close(done)
	}()
	value, err := solve()
	if err != nil {
		return nil, err
	}
	if err := m.store.Save(ctx, key, value); err != nil {
		m.logger.WarnContext(ctx, "an answer could not be memoised", slog.String("key", key), slog.Any("error", err))
	}
	return value, nil
}
