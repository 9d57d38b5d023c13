package daemon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// DefaultSocket is where the agent of a guest listens.
const DefaultSocket = "/run/bioxen/bioxen.sock"

// Where an agent is on its machine.
const (
	programPath = "/usr/local/bin/bioxen"
	stateDir    = "/var/lib/bioxen"
	unitPath    = "/etc/systemd/system/bioxen.service"
	unitName    = "bioxen.service"
	wantsPath   = "/etc/systemd/system/multi-user.target.wants/" + unitName
	logPath     = "/var/log/bioxen.log"
)

// unit is the service. It needs its state, its socket, and nothing else.
const unit = `[Unit]
Description=BioXen engine of this machine
Documentation=https://github.com/bioxen/terraform-provider-bioxen
After=local-fs.target

[Service]
Type=exec
ExecStart=` + programPath + ` serve --socket ` + DefaultSocket + ` --data-dir ` + stateDir + `
Restart=on-failure
RestartSec=1
RuntimeDirectory=bioxen
RuntimeDirectoryMode=0700
StateDirectory=bioxen
StateDirectoryMode=0700
UMask=0077
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
LockPersonality=yes
CapabilityBoundingSet=
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`

// Install makes the machine one that has this program as its agent, and starts
// it; or the image of a machine below root, where nothing is started. say hears
// what was done. It may be called again.
func Install(ctx context.Context, root string, say func(line string) error) error {
	if runtime.GOOS != "linux" {
		return fmt.Errorf("install the agent: guests run Linux, and this is %s", runtime.GOOS)
	}
	if root == "" && os.Geteuid() != 0 {
		return errors.New("install the agent: only root may: use sudo")
	}
	changed, err := installProgram(filepath.Join(root, programPath))
	if err != nil {
		return fmt.Errorf("install the agent: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(root, stateDir), 0o700); err != nil {
		return fmt.Errorf("install the agent: %w", err)
	}
	if err := say("installed " + filepath.Join(root, programPath)); err != nil {
		return err
	}
	if root != "" {
		return installUnit(root, say)
	}
	if _, err := os.Stat("/run/systemd/system"); err == nil {
		if err := installUnit("", say); err != nil {
			return err
		}
		return startService(ctx, say)
	}
	return startAlone(ctx, changed, say)
}

// installProgram copies the running program, whole or not at all. It reports
// whether there was another one, or none.
func installProgram(to string) (changed bool, err error) {
	from, err := os.Executable()
	if err != nil {
		return false, err
	}
	if from, err = filepath.EvalSymlinks(from); err != nil {
		return false, err
	}
	program, err := os.ReadFile(from) //nolint:gosec // the running program
	if err != nil {
		return false, err
	}
	if there, err := os.ReadFile(to); err == nil && bytes.Equal(there, program) { //nolint:gosec // a fixed path
		return false, nil
	}
	return true, writeWhole(to, program, 0o755)
}

// writeWhole writes a file beside its place and moves it there.
func writeWhole(path string, content []byte, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // folders of the system
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".bioxen-")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, bytes.NewReader(content))
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}

func installUnit(root string, say func(string) error) error {
	const mode = 0o644
	if err := writeWhole(filepath.Join(root, unitPath), []byte(unit), mode); err != nil {
		return fmt.Errorf("install the agent's service: %w", err)
	}
	wants := filepath.Join(root, wantsPath)
	if err := os.MkdirAll(filepath.Dir(wants), 0o755); err != nil { //nolint:gosec // a folder of the system
		return fmt.Errorf("enable the agent's service: %w", err)
	}
	if err := os.Symlink(unitPath, wants); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("enable the agent's service: %w", err)
	}
	return say("installed " + filepath.Join(root, unitPath))
}

func startService(ctx context.Context, say func(string) error) error {
	for _, args := range [][]string{{"daemon-reload"}, {"restart", unitName}} {
		if out, err := exec.CommandContext(ctx, "systemctl", args...).CombinedOutput(); err != nil { //nolint:gosec // fixed arguments
			return fmt.Errorf("start the agent: systemctl %v: %w: %s", args, err, bytes.TrimSpace(out))
		}
	}
	return say("started " + unitName)
}

// startAlone starts the agent in a session of its own, unless it runs already. One
// of another release is ended first.
func startAlone(ctx context.Context, changed bool, say func(string) error) error {
	running := answers(ctx)
	if running && !changed {
		return say("the agent runs")
	}
	if running {
		// It ends by itself when its socket is somebody else's: so end it by name.
		_ = exec.CommandContext(ctx, "pkill", "-TERM", "-f", programPath+" serve").Run() //nolint:gosec // fixed arguments; no such program is no harm
		if err := until(ctx, func() bool { return !answers(ctx) }); err != nil {
			return fmt.Errorf("the agent that runs does not end: %w", err)
		}
	}
	const mode = 0o600
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, mode)
	if err != nil {
		return fmt.Errorf("start the agent: %w", err)
	}
	defer log.Close()
	cmd := exec.Command(programPath, "serve", "--socket", DefaultSocket, "--data-dir", stateDir) //nolint:gosec,noctx // it outlives the call
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = "/", log, log, ownSession()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the agent: %w", err)
	}
	if err := until(ctx, func() bool { return answers(ctx) }); err != nil {
		return fmt.Errorf("the agent was started and does not answer; %s says more: %w", logPath, err)
	}
	return say("started the agent, which does not come back after a reboot: there is no systemd")
}

// answers reports whether somebody listens on the socket.
func answers(ctx context.Context) bool {
	c, err := new(net.Dialer).DialContext(ctx, "unix", DefaultSocket)
	if err != nil {
		return false
	}
	_ = c.Close() // it was only to see
	return true
}

// startTime is how long an agent may take to start, or to end.
const startTime = 10 * time.Second

func until(ctx context.Context, done func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	const pause = 10 * time.Millisecond
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
	return nil
}
