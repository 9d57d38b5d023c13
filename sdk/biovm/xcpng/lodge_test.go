package xcpng_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx/sshtest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A lodge is where guests live in the process: each has a real SSH server, and
// all have one engine behind the same socket. It needs no root.
type lodge struct {
	xapitest.Nobody

	t      testing.TB
	socket string

	mu     sync.Mutex // guards what follows
	guests map[string]*lodger
	byAddr map[string]*lodger
	ways   lodgeWays
}

// lodgeWays are what guests do wrong; zero is nothing.
type lodgeWays struct {
	silent   bool  // report no address
	noConfig bool  // have no cloud-init
	noKey    bool  // publish no host key
	oldNonce bool  // answer another nonce
	move     bool  // have another address at each boot
	stubborn bool  // hear no request to shut down
	wrongKey bool  // have a man in the middle
	drop     int64 // cut SSH connections after so many bytes; never when 0
	forbid   bool  // forward to no sockets
}

// A lodger is one guest.
type lodger struct {
	server  *sshtest.Server
	address string
	up      bool
}

func newLodge(t testing.TB) *lodge {
	t.Helper()
	dir, err := os.MkdirTemp("", "bx") //nolint:usetesting // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	l := &lodge{t: t, socket: filepath.Join(dir, "s", "bioxen.sock"), guests: map[string]*lodger{}, byAddr: map[string]*lodger{}}
	e, err := engine.Open(t.Context(), engine.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := daemon.ListenUnix(t.Context(), l.socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	go func() { served <- daemon.New(daemon.Options{Engine: e, Version: "test"}).Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-served, e.Close(), os.RemoveAll(dir)); err != nil {
			t.Errorf("the guests' engine: %v", err)
		}
	})
	return l
}

// set changes what guests that boot from now on do wrong.
func (l *lodge) set(w lodgeWays) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ways = w
}

// server is the SSH server of a VM's guest, by reference.
func (l *lodge) server(vm string) *sshtest.Server {
	l.mu.Lock()
	defer l.mu.Unlock()
	if g := l.guests[vm]; g != nil {
		return g.server
	}
	return nil
}

// Dial reaches guests by the addresses that they report.
func (l *lodge) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	l.mu.Lock()
	g := l.byAddr[address]
	l.mu.Unlock()
	if g == nil {
		return nil, fmt.Errorf("nobody lives at %s", address)
	}
	return new(net.Dialer).DialContext(ctx, network, g.server.Address())
}

var (
	keyInDrive   = regexp.MustCompile(`"ssh_authorized_keys":\["(ssh-ed25519 [^"]+)"\]`)
	nonceInDrive = regexp.MustCompile(`vm-data/bioxen/done ([A-Z2-7]+)`)
)

// Boot implements [xapitest.Guest].
func (l *lodge) Boot(m *xapitest.Machine) { m.Later(2, func() { l.up(m) }) }

func (l *lodge) up(m *xapitest.Machine) {
	drive, _ := m.ConfigDrive()
	var text []byte
	if drive.Content != nil {
		const start = 1 << 20 // what is in its files is there; the rest is zeros
		text = make([]byte, min(drive.Written, start))
		_, _ = drive.Content.ReadAt(text, 0)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.guests[m.Ref()]
	switch key := keyInDrive.FindSubmatch(text); {
	case g != nil && !g.up:
		g.server.Start(l.t)
	case g == nil && key != nil:
		g = &lodger{server: sshtest.New(l.t, sshtest.Options{User: "root", Authorized: []string{string(key[1])}})}
		l.guests[m.Ref()] = g
	case g == nil:
		return
	}
	g.up = true
	g.server.WrongHostKey(l.ways.wrongKey)
	g.server.ForbidStreamlocal(l.ways.forbid)
	if l.ways.drop > 0 {
		g.server.DropAfter(l.ways.drop)
	}
	if g.address == "" || l.ways.move {
		g.address = fmt.Sprintf("10.77.%d.%d", len(l.byAddr)/250, len(l.byAddr)%250+1)
		l.byAddr[net.JoinHostPort(g.address, "22")] = g
	}
	if !l.ways.silent {
		m.Report(xapitest.Address{Device: "0", IP: "fe80::1"}, xapitest.Address{Device: "0", IP: g.address})
	}
	if nonce := nonceInDrive.FindSubmatch(text); nonce != nil && !l.ways.noConfig {
		l.publish(m, g, string(nonce[1]))
	}
}

// publish is what the guest's cloud-init runs.
func (l *lodge) publish(m *xapitest.Machine, g *lodger, nonce string) {
	if l.ways.oldNonce {
		nonce = "ANOTHER"
	}
	var err error
	if !l.ways.noKey {
		err = m.WriteXenstore("vm-data/bioxen/ssh-ed25519", g.server.HostKeys()[0])
	}
	if err := errors.Join(err, m.WriteXenstore("vm-data/bioxen/done", nonce)); err != nil {
		l.t.Error(err)
	}
}

// Listens implements [xapitest.Guest].
func (l *lodge) Listens(*xapitest.Machine) bool { return true }

// Shutdown implements [xapitest.Guest].
func (l *lodge) Shutdown(m *xapitest.Machine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ways.stubborn {
		m.Later(1, m.PowerOff)
	}
}

// Freeze implements [xapitest.Guest].
func (l *lodge) Freeze(m *xapitest.Machine) {
	if s := l.server(m.Ref()); s != nil {
		s.Freeze()
	}
}

// Thaw implements [xapitest.Guest].
func (l *lodge) Thaw(m *xapitest.Machine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if g := l.guests[m.Ref()]; g != nil {
		g.server.Thaw()
		m.Report(xapitest.Address{Device: "0", IP: g.address}) // of a machine that was suspended nothing is known
	}
}

// Stop implements [xapitest.Guest].
func (l *lodge) Stop(m *xapitest.Machine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if g := l.guests[m.Ref()]; g != nil && g.up {
		g.up = false
		g.server.Thaw()
		g.server.Stop()
	}
}
