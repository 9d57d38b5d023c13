package lab_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// moment is how long tests wait for what must not happen.
const moment = 300 * time.Millisecond

func (p *pool) boot(userData string) xapi.VMRef {
	p.t.Helper()
	vm := p.vm("a", p.template(), userData)
	p.must(p.client.Start, vm)
	return vm
}

// TestNoAddress has guests that never report an address.
func TestNoAddress(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]lab.Options{"no network": {NoIP: true}, "no agent that reports it": {NoReport: true}, "slow": {Delay: time.Hour}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPool(t, o)
			vm := p.boot(p.userData(""))
			if o.Delay == 0 {
				p.wait(vm, "the nonce", func(v xapitest.VM) bool { return v.XenstoreData[doneEntry] != "" }) // it is up
			}
			ctx, cancel := context.WithTimeout(t.Context(), moment)
			defer cancel()
			if a, err := p.client.WaitIP(ctx, vm, xapi.IPFilter{}); err == nil {
				t.Errorf("it reports %v", a)
			}
			if o.NoIP {
				if out, err := p.lab.Exec(t.Context(), string(vm), "ip", "addr"); err != nil || strings.Contains(string(out), "eth0") {
					t.Errorf("it has a network: %v %s", err, out)
				}
			}
			if err := p.client.Shutdown(t.Context(), vm, moment); err != nil {
				t.Error(err)
			}
			heard := p.server.Calls("VM.hard_shutdown") == 0
			if heard == o.NoReport {
				t.Errorf("it hears the request to shut down: %v", heard)
			}
		})
	}
}

// TestNoCloudInit has a guest in which nobody reads the drive.
func TestNoCloudInit(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{NoCloudInit: true})
	vm := p.boot(p.userData(""))
	address := p.address(vm)
	var key ssh.PublicKey
	if err := until(t, func() bool {
		text, err := os.ReadFile(filepath.Join(p.lab.Disk(string(vm)), "etc/ssh/ssh_host_ed25519_key.pub"))
		if err == nil {
			key, _, _, _, err = ssh.ParseAuthorizedKey(text)
		}
		return err == nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := until(t, func() bool {
		_, err := p.dial(address, "root", key)
		return err != nil && strings.Contains(err.Error(), "unable to authenticate")
	}); err != nil {
		t.Error("somebody without a key is let in")
	}
	if out, err := p.lab.Exec(t.Context(), string(vm), "uname", "-n"); strings.TrimSpace(string(out)) != "guest" {
		t.Errorf("its name is %q, %v, want the image's", out, err)
	}
}

func TestWrongHostKey(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{WrongHostKey: true})
	vm := p.boot(p.userData(""))
	address, key := p.published(vm)
	if _, err := p.dial(address, "root", key); err == nil || !strings.Contains(err.Error(), "host key mismatch") {
		t.Errorf("with the key that it published: %v, want that the host key is another", err)
	}
}

func TestNoSSH(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{NoSSH: true})
	address, _ := p.published(p.boot(p.userData("")))
	if c, err := net.DialTimeout("tcp", address, 5*time.Second); err == nil {
		c.Close()
		t.Error("somebody listens")
	}
}

// TestStreamlocal forwards to a socket of the guest, and may not.
func TestStreamlocal(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]lab.Options{"allowed": {}, "forbidden": {ForbidStreamlocal: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPool(t, o)
			c := p.enter(p.boot(p.userData("")))
			conn, err := c.Dial("unix", "/run/xenstored/socket")
			if (err != nil) != o.ForbidStreamlocal {
				t.Errorf("forward to a socket: %v", err)
			}
			if err == nil {
				conn.Close()
			}
		})
	}
}

func TestNoXenstoreTools(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{NoXenstoreTools: true})
	vm := p.boot(p.userData("- touch /srv/ran\n"))
	p.address(vm)
	if err := until(t, func() bool {
		_, err := os.Stat(filepath.Join(p.lab.Disk(string(vm)), "srv/ran"))
		return err == nil
	}); err != nil {
		t.Fatal(err)
	}
	out, err := p.lab.Exec(t.Context(), string(vm), "cat", "/var/log/cloud-init-output.log")
	if err != nil || !strings.Contains(string(out), "xenstore-write: not found") {
		t.Errorf("runcmd's log is %s, %v, want that there are no tools", out, err)
	}
}

