package xapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetry(t *testing.T) {
	t.Parallel()
	busy := func(code ErrorCode) error { return &Error{Method: "m", Code: code} }
	for name, test := range map[string]struct {
		safe  bool
		first error
		again bool
	}{
		"unsent change":         {false, refused(), true},
		"lost change":           {false, ErrLostAnswer, false},
		"broken change":         {false, io.ErrUnexpectedEOF, false},
		"broken read":           {true, io.ErrUnexpectedEOF, true},
		"change, booting":       {false, busy(HostStillBooting), true},
		"change, emergency":     {false, busy(HostInEmergencyMode), true},
		"change, too many":      {false, busy(TooManyPendingTasks), true},
		"change, too busy":      {false, busy(TooBusy), true},
		"change, half way":      {false, busy(CannotContactHost), false},
		"read, no contact":      {true, busy(CannotContactHost), true},
		"read, other operation": {true, busy(OtherOperationInProgress), false}, // the server itself waits for hours
		"read, refused":         {true, busy(HandleInvalid), false},
		"read, untrusted":       {true, ErrUntrusted, false},
		"read, nonsense":        {true, ErrProtocol, false},
		"read, gateway":         {true, fmt.Errorf("%w: %w", ErrProtocol, errUnavailable), true},
		"change, gateway":       {false, fmt.Errorf("%w: %w", ErrProtocol, errUnavailable), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				c := &retryCaller{attempts: 4, pause: time.Second, next: callerFunc(func(context.Context, *request) (json.RawMessage, error) {
					if calls++; calls == 1 {
						return nil, test.first
					}
					return json.RawMessage(`1`), nil
				})}
				_, err := c.call(t.Context(), &request{method: "m", safe: test.safe})
				if (calls == 2) != test.again || (err == nil) != test.again {
					t.Errorf("%v: %d calls, error %v; again: want %t", test.first, calls, err, test.again)
				}
			})
		})
	}
}

func TestRetryGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		c := &retryCaller{attempts: 4, pause: time.Second, next: callerFunc(func(context.Context, *request) (json.RawMessage, error) {
			calls++
			return nil, refused()
		})}
		start := time.Now()
		if _, err := c.call(t.Context(), &request{}); !errors.Is(err, errUnsent) || calls != 4 || time.Since(start) != 7*time.Second {
			t.Errorf("%d calls in %s, error %v; want 4 in 1+2+4 s", calls, time.Since(start), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		start = time.Now()
		_, err := c.call(ctx, &request{})
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, errUnsent) || time.Since(start) != 1500*time.Millisecond {
			t.Errorf("error %v after %s, want both reasons when the context ends", err, time.Since(start))
		}
	})
}

// A change on its way has a moment after its context's end; a read has none.
func TestExchange(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c := f.dial(t)
	for _, method := range []string{"read", "change"} {
		arrived, release := make(chan struct{}), make(chan struct{})
		f.on("VM.x", func([]any) answer { return slowly(arrived, release) })
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { // ends with the call
			_, err := c.chain.call(ctx, &request{method: "VM.x", safe: method == "read"})
			done <- err
		}()
		<-arrived
		cancel()
		if method == "read" {
			if err := <-done; !errors.Is(err, context.Canceled) || errors.Is(err, ErrLostAnswer) {
				t.Errorf("a read whose context ended: %v, want that", err)
			}
			close(release)
			continue
		}
		close(release)
		if err := <-done; err != nil {
			t.Errorf("a change whose answer came after its context's end: %v, want none", err)
		}
	}
}

func TestLostAnswer(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c := f.dial(t)
	f.on("VM.x", func([]any) answer { return drop })
	if _, err := c.Call(t.Context(), "VM.x"); !errors.Is(err, ErrLostAnswer) || f.count("VM.x") != 1 {
		t.Errorf("a change whose answer is lost: %v after %d calls, want ErrLostAnswer after 1", err, f.count("VM.x"))
	}
	f.on("VM.get_record", func([]any) answer { return drop })
	if _, err := c.VM(t.Context(), "v"); err == nil || errors.Is(err, ErrLostAnswer) || f.count("VM.get_record") != 4 {
		t.Errorf("a read whose answers are lost: %v after %d calls, want 4", err, f.count("VM.get_record"))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Call(ctx, "VM.y"); !errors.Is(err, context.Canceled) || f.count("VM.y") != 0 {
		t.Errorf("a call after its context's end: %v, sent %d times", err, f.count("VM.y"))
	}
}
