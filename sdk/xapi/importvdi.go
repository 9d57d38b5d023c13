package xapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// ImportRaw writes an image of size bytes to a disk. The server answers before
// it has read anything, and says how it went in a task: that decides.
func (c *Client) ImportRaw(ctx context.Context, vdi VDIRef, image io.ReaderAt, size int64) error {
	const method = "import_raw_vdi"
	task, err := c.createTaskOnce(ctx, "bioxen: import a disk image")
	if err != nil {
		return err
	}
	if err := c.putImage(ctx, vdi, task, image, size); err != nil {
		c.abandonTask(ctx, task)
		return fmt.Errorf("xapi: %s: %w", method, err)
	}
	_, err = c.finish(ctx, method, task)
	return err
}

// createTaskOnce makes a task of a name that nothing else has, so that a lost
// answer leaves none behind.
func (c *Client) createTaskOnce(ctx context.Context, label string) (TaskRef, error) {
	working := workingName(label)
	task, err := c.CreateTask(ctx, working, "")
	if !errors.Is(err, ErrLostAnswer) && !errors.Is(err, ErrProtocol) {
		return task, err
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelGrace)
	defer cancel()
	left, lookup := read[[]TaskRef](after, c, "task.get_by_name_label", working)
	for _, ref := range left {
		c.abandonTask(ctx, ref)
	}
	return "", errors.Join(err, lookup)
}

// abandonTask ends a task of ours whose transfer failed. The server ends it
// when it noticed the transfer; otherwise nobody does but we.
func (c *Client) abandonTask(ctx context.Context, ref TaskRef) {
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerGrace)
	defer cancel()
	t, err := c.Task(after, ref)
	if err == nil && !t.Done() {
		err = errors.Join(c.CancelTask(after, ref), idempotent(after, c, "task.set_status", ref, TaskStopped))
	}
	if err != nil && !isGone(err, ref) {
		c.logger.DebugContext(ctx, "xapi: the task of a failed transfer does not end")
	}
	c.forget(ctx, ref)
}

// putImage sends the image, following one redirection to a member that
// reaches the storage.
func (c *Client) putImage(ctx context.Context, vdi VDIRef, task TaskRef, image io.ReaderAt, size int64) error {
	session, err := c.session.current(ctx)
	if err != nil {
		return err
	}
	u := c.endpoint.url("/import_raw_vdi")
	u.RawQuery = url.Values{
		"session_id": {session}, "task_id": {string(task)}, "vdi": {string(vdi)}, "format": {"raw"},
	}.Encode()
	const hops = 2
	for range hops {
		next, err := c.putOnce(ctx, u, image, size)
		if err != nil || next == nil {
			return err
		}
		u = next
	}
	return fmt.Errorf("%w: it redirects more than once", ErrProtocol)
}

func (c *Client) putOnce(ctx context.Context, u *url.URL, image io.ReaderAt, size int64) (*url.URL, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, u.String(), io.NewSectionReader(image, 0, size))
	if err != nil {
		return nil, errors.New("the URL is not one") // its text holds the session
	}
	req.ContentLength = size
	resp, err := c.http.Do(req)
	if err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // without the URL, which holds the session
		}
		return nil, untrusted(err)
	}
	defer func() { _ = resp.Body.Close() }()
	// The upload goes on while the answer is read; closing it early cuts the
	// image short without an error.
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return nil, err
	}
	switch resp.StatusCode {
	case http.StatusOK:
		return nil, nil //nolint:nilnil // no further hop and no error is the good end
	case http.StatusFound, http.StatusTemporaryRedirect:
		return c.sameScheme(resp)
	}
	return nil, fmt.Errorf("%w: HTTP status %d", ErrProtocol, resp.StatusCode)
}

// sameScheme takes a redirection's host and query and keeps scheme and path:
// the session must not travel in the clear.
func (c *Client) sameScheme(resp *http.Response) (*url.URL, error) {
	to, err := resp.Location()
	if err != nil {
		return nil, fmt.Errorf("%w: a redirection to nowhere", ErrProtocol)
	}
	from := resp.Request.URL
	next := *from
	next.Host = to.Host
	if to.Port() == "" && from.Port() != "" {
		next.Host = to.Host + ":" + from.Port()
	}
	return &next, nil
}
