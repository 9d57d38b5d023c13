package lab_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

func TestBoot(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{})
	vm := p.vm("a", p.template(), p.userData(""))
	began := time.Now()
	p.must(p.client.Start, vm)
	c := p.enter(vm)
	t.Logf("%v from the start to the login", time.Since(began))
	for command, want := range map[string]string{
		"uname -n":                    "a",
		"cat /etc/hostname":           "a",
		"id -u":                       "0",
		"cat /proc/1/comm":            "guestinit",
		"cat /run/cidata/meta-data":   "instance-id: \"i-a\"\nlocal-hostname: \"a\"",
		"which xenstore-write setsid": "/usr/bin/xenstore-write\n/usr/bin/setsid",
	} {
		if got := p.run(c, command); got != want {
			t.Errorf("%s prints %q, want %q", command, got, want)
		}
	}
}

// TestPause has a guest that answers, does not, and answers again.
func TestPause(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{})
	vm := p.vm("a", p.template(), p.userData(""))
	p.must(p.client.Start, vm)
	c := p.enter(vm)
	const ticker = "(while :; do date +%s%N >/tmp/tick; usleep 1000; done) >/dev/null 2>&1 </dev/null &"
	p.run(c, ticker)
	tick := func() string {
		text, err := os.ReadFile(filepath.Join(p.lab.Disk(string(vm)), "tmp", "tick"))
		if err != nil {
			return "" // it is being written
		}
		return string(text)
	}
	for _, pair := range []struct {
		stop, goOn func(context.Context, xapi.VMRef) error
	}{{p.client.Pause, p.client.Unpause}, {p.client.Suspend, p.client.Resume}} {
		p.must(pair.stop, vm)
		before := tick()
		answered := make(chan error, 1)
		go func() { _, err := run(c, "true"); answered <- err }()
		select {
		case err := <-answered:
			t.Errorf("a frozen guest answers: %v", err)
		case <-time.After(50 * time.Millisecond):
		}
		if after := tick(); after != before {
			t.Errorf("a frozen guest goes on: %q, then %q", before, after)
		}
		began := time.Now()
		p.must(pair.goOn, vm)
		if err := <-answered; err != nil {
			t.Errorf("it does not answer when it goes on: %v", err)
		}
		t.Logf("answers %v after it was let go on", time.Since(began))
	}
	p.must(p.client.Pause, vm)
	p.must(p.client.HardShutdown, vm) // a frozen guest can be killed
}

// TestDisk has a VM's disk through shutdowns of both kinds.
func TestDisk(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{})
	vm := p.vm("a", p.template(), p.userData(`
- date +%s%N >>/srv/runs
bootcmd:
- echo "$((1 + $(cat /srv/boots 2>/dev/null || echo 0)))" >/srv/boots
`))
	p.must(p.client.Start, vm)
	address, key := p.published(vm)
	c := p.login(address, "root", key)
	// Only a clean shutdown lets a program write its last words.
	p.run(c, `cat >/srv/service <<'X'
trap 'echo bye >>/srv/words; exit' TERM
echo hello >>/srv/words
echo up >/tmp/up
while :; do sleep 1 & wait $!; done
X
setsid sh /srv/service >/dev/null 2>&1 </dev/null & until [ -e /tmp/up ]; do usleep 1000; done`)
	p.run(c, "echo '#!/bin/sh\necho mine' >/usr/local/bin/mine; chmod +x /usr/local/bin/mine; sync")
	shutDown := func(ctx context.Context, vm xapi.VMRef) error { return p.client.Shutdown(ctx, vm, time.Minute) }
	for _, tt := range []struct {
		name  string
		end   func(context.Context, xapi.VMRef) error
		words string
	}{{"clean", shutDown, "hello\nbye"}, {"hard", p.client.HardShutdown, "hello\nbye"}} {
		began := time.Now()
		p.must(tt.end, vm)
		t.Logf("%s shutdown: %v", tt.name, time.Since(began))
		if err := c.Wait(); err == nil {
			t.Errorf("%s shutdown: the connection ends without an error", tt.name)
		}
		p.must(p.client.Start, vm)
		if again := p.address(vm); again != address {
			t.Errorf("%s shutdown: address %s, before %s", tt.name, again, address)
		}
		c = p.login(address, "root", key) // the host key is the same
		for command, want := range map[string]string{"cat /srv/words": tt.words, "wc -l </srv/runs": "1", "mine": "mine"} {
			if got := p.run(c, command); got != want {
				t.Errorf("after a %s shutdown %s prints %q, want %q", tt.name, command, got, want)
			}
		}
	}
	if got := p.run(c, "cat /srv/boots"); got != "3" {
		t.Errorf("bootcmd ran %s times, want 3", got)
	}
	// The guest ends by itself, and boots anew.
	if _, err := run(c, "poweroff"); err != nil {
		t.Log(err) // the connection may end first
	}
	p.wait(vm, "the end", func(v xapitest.VM) bool { return v.PowerState == "Halted" })
	p.must(p.client.Start, vm)
	p.login(p.address(vm), "root", key)
	if _, err := p.server.Do(t.Context(), "VM.clean_reboot", string(vm)); err != nil {
		t.Fatal(err)
	}
	c = p.login(p.address(vm), "root", key)
	if got := p.run(c, "cat /srv/boots"); got != "5" {
		t.Errorf("it booted %s times, want 5", got)
	}
}

