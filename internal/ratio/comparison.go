package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
)

// A comparison is one thing that two programs do.
type comparison struct {
	name       string
	ours, peer contender
	// agree is how far the answers may be apart, relative to the peer's.
	agree float64
}

// A contender does the thing once, and says how many seconds of processor time
// it took and what it came to, as one number.
type contender func(ctx context.Context) (seconds, answer float64, err error)

// errAbsent is in the error of a contender that is not there.
var errAbsent = errors.New("not there")

// A bench runs comparisons.
type bench struct {
	rounds int
	stdout io.Writer
}

// compare lets both take turns, and prints the line. An error is of what went
// wrong, or says that the answers differ.
func (b *bench) compare(ctx context.Context, c comparison) error {
	ours, peer := math.Inf(1), math.Inf(1)
	for range b.rounds {
		mine, got, err := c.ours(ctx)
		if err == nil {
			var theirs, want float64
			if theirs, want, err = c.peer(ctx); err == nil && math.Abs(got-want) > c.agree*math.Abs(want) {
				return fmt.Errorf("%s: we come to %v and the peer to %v: no figure is worth anything", c.name, got, want)
			}
			peer = min(peer, theirs)
		}
		switch {
		case errors.Is(err, errAbsent):
			_, err = fmt.Fprintf(b.stdout, "absent\t%s\t%v\n", c.name, err)
			return err
		case err != nil:
			return fmt.Errorf("%s: %w", c.name, err)
		}
		ours = min(ours, mine)
	}
	_, err := fmt.Fprintf(b.stdout, "ratio\t%s\t%.6f\t%.6f\t%.4f\n", c.name, ours, peer, ours/peer)
	return err
}

// timed measures what does not say itself how long it takes. What was done
// before leaves no garbage behind for it to collect.
func timed(do func() (float64, error)) (seconds, answer float64, err error) {
	runtime.GC()
	before, err := processorTime()
	if err != nil {
		return 0, 0, err
	}
	if answer, err = do(); err != nil {
		return 0, 0, err
	}
	after, err := processorTime()
	return (after - before).Seconds(), answer, err
}
