package engine

import (
	"context"
	"iter"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

const (
	// watchPoll is how often a watcher looks for events of other processes; of
	// this engine's it hears at once.
	watchPoll = 50 * time.Millisecond
	// watchBatch is how many events are read at a time.
	watchBatch = 256
)

// Watch yields the events after the one numbered after, those of other
// processes included, then waits for more until ctx ends, which ends the
// sequence without an error. Of the events of a long past only the newest,
// about 100,000, are kept. An error ends the sequence; closing the engine is
// one, [ErrClosed].
func (e *Engine) Watch(ctx context.Context, after int64) iter.Seq2[biovm.Event, error] {
	return func(yield func(biovm.Event, error) bool) {
		ticker := time.NewTicker(watchPoll)
		defer ticker.Stop()
		for {
			rung := e.changed.wait() // before reading, so that nothing slips between
			events, err := e.events(ctx, after)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				yield(biovm.Event{}, err)
				return
			}
			for _, ev := range events {
				if ctx.Err() != nil || !yield(ev, nil) {
					return
				}
				after = ev.Seq
			}
			if len(events) == watchBatch {
				continue
			}
			select {
			case <-ctx.Done():
				return
			case <-e.closing: // the next look fails with ErrClosed
			case <-rung:
			case <-ticker.C:
			}
		}
	}
}

func (e *Engine) events(ctx context.Context, after int64) ([]biovm.Event, error) {
	var events []biovm.Event
	err := e.do(ctx, "watch", "", func(ctx context.Context, _ *call) error {
		return e.store.Read(ctx, func(tx *store.Tx) error {
			var err error
			events, err = tx.Events(ctx, after, watchBatch)
			return err
		})
	})
	return events, err
}

// LastEvent returns the newest event's number; 0 when there is none.
func (e *Engine) LastEvent(ctx context.Context) (int64, error) {
	var last int64
	err := e.do(ctx, "watch", "", func(ctx context.Context, _ *call) error {
		return e.store.Read(ctx, func(tx *store.Tx) error {
			var err error
			last, err = tx.LastEvent(ctx)
			return err
		})
	})
	return last, err
}
