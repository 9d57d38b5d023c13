package xcpng_test

import (
	"context"
	"encoding/json"
	"net"
	"sync/atomic"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A cutter cuts connections to guests: when it is armed, the next thing that a
// guest says is not heard.
type cutter struct {
	lodge *lodge
	armed atomic.Bool
}

func (c *cutter) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := c.lodge.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &cutConn{Conn: conn, by: c}, nil
}

type cutConn struct {
	net.Conn

	by *cutter
}

// Read implements [net.Conn].
func (c *cutConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && c.by.armed.CompareAndSwap(true, false) {
		_ = c.Close()
		return 0, net.ErrClosed
	}
	return n, err
}

// TestAnswerLost loses the answer of a guest that did what it was told: it does it
// once.
func TestAnswerLost(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	cut := &cutter{lodge: r.lodge}
	o := r.options()
	o.DialGuest = cut.dial
	d := r.open(t, o)
	defer d.Close()
	vm := running(t, d, syn3a("a"))

	live := biovm.Process{Code: "simulate(minutes=0.5)"}
	cut.armed.Store(true)
	_, lost := vm.Execute(t.Context(), live)
	if cut.armed.Load() {
		t.Fatal("no connection was cut")
	}
	res, err := vm.Execute(t.Context(), live)
	if err != nil {
		t.Fatal(err)
	}
	var cell struct{ Age float64 }
	if err := json.Unmarshal(res.Value, &cell); err != nil {
		t.Fatal(err)
	}
	if want := 1.0; cell.Age != want || lost == nil {
		t.Errorf("half a minute whose answer got lost (%v), and another: the cell is %v minutes old, want %v, and an error", lost, cell.Age, want)
	}
}
