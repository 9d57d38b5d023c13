package xcpng

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

const (
	addressTimeout = 5 * time.Minute // when the spec says nothing
	sshTimeout     = 5 * time.Minute
	shutdownGrace  = time.Minute

	// authRetry is how long a guest may refuse the key: cloud-init puts it down
	// after SSH has begun to answer.
	authRetry = time.Minute
	// keepAlive is after how long without a sign a guest is asked for one.
	keepAlive = 10 * time.Second

	defaultUser = "root"
	sshPort     = "22"
)

// The keys of xenstore that the guest and the driver speak through.
const (
	xenstorePrefix  = "vm-data/bioxen/"
	xenstoreNonce   = xenstorePrefix + "nonce"
	xenstoreHostKey = xenstorePrefix + "ssh-ed25519"
	xenstoreDone    = xenstorePrefix + "done"
)

// A guest is a connection to the engine in one.
type guest struct {
	client *remote.Client
	target sshx.Target
	cell   biovm.VM // nil before it is made
}

func (g *guest) close() error { return g.client.Close() }

// A StepError says at which step on the way to a cell in a guest something went
// wrong, and what can be done.
type StepError struct {
	// Step is what was being done, such as "wait for the guest's address".
	Step string
	// Hint says what may help; empty when the error does.
	Hint string
	Err  error
}

// Error says all of it.
func (e *StepError) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("%s: %v", e.Step, e.Err)
	}
	return fmt.Sprintf("%s: %v; %s", e.Step, e.Err, e.Hint)
}

// Unwrap returns what went wrong.
func (e *StepError) Unwrap() error { return e.Err }

// within bounds a step. Its error tells the step's own end from the caller's.
func within(ctx context.Context, step string, d, otherwise time.Duration, setting, hint string, do func(ctx context.Context) error) error {
	if d <= 0 {
		d = otherwise
	}
	late := fmt.Errorf("%w of %s (%s)", context.DeadlineExceeded, d, setting)
	brief, cancel := context.WithTimeoutCause(ctx, d, late)
	defer cancel()
	err := do(brief)
	if err == nil {
		return nil
	}
	if ctx.Err() == nil && brief.Err() != nil && !errors.Is(err, late) {
		err = errors.Join(late, err)
	}
	return &StepError{Step: step, Hint: hint, Err: err}
}

// connect finds the guest of a machine that runs, and the engine in it, and keeps
// the connection.
func (d *Driver) connect(ctx context.Context, m *machine) (*guest, error) {
	if g := d.connected(m.record.UUID); g != nil {
		return g, nil
	}
	g, err := d.reach(ctx, m)
	if err != nil {
		return nil, err
	}
	if m.stamp.Cell != "" {
		if g.cell, err = basic.New(g.client).Get(ctx, m.stamp.Cell); err != nil {
			return nil, errors.Join(fmt.Errorf("the cell in the guest: %w", inner(err)), g.close())
		}
	}
	d.keep(m.record.UUID, g)
	return g, nil
}

// keep puts a connection down, and closes the one that was there before.
func (d *Driver) keep(uuid string, g *guest) {
	d.mu.Lock()
	old := d.guests[uuid]
	d.guests[uuid] = g
	d.mu.Unlock()
	if old != nil && old != g {
		d.abandon(old)
	}
}

// connected is the connection that there is; nil when there is none.
func (d *Driver) connected(uuid string) *guest {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.guests[uuid]
}

// disconnect forgets a connection, which the guest does not survive or which
// does not answer.
func (d *Driver) disconnect(uuid string) {
	d.mu.Lock()
	g := d.guests[uuid]
	delete(d.guests, uuid)
	d.mu.Unlock()
	if g != nil {
		d.abandon(g)
	}
}

func (d *Driver) abandon(g *guest) {
	if err := g.close(); err != nil {
		d.options.Logger.Warn("a connection to a guest was not closed", "address", g.target.Address, "error", err)
	}
	d.ssh.Drop(g.target)
}

// reach gets to the engine of a guest: by the address that it reports, the host
// key that it published, and the agent in it.
func (d *Driver) reach(ctx context.Context, m *machine) (*guest, error) {
	x := m.settings()
	var address netip.Addr
	err := within(ctx, "wait for the guest's address", x.AddressTimeout, addressTimeout, "xcpng.address_timeout",
		"the template needs guest tools, and the network a DHCP server or xcpng.network_config", func(ctx context.Context) error {
			prefix, _ := netip.ParsePrefix(x.AddressWithin) // it was checked; none is any
			var err error
			address, err = m.client.WaitIP(ctx, m.ref, xapi.IPFilter{Within: prefix})
			return err
		})
	if err != nil {
		return nil, translate(err)
	}
	if m.stamp.HostKey == "" {
		if err := d.awaitHostKey(ctx, m, x.SSHTimeout); err != nil {
			return nil, err
		}
	}
	key, err := d.keys.keyFor(x.SSHKeyPath)
	if err != nil {
		return nil, err
	}
	g := &guest{target: sshx.Target{
		Address: net.JoinHostPort(address.String(), sshPort), User: m.stamp.User,
		Auth: sshx.Auth{Keys: []sshx.PrivateKey{key}}, HostKeys: sshx.HostKeys{Known: []string{m.stamp.HostKey}},
	}}
	err = within(ctx, "reach the engine in the guest by SSH", x.SSHTimeout, sshTimeout, "xcpng.ssh_timeout", "", func(ctx context.Context) error {
		var err error
		g.client, err = d.agent(ctx, g.target)
		return err
	})
	if err != nil {
		d.ssh.Drop(g.target)
		return nil, err
	}
	return g, nil
}

// awaitHostKey waits until the guest has published its host key and, after it,
// the nonce that it was given: what the template's own guest left there does not
// have that.
func (d *Driver) awaitHostKey(ctx context.Context, m *machine, timeout time.Duration) error {
	return within(ctx, "wait for the guest to publish its SSH host key", timeout, sshTimeout, "xcpng.ssh_timeout",
		"the template needs cloud-init and xenstore-write (Debian: xenstore-utils); the guest's /var/log/cloud-init-output.log says more", func(ctx context.Context) error {
			for _, err := range m.client.Events(ctx, "vm/"+string(m.ref)) {
				if err != nil {
					return translate(err)
				}
				vm, err := m.client.VM(ctx, m.ref)
				if err != nil {
					return translate(err)
				}
				if vm.PowerState == xapi.PowerHalted {
					return errors.New("the machine halted")
				}
				if vm.XenstoreData[xenstoreDone] != m.stamp.Nonce || m.stamp.Nonce == "" {
					continue
				}
				line := vm.XenstoreData[xenstoreHostKey]
				if _, err := sshx.Fingerprint(line); err != nil {
					return fmt.Errorf("what it published is no key: %w", err)
				}
				m.stamp.HostKey = line
				return nil
			}
			return context.Cause(ctx)
		})
}
