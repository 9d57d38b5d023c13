package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// retryCaller sends a call again when that is safe and may help: a call that
// never reached the server always, one that may have had its effect only when
// a second time does no harm.
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
			return nil, fmt.Errorf("%w; before that: %w", context.Cause(ctx), err)
		}
		pause *= 2
	}
}

// worthAnotherTry classifies an error for a call: may it be sent again, and
// may that help?
func worthAnotherTry(ctx context.Context, r *request, err error) bool {
	if ctx.Err() != nil || errors.Is(err, ErrUntrusted) {
		return false
	}
	if errors.Is(err, errUnsent) {
		return true
	}
	if e, ok := errors.AsType[*Error](err); ok {
		switch e.Code { //nolint:exhaustive // the other codes do not mean "not now"
		case HostStillBooting, HostInEmergencyMode, TooManyPendingTasks, TooBusy:
			return true // refused before anything was done
		case CannotContactHost:
			return r.safe // may come when half is done
		}
		return false
	}
	if errors.Is(err, ErrProtocol) {
		return r.safe && errors.Is(err, errUnavailable)
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
