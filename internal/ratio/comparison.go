package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
)

// A line is of what is measured and told.
type line interface {
	title() string
	print(ctx context.Context, b *bench) error
}

// A comparison is one thing that two programs do.
type comparison struct {
	name       string
	ours, peer contender
	// agree is how far the answers may be apart, relative to the peer's.
	agree float64
	// work is how much of unit is done in the time that contenders say; 0 does not
	// tell it.
	work float64
	unit string
}

func (c comparison) title() string { return c.name }

func (c comparison) print(ctx context.Context, b *bench) error { return b.compare(ctx, c) }

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

// tell prints one line of words.
func (b *bench) tell(form string, words ...any) error {
	_, err := fmt.Fprintf(b.stdout, form+"\n", words...)
	return err
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
			return b.tell("absent\t%s\t%v", c.name, err)
		case err != nil:
			return fmt.Errorf("%s: %w", c.name, err)
		}
		ours = min(ours, mine)
	}
	err := b.tell("ratio\t%s\t%.6f\t%.6f\t%.4f", c.name, ours, peer, ours/peer)
	if c.work > 0 {
		err = errors.Join(err, b.tell("rate\t%s\t%.4g\t%.4g\t%s", c.name, c.work/ours, c.work/peer, c.unit))
	}
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
