package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

const eventsType = "text/event-stream"

type eventsInput struct {
	After  int64  `doc:"Number of the last event that is known; 0 for all." query:"after"`
	LastID string `doc:"As after, the way browsers say it."                header:"Last-Event-ID"`
}

// events streams what happens.
func (d *Daemon) events(_ context.Context, in *eventsInput) (*huma.StreamResponse, error) {
	after := in.After
	if n, err := strconv.ParseInt(in.LastID, 10, 64); err == nil {
		after = n
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		ctx, cancel := context.WithCancel(c.Context())
		defer cancel()
		c.SetHeader("Content-Type", eventsType)
		out := &eventStream{stream: streamWriter(c)}
		if out.write(": bioxen\n\n") != nil {
			return
		}
		done := make(chan struct{})
		defer func() { <-done }()
		defer cancel()
		go func() { // ends with the stream
			defer close(done)
			defer cancel()
			d.beats(ctx, func() error { return out.write(": beat\n\n") })
		}()
		for e, err := range d.options.Engine.Watch(ctx, after) {
			if err != nil {
				out.problem(ctx, err)
				return
			}
			if out.event(e) != nil {
				return
			}
		}
	}}, nil
}

// eventStream writes whole events.
type eventStream struct {
	mu sync.Mutex // held while an event is written
	stream
}

func (s *eventStream) write(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := fmt.Fprint(s.stream, text)
	return errors.Join(err, s.flush())
}

func (s *eventStream) event(e biovm.Event) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return s.write(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", e.Seq, e.Kind, data))
}

func (s *eventStream) problem(ctx context.Context, err error) {
	if data, failed := json.Marshal(problem(ctx, err)); failed == nil {
		// The stream ends either way.
		_ = s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", remote.EventProblem, data))
	}
}
