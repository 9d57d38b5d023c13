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
	task, err := c.CreateTask(ctx, "bioxen: import a disk image", "")
	if err != nil {
		return err
	}
	if err := c.putImage(ctx, vdi, task, image, size); err != nil {
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelGrace)
		defer cancel()
		return errors.Join(fmt.Errorf("xapi: %s: %w", method, err), c.CancelTask(after, task), c.DestroyTask(after, task))
	}
	_, err = c.finish(ctx, method, task)
	return err
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
		var e *url.Error
		if errors.As(err, &e) {
			err = e.Err // without the URL, which holds the session
		}
		return nil, err
	}
	defer resp.Body.Close()
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
