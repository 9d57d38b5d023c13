package lab

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path"
	"path/filepath"
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab/bootplan"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A xenstore answers a guest's tools out of the simulated pool's. Its goroutines
// end with close.
type xenstore struct {
	machine *xapitest.Machine
	socket  net.Listener
	serving sync.WaitGroup
}

// openXenstore listens in a folder.
func openXenstore(ctx context.Context, dir string, m *xapitest.Machine) (*xenstore, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // the socket is root's
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", filepath.Join(dir, path.Base(bootplan.Socket)))
	if err != nil {
		return nil, err
	}
	x := &xenstore{machine: m, socket: l}
	x.serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // it is closed
			}
			x.serving.Go(func() { x.serve(c) }) // ends with the guest's tool
		}
	})
	return x, nil
}

// close waits for the tools, so the guest must have ended.
func (x *xenstore) close() error {
	err := x.socket.Close()
	x.serving.Wait()
	return err
}

func (x *xenstore) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	var r bootplan.Request
	if json.NewDecoder(c).Decode(&r) != nil {
		return // the tool has ended
	}
	var a bootplan.Answer
	if r.Write {
		if err := x.machine.WriteXenstore(r.Key, r.Value); err != nil {
			a.Error = err.Error()
		}
	} else {
		a.Value, a.Found = x.machine.Xenstore(r.Key)
	}
	_ = json.NewEncoder(c).Encode(a) // the tool may have ended
}
