package lab_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/cloudinit"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

const (
	keyEntry   = "vm-data/bioxen/ssh-ed25519"
	doneEntry  = "vm-data/bioxen/done"
	nonceEntry = "vm-data/bioxen/nonce"
)

// A pool is a simulated one with a lab behind its VMs, and a client of it.
type pool struct {
	t      testing.TB
	lab    *lab.Lab
	server *xapitest.Server
	client *xapi.Client
	key    ssh.Signer // may log in
}

func newPool(t testing.TB, o lab.Options) *pool {
	t.Helper()
	p := &pool{t: t, lab: lab.New(t, o)}
	p.server = xapitest.NewServer(t, xapitest.SingleHost(), xapitest.WithGuest(p.lab))
	var err error
	p.client, err = xapi.Dial(t.Context(), xapi.Options{
		URL: p.server.URL(), Username: xapitest.Username, Password: xapitest.Password, Pins: []string{p.server.Fingerprint(0)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.client.Close(context.WithoutCancel(t.Context())) })
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err == nil {
		p.key, err = ssh.NewSignerFromKey(private)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// userData let root log in with the pool's key, and publish the host's key.
func (p *pool) userData(more string) string {
	return `#cloud-config
disable_root: false
ssh_authorized_keys: ["` + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(p.key.PublicKey()))) + `"]
runcmd:
- xenstore-write ` + keyEntry + ` "$(cat /etc/ssh/ssh_host_ed25519_key.pub)"
- [sh, -c, 'xenstore-write ` + doneEntry + ` "$(xenstore-read ` + nonceEntry + `)"']
` + more
}

// vm makes a halted VM of a template or VM, and destroys it when the test ends.
func (p *pool) vm(name string, of xapi.VMRef, userData string) xapi.VMRef {
	p.t.Helper()
	vm, err := p.client.CloneFromTemplate(p.t.Context(), xapi.CloneSpec{Template: of, Name: name})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if err := p.client.DestroyWithDisks(context.WithoutCancel(p.t.Context()), vm); err != nil {
			p.t.Error(err)
		}
	})
	image, err := cloudinit.Drive{InstanceID: "i-" + name, Hostname: name, UserData: []byte(userData)}.Image()
	if err == nil {
		_, err = p.client.AttachDrive(p.t.Context(), vm, xapi.DriveSpec{Name: "config", Image: bytes.NewReader(image), Size: int64(len(image))})
	}
	if err == nil {
		err = p.client.PutXenstoreData(p.t.Context(), vm, nonceEntry, "nonce of "+name)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return vm
}

func (p *pool) template() xapi.VMRef {
	p.t.Helper()
	t, err := p.client.FindTemplate(p.t.Context(), xapitest.TemplateDebian)
	if err != nil {
		p.t.Fatal(err)
	}
	return t.Ref
}

// must fails the test with an error of a call on a VM.
func (p *pool) must(do func(context.Context, xapi.VMRef) error, vm xapi.VMRef) {
	p.t.Helper()
	if err := do(p.t.Context(), vm); err != nil {
		p.t.Fatal(err)
	}
}

// wait waits until a VM is as wanted.
func (p *pool) wait(vm xapi.VMRef, what string, is func(xapitest.VM) bool) xapitest.VM {
	p.t.Helper()
	var last xapitest.VM
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	if err := p.server.Until(ctx, func(i xapitest.Inventory) bool {
		for _, v := range i.VMs {
			if v.Ref == string(vm) {
				last = v
				return is(v)
			}
		}
		return false
	}); err != nil {
		p.t.Fatalf("VM %s: waited for %s, last it was %+v: %v\n%s", last.Name, what, last, err, p.lab.Console(string(vm)))
	}
	return last
}

// published waits until the guest has said that it is done, and returns its
// address and the host key that it published.
func (p *pool) published(vm xapi.VMRef) (address string, key ssh.PublicKey) {
	p.t.Helper()
	v := p.wait(vm, "the nonce", func(v xapitest.VM) bool { return v.XenstoreData[doneEntry] == v.XenstoreData[nonceEntry] })
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(v.XenstoreData[keyEntry]))
	if err != nil {
		p.t.Fatalf("%q: %v", v.XenstoreData[keyEntry], err)
	}
	return p.address(vm), key
}

func (p *pool) address(vm xapi.VMRef) string {
	p.t.Helper()
	a, err := p.client.WaitIP(p.t.Context(), vm, xapi.IPFilter{Device: "0"})
	if err != nil {
		p.t.Fatal(err)
	}
	return net.JoinHostPort(a.String(), "22")
}

// dial logs in once.
func (p *pool) dial(address, user string, key ssh.PublicKey) (*ssh.Client, error) {
	return ssh.Dial("tcp", address, &ssh.ClientConfig{
		User: user, Auth: []ssh.AuthMethod{ssh.PublicKeys(p.key)}, HostKeyCallback: ssh.FixedHostKey(key), Timeout: 5 * time.Second,
		HostKeyAlgorithms: []string{ssh.KeyAlgoED25519},
	})
}

// login logs in, as soon as sshd listens.
func (p *pool) login(address, user string, key ssh.PublicKey) *ssh.Client {
	p.t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for range again.C {
		c, err := p.dial(address, user, key)
		if opErr, ok := errors.AsType[*net.OpError](err); ok && opErr.Op == "dial" {
			continue
		}
		if err != nil {
			p.t.Fatal(err)
		}
		p.t.Cleanup(func() { _ = c.Close() })
		return c
	}
	return nil
}

// enter waits for what the guest publishes, and logs in with it as root.
func (p *pool) enter(vm xapi.VMRef) *ssh.Client {
	p.t.Helper()
	address, key := p.published(vm)
	return p.login(address, "root", key)
}

// run runs a command.
func run(c *ssh.Client, command string) (string, error) {
	s, err := c.NewSession()
	if err != nil {
		return "", err
	}
	defer s.Close()
	out, err := s.CombinedOutput(command)
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", command, err, out)
	}
	return strings.TrimSpace(string(out)), err
}

func (p *pool) run(c *ssh.Client, command string) string {
	p.t.Helper()
	out, err := run(c, command)
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}
