package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A Lab boots real guests. It is an xapitest.Guest and an xapitest.Keeper, and
// safe for concurrent use.
type Lab struct {
	t     testing.TB
	o     Options
	image string // the folder of what guests share
	dir   string // the folder of this lab
	going sync.WaitGroup

	mu     sync.Mutex     // guards what follows
	vms    map[string]*vm // by reference
	made   int            // VMs so far
	closed bool
}

var _ xapitest.Keeper = (*Lab)(nil)

// New makes a lab for a test, and ends it with all that is in it when the test
// ends. Where there can be none it skips the test, saying what is missing; with
// BIOXEN_CI=1 it fails it.
func New(t testing.TB, o Options) *Lab {
	t.Helper()
	if err := Available(); err != nil {
		if os.Getenv("BIOXEN_CI") == "1" {
			t.Fatalf("no lab: %v", err)
		}
		t.Skipf("no lab: %v", err)
	}
	ctx := context.WithoutCancel(t.Context())
	if err := sweep(ctx); err != nil {
		t.Fatalf("lab: remove what dead processes left: %v", err)
	}
	dir, err := os.MkdirTemp("", folderPrefix+strconv.Itoa(os.Getpid())+"-") //nolint:usetesting // sweep knows it by its name, and sockets want short paths
	if err != nil {
		t.Fatal(err)
	}
	l := &Lab{t: t, o: o, dir: dir, vms: map[string]*vm{}}
	t.Cleanup(l.close)
	if l.image, err = findImage(ctx, dir); err != nil {
		t.Fatal(err)
	}
	return l
}

// close ends all guests and removes what there is of them.
func (l *Lab) close() {
	l.mu.Lock()
	l.closed = true
	for _, v := range l.vms {
		if v.run != nil {
			v.run.kill()
		}
	}
	l.mu.Unlock()
	l.going.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	var problems []error
	for _, v := range l.vms {
		if l.t.Failed() && v.run != nil {
			l.t.Logf("the console of VM %q:\n%s", v.run.name, l.console(v))
		}
		problems = append(problems, v.seat.leave())
	}
	clear(l.vms)
	if err := errors.Join(append(problems, os.RemoveAll(l.dir))...); err != nil {
		l.t.Errorf("lab: clean up: %v", err)
	}
}

// Boot implements xapitest.Guest.
func (l *Lab) Boot(m *xapitest.Machine) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	v := l.vm(m.Ref())
	r := &run{lab: l, vm: v, machine: m, ended: make(chan struct{})}
	before := v.busy
	v.run, v.busy = r, []<-chan struct{}{r.ended}
	l.going.Go(func() {
		defer close(r.ended)
		waitFor(before)
		r.live()
	})
}

// Listens implements xapitest.Guest.
func (l *Lab) Listens(*xapitest.Machine) bool { return !l.o.NoReport }

// Shutdown implements xapitest.Guest.
func (l *Lab) Shutdown(m *xapitest.Machine) { l.tell(m, (*run).shutDown) }

// Freeze implements xapitest.Guest.
func (l *Lab) Freeze(m *xapitest.Machine) { l.tell(m, func(r *run) { r.freeze(true) }) }

// Thaw implements xapitest.Guest.
func (l *Lab) Thaw(m *xapitest.Machine) { l.tell(m, func(r *run) { r.freeze(false) }) }

// Stop implements xapitest.Guest.
func (l *Lab) Stop(m *xapitest.Machine) { l.tell(m, (*run).kill) }

// tell does something with what runs on a machine, if that is still so.
func (l *Lab) tell(m *xapitest.Machine, do func(*run)) {
	l.mu.Lock()
	var r *run
	if v := l.vms[m.Ref()]; v != nil && v.run != nil && v.run.machine == m {
		r = v.run
	}
	l.mu.Unlock()
	if r != nil {
		do(r)
	}
}

// Copied implements xapitest.Keeper.
func (l *Lab) Copied(from, to string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	source, target := l.vms[from], l.vms[to]
	if l.closed || source == nil && target == nil {
		return // neither has anything on its disk
	}
	source, target = l.vm(from), l.vm(to)
	before := target.busy
	if source.filled != nil {
		before = append(before, source.filled)
	}
	done := make(chan struct{})
	target.busy, target.filled = []<-chan struct{}{done}, done
	source.busy = append(source.busy, done)
	goOn := func() {}
	if source.run != nil {
		source.run.hold(1) // as it is now is how the copy shall be
		goOn = func() { source.run.hold(-1) }
	}
	l.going.Go(func() {
		defer close(done)
		defer goOn()
		waitFor(before)
		l.complain(target.copyDisk(context.WithoutCancel(l.t.Context()), source))
	})
}

// Destroyed implements xapitest.Keeper.
func (l *Lab) Destroyed(ref string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.vms[ref]
	if l.closed || v == nil {
		return
	}
	delete(l.vms, ref)
	before := v.busy
	l.going.Go(func() {
		waitFor(before)
		l.complain(errors.Join(v.seat.leave(), os.RemoveAll(v.dir)))
	})
}

func waitFor(all []<-chan struct{}) {
	for _, done := range all {
		<-done
	}
}

// vm is the lab's of a reference; the lock is held.
func (l *Lab) vm(ref string) *vm {
	v := l.vms[ref]
	if v == nil {
		l.made++
		v = &vm{dir: filepath.Join(l.dir, strconv.Itoa(l.made))}
		l.vms[ref] = v
	}
	return v
}

// complain fails the test with an error, if there is one.
func (l *Lab) complain(err error) {
	if err != nil {
		l.t.Errorf("lab: %v", err)
	}
}

// ErrNotRunning is what Exec returns for a VM without a guest.
var ErrNotRunning = errors.New("no guest runs in the VM")

// Exec runs a program in the guest of a running VM, given by its reference,
// without SSH, as root, and returns what it prints. A VM's pause does not freeze
// it.
func (l *Lab) Exec(ctx context.Context, vm string, argv ...string) ([]byte, error) {
	l.mu.Lock()
	var pid int
	if v := l.vms[vm]; v != nil && v.run != nil {
		pid = v.run.pid()
	}
	l.mu.Unlock()
	if pid == 0 {
		return nil, fmt.Errorf("lab: %q in VM %s: %w", argv, vm, ErrNotRunning)
	}
	cmd := exec.CommandContext(ctx, "nsenter", append([]string{"-m", "-u", "-i", "-n", "-p", "-t", strconv.Itoa(pid), "--"}, argv...)...) //nolint:gosec // what the test wants
	cmd.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "HOME=/root"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		return out, fmt.Errorf("lab: %q in VM %s: %w: %s", argv, vm, err, out)
	}
	return out, nil
}

// Disk is the folder of what a VM has on its disk, given by its reference,
// /usr/local aside; empty for a VM that never booted.
func (l *Lab) Disk(vm string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if v := l.vms[vm]; v != nil {
		return v.root()
	}
	return ""
}

// Console is what the VM's guests printed, the first process of each, given by
// its reference.
func (l *Lab) Console(vm string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if v := l.vms[vm]; v != nil {
		return l.console(v)
	}
	return ""
}

func (l *Lab) console(v *vm) string {
	text, err := os.ReadFile(v.console())
	if err != nil {
		return "" // it never booted
	}
	return string(text)
}
