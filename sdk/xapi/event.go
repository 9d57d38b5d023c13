package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"time"
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

const eventDel = "del"

// Record decodes the event's snapshot into a record such as [VM]; dst is a
// pointer to one.
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
	// Resync: the batch holds every object as an add. It is so of the first
	// batch, and whenever changes before it may have been missed: what a cache
	// has besides is gone.
	Resync bool `xapi:"-"`
}

// pollSeconds is how long the server may hold a look in which nothing happens.
const pollSeconds = 30.0

// EventFrom looks once: it returns what happened after token, at once when
// there is something, otherwise when there is or timeoutSeconds have passed.
// An empty token brings every object. Classes are as vm, vm/OpaqueRef:… or *.
// Tokens mean something in one session only, so that [Client.Events] is easier.
func (c *Client) EventFrom(ctx context.Context, classes []string, token string, timeoutSeconds float64) (EventBatch, error) {
	return read[EventBatch](ctx, c, "event.from", classes, token, timeoutSeconds)
}

// Events yields what happens to the classes, first everything as it is, until
// ctx ends, which ends the sequence without an error. A new session, a new
// master and missed deletions do not end it: everything comes again then, with
// Resync set. Other errors do end it. A batch may be empty.
func (c *Client) Events(ctx context.Context, classes ...string) iter.Seq2[EventBatch, error] {
	return c.watch(ctx, func() []string { return classes })
}

// watch is Events for classes that may be others at each look.
func (c *Client) watch(ctx context.Context, classes func() []string) iter.Seq2[EventBatch, error] {
	return func(yield func(EventBatch, error) bool) {
		p := newPlace()
		var pace pace
		for ctx.Err() == nil {
			now, started := classes(), time.Now()
			batch, err := send[EventBatch](ctx, c, &request{
				method: "event.from", args: []any{now, p.token, pollSeconds}, safe: true, within: &p.session,
			})
			took := time.Since(started)
			switch {
			case ctx.Err() != nil:
				return
			case err != nil && p.token != "" && lostPlace(err):
				p = newPlace()
				pace.rest(ctx, took, true)
				continue
			case err != nil:
				yield(EventBatch{}, err)
				return
			}
			if !p.advance(&batch, now) {
				p = newPlace()
				pace.rest(ctx, took, true)
				continue
			}
			if !yield(batch, nil) {
				return
			}
			if !batch.Resync && len(batch.Events) > 0 {
				pace.success()
			}
			pace.rest(ctx, took, len(batch.Events) == 0)
		}
	}
}

// lostPlace reports whether an error means that the token is worth nothing any
// more, while a fresh look may well succeed.
func lostPlace(err error) bool {
	for _, e := range []error{EventFromTokenParseFailure, EventsLost, SessionInvalid, HostIsSlave, errUnsent, errOtherSession} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// A place is how far a watcher has come in the stream of events.
type place struct {
	// token is empty before the first look; it means something within the
	// session only.
	token, session string
	refs           map[string]map[string]bool // by class
	// drift is by how many objects the server's count of a class exceeds ours
	// after a look at everything: those that it counts but does not show.
	drift map[string]int64
}

func newPlace() *place { return &place{refs: map[string]map[string]bool{}} }

// advance moves on by a batch. It reports false when the server's counts show
// that deletions were missed.
func (p *place) advance(batch *EventBatch, classes []string) bool {
	batch.Resync = p.token == ""
	p.token = batch.Token
	for i := range batch.Events {
		p.apply(&batch.Events[i])
	}
	drift := p.count(classes, batch.ValidRefCounts)
	if batch.Resync {
		p.drift = drift
	}
	for class, n := range drift {
		if base, ok := p.drift[class]; ok && n != base {
			return false
		}
	}
	return true
}

func (p *place) apply(e *Event) {
	refs := p.refs[e.Class]
	if refs == nil {
		refs = map[string]bool{}
		p.refs[e.Class] = refs
	}
	if e.Operation == eventDel {
		delete(refs, e.Ref)
	} else {
		refs[e.Ref] = true
	}
}

// count compares the numbers of objects of the classes that are watched
// whole.
func (p *place) count(classes []string, counts map[string]int64) map[string]int64 {
	drift := map[string]int64{}
	for _, class := range classes {
		class = strings.ToLower(class)
		if n, ok := counts[class]; ok && !strings.ContainsAny(class, "*/") {
			drift[class] = n - int64(len(p.refs[class]))
		}
	}
	return drift
}
