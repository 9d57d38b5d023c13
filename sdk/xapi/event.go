package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strings"
)

// An Event says that an object changed. Changes are coalesced: an object that
// changed twice between two looks is reported once, as it last was, and one
// that came and went is not seen at all.
type Event struct {
	// Class is the object's class in lower case, as vm or vm_guest_metrics.
	Class string `xapi:"class"`
	// Operation is add, mod or del.
	Operation string `xapi:"operation"`
	Ref       string `xapi:"ref"`
	// Snapshot is the object's record; empty after del.
	Snapshot json.RawMessage `xapi:"snapshot"`
}

// Record decodes the event's snapshot into a record such as [VM].
func (e *Event) Record(dst any) error { return decode(e.Snapshot, dst) }

// An EventBatch is what one look brought.
type EventBatch struct {
	Events []Event `xapi:"events"`
	// ValidRefCounts says how many objects of each class there are. A count
	// that differs from a cache's means that deletions were missed: the
	// server remembers only the last few hundred.
	ValidRefCounts map[string]int64 `xapi:"valid_ref_counts"`
	// Token is where the next look begins.
	Token string `xapi:"token"`
	// Resync: deletions or changes before this batch may have been lost, and
	// it holds every object as an add.
	Resync bool `xapi:"-"`
}

// pollSeconds is how long the server may hold a look in which nothing happens.
const pollSeconds = 30.0

// EventFrom looks once: it returns what happened after token, at once when
// there is something, otherwise when there is or timeoutSeconds have passed.
// An empty token brings every object. Classes are as vm, vm/OpaqueRef:… or *.
func (c *Client) EventFrom(ctx context.Context, classes []string, token string, timeoutSeconds float64) (EventBatch, error) {
	return read[EventBatch](ctx, c, "event.from", classes, token, timeoutSeconds)
}

// Events yields what happens to the classes, first everything as it is, until
// ctx ends, which ends the sequence without an error. An error ends it too,
// but for lost places in the stream, after which everything comes again with
// Resync set. A batch may be empty.
func (c *Client) Events(ctx context.Context, classes ...string) iter.Seq2[EventBatch, error] {
	return func(yield func(EventBatch, error) bool) {
		token, counts := "", map[string]int64{}
		objects := newRefCounter()
		for ctx.Err() == nil {
			batch, err := c.EventFrom(ctx, classes, token, pollSeconds)
			switch {
			case ctx.Err() != nil:
				return
			case errors.Is(err, EventFromTokenParseFailure), errors.Is(err, EventsLost):
				// The place was lost, as after a fail-over: begin anew.
				token = ""
				objects = newRefCounter()
				continue
			case err != nil:
				yield(EventBatch{}, err)
				return
			}
			batch.Resync = token == ""
			token, counts = batch.Token, batch.ValidRefCounts
			objects.apply(batch.Events)
			if wholeClasses(classes) && !objects.agree(counts) {
				token = ""
				objects = newRefCounter()
				continue
			}
			if !yield(batch, nil) {
				return
			}
		}
	}
}

// wholeClasses reports whether every object of the classes is reported, so that counts
// can be compared.
func wholeClasses(classes []string) bool {
	for _, c := range classes {
		if c == "*" || strings.Contains(c, "/") {
			return false
		}
	}
	return true
}

// refCounter follows which objects there are.
type refCounter map[string]map[string]bool

func newRefCounter() refCounter { return refCounter{} }

func (r refCounter) apply(events []Event) {
	for _, e := range events {
		refs := r[e.Class]
		if refs == nil {
			refs = map[string]bool{}
			r[e.Class] = refs
		}
		if e.Operation == "del" {
			delete(refs, e.Ref)
		} else {
			refs[e.Ref] = true
		}
	}
}

// agree reports whether the server has as many objects of each followed class.
func (r refCounter) agree(counts map[string]int64) bool {
	for class, refs := range r {
		if n, ok := counts[class]; ok && n != int64(len(refs)) {
			return false
		}
	}
	return true
}