// TestXenstore uses the tools as guests do.
func TestXenstore(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{})
	vm := p.boot(p.userData("users: [{name: u, ssh_authorized_keys: [\"" + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(p.key.PublicKey()))) + "\"]}]\n"))
	address, key := p.published(vm)
	c := p.login(address, "root", key)
	for command, want := range map[string]string{
		"xenstore-write vm-data/a 1 vm-data/b 'two words' && xenstore-read vm-data/a vm-data/b":     "1\ntwo words",
		"xenstore-read vm-data/none 2>&1 || echo $?":                                                "xenstore-read: couldn't read path vm-data/none\n1",
		"xenstore-write data/updated 1 2>/dev/null || echo $?":                                      "1",
		"xenstore-write vm-data/long $(head -c 2049 /dev/zero | tr '\\0' x) 2>/dev/null || echo $?": "1",
		"xenstore-write vm-data/long $(head -c 2048 /dev/zero | tr '\\0' x) && echo 0":              "0",
		"xenstore-write vm-data/a 2>/dev/null || echo $?":                                           "1",
	} {
		if got := p.run(c, command); got != want {
			t.Errorf("%s prints %q, want %q", command, got, want)
		}
	}
	if out := p.run(c, "xenstore-write data/updated 1 2>&1 || true"); !strings.Contains(out, "data/updated") {
		t.Errorf("a refusal is %q, want one that names the key", out)
	}
	if v := p.wait(vm, "two words", func(v xapitest.VM) bool { return v.XenstoreData["vm-data/b"] != "" }); v.XenstoreData["vm-data/b"] != "two words" {
		t.Errorf("the pool has %q, want two words", v.XenstoreData["vm-data/b"])
	}
	if out, err := run(p.login(address, "u", key), "xenstore-read vm-data/a"); err == nil {
		t.Errorf("who is not root reads the xenstore: %s", out)
	}
}

// TestAgent has an image with an agent, which is started at every boot.
func TestAgent(t *testing.T) {
	t.Parallel()
	agent := filepath.Join(t.TempDir(), "agent")
	if err := os.WriteFile(agent, []byte("#!/bin/sh\necho \"$0 $*\" >>/srv/agent\ntrap 'echo ended >>/srv/agent; exit' TERM\nwhile :; do sleep 1 & wait $!; done\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	p := newPool(t, lab.Options{Agent: agent})
	vm := p.boot(p.userData(""))
	file := filepath.Join(p.lab.Disk(string(vm)), "srv/agent")
	says := func(want string) {
		t.Helper()
		var got string
		if err := until(t, func() bool {
			text, _ := os.ReadFile(file)
			got = string(text)
			return got == want
		}); err != nil {
			t.Errorf("the agent says %q, want %q", got, want)
		}
	}
	const started, ended = "/usr/local/bin/bioxen serve --socket /run/bioxen/bioxen.sock --data-dir /var/lib/bioxen\n", "ended\n"
	says(started)
	if err := p.client.Shutdown(t.Context(), vm, time.Minute); err != nil {
		t.Fatal(err)
	}
	says(started + ended)
	p.must(p.client.Start, vm)
	says(started + ended + started)
	p.must(p.client.HardShutdown, vm)
	says(started + ended + started)
}

func TestStubborn(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{Stubborn: true})
	vm := p.boot(p.userData(""))
	p.published(vm)
	if err := p.client.Shutdown(t.Context(), vm, moment); err != nil {
		t.Fatal(err)
	}
	if p.server.Calls("VM.hard_shutdown") == 0 {
		t.Error("it shuts down when asked to")
	}
}

func TestNewAddress(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{NewAddress: true})
	vm := p.boot(p.userData(""))
	address, key := p.published(vm)
	p.login(address, "root", key)
	p.must(p.client.HardShutdown, vm)
	p.must(p.client.Start, vm)
	again := p.address(vm)
	if again == address {
		t.Errorf("it has %s again", address)
	}
	p.login(again, "root", key)
}

// TestStartPaused has a guest that is frozen before it does anything.
func TestStartPaused(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{})
	vm := p.vm("a", p.template(), p.userData(""))
	if _, err := p.server.Do(t.Context(), "VM.start", string(vm), true, false); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), moment)
	defer cancel()
	if a, err := p.client.WaitIP(ctx, vm, xapi.IPFilter{}); err == nil {
		t.Errorf("a paused VM's guest reports %v", a)
	}
	p.must(p.client.Unpause, vm)
	p.enter(vm)
}

func TestNotRunning(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{})
	vm := p.vm("a", p.template(), "")
	if _, err := p.lab.Exec(t.Context(), string(vm), "true"); !errors.Is(err, lab.ErrNotRunning) {
		t.Errorf("run a program in a halted VM: %v, want ErrNotRunning", err)
	}
	if p.lab.Disk(string(vm)) != "" || p.lab.Console(string(vm)) != "" {
		t.Error("a VM that never booted has a disk or a console")
	}
}
