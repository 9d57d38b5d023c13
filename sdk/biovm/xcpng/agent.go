package xcpng

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// Where an agent is in a guest: of the system, or of a user who may not put it
// there.
const (
	systemSocket  = "/run/bioxen/bioxen.sock"
	systemProgram = "/usr/local/bin/bioxen"
	userFolder    = ".bioxen"
)

// agent connects to the engine in a guest, and puts it there or starts it when it
// is not there or does not run.
func (d *Driver) agent(ctx context.Context, t sshx.Target) (*remote.Client, error) {
	client, err := d.talk(ctx, t, systemSocket, systemProgram)
	if err == nil {
		return client, nil
	}
	if ctx.Err() != nil || unreachable(err) {
		return nil, err
	}
	first := err
	conn, err := d.ssh.Get(ctx, t)
	if err != nil {
		return nil, err
	}
	found, err := survey(ctx, conn)
	if err != nil {
		return nil, err
	}
	place := found.place()
	if !place.system {
		// A user's own agent is not where the system's is.
		if client, err := d.talk(ctx, t, place.socket, found.program); err == nil {
			return client, nil
		}
	}
	if !found.speaks() {
		if d.options.Agent.Path == "" {
			return nil, agentMissing(found, first)
		}
		if err := d.upload(ctx, conn, found, place); err != nil {
			return nil, fmt.Errorf("put the agent into the guest: %w", err)
		}
		found.program = place.program
	}
	if err := start(ctx, conn, found.program, place); err != nil {
		return nil, fmt.Errorf("start the agent in the guest: %w", err)
	}
	return d.awaitAgent(ctx, t, place.socket, found.program)
}

// agentMissing is why there is no agent, and none is put there.
func agentMissing(found surveyed, err error) error {
	var skew *remote.VersionError
	if errors.As(err, &skew) {
		return skew
	}
	if found.program != "" {
		return fmt.Errorf("the guest's %s speaks versions %s of the API, and this side speaks %s: name another agent, or update the template", found.program, found.version.API, remote.Speaks())
	}
	return fmt.Errorf("%w: there is no bioxen in the guest: make a template with \"bioxen agent install\", or name the program to put there", biovm.ErrUnsupported)
}

// unreachable reports whether an error is about SSH, and not about what is behind
// it.
func unreachable(err error) bool {
	var (
		key  *sshx.HostKeyError
		auth *sshx.AuthError
		dial *sshx.DialError
	)
	return errors.As(err, &key) || errors.As(err, &auth) || errors.As(err, &dial) || errors.Is(err, sshx.ErrTarget)
}

// talk connects to the engine behind a socket of a guest.
func (d *Driver) talk(ctx context.Context, t sshx.Target, socket, program string) (*remote.Client, error) {
	return remote.Dial(ctx, remote.Options{
		Version: d.options.Version, Logger: d.options.Logger,
		Dial: func(ctx context.Context) (net.Conn, error) {
			conn, err := d.ssh.Get(ctx, t)
			if err != nil {
				return nil, err
			}
			c, err := conn.DialUnix(ctx, socket)
			if !errors.Is(err, sshx.ErrForwardRefused) || program == "" {
				return c, err
			}
			command, err := sshx.Quote(program, "stdio", "--socket", socket)
			if err != nil {
				return nil, err
			}
			return conn.Stdio(ctx, command)
		},
	})
}

// awaitAgent waits for an agent that was started to answer.
func (d *Driver) awaitAgent(ctx context.Context, t sshx.Target, socket, program string) (*remote.Client, error) {
	const first, longest = 20 * time.Millisecond, time.Second
	for pause := first; ; pause = min(2*pause, longest) {
		c, err := d.talk(ctx, t, socket, program)
		var skew *remote.VersionError
		if err == nil || errors.As(err, &skew) || unreachable(err) {
			return c, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, fmt.Errorf("the agent does not answer: %w", err)
		}
	}
}

// A surveyed guest is what was found in it.
type surveyed struct {
	system, machine string // as uname says
	uid, home       string
	program         string // the bioxen that is there; empty when none is
	version         remote.ServerInfo
}

// surveyScript looks for the program at its place, on the path and in the user's
// folder, and says where it found it and what that says of itself.
const surveyScript = `uname -s; uname -m; id -u; echo "$HOME"
for p in ` + systemProgram + ` "$(command -v bioxen 2>/dev/null)" "$HOME/` + userFolder + `/bioxen"; do
  if [ -n "$p" ] && [ -x "$p" ]; then echo "$p"; exec "$p" version -o json; fi
done`

