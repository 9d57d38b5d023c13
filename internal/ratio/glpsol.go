package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A glpsol is GLPK's program with one problem in a file.
type glpsol struct {
	program string
	dir     string // for the solutions
	problem string
}

// newGLPSol writes the flux balance problem of a model.
func newGLPSol(dir string, m *metabolism.Model) (*glpsol, error) {
	program, err := exec.LookPath("glpsol")
	if err != nil {
		return nil, fmt.Errorf("glpsol is %w: %w (install glpk-utils)", errAbsent, err)
	}
	g := &glpsol{program: program, dir: dir, problem: filepath.Join(dir, "problem.mps")}
	return g, os.WriteFile(g.problem, []byte(mps(m)), 0o600)
}

// solve is how long it takes to solve: the whole program, less one that only
// reads the problem.
func (g *glpsol) solve(ctx context.Context) (seconds, answer float64, err error) {
	read, err := g.run(ctx, "--check")
	if err != nil {
		return 0, 0, err
	}
	out := filepath.Join(g.dir, "solution.txt")
	whole, err := g.run(ctx, "--presol", "--output", out)
	if err != nil {
		return 0, 0, err
	}
	answer, err = objectiveIn(out)
	return whole - read, answer, err
}

// run returns the processor time of one run.
func (g *glpsol) run(ctx context.Context, options ...string) (seconds float64, err error) {
	cmd := exec.CommandContext(ctx, g.program, append([]string{"--freemps", g.problem}, options...)...) //nolint:gosec // GLPK's, on PATH
	if text, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("glpsol %s: %w\n%s", strings.Join(options, " "), err, text)
	}
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), nil
}

// objectiveIn finds the objective in what glpsol writes:
// "Objective:  obj = -0.8769972144 (MINimum)".
func objectiveIn(file string) (float64, error) {
	text, err := os.ReadFile(file) //nolint:gosec // written before
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 3 && f[0] == "Objective:" {
			v, err := strconv.ParseFloat(f[3], 64)
			return 0 - v, err
		}
	}
	return 0, errors.New("glpsol wrote no objective")
}

// mps is the flux balance problem of a model in free MPS, with the goal as a sum
// to minimise: MPS knows no other sense.
func mps(m *metabolism.Model) string {
	var w strings.Builder
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	fmt.Fprintln(&w, "NAME model\nROWS\n N obj")
	for i := range m.Metabolites() {
		fmt.Fprintf(&w, " E r%d\n", i)
	}
	cost := map[int]float64{}
	for _, t := range m.Goal().Terms {
		if cost[t.Reaction] = t.Coef; !m.Goal().Minimize {
			cost[t.Reaction] = 0 - t.Coef
		}
	}
	fmt.Fprintln(&w, "COLUMNS")
	for j := range m.Reactions() {
		if cost[j] != 0 {
			fmt.Fprintf(&w, " c%d obj %s\n", j, number(cost[j]))
		}
		for _, t := range m.Reactions()[j].Terms {
			fmt.Fprintf(&w, " c%d r%d %s\n", j, t.Metabolite, number(t.Coef))
		}
	}
	fmt.Fprintln(&w, "RHS\nBOUNDS")
	for j := range m.Reactions() {
		r := &m.Reactions()[j]
		switch {
		case math.IsInf(r.Lower, -1) && math.IsInf(r.Upper, 1):
			fmt.Fprintf(&w, " FR b c%d\n", j)
			continue
		case r.Lower == r.Upper:
			fmt.Fprintf(&w, " FX b c%d %s\n", j, number(r.Lower))
			continue
		case math.IsInf(r.Lower, -1):
			fmt.Fprintf(&w, " MI b c%d\n", j)
		default:
			fmt.Fprintf(&w, " LO b c%d %s\n", j, number(r.Lower))
		}
		if !math.IsInf(r.Upper, 1) {
			fmt.Fprintf(&w, " UP b c%d %s\n", j, number(r.Upper))
		}
	}
	fmt.Fprintln(&w, "ENDATA")
	return w.String()
}
