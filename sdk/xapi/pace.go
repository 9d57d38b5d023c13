package xapi

import (
	"context"
	"time"
)

// A pace keeps a watcher from storming a server that should hold a look until
// something happens, and does not: one behind a proxy with little patience, or
// one that loses every place in its stream.
type pace struct{ vain int }

// rest pauses after a look that took so long, ever longer while one look after the other comes to
// nothing at once. The first of them costs nothing.
func (p *pace) rest(ctx context.Context, took time.Duration, cameToNothing bool) {
	const (
		held        = 100 * time.Millisecond // shorter, and the server did not wait
		first, most = 10 * time.Millisecond, 5 * time.Second
		doublings   = 9 // first << 9 is beyond most
	)
	switch {
	case took >= held:
		p.vain = 0
	case cameToNothing:
		p.vain++
	}
	if cameToNothing && p.vain > 1 {
		wait(ctx, min(first<<min(p.vain-2, doublings), most))
	}
}

// success says that there was something to see.
func (p *pace) success() { p.vain = 0 }
