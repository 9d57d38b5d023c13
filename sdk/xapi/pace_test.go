package xapi

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// A watcher does not storm a server whose looks come to nothing at once, and
// hears it when there is something after all.
func TestEventsPace(t *testing.T) {
	t.Parallel()
	batch := func(events string, vms int) answer {
		return rawResult(fmt.Sprintf(`{"events":[%s],"valid_ref_counts":{"vm":%d},"token":"1,1"}`, events, vms))
	}
	for name, look := range map[string]func(token any, n int) answer{
		"that holds no look":       func(any, int) answer { return batch("", 0) },
		"whose counts never agree": func(_ any, n int) answer { return batch("", n) },
		"that loses every place": func(token any, _ int) answer {
			if token != "" {
				return failure("EVENTS_LOST")
			}
			return batch(`{"class":"vm","operation":"add","ref":"OpaqueRef:1","snapshot":{}}`, 1)
		},
		"that loses every session": func(token any, _ int) answer {
			if token != "" {
				return failure("SESSION_INVALID", "x")
			}
			return batch("", 0)
		},
	} {
		t.Run("a server "+name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			n := 0
			f.on("event.from", func(params []any) answer {
				n++
				return look(params[2], n)
			})
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			for _, err := range f.dial(t).Events(ctx, "vm") {
				if err != nil {
					t.Fatal(err)
				}
			}
			const most = 40 // a pause that doubles from 10 ms; unpaced it is thousands
			if got := f.count("event.from"); got < 2 || got > most {
				t.Errorf("got %d looks in 300 ms, want 2 to %d", got, most)
			}
		})
	}
}