// TestCopies has clones and snapshots take along what is on the disk.
func TestCopies(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{})
	a := p.vm("a", p.template(), p.userData(""))
	p.must(p.client.Start, a)
	_, keyOfA := p.published(a)
	c := p.enter(a)
	p.run(c, "echo one >/srv/x; echo one >/usr/local/x")
	snapshot, err := p.client.Snapshot(t.Context(), a, "s")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.client.DestroyWithDisks(context.WithoutCancel(t.Context()), snapshot) })
	p.run(c, "echo two >/srv/x; echo two >/usr/local/x")
	p.must(p.client.HardShutdown, a)

	b, err := p.client.CloneFromTemplate(t.Context(), xapi.CloneSpec{Template: a, Name: "b"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.client.DestroyWithDisks(context.WithoutCancel(t.Context()), b) })
	p.must(p.client.Start, b)
	c = p.login(p.address(b), "root", keyOfA) // with a's drive it is the same instance
	if got := p.run(c, "cat /srv/x /usr/local/x"); got != "two\ntwo" {
		t.Errorf("the clone has %q, want what a had", got)
	}
	if err := p.client.Revert(t.Context(), snapshot); err != nil {
		t.Fatal(err)
	}
	p.must(p.client.Start, a)
	c = p.login(p.address(a), "root", keyOfA)
	if got := p.run(c, "cat /srv/x /usr/local/x"); got != "one\none" {
		t.Errorf("after the revert there is %q, want what the snapshot has", got)
	}
	if p.run(c, "uname -n") != "a" {
		t.Error("the names of guests are mixed up")
	}
	disk := p.lab.Disk(string(b))
	p.must(p.client.HardShutdown, b)
	p.must(p.client.DestroyWithDisks, b)
	if err := until(t, func() bool { _, err := os.Stat(disk); return err != nil }); err != nil {
		t.Errorf("the disk of a destroyed VM stays: %v", err)
	}
}

// until looks again and again.
func until(t *testing.T, done func() bool) error {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for !done() {
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// TestManyBoots boots 20 times in a row, and four at once.
func TestManyBoots(t *testing.T) {
	t.Parallel()
	p := newPool(t, lab.Options{})
	template := p.template()
	check := func(name string, vm xapi.VMRef, began time.Time) {
		c := p.enter(vm)
		t.Logf("%s: %v from the start to the login", name, time.Since(began))
		if got := p.run(c, "uname -n"); got != name {
			t.Errorf("the guest's name is %q, want %q", got, name)
		}
		c.Close()
	}
	for i := range 20 {
		name := fmt.Sprint("row-", i)
		vm := p.vm(name, template, p.userData(""))
		began := time.Now()
		p.must(p.client.Start, vm)
		check(name, vm, began)
		p.must(p.client.HardShutdown, vm)
	}
	var vms []xapi.VMRef
	for i := range 4 {
		vms = append(vms, p.vm(fmt.Sprint("once-", i), template, p.userData("")))
	}
	began := time.Now()
	for _, vm := range vms { // which wait for no guest
		p.must(p.client.Start, vm)
	}
	for i, vm := range vms {
		check(fmt.Sprint("once-", i), vm, began)
	}
}
