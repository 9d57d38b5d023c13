package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// debianPython is Debian's, for which peers are packages; another on PATH may have
// none.
const debianPython = "/usr/bin/python3"

// A python is a peer in Python at work: it answers one request after the other.
type python struct {
	name    string
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	version string
}

// newPython starts a program that writes a peer's version, and then answers
// requests. The peer is absent where it cannot be imported; pkg is Debian's
// package that has it.
func newPython(ctx context.Context, name, pkg, program string) (*python, error) {
	cmd := exec.CommandContext(ctx, debianPython, "-I", "-c", program) //nolint:gosec // the program is ours
	// One thread, whatever numpy was built with.
	cmd.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1")
	var faults strings.Builder
	cmd.Stderr = &faults
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s is %w: %w", name, errAbsent, err)
	}
	p := &python{name: name, cmd: cmd, in: in, out: bufio.NewReader(out)}
	version, err := p.out.ReadString('\n')
	if err != nil {
		_ = cmd.Wait() // the reason is in faults
		lines := strings.Split(strings.TrimSpace(faults.String()), "\n")
		return nil, fmt.Errorf("%s is %w: %s (install %s)", name, errAbsent, lines[len(lines)-1], pkg)
	}
	p.version = strings.TrimSpace(version)
	return p, nil
}

// ask lets it do something; a request is a line of JSON.
func (p *python) ask(request any) (seconds, answer float64, err error) {
	text, err := json.Marshal(request)
	if err != nil {
		return 0, 0, err
	}
	if _, err := p.in.Write(append(text, '\n')); err != nil {
		return 0, 0, fmt.Errorf("%s: %w", p.name, err)
	}
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return 0, 0, fmt.Errorf("%s ended when asked for %s: %w", p.name, text, err)
	}
	var a struct{ Seconds, Answer float64 }
	if err := json.Unmarshal(line, &a); err != nil {
		return 0, 0, fmt.Errorf("%s said %q: %w", p.name, line, err)
	}
	return a.Seconds, a.Answer, nil
}

// about says which it is.
func (p *python) about() string {
	if p == nil {
		return ""
	}
	return p.name + " " + p.version
}

// close ends it, if it is there.
func (p *python) close() error {
	if p == nil {
		return nil
	}
	return errors.Join(p.in.Close(), p.cmd.Wait())
}
