package sshx

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// How a machine is waited for that may be booting. Before its server runs, the
// network may refuse the connection, drop it, or accept it with nobody behind;
// so a try must be short. But one that is given up costs a slow machine a
// process, and at short fixed intervals it never gets done: at 0.4 s, one
// emulated boot in five did not let anybody in within a minute; with times that
// grew by a quarter up to 4 s, 35 of 35 did.
const (
	firstPatience = 400 * time.Millisecond // for the connection, and for the first word
	lastPatience  = 4 * time.Second
	firstPause    = 50 * time.Millisecond // between attempts
	lastPause     = time.Second
	// After a refused login servers slow down, and some shut the door for longer
	// with every one.
	authPause = 500 * time.Millisecond
)

// A pace is the times of the attempt to come.
type pace struct{ patience, pause time.Duration }

func newPace() pace { return pace{firstPatience, firstPause} }

// slower is the pace of the attempt after.
func (p pace) slower() pace {
	return pace{min(p.patience*5/4, lastPatience), min(p.pause*5/4, lastPause)}
}

// WaitDial logs in as soon as the server lets it, which may be booting, until ctx
// ends. A [HostKeyError], an [AuthError] (but see [Options].AuthRetry) and what
// wraps [ErrTarget] end the wait at once. The [DialError] at its end says how
// many attempts there were and what the last one met.
func WaitDial(ctx context.Context, t Target, o Options) (*Conn, error) {
	return new(progress).wait(ctx, t, o.filled(), newPace())
}

// A progress is how far a wait has come; others may look on.
type progress struct {
	mu       sync.Mutex // guards the fields below
	began    time.Time
	attempts int
	last     error
}

// report says how a wait stands that ends because of err.
func (p *progress) report(address string, err error) *DialError {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := &DialError{Address: address, Attempts: p.attempts, Last: p.last, Err: err}
	if !p.began.IsZero() {
		e.Waited = time.Since(p.began)
	}
	return e
}

func (p *progress) start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.began = time.Now()
}

// met notes what an attempt met, and reports whether it is news.
func (p *progress) met(err error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.attempts++
	news := p.last == nil || p.last.Error() != err.Error()
	p.last = err
	return news
}

func (p *progress) wait(ctx context.Context, t Target, o Options, speed pace) (*Conn, error) {
	p.start()
	if ctx.Err() != nil {
		return nil, p.report(t.Address, context.Cause(ctx))
	}
	plan, err := t.prepare(ctx)
	if err != nil {
		return nil, err
	}
	defer plan.creds.Close()
	var refusals time.Time // since when
	for ; ; speed = speed.slower() {
		c, err := plan.dial(ctx, o, speed.patience)
		if err == nil {
			return c, nil
		}
		if ended(ctx) {
			return nil, p.report(t.Address, context.Cause(ctx)) // an attempt that was cut short met nothing
		}
		pause, again := nextTry(err, o, &refusals, speed.pause)
		if d, ok := errors.AsType[*DialError](err); ok && again {
			err = d.Last
		}
		if p.met(err) {
			o.Logger.LogAttrs(ctx, slog.LevelDebug, "ssh attempt", slog.String("address", t.Address), slog.String("error", err.Error()))
		}
		if !again {
			return nil, err
		}
		if !sleep(ctx, pause) {
			return nil, p.report(t.Address, context.Cause(ctx))
		}
	}
}

// nextTry says whether another attempt may meet something else, and after which
// pause.
func nextTry(err error, o Options, refusals *time.Time, pause time.Duration) (time.Duration, bool) {
	if d, ok := errors.AsType[*DialError](err); ok {
		return pause, !d.permanent
	}
	if _, ok := errors.AsType[*AuthError](err); ok {
		if refusals.IsZero() {
			*refusals = time.Now()
		}
		return max(pause, authPause), time.Since(*refusals) < o.AuthRetry
	}
	return 0, false
}

// ended reports whether ctx has ended. Network calls look at its deadline
// themselves, and may be a moment ahead of it.
func ended(ctx context.Context) bool {
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		<-ctx.Done()
	}
	return ctx.Err() != nil
}

// sleep pauses, and reports whether ctx let it.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
