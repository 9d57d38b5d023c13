package remote

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// EventProblem is the kind of the event that says why the stream ends, a [Problem].
// All others are the engine's.
const EventProblem = "problem"

const (
	// maxEvent bounds one event of the stream.
	maxEvent = 16 << 20
	// rejoins is how often in a row a broken stream is taken up again, and
	// rejoinPause what comes before the first, doubled for each after it. A
	// stream that brought an event, or was open for a settled time, begins
	// another row.
	rejoins     = 4
	rejoinPause = 100 * time.Millisecond
	settled     = time.Minute
)

// Watch yields the events after the one numbered after, then waits for more
// until ctx ends, which ends the sequence without an error. A stream that breaks
// is taken up where it broke.
func (c *Client) Watch(ctx context.Context, after int64) iter.Seq2[biovm.Event, error] {
	return func(yield func(biovm.Event, error) bool) {
		failed, enough := 0, false
		for {
			begun := after
			var opened time.Time
			err := c.watch(ctx, &after, &opened, func(e biovm.Event) bool {
				enough = !yield(e, nil)
				return !enough
			})
			if enough || ctx.Err() != nil {
				return
			}
			if after > begun || !opened.IsZero() && time.Since(opened) >= settled {
				failed = 0
			}
			if failed++; !errors.Is(err, errBroken) || failed > rejoins {
				yield(biovm.Event{}, &biovm.OpError{Op: "watch", Err: err})
				return
			}
			select {
			case <-time.After(rejoinPause << (failed - 1)):
			case <-ctx.Done():
				return
			}
		}
	}
}

var (
	// errEnough: who watches wants no more.
	errEnough = errors.New("enough")
	// errBroken: the stream ended and nobody said why.
	errBroken = errors.New("the daemon's stream of events broke")
)

// watch reads one stream to its end. It keeps in after and opened how far it came
// and since when.
func (c *Client) watch(ctx context.Context, after *int64, opened *time.Time, yield func(biovm.Event) bool) error {
	ctx, done, err := c.begin(ctx)
	if err != nil {
		return err
	}
	defer done()
	req, err := c.request(ctx, request{method: http.MethodGet, path: "/v1/events", query: url.Values{"after": {strconv.FormatInt(*after, 10)}}})
	if err != nil {
		return endedBy(ctx, err)
	}
	req.Header.Set("Accept", "text/event-stream, "+ProblemType)
	resp, err := c.http.Do(req)
	if err != nil {
		return endedBy(ctx, fmt.Errorf("%w: %w", errBroken, unreached(err)))
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	if resp.StatusCode != http.StatusOK {
		body, err := io.ReadAll(io.LimitReader(resp.Body, maxProblem))
		if err != nil {
			return endedBy(ctx, fmt.Errorf("%w: %w", errBroken, err))
		}
		return endedBy(ctx, c.problem(resp, body))
	}
	*opened = time.Now()
	err = readEvents(resp.Body, func(kind string, data []byte) error {
		if kind == EventProblem {
			var p Problem
			if err := json.Unmarshal(data, &p); err != nil {
				return c.notOurs(resp)
			}
			return p.Err()
		}
		var e biovm.Event
		if err := json.Unmarshal(data, &e); err != nil {
			return c.notOurs(resp)
		}
		if !yield(e) {
			return errEnough
		}
		*after = e.Seq
		return nil
	})
	return endedBy(ctx, err)
}

// readEvents reads server-sent events and hands over each, with its kind and its
// data. It ends with the first error, which is errBroken when the stream ends.
func readEvents(r io.Reader, take func(kind string, data []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4096), maxEvent)
	kind, data := "", []byte(nil)
	for lines.Scan() {
		line := bytes.TrimSuffix(lines.Bytes(), []byte("\r"))
		if len(line) == 0 {
			if data != nil {
				if err := take(kind, data); err != nil {
					return err
				}
			}
			kind, data = "", nil
			continue
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "event":
			kind = string(value)
		case "data":
			if data != nil {
				data = append(data, '\n')
			}
			if data = append(data, value...); data == nil {
				data = []byte{}
			}
			if len(data) > maxEvent {
				return fmt.Errorf("%w: an event is longer than %d bytes", errBroken, maxEvent)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	return errBroken
}
