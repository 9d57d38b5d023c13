package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab/bootplan"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A run is a guest from one boot to its end.
type run struct {
	lab     *Lab
	vm      *vm
	machine *xapitest.Machine
	ended   chan struct{} // closed when nothing of it is left
	name    string        // the VM's; its goroutine sets it

	// mu guards what follows. It is not held when the machine is used, which may
	// lead back here.
	mu      sync.Mutex
	cage    *cage         // nil before there is a process, and when it has ended
	control *json.Encoder // nil before it has its plan
	frozen  bool
	holders int  // who copy its disk
	asked   bool // to shut down
	killed  bool
}

// live boots the guest, and returns when nothing of it is left.
func (r *run) live() {
	if r.isKilled() {
		return
	}
	r.name = r.machine.Name()
	if err := r.boot(context.WithoutCancel(r.lab.t.Context())); err != nil {
		r.lab.complain(fmt.Errorf("boot VM %q: %w", r.name, err))
	}
	if !r.isKilled() {
		r.machine.PowerOff()
	}
}

// boot starts the guest and waits for its end.
func (r *run) boot(ctx context.Context) (err error) {
	if err := r.vm.makeDisk(ctx, r.lab.image, r.lab.o.Agent); err != nil {
		return err
	}
	if err := r.vm.sit(ctx, r.lab.o.NewAddress); err != nil {
		return err
	}
	plan, err := r.plan()
	if err != nil {
		return err
	}
	store, err := openXenstore(ctx, plan.Xenstore, r.machine)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.close()) }()
	control, exited, err := r.start()
	if err != nil {
		return err
	}
	err = r.attend(ctx, plan, control)
	if r.isKilled() {
		err = nil // whatever was cut off
	}
	return errors.Join(err, r.clear(ctx, control, exited))
}

// plan says how the guest shall boot.
func (r *run) plan() (bootplan.Plan, error) {
	o, v := r.lab.o, r.vm
	usr := usrPart
	if o.NoXenstoreTools {
		usr = barePart
	}
	p := bootplan.Plan{
		Root: v.root(), Usr: filepath.Join(r.lab.image, usr), Local: v.local(), Xenstore: filepath.Join(v.dir, "xenstore"),
		Delay: o.Delay, Agent: o.Agent != "",
		ForbidStreamlocal: o.ForbidStreamlocal, OtherHostKey: o.WrongHostKey, NoSSH: o.NoSSH, Stubborn: o.Stubborn,
	}
	if !o.NoIP {
		p.Address, p.Gateway = v.seat.guest().String()+"/30", v.seat.host().String()
	}
	if o.NoCloudInit {
		return p, nil
	}
	if drive, ok := r.machine.ConfigDrive(); ok {
		files, err := readDrive(drive, filepath.Join(v.dir, "drive"))
		if err != nil {
			return p, err
		}
		p.Instance = instanceOf(files)
	}
	return p, nil
}

// start starts the guest's first process, which waits for its plan; exited is
// closed when it has ended. The caller clears up after it.
func (r *run) start() (control net.Conn, exited <-chan struct{}, err error) {
	ends, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("socketpair: %w", err)
	}
	ours, theirs := os.NewFile(uintptr(ends[0]), "control"), os.NewFile(uintptr(ends[1]), "control")
	defer func() { _ = ours.Close() }() // control has a copy
	defer func() { _ = theirs.Close() }()
	control, err = net.FileConn(ours)
	if err != nil {
		return nil, nil, err
	}
	console, err := os.OpenFile(r.vm.console(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, errors.Join(err, control.Close())
	}
	defer func() { _ = console.Close() }()
	cmd := &exec.Cmd{
		Path: filepath.Join(r.lab.image, usrPart, "sbin", "guestinit"), Args: []string{"guestinit"}, Env: []string{}, Dir: "/",
		Stdout: console, Stderr: console, ExtraFiles: []*os.File{theirs},
		SysProcAttr: &syscall.SysProcAttr{Cloneflags: namespaces, Pdeathsig: syscall.SIGKILL, Setsid: true},
	}
	exited, err = launch(cmd)
	if err != nil {
		return nil, nil, errors.Join(err, control.Close())
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cage = newCage(cgroupRoots(), fmt.Sprintf("%s%d-%d", folderPrefix, os.Getpid(), r.vm.seat.number), cmd.Process.Pid)
	r.setCage()
	if r.killed {
		r.lab.complain(r.cage.kill())
	}
	return control, exited, nil
}

// launch starts a command from a thread that stays as long as the process does:
// the kernel signals the process when the thread ends that started it.
func launch(cmd *exec.Cmd) (exited <-chan struct{}, err error) {
	started, ended := make(chan error), make(chan struct{})
	go func() { // ends with the process
		defer close(ended)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // its exit status says nothing
		}
	}()
	return ended, <-started
}

