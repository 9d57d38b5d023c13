package xcpng

import (
	"context"
	"sync"
)

// A door lets calls into a guest. While it is shut nobody gets in, and it is
// shut when nobody is in any more: before the guest is made to stand still, so
// that no call hangs in it. It is safe for concurrent use.
type door struct {
	mu     sync.Mutex // guards what follows
	inside int
	opened chan struct{} // closed by open; nil when the door is open
	empty  chan struct{} // closed when nobody is inside; nil when nobody waits for it
}

// enter waits until the door is open and goes in; leave comes out.
func (d *door) enter(ctx context.Context) error {
	for {
		d.mu.Lock()
		opened := d.opened
		if opened == nil {
			d.inside++
			d.mu.Unlock()
			return nil
		}
		d.mu.Unlock()
		select {
		case <-opened:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (d *door) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.inside--; d.inside == 0 && d.empty != nil {
		close(d.empty)
		d.empty = nil
	}
}

// shut keeps others out and waits until nobody is inside. One at a time may do
// so, and must open the door again whatever comes out of it.
func (d *door) shut(ctx context.Context) error {
	d.mu.Lock()
	d.opened = make(chan struct{})
	var empty chan struct{}
	if d.inside > 0 {
		empty = make(chan struct{})
		d.empty = empty
	}
	d.mu.Unlock()
	if empty == nil {
		return nil
	}
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (d *door) open() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.opened)
	d.opened = nil
}
