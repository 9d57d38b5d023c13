package xapi

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Task is an operation that the server does for somebody.
type Task struct {
	UUID      string    `xapi:"uuid"`
	NameLabel string    `xapi:"name_label"`
	Status    string    `xapi:"status"` // pending, success, failure, cancelling, cancelled
	Progress  float64   `xapi:"progress"`
	Result    string    `xapi:"result"` // an XML-RPC value
	ErrorInfo []string  `xapi:"error_info"`
	Created   time.Time `xapi:"created"`
	Finished  time.Time `xapi:"finished"`
}

// The status of a task. Others are possible on servers to come.
const (
	TaskPending    = "pending"
	TaskSuccess    = "success"
	TaskFailure    = "failure"
	TaskCancelling = "cancelling"
	TaskStopped    = "cancelled"
)

// Done reports whether the task came to its end. Only the status says so: the
// other fields are written one by one before it.
func (t *Task) Done() bool {
	return t.Status == TaskSuccess || t.Status == TaskFailure || t.Status == TaskStopped
}

// value is what is in a finished task's result, which is an XML-RPC
// fragment whatever the protocol: a reference, a string, or nothing. A
// structured result is an error.
func (t *Task) value() (string, error) {
	if strings.TrimSpace(t.Result) == "" {
		return "", nil
	}
	const maxResult = 1 << 20
	if len(t.Result) > maxResult {
		return "", fmt.Errorf("%w: a task result of %d bytes", ErrProtocol, len(t.Result))
	}
	var v struct {
		XMLName xml.Name `xml:"value"`
		Text    string   `xml:",chardata"`
		String  *string  `xml:"string"`
		Others  []struct {
			XMLName xml.Name
		} `xml:",any"`
	}
	if err := xml.Unmarshal([]byte(t.Result), &v); err != nil {
		return "", fmt.Errorf("%w: task result: %w", ErrProtocol, err)
	}
	if len(v.Others) > 0 {
		return "", fmt.Errorf("%w: task result holds <%s>", ErrProtocol, v.Others[0].XMLName.Local)
	}
	if v.String != nil {
		return *v.String, nil
	}
	return strings.TrimSpace(v.Text), nil
}

// err is how a finished task failed, nil when it did not.
func (t *Task) err(method string) error {
	switch {
	case t.Status == TaskSuccess:
		return nil
	case len(t.ErrorInfo) > 0:
		return &Error{Method: method, Code: ErrorCode(t.ErrorInfo[0]), Params: t.ErrorInfo[1:]}
	case t.Status == TaskStopped:
		return &Error{Method: method, Code: TaskCancelled}
	}
	return fmt.Errorf("xapi: %s: %w: its task ended as %q without saying why", method, ErrProtocol, t.Status)
}

// async runs a call as a task and waits for it. The server retries operations
// that stand in each other's way for hours; a task can be given up. When ctx
// ends the task is told to stop, and async waits a little for how it ended:
// it may still have succeeded, and then async succeeds too.
func async(ctx context.Context, c *Client, method string, args ...any) (string, error) {
	ref, err := call[TaskRef](ctx, c, "Async."+method, args...)
	if err != nil {
		return "", err
	}
	return c.finish(ctx, method, ref)
}

// finish waits for a task, cancels it when ctx ends, and removes it.
func (c *Client) finish(ctx context.Context, method string, ref TaskRef) (string, error) {
	t, err := c.WaitTask(ctx, ref)
	after := context.WithoutCancel(ctx)
	if err != nil && ctx.Err() != nil {
		t, err = c.stopTask(after, ref)
		if err == nil && !t.Done() {
			return "", fmt.Errorf("xapi: %s: %w; the operation did not stop and goes on at the server", method, context.Cause(ctx))
		}
	}
	if errors.Is(err, HandleInvalid) {
		return "", fmt.Errorf("xapi: %s: its task is gone, so how it ended is not known: %w", method, err)
	}
	if err != nil {
		return "", err
	}
	gone := c.DestroyTask(after, ref)
	if err := t.err(method); err != nil {
		return "", err
	}
	value, err := t.value()
	if err != nil {
		return "", fmt.Errorf("xapi: %s: %w", method, err)
	}
	return value, gone
}

// cancelGrace is how long a task that was told to stop may take to do so.
const cancelGrace = 30 * time.Second

func (c *Client) stopTask(ctx context.Context, ref TaskRef) (Task, error) {
	ctx, cancel := context.WithTimeout(ctx, cancelGrace)
	defer cancel()
	if err := c.CancelTask(ctx, ref); err != nil && !errors.Is(err, OperationNotAllowed) {
		return Task{}, err
	}
	t, err := c.WaitTask(ctx, ref)
	if err != nil && ctx.Err() != nil {
		return t, nil
	}
	return t, err
}

// WaitTask waits until the task is done and returns it as it then is; how it
// ended is not an error here. When ctx ends first it returns the task as last
// seen, and ctx's error.
func (c *Client) WaitTask(ctx context.Context, ref TaskRef) (Task, error) {
	last, err := c.Task(ctx, ref)
	if err != nil || last.Done() {
		return last, err
	}
	for _, err := range c.Events(ctx, "task/"+string(ref)) {
		if err != nil {
			return last, err
		}
		t, err := c.Task(ctx, ref)
		if err != nil {
			return last, err
		}
		last = t
		if t.Done() {
			return t, nil
		}
	}
	return last, context.Cause(ctx)
}

// Task reads a task.
func (c *Client) Task(ctx context.Context, ref TaskRef) (Task, error) {
	return read[Task](ctx, c, "task.get_record", ref)
}

// CancelTask asks the server to stop a task. It returns at once, and the
// operation may still succeed.
func (c *Client) CancelTask(ctx context.Context, ref TaskRef) error {
	return idempotent(ctx, c, "task.cancel", ref)
}

// DestroyTask forgets a task; one that is gone is no error.
func (c *Client) DestroyTask(ctx context.Context, ref TaskRef) error {
	err := idempotent(ctx, c, "task.destroy", ref)
	if errors.Is(err, HandleInvalid) {
		return nil
	}
	return err
}

// CreateTask makes a task for a transfer that reports into it.
func (c *Client) CreateTask(ctx context.Context, label, description string) (TaskRef, error) {
	return call[TaskRef](ctx, c, "task.create", label, description)
}
