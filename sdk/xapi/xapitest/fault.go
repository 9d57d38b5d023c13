package xapitest

import (
	"context"
	"slices"
	"strings"
)

// A Fault is something that goes wrong, with a certain call and not by chance.
type Fault struct {
	// Method is the call's name; any when empty. VM.start stands for
	// Async.VM.start too, Async.VM.start for that alone, and
	// PUT /import_raw_vdi for an upload.
	Method string
	// Call says which of the method's calls from now on is the first to
	// suffer: the next when 0 or 1, the one after when 2.
	Call int
	// Times is how many calls in a row suffer: 1 when 0, all when negative.
	Times int
	// Effect is what happens to them.
	Effect Effect
}

// An Effect is what happens to a call; its makers are Fail, DropBefore, ….
type Effect struct {
	kind    effectKind
	failure *Failure
	edit    func(result any) any
	notice  func()
}

type effectKind int

const (
	effectFail effectKind = iota
	effectFailTask
	effectDropBefore
	effectDropAfter
	effectHTML
	effectLoseSession
	effectHangBefore
	effectHangAfter
	effectStall
	effectDeaf
	effectRewrite
	effectRedirect
	effectNotice
)

// Fail answers with an error of the API, and does nothing.
func Fail(code string, params ...string) Effect {
	return Effect{kind: effectFail, failure: failure(code, params...)}
}

// FailTask accepts an asynchronous call, and fails its task. An upload fails
// after its answer, as uploads do.
func FailTask(code string, params ...string) Effect {
	return Effect{kind: effectFailTask, failure: failure(code, params...)}
}

// DropBefore cuts the connection, and does nothing.
func DropBefore() Effect { return Effect{kind: effectDropBefore} }

// DropAfter does what was asked, and cuts the connection without an answer.
func DropAfter() Effect { return Effect{kind: effectDropAfter} }

// ServerError answers HTTP 500 with a page for people, and does nothing.
func ServerError() Effect { return Effect{kind: effectHTML} }

// LoseSession forgets the call's session just before it.
func LoseSession() Effect { return Effect{kind: effectLoseSession} }

// HangBefore holds the call until it is released, then does it.
func HangBefore() Effect { return Effect{kind: effectHangBefore} }

// HangAfter does what was asked, and holds the answer until it is released.
func HangAfter() Effect { return Effect{kind: effectHangAfter} }

// Stall begins the operation, and holds it until it is released or cancelled:
// an asynchronous call's task stays pending, a synchronous call has no answer.
func Stall() Effect { return Effect{kind: effectStall} }

// DeafToCancel lets the call's task go on when it is cancelled.
func DeafToCancel() Effect { return Effect{kind: effectDeaf} }

// Redirect sends an upload to the other members in turn with HTTP 302.
func Redirect() Effect { return Effect{kind: effectRedirect} }

// Notice tells the test that the call arrived, and then carries it out: f may
// end the caller's context, or change the pool.
func Notice(f func()) Effect { return Effect{kind: effectNotice, notice: f} }

// Rewrite answers with what edit makes of the result, which is made of strings,
// numbers, bools, []any and map[string]any.
func Rewrite(edit func(result any) any) Effect { return Effect{kind: effectRewrite, edit: edit} }

// SetField answers with another value in that field of every record. Not a
// number makes invalid JSON, as at xapi.
func SetField(field string, value any) Effect {
	return Rewrite(func(result any) any {
		return editRecords(result, func(r map[string]any) { r[field] = value })
	})
}

// DropField answers without that field in any record, as older servers do.
func DropField(field string) Effect {
	return Rewrite(func(result any) any {
		return editRecords(result, func(r map[string]any) { delete(r, field) })
	})
}

// editRecords edits what looks like a record, wherever it is.
func editRecords(v any, edit func(map[string]any)) any {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			editRecords(e, edit)
		}
	case map[string]any:
		if _, ok := v["uuid"]; ok {
			edit(v)
			return v
		}
		for _, e := range v {
			editRecords(e, edit)
		}
	}
	return v
}

// An InjectedFault is a fault that waits for its call.
type InjectedFault struct {
	s        *Server
	fault    Fault
	seen     int
	fired    int
	reached  chan struct{}
	released chan struct{}
}

// Inject lets something go wrong.
func (s *Server) Inject(f Fault) *InjectedFault {
	s.mu.Lock()
	defer s.unlock()
	i := &InjectedFault{s: s, fault: f, reached: make(chan struct{}), released: make(chan struct{})}
	s.faults = append(s.faults, i)
	return i
}

// Fired is how many calls suffered.
func (f *InjectedFault) Fired() int {
	f.s.mu.Lock()
	defer f.s.unlock()
	return f.fired
}

// Reached is closed when the first call suffers.
func (f *InjectedFault) Reached() <-chan struct{} { return f.reached }

// Release lets go of what hangs or stalls, and removes the fault.
func (f *InjectedFault) Release() {
	f.s.mu.Lock()
	defer f.s.unlock()
	if !closed(f.released) {
		close(f.released)
	}
	f.s.faults = slices.DeleteFunc(f.s.faults, func(o *InjectedFault) bool { return o == f })
}

func closed(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

// A faultSet is what befalls one call.
type faultSet []*InjectedFault

// strike counts a call, and says what befalls it.
func (s *Server) strike(method string) faultSet {
	var set faultSet
	for _, f := range s.faults {
		want := f.fault.Method
		if want != "" && want != method && want != strings.TrimPrefix(method, "Async.") {
			continue
		}
		f.seen++
		first, times := max(1, f.fault.Call), f.fault.Times
		if times == 0 {
			times = 1
		}
		if f.seen < first || times > 0 && f.seen >= first+times {
			continue
		}
		f.fired++
		if f.fired == 1 {
			close(f.reached)
		}
		set = append(set, f)
	}
	return set
}

func (set faultSet) effect(kind effectKind) *InjectedFault {
	for _, f := range set {
		if f.fault.Effect.kind == kind {
			return f
		}
	}
	return nil
}

func (set faultSet) deaf() bool { return set.effect(effectDeaf) != nil }

func (set faultSet) failTask() *Failure {
	if f := set.effect(effectFailTask); f != nil {
		return f.fault.Effect.failure
	}
	return nil
}

// stall holds an operation.
func (set faultSet) stall(_ *Server, op *operation) error {
	f := set.effect(effectStall)
	if f == nil {
		return nil
	}
	return op.await(func() bool { return closed(f.released) })
}

// hang holds a call; false when nobody waits for it any more.
func (set faultSet) hang(ctx context.Context, s *Server, kind effectKind) bool {
	f := set.effect(kind)
	if f == nil {
		return true
	}
	select {
	case <-f.released:
		return true
	case <-ctx.Done():
	case <-s.closing:
	}
	return false
}

// rewrite edits a result.
func (set faultSet) rewrite(result any) any {
	for _, f := range set {
		if f.fault.Effect.kind == effectRewrite {
			result = f.fault.Effect.edit(plain(result))
		}
	}
	return result
}
