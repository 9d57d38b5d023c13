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

// cgroupRoots are where cgroups may be mounted, the best first.
func cgroupRoots() []struct {
	dir string
	v2  bool
} {
	return []struct {
		dir string
		v2  bool
	}{{"/sys/fs/cgroup/unified", true}, {"/sys/fs/cgroup", true}, {"/sys/fs/cgroup/freezer", false}}
}

// newCage puts a process into a cage that bears a name.
func newCage(name string, pid int) *cage {
	for _, root := range cgroupRoots() {
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

// signalAll stops or continues every process of the guest's PID namespace,
// until it finds no new one.
func (c *cage) signalAll(frozen bool) error {
	signal := syscall.SIGCONT
	if frozen {
		signal = syscall.SIGSTOP
	}
	mine, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", c.pid))
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for more := true; more; {
		more = false
		links, err := filepath.Glob("/proc/[0-9]*/ns/pid")
		if err != nil {
			return err
		}
		for _, link := range links {
			if theirs, err := os.Readlink(link); err != nil || theirs != mine || seen[link] {
				continue
			}
			seen[link], more = true, true
			pid, err := strconv.Atoi(strings.Split(link, "/")[2])
			if err == nil {
				err = syscall.Kill(pid, signal)
			}
			if err != nil && !errors.Is(err, syscall.ESRCH) {
				return err
			}
		}
	}
	return nil
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