func survey(ctx context.Context, conn *sshx.Conn) (surveyed, error) {
	out, err := conn.Run(ctx, surveyScript, nil)
	if err != nil {
		return surveyed{}, fmt.Errorf("look around in the guest: %w", err)
	}
	lines := strings.SplitN(string(out.Stdout), "\n", 6)
	const least = 4
	if len(lines) < least {
		return surveyed{}, fmt.Errorf("look around in the guest: its shell says %q, %q", out.Stdout, out.Stderr)
	}
	s := surveyed{system: lines[0], machine: lines[1], uid: lines[2], home: lines[3]}
	if len(lines) > least+1 {
		s.program = lines[4]
		// A program that says something else is one that does not speak.
		_ = json.Unmarshal([]byte(lines[5]), &s.version)
	}
	return s, nil
}

// speaks reports whether the program that is there will do.
func (s surveyed) speaks() bool { return s.program != "" && s.version.API.Common(remote.Speaks()) }

// A location is where an agent belongs.
type location struct {
	system                   bool
	program, socket, dataDir string
}

func (s surveyed) place() location {
	if s.uid == "0" {
		return location{system: true, program: systemProgram, socket: systemSocket}
	}
	own := path.Join(s.home, userFolder)
	return location{program: path.Join(own, "bioxen"), socket: path.Join(own, "bioxen.sock"), dataDir: path.Join(own, "state")}
}

// start starts the agent so that it outlives the connection: the system's as a
// service, which installs it first, a user's in a session of its own.
func start(ctx context.Context, conn *sshx.Conn, program string, at location) error {
	command, err := sshx.Quote(program, "agent", "install")
	if !at.system {
		var serve, folder, log string
		serve, err = sshx.Quote("setsid", program, "serve", "--socket", at.socket, "--data-dir", at.dataDir)
		if err == nil {
			folder, err = sshx.Quote(path.Dir(at.socket))
		}
		if err == nil {
			log, err = sshx.Quote(at.socket + ".log")
		}
		command = fmt.Sprintf("umask 077; mkdir -p %s && (%s >%s 2>&1 </dev/null &)", folder, serve, log)
	}
	if err != nil {
		return err
	}
	return must(conn.Run(ctx, command, nil))
}

// must makes an error of a command that failed.
func must(out sshx.Output, err error) error {
	if err == nil && out.Code != 0 {
		err = fmt.Errorf("exit status %d: %s", out.Code, bytes.TrimSpace(out.Stderr))
	}
	return err
}

// architectures are the machines that there are agents for: uname's word, Go's
// and ELF's.
func architectures() []struct {
	uname, arch string
	elf         elf.Machine
} {
	return []struct {
		uname, arch string
		elf         elf.Machine
	}{
		{"x86_64", "amd64", elf.EM_X86_64},
		{"aarch64", "arm64", elf.EM_AARCH64},
	}
}

// upload puts the program for the guest's machine into it.
func (d *Driver) upload(ctx context.Context, conn *sshx.Conn, s surveyed, at location) error {
	for _, a := range architectures() {
		if s.system != "Linux" || s.machine != a.uname {
			continue
		}
		file, sum, size, err := d.options.Agent.file(a.arch, a.elf)
		if err != nil {
			return err
		}
		defer file.Close()
		folder, err := sshx.Quote("mkdir", "-p", path.Dir(at.program))
		if err != nil {
			return err
		}
		if err := must(conn.Run(ctx, folder, nil)); err != nil {
			return fmt.Errorf("make %s: %w", path.Dir(at.program), err)
		}
		const mode = 0o755
		return conn.Upload(ctx, at.program, file, size, sum, mode)
	}
	return fmt.Errorf("%w: there is no agent for %s on %s", biovm.ErrUnsupported, s.system, s.machine)
}

// file opens the program for an architecture, which must be one for it and have
// the hash that is wanted.
func (a Agent) file(arch string, machine elf.Machine) (f *os.File, sum string, size int64, err error) {
	name := a.Path
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		name = filepath.Join(name, "bioxen_linux_"+arch)
	}
	if f, err = os.Open(name); err != nil { //nolint:gosec // the user names it
		return nil, "", 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
			f = nil
		}
	}()
	program, err := elf.NewFile(f)
	if err != nil {
		return f, "", 0, fmt.Errorf("agent %s is no program for Linux: %w", name, err)
	}
	if program.Machine != machine {
		return f, "", 0, fmt.Errorf("agent %s is for %s, and the guest needs one for %s: name the folder that has bioxen_linux_%s", name, program.Machine, machine, arch)
	}
	hash := sha256.New()
	if size, err = io.Copy(hash, f); err != nil {
		return f, "", 0, err
	}
	sum = hex.EncodeToString(hash.Sum(nil))
	if want := strings.ToLower(a.SHA256); want != "" && want != sum {
		return f, "", 0, fmt.Errorf("agent %s has SHA-256 %s, and %s is wanted", name, sum, want)
	}
	_, err = f.Seek(0, io.SeekStart)
	return f, sum, size, err
}
