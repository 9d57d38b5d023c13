package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// retryCaller sends a call again when that is safe and may help: a call that
// never reached the server always, one that may have had its effect only when
// it is a read.
type retryCaller struct {
	next     caller
	attempts int           // in all
	pause    time.Duration // before the second attempt; doubles
}

func (c *retryCaller) call(ctx context.Context, r *request) (json.RawMessage, error) {
	pause := c.pause
	for attempt := 1; ; attempt++ {
		raw, err := c.next.call(ctx, r)
		if err == nil || attempt >= c.attempts || !worthAnotherTry(ctx, r, err) {
			return raw, err
		}
		if !wait(ctx, pause) {
			return nil, err
		}
		pause *= 2
	}
}

func worthAnotherTry(ctx context.Context, r *request, err error) bool {
	if ctx.Err() != nil || errors.Is(err, ErrUntrusted) || errors.Is(err, ErrProtocol) {
		return false
	}
	if errors.Is(err, errUnsent) {
		return true
	}
	if _, ok := errors.AsType[*Error](err); ok {
		// The server refused before it did anything, and says it may not next time.
		return RemedyFor(err) == RemedyWait && !errors.Is(err, OtherOperationInProgress)
	}
	return r.safe
}

// wait pauses, and reports whether ctx let it.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
