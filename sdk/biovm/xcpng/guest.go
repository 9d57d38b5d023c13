package xcpng

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// A guest is this process' side of what runs in a machine. It is safe for
// concurrent use.
type guest struct {
	door    door
	dialing chan struct{} // holds one while somebody connects

	mu   sync.Mutex // guards line
	line *line      // nil when there is none
}

// A line is a connection to the engine in a guest.
type line struct {
	engine *remote.Client
	conn   *sshx.Conn
}

// alive reports whether the connection under the line is there.
func (l *line) alive() bool {
	select {
	case <-l.conn.Done():
		return false
	default:
		return true
	}
}

// guest finds the driver's side of a VM's guest, connected or not.
func (d *Driver) guest(uuid string) *guest {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.guests[uuid]
	if g == nil {
		g = &guest{dialing: make(chan struct{}, 1)}
		d.guests[uuid] = g
	}
	return g
}

// forget ends the connection to a VM that is no more.
func (d *Driver) forget(uuid string) {
	d.mu.Lock()
	g := d.guests[uuid]
	delete(d.guests, uuid)
	d.mu.Unlock()
	if g != nil {
		_ = g.hangUp()
	}
}

// current is the line, if it is there and alive.
func (g *guest) current() *line {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.line != nil && g.line.alive() {
		return g.line
	}
	return nil
}

func (g *guest) put(l *line) {
	g.mu.Lock()
	old := g.line
	g.line = l
	g.mu.Unlock()
	if old != nil {
		_ = old.engine.Close()
	}
}

// hangUp ends the line; the next call makes another one.
func (g *guest) hangUp() error {
	g.mu.Lock()
	l := g.line
	g.line = nil
	g.mu.Unlock()
	if l == nil {
		return nil
	}
	return errors.Join(l.engine.Close(), l.conn.Close())
}

const (
	// addressTime bounds the wait for a guest's address, sshTime that for SSH
	// and the engine after it, shutdownTime a guest's shutdown, when the spec
	// says nothing.
	addressTime, sshTime, shutdownTime = 5 * time.Minute, 5 * time.Minute, time.Minute

	// sshPort is where guests listen.
	sshPort = "22"
)

func orDefault(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// bounded is ctx with a limit whose end says what was waited for.
func bounded(ctx context.Context, d time.Duration, what, setting string) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, d, fmt.Errorf("%s took longer than %s (%s): %w", what, d, setting, context.DeadlineExceeded))
}

// connect returns a line to the engine in the guest of a machine that runs. One
// call connects, and others wait for it.
func (v *VM) connect(ctx context.Context, c *xapi.Client, s *stamp) (*line, error) {
	g := v.d.guest(v.uuid)
	if l := g.current(); l != nil {
		return l, nil
	}
	select {
	case g.dialing <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a connection to the guest: %w", context.Cause(ctx))
	}
	defer func() { <-g.dialing }()
	if l := g.current(); l != nil {
		return l, nil
	}
	_ = g.hangUp() // what is left of a dead one
	var l *line
	err := v.whileUp(ctx, c, nil, func(ctx context.Context) error {
		a, err := v.address(ctx, c, s)
		if err != nil {
			return fmt.Errorf("wait for the guest's address: %w", err)
		}
		l, err = v.dial(ctx, s, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	g.put(l)
	return l, nil
}

// address waits until the guest reports where it is.
func (v *VM) address(ctx context.Context, c *xapi.Client, s *stamp) (netip.Addr, error) {
	limit, cancel := bounded(ctx, orDefault(s.Asked.AddressTimeout, addressTime), "the guest's address", "address_timeout")
	defer cancel()
	a, err := c.WaitIP(limit, v.ref, xapi.IPFilter{Within: within(s.Asked)})
	if err != nil {
		return a, v.explain(err)
	}
	return a, nil
}

// dial connects to the engine at an address: SSH with the one host key that the
// guest published, and the engine's socket behind it.
func (v *VM) dial(ctx context.Context, s *stamp, a netip.Addr) (*line, error) {
	limit, cancel := bounded(ctx, orDefault(s.Asked.SSHTimeout, sshTime), "SSH and the engine in the guest", "ssh_timeout")
	defer cancel()
	t, err := v.target(s, a)
	if err != nil {
		return nil, err
	}
	conn, err := v.d.ssh.Get(limit, t)
	if err != nil {
		return nil, v.loginRefused(s, err)
	}
	engine, err := v.d.engineBehind(limit, conn)
	if err != nil {
		return nil, fmt.Errorf("the engine in the guest at %s: %w", a, err)
	}
	return &line{engine: engine, conn: conn}, nil
}

// target is how to get into the guest.
func (v *VM) target(s *stamp, a netip.Addr) (sshx.Target, error) {
	if s.Made.HostKey == "" {
		return sshx.Target{}, fmt.Errorf("%w: the guest's SSH host key is not known, and none is trusted at first sight", biovm.ErrState)
	}
	key, err := v.d.keys.login(s.Asked.SSHKeyPath)
	if err != nil {
		return sshx.Target{}, err
	}
	return sshx.Target{
		Address: net.JoinHostPort(a.String(), sshPort), User: sshUser(s.Asked),
		Auth: sshx.Auth{Keys: []sshx.PrivateKey{key.key}}, HostKeys: sshx.HostKeys{Known: []string{s.Made.HostKey}},
	}, nil
}

func sshUser(x biovm.XCPngSpec) string {
	if x.SSHUser == "" {
		return "root"
	}
	return x.SSHUser
}

// loginRefused says which key the guest was given, when it does not take ours.
func (v *VM) loginRefused(s *stamp, err error) error {
	if _, refused := errors.AsType[*sshx.AuthError](err); refused && s.Made.LoginKey != "" {
		if key, keyErr := v.d.keys.login(s.Asked.SSHKeyPath); keyErr == nil && key.fingerprint != s.Made.LoginKey {
			return fmt.Errorf("%w; the guest was made for the key %s: set ssh_key_path to it, or use the data directory that made the vm", err, s.Made.LoginKey)
		}
	}
	return err
}

// hangUp ends the line to a VM's guest, if there is one.
func (d *Driver) hangUp(uuid string) {
	_ = d.guest(uuid).hangUp() // what it says of its end is nobody's concern
}
