package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
)

const (
	// agentWait is how long the daemon may take to come up, or to go.
	agentWait = 20 * time.Second
	// agentPoll is how often it is looked for.
	agentPoll = 10 * time.Millisecond
)

func mayInstall() error {
	if os.Geteuid() != 0 {
		return errors.New("only root can make this machine a guest; --root prepares a disk of one")
	}
	return nil
}

// start starts the daemon, or has it make way for a newer program.
func (i *installation) start() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*agentWait)
	defer cancel()
	who, err := account(i.user)
	if err != nil {
		return err
	}
	pid, err := listener(ctx)
	if err == nil && !i.changed && runs(pid, who) {
		return i.say("it runs, with pid %d", pid)
	}
	if i.hasSystemd() {
		return i.startUnit(ctx)
	}
	if err == nil {
		if err := stopListener(ctx, pid); err != nil {
			return err
		}
		if err := i.say("stopped pid %d", pid); err != nil {
			return err
		}
	}
	if err := startSession(who); err != nil {
		return err
	}
	if pid, err = awaitListener(ctx); err != nil {
		return fmt.Errorf("the daemon did not come up: %w; see %s", err, agentLog)
	}
	return i.say("started, with pid %d; its log is %s", pid, agentLog)
}

func (i *installation) startUnit(ctx context.Context) error {
	for _, args := range [][]string{{"daemon-reload"}, {"enable", "bioxen.service"}, {"restart", "bioxen.service"}} {
		out, err := exec.CommandContext(ctx, "systemctl", args...).CombinedOutput() //nolint:gosec // of this table
		if err != nil {
			return fmt.Errorf("systemctl %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
		}
	}
	pid, err := awaitListener(ctx)
	if err != nil {
		return fmt.Errorf("the daemon did not come up: %w; see journalctl -u bioxen", err)
	}
	return i.say("started bioxen.service, with pid %d", pid)
}

// startSession starts the daemon in a session of its own, which outlives who
// started it.
func startSession(who *syscall.Credential) error {
	run := filepath.Dir(daemon.DefaultSocket)
	if err := os.MkdirAll(run, 0o700); err != nil {
		return err
	}
	for _, path := range []string{run, agentData} {
		if err := own(path, who); err != nil {
			return err
		}
	}
	log, err := os.OpenFile(agentLog, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	// No context: it is to live on.
	cmd := exec.Command(agentBinary, "serve", "--data-dir", agentData, "--socket", daemon.DefaultSocket) //nolint:gosec,noctx // constants
	cmd.Dir, cmd.Env = "/", []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + agentData}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if who.Uid != uint32(os.Geteuid()) { //nolint:gosec // a user's number
		cmd.SysProcAttr.Credential = who
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	return cmd.Process.Release()
}

func account(name string) (*syscall.Credential, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("user %s: %w", name, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("user %s: %w", name, err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// own gives a folder and what is in it to a user, and to nobody else.
func own(path string, who *syscall.Credential) error {
	if err := os.Chmod(path, 0o700); err != nil { //nolint:gosec // a folder
		return err
	}
	return filepath.WalkDir(path, func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(p, int(who.Uid), int(who.Gid))
	})
}

// listener is the process that listens on the daemon's socket.
func listener(ctx context.Context) (pid int, err error) {
	c, err := new(net.Dialer).DialContext(ctx, "unix", daemon.DefaultSocket)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	u, ok := c.(*net.UnixConn)
	if !ok {
		return 0, errors.New("a unix socket is none")
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return 0, err
	}
	var cred *syscall.Ucred
	failed := raw.Control(func(fd uintptr) {
		cred, err = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	})
	if err = errors.Join(failed, err); err != nil {
		return 0, err
	}
	return int(cred.Pid), nil
}

// runs reports whether a process runs the program that is installed, and not an
// older one that was there, as the user.
func runs(pid int, who *syscall.Credential) bool {
	proc := filepath.Join("/proc", strconv.Itoa(pid))
	exe, err := os.Readlink(filepath.Join(proc, "exe"))
	if err != nil || exe != agentBinary {
		return false
	}
	info, err := os.Stat(proc)
	if err != nil {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Uid == who.Uid
}

func awaitListener(ctx context.Context) (pid int, err error) {
	err = await(ctx, func() error {
		pid, err = listener(ctx)
		return err
	})
	return pid, err
}

func stopListener(ctx context.Context, pid int) error {
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop pid %d, which listens on %s: %w", pid, daemon.DefaultSocket, err)
	}
	return await(ctx, func() error {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("pid %d, which listens on %s, does not end", pid, daemon.DefaultSocket)
		}
		return nil
	})
}

// await asks until there is no error, for a while.
func await(ctx context.Context, ask func() error) error {
	ctx, cancel := context.WithTimeout(ctx, agentWait)
	defer cancel()
	ticker := time.NewTicker(agentPoll)
	defer ticker.Stop()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-ticker.C:
		}
	}
}
