//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab/bootplan"
)

// A guest is the system that the init looks after.
type guest struct {
	plan     bootplan.Plan
	children *children
	words    *json.Encoder // used by the goroutine that boots alone
	down     chan struct{} // closed when it goes down
}

// beInit boots, and returns when the guest has shut down: the kernel ends what
// is left of it with this process.
func beInit() error {
	syscall.CloseOnExec(bootplan.Control)
	control := os.NewFile(bootplan.Control, "control")
	orders := json.NewDecoder(control)
	g := &guest{children: &children{ended: map[int]chan int{}}, words: json.NewEncoder(control), down: make(chan struct{})}
	if err := orders.Decode(&g.plan); err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	if err := enter(g.plan); err != nil {
		return err
	}
	signals := make(chan os.Signal, 16)
	// The last three are how busybox's halt, poweroff and reboot ask.
	signal.Notify(signals, syscall.SIGCHLD, syscall.SIGPWR, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGTERM)
	asked := make(chan bootplan.Order)
	gone := make(chan error, 1)
	go func() { // ends with the connection, or with the process
		for {
			var o bootplan.Order
			if err := orders.Decode(&o); err != nil {
				gone <- fmt.Errorf("the lab is gone: %w", err)
				return
			}
			asked <- o
		}
	}()
	go func() { // ends with what it starts
		if err := g.boot(); err != nil && !errors.Is(err, errGoingDown) {
			_ = g.words.Encode(bootplan.Word{Trouble: err.Error()}) // who is not there hears nothing
		}
	}()
	for {
		select {
		case err := <-gone:
			return err
		case s := <-signals:
			if s == syscall.SIGCHLD {
				g.children.reap()
				continue
			}
		case <-asked:
		}
		if !g.plan.Stubborn {
			return g.shutDown(signals)
		}
	}
}

// grace is how long processes have to end by themselves.
const grace = 2 * time.Second

// shutDown asks everybody to end, and waits for that a moment.
func (g *guest) shutDown(signals <-chan os.Signal) error {
	g.children.close()
	close(g.down)
	if err := syscall.Kill(-1, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	late := time.NewTimer(grace)
	defer late.Stop()
	for g.children.reap() {
		select {
		case <-signals:
		case <-late.C:
			return nil
		}
	}
	return nil
}

// boot brings up the guest, as far as it gets before it goes down.
func (g *guest) boot() error {
	if g.plan.Delay > 0 {
		t := time.NewTimer(g.plan.Delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-g.down:
			return errGoingDown
		}
	}
	if i := g.plan.Instance; i != nil && i.Hostname != "" {
		if err := write("/etc/hostname", []byte(i.Hostname+"\n"), 0o644); err != nil {
			return err
		}
	}
	name, err := os.ReadFile("/etc/hostname")
	if err != nil {
		return err
	}
	if err := syscall.Sethostname(bytes.TrimSpace(name)); err != nil {
		return err
	}
	if err := g.network(); err != nil {
		return err
	}
	first, err := g.prepare()
	if err != nil {
		return err
	}
	if err := g.startSSH(); err != nil {
		return err
	}
	if g.plan.Agent {
		if _, err := g.children.start("/var/log/bioxen.log", "/usr/local/bin/bioxen", "serve",
			"--socket", "/run/bioxen/bioxen.sock", "--data-dir", "/var/lib/bioxen"); err != nil {
			return err
		}
	}
	return g.finish(first)
}

// network brings up the interfaces, and tells the lab eth0's addresses.
func (g *guest) network() error {
	script := "busybox ip link set lo up"
	if g.plan.Address != "" {
		script += " && busybox ip addr add " + g.plan.Address + " dev eth0 && busybox ip link set eth0 up && busybox ip route add default via " + g.plan.Gateway
	}
	if err := g.children.run("/var/log/network.log", "/bin/sh", "-c", script); err != nil || g.plan.Address == "" {
		return err
	}
	eth0, err := net.InterfaceByName("eth0")
	if err != nil {
		return err
	}
	addresses, err := eth0.Addrs()
	if err != nil {
		return err
	}
	var w bootplan.Word
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok {
			w.Addresses = append(w.Addresses, n.IP.String())
		}
	}
	return g.words.Encode(w)
}

// startSSH starts sshd, with host keys that are made when there are none.
func (g *guest) startSSH() error {
	const own, other = "/etc/ssh/ssh_host_ed25519_key", "/etc/ssh/other_ed25519_key"
	shown := own
	keys := []string{own}
	if g.plan.OtherHostKey {
		shown = other
		keys = append(keys, other)
	}
	for _, key := range keys {
		if _, err := os.Stat(key); err == nil {
			continue
		}
		if err := g.children.run("/var/log/ssh-keygen.log", "/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key); err != nil {
			return err
		}
	}
	streamlocal := "yes"
	if g.plan.ForbidStreamlocal {
		streamlocal = "no"
	}
	config := "# Written at every boot.\nHostKey " + shown + "\nAllowStreamLocalForwarding " + streamlocal + `
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PidFile none
Subsystem sftp /usr/lib/openssh/sftp-server
`
	if err := os.WriteFile("/etc/ssh/sshd_config", []byte(config), 0o600); err != nil {
		return err
	}
	if g.plan.NoSSH {
		return nil
	}
	_, err := g.children.start("/var/log/sshd.log", "/usr/sbin/sshd", "-D", "-e")
	return err
}