// attend connects the guest, tells it its plan, and hears what it says until its
// first process ends.
func (r *run) attend(ctx context.Context, plan bootplan.Plan, control net.Conn) error {
	device, mac := "0", ""
	if all := r.machine.Interfaces(); len(all) > 0 {
		device, mac = all[0].Device, all[0].MAC
	}
	if plan.Address != "" {
		if err := r.vm.seat.plug(ctx, r.link(), r.pid(), mac); err != nil {
			return err
		}
	}
	encoder := json.NewEncoder(control)
	if err := encoder.Encode(plan); err != nil {
		return fmt.Errorf("tell the guest its plan: %w", err)
	}
	r.hearOrders(encoder)
	words := json.NewDecoder(control)
	for {
		var w bootplan.Word
		if err := words.Decode(&w); err != nil {
			return nil //nolint:nilerr // it has ended
		}
		if w.Trouble != "" && !r.isKilled() {
			r.lab.complain(fmt.Errorf("the guest of VM %q: %s", r.name, w.Trouble))
		}
		if len(w.Addresses) > 0 && !r.lab.o.NoReport {
			addresses := make([]xapitest.Address, len(w.Addresses))
			for i, a := range w.Addresses {
				addresses[i] = xapitest.Address{Device: device, IP: a}
			}
			r.machine.Report(addresses...)
		}
	}
}

func (r *run) link() string { return r.vm.seat.link(os.Getpid()) }

// clear removes what is left of the guest, whose first process ends all others.
func (r *run) clear(ctx context.Context, control net.Conn, exited <-chan struct{}) error {
	r.mu.Lock()
	c := r.cage
	r.cage, r.control = nil, nil
	r.mu.Unlock()
	err := c.kill()
	<-exited
	return errors.Join(err, control.Close(), unplug(ctx, r.link()), c.remove())
}

func (r *run) isKilled() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.killed
}

// pid is that of the first process; 0 when there is none.
func (r *run) pid() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cage == nil {
		return 0
	}
	return r.cage.pid
}

// hearOrders lets the guest hear orders from now on.
func (r *run) hearOrders(e *json.Encoder) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.control = e
	if r.asked {
		_ = e.Encode(bootplan.Order{Shutdown: true}) // it may have ended
	}
}

// shutDown asks the guest to shut down.
func (r *run) shutDown() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = true
	if r.control != nil {
		_ = r.control.Encode(bootplan.Order{Shutdown: true}) // it may have ended
	}
}

// freeze freezes the guest or lets it go on.
func (r *run) freeze(frozen bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.frozen = frozen
	r.setCage()
}

// hold freezes the guest for one more that copies its disk, or for one less.
func (r *run) hold(more int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.holders += more
	r.setCage()
}

// setCage makes the guest as it shall be; the lock is held.
func (r *run) setCage() {
	if r.cage != nil && !r.killed {
		r.lab.complain(r.cage.set(r.frozen || r.holders > 0))
	}
}

// kill takes the guest's power away. Its goroutine clears up.
func (r *run) kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.killed = true
	if r.cage != nil {
		r.lab.complain(r.cage.kill())
	}
}
