package engine

import (
	"context"
	"log/slog"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// memo keeps cells' answers in the store. An answer that cannot be kept is
// only solved for again, so no call fails for it.
type memo struct {
	store  *store.Store
	logger *slog.Logger
}

// Load implements [cell.Memo].
func (m memo) Load(ctx context.Context, key string) ([]byte, bool, error) {
	return m.store.Load(ctx, key)
}

// Save implements [cell.Memo].
func (m memo) Save(ctx context.Context, key string, value []byte) error {
	if err := m.store.Save(ctx, key, value); err != nil {
		m.logger.WarnContext(ctx, "an answer could not be memoised", slog.String("key", key), slog.Any("error", err))
	}
	return nil
}
