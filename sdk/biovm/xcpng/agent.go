package xcpng

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

// agentPath is where the program is put in guests.
const agentPath = "/usr/local/bin/bioxen"

// maxAgent bounds the program, in bytes; it has 40 MB.
const maxAgent = 256 << 20

// probe prints, a line each, the guest's system and machine, the user's name, and
// the program's path and version, if it has one. $1 is where to look first.
const probe = `uname -sm; id -un; for b in "$1" $(command -v bioxen); do ` +
	`if test -x "$b"; then echo "$b"; "$b" version; break; fi; done`

// starter has the program $1 listen at the socket $2, for the user $3. It makes
// itself a service of the guest; where it cannot, it runs in a session of its own.
const starter = `b=$1; s=$2; d=/var/lib/bioxen; ` +
	`"$b" agent install --user "$3" >&2 && test -S "$s" && exit 0; ` +
	`mkdir -p "${s%/*}" "$d" && chmod 700 "${s%/*}" "$d" || exit 66; ` +
	`setsid "$b" serve --socket "$s" --data-dir "$d" </dev/null >>/var/log/bioxen.log 2>&1 & ` +
	`n=0; until test -S "$s"; do n=$((n+1)); if test $n -gt 300; then tail -n 3 /var/log/bioxen.log >&2; exit 67; fi; sleep 0.1; done`

// A found is what a probe found in a guest.
type found struct {
	system, machine string
	user            string // who is logged in
	root            bool
	program         string // its path; empty when there is none
}

// probe looks at the guest.
func (d *Driver) probe(ctx context.Context, conn *sshx.Conn) (found, error) {
	out, err := run(ctx, conn, "", probe, agentPath)
	if err != nil {
		return found{}, fmt.Errorf("look at the guest: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out.Stdout)), "\n")
	if len(lines) < 2 {
		return found{}, fmt.Errorf("look at the guest: it answers %.200q: is its login shell a shell?", out.Stdout)
	}
	system, machine, _ := strings.Cut(lines[0], " ")
	f := found{system: system, machine: machine, user: lines[1], root: lines[1] == "root"}
	if len(lines) > 2 {
		f.program = lines[2]
	}
	return f, nil
}

// install puts the program into the guest, in place of one that is there.
func (d *Driver) install(ctx context.Context, conn *sshx.Conn, f found) error {
	file, err := d.o.Agent.open(f)
	if err != nil {
		return err
	}
	target := agentPath
	if !f.root {
		target = "/tmp/.bioxen-" + file.sum
	}
	if f.root {
		if _, err := run(ctx, conn, "", `mkdir -p "$1"`, filepath.Dir(agentPath)); err != nil {
			return err
		}
	}
	if err := conn.Upload(ctx, target, file, file.size, file.sum, 0o755); err != nil {
		return fmt.Errorf("put bioxen into the guest: %w", err)
	}
	if !f.root {
		// In one step, and owned by root.
		if _, err := run(ctx, conn, "sudo -n ", `mkdir -p "${2%/*}" && cp "$1" "$2.new" && chown 0:0 "$2.new" && chmod 755 "$2.new" && mv -f "$2.new" "$2"; r=$?; rm -f "$1"; exit $r`, target, agentPath); err != nil {
			return fmt.Errorf("put bioxen into the guest: %w", err)
		}
	}
	return nil
}

// start has the program in the guest listen.
func (d *Driver) start(ctx context.Context, conn *sshx.Conn, f found, program string) error {
	if _, err := run(ctx, conn, f.sudo(), starter, program, d.o.Agent.Socket, f.user); err != nil {
		return fmt.Errorf("start %s in the guest: %w", program, err)
	}
	return nil
}

// sudo is what makes commands root's.
func (f found) sudo() string {
	if f.root {
		return ""
	}
	return "sudo -n "
}

// run runs a script with arguments in the guest; a status other than 0 is an
// error.
func run(ctx context.Context, conn *sshx.Conn, sudo, script string, args ...string) (sshx.Output, error) {
	command, err := sshx.Quote(append([]string{"/bin/sh", "-c", script, "sh"}, args...)...)
	if err != nil {
		return sshx.Output{}, err
	}
	out, err := conn.Run(ctx, sudo+command, nil)
	if err != nil {
		return out, err
	}
	if out.Code != 0 {
		return out, fmt.Errorf("a command in the guest ended with status %d: %.300s", out.Code, strings.TrimSpace(string(out.Stderr)))
	}
	return out, nil
}

// An agentFile is the program for one kind of guest.
type agentFile struct {
	io.Reader

	size int64
	sum  string
}

// errNoAgent is why a guest without the program cannot get it.
var errNoAgent = fmt.Errorf("%w: the guest has no bioxen, and there is none to put into it: use a template that has it (bioxen agent install), or say where the program for guests is", biovm.ErrUnsupported)

// open finds the program for a guest, and makes sure that it is one.
func (a Agent) open(f found) (*agentFile, error) {
	machines := map[string]struct {
		arch string
		elf  elf.Machine
	}{"x86_64": {"amd64", elf.EM_X86_64}, "aarch64": {"arm64", elf.EM_AARCH64}, "arm64": {"arm64", elf.EM_AARCH64}}
	m, ok := machines[f.machine]
	if f.system != "Linux" || !ok {
		return nil, fmt.Errorf("%w: the guest is %s on %s, and bioxen runs in Linux on x86_64 and aarch64", biovm.ErrUnsupported, f.system, f.machine)
	}
	if a.Path == "" {
		return nil, errNoAgent
	}
	path := a.Path
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		path = filepath.Join(path, "bioxen_linux_"+m.arch)
	}
	text, err := source.ReadFile(path, maxAgent)
	if err != nil {
		return nil, fmt.Errorf("the bioxen program for guests: %w", err)
	}
	program, err := elf.NewFile(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("the bioxen program for guests: %s is not a program for Linux: %w", path, err)
	}
	if err := program.Close(); err != nil {
		return nil, err
	}
	if program.Machine != m.elf {
		return nil, fmt.Errorf("the bioxen program for guests: %s is for %s, and the guest is %s", path, program.Machine, f.machine)
	}
	sum := sha256.Sum256(text)
	is := hex.EncodeToString(sum[:])
	if a.SHA256 != "" && !strings.EqualFold(a.SHA256, is) {
		return nil, fmt.Errorf("%w: the bioxen program for guests: %s has the SHA-256 %s, and should have %s", biovm.ErrInvalid, path, is, strings.ToLower(a.SHA256))
	}
	return &agentFile{Reader: bytes.NewReader(text), size: int64(len(text)), sum: is}, nil
}
