package xapi

import (
	"context"
	"fmt"
)

// A gate bounds how many verbs run at once. Only exported methods enter it, and
// never one from within another: a verb that holds a place does not wait for
// a second.
type gate chan struct{}

func newGate(n int) gate { return make(gate, n) }

// enter waits for a place, or for ctx to end. What it returns gives the place
// back.
func (g gate) enter(ctx context.Context, verb string) (leave func(), err error) {
	if ctx.Err() == nil {
		select {
		case g <- struct{}{}:
			return func() { <-g }, nil
		case <-ctx.Done():
		}
	}
	return nil, fmt.Errorf("xapi: %s: wait for a place among the running operations: %w", verb, context.Cause(ctx))
}

// void runs an operation without a result as a task, a bounded number of them
// at once.
func (c *Client) void(ctx context.Context, method string, args ...any) error {
	leave, err := c.gate.enter(ctx, method)
	if err != nil {
		return err
	}
	defer leave()
	_, err = async(ctx, c, method, args...)
	return err
}
