package engine

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// livingState reads the state of a VM's living cell; nil if it has lived no
// second.
func (e *Engine) livingState(ctx context.Context, uuid string) (state []byte, err error) {
	err = e.store.Read(ctx, func(tx *store.Tx) error {
		state, err = tx.Living(ctx, uuid)
		return err
	})
	return state, err
}
