package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

//go:embed cobra_tasks.py
var cobraProgram string

// python is Debian's, for which python3-cobra is a package; another on PATH
// may have none.
const python = "/usr/bin/python3"

// A cobra is COBRApy at work: it answers one request after the other.
type cobra struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	version string
}

// newCobra starts it.
func newCobra(ctx context.Context) (*cobra, error) {
	cmd := exec.CommandContext(ctx, python, "-I", "-c", cobraProgram) //nolint:gosec // the program is ours
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
		return nil, fmt.Errorf("COBRApy is %w: %w", errAbsent, err)
	}
	c := &cobra{cmd: cmd, in: in, out: bufio.NewReader(out)}
	version, err := c.out.ReadString('\n')
	if err != nil {
		_ = cmd.Wait() // the reason is in faults
		lines := strings.Split(strings.TrimSpace(faults.String()), "\n")
		return nil, fmt.Errorf("COBRApy is %w: %s (install python3-cobra)", errAbsent, lines[len(lines)-1])
	}
	c.version = strings.TrimSpace(version)
	return c, nil
}

// A cobraRequest is what it is asked.
type cobraRequest struct {
	Task     string    `json:"task"`
	File     string    `json:"file"`
	Fraction float64   `json:"fraction,omitempty"`
	Reaction string    `json:"reaction,omitempty"`
	Bounds   []float64 `json:"bounds,omitempty"`
}

// ask lets it do something.
func (c *cobra) ask(r cobraRequest) (seconds, answer float64, err error) {
	text, err := json.Marshal(r)
	if err != nil {
		return 0, 0, err
	}
	if _, err := c.in.Write(append(text, '\n')); err != nil {
		return 0, 0, fmt.Errorf("COBRApy: %w", err)
	}
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		return 0, 0, fmt.Errorf("COBRApy ended when asked for %s: %w", text, err)
	}
	var a struct{ Seconds, Answer float64 }
	if err := json.Unmarshal(line, &a); err != nil {
		return 0, 0, fmt.Errorf("COBRApy said %q: %w", line, err)
	}
	return a.Seconds, a.Answer, nil
}

// close ends it.
func (c *cobra) close() error { return errors.Join(c.in.Close(), c.cmd.Wait()) }
