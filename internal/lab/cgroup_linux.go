package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A cage freezes the processes of a guest: by a cgroup of version 2, or of the
// freezer of version 1, or where neither may be made by stopping each.
type cage struct {
	dir string // of the cgroup; empty where there is none
	v2  bool
	pid int // the guest's first process
}

// A cgroupRoot is where cgroups may be mounted.
type cgroupRoot struct {
	dir string
	v2  bool
}

// cgroupRoots are all that are known, the best first.
func cgroupRoots() []cgroupRoot {
	return []cgroupRoot{{"/sys/fs/cgroup/unified", true}, {"/sys/fs/cgroup", true}, {"/sys/fs/cgroup/freezer", false}}
}

// newCage puts a process into a cage that bears a name, in the first place where
// there can be one.
func newCage(roots []cgroupRoot, name string, pid int) *cage {
	for _, root := range roots {
		if _, err := os.Stat(filepath.Join(root.dir, "cgroup.controllers")); (err == nil) != root.v2 {
			continue
		}
		c := &cage{dir: filepath.Join(root.dir, name), v2: root.v2, pid: pid}
		if os.Mkdir(c.dir, 0o755) != nil { //nolint:gosec // as all cgroups
			continue
		}
		_, err := os.Stat(filepath.Join(c.dir, c.switchFile()))
		if err == nil && c.write("cgroup.procs", strconv.Itoa(pid)) == nil {
			return c
		}
		_ = os.Remove(c.dir) // it is empty
	}
	return &cage{pid: pid}
}

func (c *cage) switchFile() string {
	if c.v2 {
		return "cgroup.freeze"
	}
	return "freezer.state"
}

func (c *cage) write(file, text string) error {
	return os.WriteFile(filepath.Join(c.dir, file), []byte(text), 0o600)
}

// patience is how long the kernel may take for something.
const patience = 5 * time.Second

// until asks again and again, because the kernel tells nobody.
func until(what string, done func() bool) error {
	const often = time.Millisecond
	late := time.NewTimer(patience)
	defer late.Stop()
	again := time.NewTicker(often)
	defer again.Stop()
	for !done() {
		select {
		case <-again.C:
		case <-late.C:
			return fmt.Errorf("lab: %s: not after %v", what, patience)
		}
	}
	return nil
}

// set freezes the guest or lets it go on, and waits until that is so.
func (c *cage) set(frozen bool) error {
	file, state, text := "cgroup.events", "frozen 0", "0"
	switch {
	case c.dir == "":
		return c.signalAll(frozen)
	case c.v2 && frozen:
		state, text = "frozen 1", "1"
	case !c.v2 && frozen:
		file, state, text = "freezer.state", "FROZEN", "FROZEN"
	case !c.v2:
		file, state, text = "freezer.state", "THAWED", "THAWED"
	}
	if err := c.write(c.switchFile(), text); err != nil {
		return err
	}
	return until("freeze "+c.dir, func() bool {
		now, err := os.ReadFile(filepath.Join(c.dir, file))
		return err != nil || strings.Contains(string(now), state)
	})
}

// signalAll stops or continues every process of the guest's PID namespace.
func (c *cage) signalAll(frozen bool) error {
	if !frozen {
		return signalEach(c.processes(), syscall.SIGCONT)
	}
	// A process that is in a fork when its signal comes ends the fork first, and
	// the child may come after a look at who is there. One that has stopped forks
	// no more: who is there in the look after that in which all had stopped is all.
	const looks = 2
	var failed error
	quiet := 0
	err := until("stop the guest's processes", func() bool {
		var running []int
		for _, pid := range c.processes() {
			if !isStopped(pid) {
				running = append(running, pid)
			}
		}
		if failed = signalEach(running, syscall.SIGSTOP); failed != nil {
			return true
		}
		quiet++
		if len(running) > 0 {
			quiet = 0
		}
		return quiet == looks
	})
	return errors.Join(failed, err)
}

// signalEach sends a signal to processes; those that have ended need none.
func signalEach(pids []int, signal syscall.Signal) error {
	for _, pid := range pids {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("lab: %v to process %d: %w", signal, pid, err)
		}
	}
	return nil
}

// processes are those of the guest's PID namespace.
func (c *cage) processes() []int {
	mine, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", c.pid))
	if err != nil {
		return nil // it has ended, and so have all
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil // there is no other way to know
	}
	var out []int
	for _, e := range entries {
		theirs, err := os.Readlink(filepath.Join("/proc", e.Name(), "ns", "pid"))
		if pid, number := strconv.Atoi(e.Name()); err == nil && number == nil && theirs == mine {
			out = append(out, pid)
		}
	}
	return out
}

// isStopped reports whether a process is stopped, or has ended.
func isStopped(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, after, _ := strings.Cut(string(stat), ") ") // the state follows the name: proc(5)
	return strings.HasPrefix(after, "T") || strings.HasPrefix(after, "Z")
}

// kill ends every process of the guest, a frozen one too.
func (c *cage) kill() error {
	if c.v2 {
		_ = c.write("cgroup.kill", "1") // the kernel may be older than that
	}
	err := syscall.Kill(c.pid, syscall.SIGKILL)
	if c.dir != "" && !c.v2 {
		err = errors.Join(err, c.write("freezer.state", "THAWED"))
	}
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

// remove removes the cgroup of a guest that has ended.
func (c *cage) remove() error {
	if c.dir == "" {
		return nil
	}
	return removeCgroup(c.dir)
}

// removeCgroup waits until the kernel has taken the last process out.
func removeCgroup(dir string) error {
	return until("remove "+dir, func() bool {
		err := os.Remove(dir)
		return err == nil || errors.Is(err, fs.ErrNotExist)
	})
}
