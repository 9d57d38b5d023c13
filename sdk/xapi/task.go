package xapi

import (
	"context"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// A Task is an operation that the server does for somebody.
type Task struct {
	UUID        string            `xapi:"uuid"`
	NameLabel   string            `xapi:"name_label"`
	Status      string            `xapi:"status"` // pending, success, failure, cancelling, cancelled
	Progress    float64           `xapi:"progress"`
	Result      string            `xapi:"result"` // an XML-RPC value
	ErrorInfo   []string          `xapi:"error_info"`
	Created     time.Time         `xapi:"created"`
	Finished    time.Time         `xapi:"finished"`
	OtherConfig map[string]string `xapi:"other_config"`
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
// it may still have succeeded, and then async succeeds too. A task whose
// reference got lost on the way is found by a mark.
func async(ctx context.Context, c *Client, method string, args ...any) (string, error) {
	mark := rand.Text()
	ref, err := send[TaskRef](ctx, c, &request{method: "Async." + method, args: args, prompt: true, mark: mark})
	if errors.Is(err, ErrLostAnswer) || errors.Is(err, ErrProtocol) {
		found, lookup := c.markedTask(ctx, mark)
		if lookup != nil {
			return "", fmt.Errorf("%w; looking for its task: %w", err, lookup)
		}
		if found.IsNull() {
			return "", err
		}
		ref, err = found, nil
	}
	if err != nil {
		return "", err
	}
	return c.finish(ctx, method, ref)
}

// markedTask finds the task that bears a mark; null when there is none.
func (c *Client) markedTask(ctx context.Context, mark string) (TaskRef, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelGrace)
	defer cancel()
	tasks, err := c.Tasks(ctx)
	if err != nil {
		return "", err
	}
	for ref, t := range tasks {
		if t.OtherConfig[markKey] == mark {
			return ref, nil
		}
	}
	return "", nil
}

// finish waits for a task, stops it when ctx ends or the wait fails, and
// removes it.
func (c *Client) finish(ctx context.Context, method string, ref TaskRef) (string, error) {
	t, err := c.WaitTask(ctx, ref)
	var why error
	if err != nil && !isGone(err, ref) {
		why = err
		t, err = c.stopTask(ctx, ref)
	}
	if isGone(err, ref) {
		return "", errors.Join(fmt.Errorf("xapi: %s: %w", method, ErrTaskLost), why)
	}
	c.forget(ctx, ref)
	if err != nil {
		return "", fmt.Errorf("xapi: %s: %w; stopping it: %w", method, why, err)
	}
	if !t.Done() {
		return "", fmt.Errorf("xapi: %s: %w; the operation did not stop and goes on at the server", method, why)
	}
	if err := t.err(method); err != nil {
		if why != nil {
			return "", fmt.Errorf("xapi: %s: %w; stopped: %w", method, why, err)
		}
		return "", err
	}
	value, err := t.value()
	if err != nil {
		return "", fmt.Errorf("xapi: %s: %w", method, err)
	}
	return value, nil
}

// cancelGrace is how long a task that was told to stop may take to do so.
const cancelGrace = 30 * time.Second

// stopTask tells a task to stop and waits for its end, which need not come
// in time. It goes on after ctx.
func (c *Client) stopTask(ctx context.Context, ref TaskRef) (Task, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelGrace)
	defer cancel()
	if err := c.CancelTask(ctx, ref); err != nil && !isCode(err, OperationNotAllowed) {
		return Task{}, err
	}
	t, err := c.WaitTask(ctx, ref)
	if err != nil && ctx.Err() != nil {
		return t, nil
	}
	return t, err
}

// forget removes a task, now or at Close. It goes on after ctx. One that is not
// done the server removes when it is.
func (c *Client) forget(ctx context.Context, ref TaskRef) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logoutTime)
	defer cancel()
	if err := c.DestroyTask(ctx, ref); err != nil {
		c.logger.DebugContext(ctx, "xapi: a task stays until the client is closed")
		c.debris.add(ref)
	}
}

// debris are tasks that could not be removed. It is safe for concurrent use.
type debris struct {
	mu    sync.Mutex // guards tasks
	tasks []TaskRef
}

func (d *debris) add(t TaskRef) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tasks = append(d.tasks, t)
}

func (d *debris) take() []TaskRef {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.tasks
	d.tasks = nil
	return all
}

// WaitTask waits until the task is done and returns it as it then is; how it
// ended is not an error here. When ctx ends first it returns the task as last
// seen, and why ctx ended.
func (c *Client) WaitTask(ctx context.Context, ref TaskRef) (Task, error) {
	last, err := c.Task(ctx, ref)
	if err != nil || last.Done() {
		return last, err
	}
	for batch, err := range c.Events(ctx, "task/"+string(ref)) {
		if err != nil {
			return last, err
		}
		t, ok := snapshotOf(batch, ref)
		if !ok {
			if t, err = c.Task(ctx, ref); err != nil {
				return last, err
			}
		}
		if last = t; t.Done() {
			return t, nil
		}
	}
	return last, fmt.Errorf("xapi: wait for a task: %w", context.Cause(ctx))
}

// snapshotOf returns the task as the last event of a batch shows it.
func snapshotOf(batch EventBatch, ref TaskRef) (t Task, ok bool) {
	for i := range batch.Events {
		if e := &batch.Events[i]; e.Ref == string(ref) {
			ok = e.Operation != eventDel && e.Record(&t) == nil
		}
	}
	return t, ok
}

// Task reads a task.
func (c *Client) Task(ctx context.Context, ref TaskRef) (Task, error) {
	return read[Task](ctx, c, "task.get_record", ref)
}

// Tasks returns every task that the session may see, in one call.
func (c *Client) Tasks(ctx context.Context) (map[TaskRef]Task, error) {
	return read[map[TaskRef]Task](ctx, c, "task.get_all_records")
}

// CancelTask asks the server to stop a task. It returns at once, and the
// operation may still succeed.
func (c *Client) CancelTask(ctx context.Context, ref TaskRef) error {
	return idempotent(ctx, c, "task.cancel", ref)
}

// DestroyTask forgets a task, or, when it is not done, makes the server forget
// it then; one that is gone is no error.
func (c *Client) DestroyTask(ctx context.Context, ref TaskRef) error {
	return ignoreGone(idempotent(ctx, c, "task.destroy", ref), ref)
}

// CreateTask makes a task for a transfer that reports into it.
func (c *Client) CreateTask(ctx context.Context, label, description string) (TaskRef, error) {
	return send[TaskRef](ctx, c, &request{method: "task.create", args: []any{label, description}, prompt: true})
}
