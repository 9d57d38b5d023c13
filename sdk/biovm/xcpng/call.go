package xcpng

import (
	"context"
	"errors"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// ErrClosed says that the driver was closed before or during the call.
var ErrClosed = errors.New("the xcpng driver is closed")

// calls are a driver's calls under way. It is safe for concurrent use.
type calls struct {
	mu     sync.Mutex // guards what follows
	closed bool
	next   int
	cancel map[int]context.CancelCauseFunc
	// underWay counts calls, and what they leave to goroutines; it is added to
	// under mu, or by what it counts already.
	underWay sync.WaitGroup
}

// enter admits a call, which leave ends.
func (c *calls) enter(cancel context.CancelCauseFunc) (leave func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, ErrClosed
	}
	if c.cancel == nil {
		c.cancel = map[int]context.CancelCauseFunc{}
	}
	id := c.next
	c.next++
	c.cancel[id] = cancel
	c.underWay.Add(1)
	return func() {
		c.mu.Lock()
		delete(c.cancel, id)
		c.mu.Unlock()
		c.underWay.Done()
	}, nil
}

// end refuses calls from now on, cancels those under way and waits for them.
func (c *calls) end() {
	c.mu.Lock()
	c.closed = true
	for _, cancel := range c.cancel {
		cancel(ErrClosed)
	}
	c.mu.Unlock()
	c.underWay.Wait()
}

// do runs fn as a call of a driver, which Close ends and waits for. Its error
// says which operation on which VM went wrong.
func (d *Driver) do(ctx context.Context, op string, vm biovm.ID, fn func(ctx context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	leave, err := d.calls.enter(cancel)
	if err == nil {
		defer leave()
		if err = context.Cause(ctx); err == nil {
			err = fn(ctx)
		}
	}
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); errors.Is(cause, ErrClosed) && !errors.Is(err, ErrClosed) {
		err = ErrClosed
	}
	return &biovm.OpError{Op: op, VM: vm, Err: inner(err)}
}

// inner takes off what a guest's engine or a twin says that it was about: they
// know the cell by a name of theirs.
func inner(err error) error {
	if e, ok := err.(*biovm.OpError); ok { //nolint:errorlint // only the outermost one says what the whole was about
		return e.Err
	}
	return err
}
