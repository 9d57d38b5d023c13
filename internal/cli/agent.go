package cli

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
)

// Where a guest has what. They are Linux's, whatever this is.
const (
	agentBinary = "/usr/local/bin/bioxen"
	agentData   = "/var/lib/bioxen"
	agentUnit   = "/etc/systemd/system/bioxen.service"
	agentWanted = "/etc/systemd/system/multi-user.target.wants/bioxen.service"
	agentLog    = "/var/log/bioxen.log"
)

func (a *app) agentCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "agent",
		Short: "Make this machine a guest that holds a cell",
	}
	group(cmd)
	cmd.AddCommand(a.agentInstallCommand())
	return cmd
}

func (a *app) agentInstallCommand() *cobra.Command {
	var i installation
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Install this program as the guest's daemon, and start it",
		Long: `Install this program as the guest's daemon, and start it.

The program becomes ` + agentBinary + `, its data directory is
` + agentData + `, and it listens on ` + daemon.DefaultSocket + `. Where systemd runs it is the
unit bioxen.service, started with the machine; elsewhere it starts in a session of
its own, and its log is ` + agentLog + `. Doing it again changes nothing, but for a
newer program, which takes the place of the older one.

--root installs into a folder that is to become a machine's disk, and starts
nothing.`,
		Args: arguments(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			i.out = a.Stdout
			return i.run()
		},
	}
	cmd.Flags().StringVar(&i.user, "user", "root", "run as this `USER`, who alone may use the socket besides root")
	cmd.Flags().StringVar(&i.root, "root", "", "install into `DIR` as if it were the root of the file system")
	_ = cmd.MarkFlagDirname("root") // it fails for a flag that is not there only
	return cmd
}

// An installation is one run of agent install.
type installation struct {
	user, root string
	out        io.Writer
	changed    bool // the program or its unit
}

func (i *installation) run() error {
	if i.user == "" || strings.Trim(i.user, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") != "" {
		return &usageError{err: fmt.Errorf("--user %q is no name of a user", i.user)}
	}
	if i.root == "" {
		if err := mayInstall(); err != nil {
			return fmt.Errorf("agent install: %w", err)
		}
	}
	err := i.install()
	if err == nil && i.root == "" {
		err = i.start()
	}
	if err != nil {
		return fmt.Errorf("agent install: %w", err)
	}
	return nil
}

// install puts the files in their places.
func (i *installation) install() error {
	if err := i.installProgram(); err != nil {
		return err
	}
	if err := i.makeDir(agentData); err != nil {
		return err
	}
	if !i.hasSystemd() {
		return nil
	}
	if err := i.write(agentUnit, []byte(unitFor(i.user)), 0o644); err != nil {
		return err
	}
	if i.root == "" {
		return nil // systemctl enables it
	}
	wanted := i.path(agentWanted)
	if _, err := os.Lstat(wanted); err == nil {
		return i.say("%s is there", agentWanted)
	}
	if err := os.MkdirAll(filepath.Dir(wanted), 0o755); err != nil { //nolint:gosec // as systemd has it
		return err
	}
	if err := os.Symlink(agentUnit, wanted); err != nil {
		return err
	}
	return i.say("enabled bioxen.service")
}

func (i *installation) path(p string) string { return filepath.Join(i.root, filepath.FromSlash(p)) }

func (i *installation) say(format string, args ...any) error {
	return printText(i.out, fmt.Sprintf(format, args...)+"\n")
}

// hasSystemd reports whether systemd runs or, below a root, is installed.
func (i *installation) hasSystemd() bool {
	places := []string{"/run/systemd/system"}
	if i.root != "" {
		places = []string{"/usr/lib/systemd/system", "/lib/systemd/system"}
	}
	for _, p := range places {
		if info, err := os.Stat(i.path(p)); err == nil && info.IsDir() {
			return true
		}
	}
	return false
}

func (i *installation) installProgram() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	program, err := os.ReadFile(self) //nolint:gosec // this program
	if err != nil {
		return err
	}
	return i.write(agentBinary, program, 0o755)
}

func (i *installation) makeDir(p string) error {
	path := i.path(p)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		if info.Mode().Perm() == 0o700 { //nolint:mnd // as it should be
			return i.say("%s is there", p)
		}
	} else if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o700); err != nil { //nolint:gosec // a folder
		return err
	}
	return i.say("made %s", p)
}

// write makes a file that is whole at any moment, unless it is as it should be.
func (i *installation) write(p string, content []byte, mode fs.FileMode) error {
	path := i.path(p)
	old, err := os.ReadFile(path)
	if err == nil && sha256.Sum256(old) == sha256.Sum256(content) {
		if err := os.Chmod(path, mode); err != nil {
			return err
		}
		return i.say("%s is as it should be", p)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	i.changed = true
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // as systems have them
		return err
	}
	f, err := os.CreateTemp(dir, ".bioxen-*")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, bytes.NewReader(content))
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return i.say("installed %s", p)
}

// unitFor is the unit of the daemon of a guest. It needs nothing but its data
// directory and its socket, and gets nothing else.
func unitFor(user string) string {
	return `[Unit]
Description=BioXen, biological virtual machines

[Service]
Type=exec
ExecStart=` + agentBinary + ` serve --data-dir ` + agentData + ` --socket ` + daemon.DefaultSocket + `
User=` + user + `
RuntimeDirectory=bioxen
RuntimeDirectoryMode=0700
StateDirectory=bioxen
StateDirectoryMode=0700
UMask=0077
Restart=on-failure
RestartSec=1
TimeoutStopSec=30

CapabilityBoundingSet=
LockPersonality=yes
MemoryDenyWriteExecute=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
`
}
