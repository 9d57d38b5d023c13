package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

//go:embed testdata/direct.c
var directProgram string

// chance compares stochastic simulation with Gillespie's direct method as
// textbooks have it, in C: no distribution packages a simulator of others. What
// has been published of those is told beside.
type chance struct {
	dir     string
	program string // of the peer; empty: see gone
	gone    error
	version string // of the compiler
}

// newChance compiles the peer. That there is no compiler is no error.
func newChance(ctx context.Context) (c *chance, err error) {
	c = &chance{}
	if c.dir, err = os.MkdirTemp("", "ratio"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	compiler, err := exec.LookPath("gcc")
	if err != nil {
		c.gone = fmt.Errorf("the direct method in C is %w: %w (install gcc)", errAbsent, err)
		return c, nil
	}
	source, program := filepath.Join(c.dir, "direct.c"), filepath.Join(c.dir, "direct")
	if err := os.WriteFile(source, []byte(directProgram), 0o600); err != nil {
		return nil, err
	}
	compile := exec.CommandContext(ctx, compiler, "-std=c11", "-O2", "-o", program, source, "-lm") //nolint:gosec // our own source
	if text, err := compile.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", compile, err, text)
	}
	c.program = program
	version, err := exec.CommandContext(ctx, compiler, "-dumpfullversion").Output() //nolint:gosec // the compiler on PATH
	c.version = strings.TrimSpace(string(version))
	return c, err
}

func (c *chance) about() string {
	if c.program == "" {
		return ""
	}
	return "Gillespie's direct method in C, gcc " + c.version + " -O2"
}

func (c *chance) close() error { return os.RemoveAll(c.dir) }

// million is how many reactions times are of.
const million = 1e6

// many reactions are so many that it pays to search them by a better method.
const many = 100

// lines are those of this subject: of each network as our direct method, which
// sums up in a tree where there are many reactions, and, of the large one, as the
// others do it.
func (c *chance) lines() []line {
	var all []line
	for _, n := range networks() {
		methods := []expression.Method{expression.Direct}
		if len(n.reactions) > many {
			methods = append(methods, expression.CompositionRejection, expression.NextReaction)
		}
		for _, m := range methods {
			all = append(all, comparison{
				name: fmt.Sprintf("ssa-%s-%s/direct-c", n.name, m), ours: simulates(n, m), peer: c.simulates(n),
				agree: n.alike, work: million, unit: "reactions/s",
			})
		}
		for _, f := range published() {
			if f.network == n.name {
				all = append(all, f)
			}
		}
	}
	return append(all, ensembles())
}

// simulates is our turn; the time is that of a million reactions, and their number
// is the answer.
func simulates(n network, m expression.Method) contender {
	return func(ctx context.Context) (seconds, reactions float64, err error) {
		built, err := n.build()
		if err != nil {
			return 0, 0, err
		}
		s, err := expression.NewSimulator(built, expression.Options{Method: m, Seed: 1})
		if err != nil {
			return 0, 0, err
		}
		seconds, reactions, err = timed(func() (float64, error) {
			err := s.Advance(ctx, n.until)
			return float64(s.Events()), err
		})
		return seconds * million / reactions, reactions, err
	}
}

// build is the network as we have it.
func (n *network) build() (*expression.Network, error) {
	var b expression.NetworkBuilder
	for i, count := range n.counts {
		b.AddSpecies("s"+strconv.Itoa(i), count)
	}
	terms := func(molecules []int) []expression.Term {
		var all []expression.Term
		for _, t := range tally(molecules) {
			all = append(all, expression.Term{Species: expression.Species(t.species), Count: t.count})
		}
		return all
	}
	for i, r := range n.reactions {
		b.AddReaction(expression.Reaction{Name: "r" + strconv.Itoa(i), Reactants: terms(r.takes), Products: terms(r.makes), Rate: r.rate})
	}
	return b.Build()
}

// A term is a number of molecules, or its change.
type term struct{ species, count int }

// tally counts molecules, in the order in which they come.
func tally(molecules []int, less ...int) []term {
	var all []term
	add := func(species, count int) {
		for i := range all {
			if all[i].species == species {
				all[i].count += count
				return
			}
		}
		all = append(all, term{species, count})
	}
	for _, s := range molecules {
		add(s, 1)
	}
	for _, s := range less {
		add(s, -1)
	}
	return all
}

// text is the network as testdata/direct.c reads it.
func (n *network) text(seed int) string {
	var w strings.Builder
	fmt.Fprintln(&w, len(n.counts), len(n.reactions), n.until, seed)
	for _, count := range n.counts {
		fmt.Fprintln(&w, count)
	}
	for _, r := range n.reactions {
		fmt.Fprint(&w, r.rate)
		changes := tally(r.makes, r.takes...)
		kept := changes[:0]
		for _, t := range changes {
			if t.count != 0 {
				kept = append(kept, t)
			}
		}
		for _, list := range [][]term{tally(r.takes), kept} {
			fmt.Fprint(&w, " ", len(list))
			for _, t := range list {
				fmt.Fprint(&w, " ", t.species, " ", t.count)
			}
		}
		fmt.Fprintln(&w)
	}
	return w.String()
}

// simulates is the peer's turn.
func (c *chance) simulates(n network) contender {
	return func(ctx context.Context) (seconds, reactions float64, err error) {
		if c.program == "" {
			return 0, 0, c.gone
		}
		cmd := exec.CommandContext(ctx, c.program) //nolint:gosec // compiled by newChance
		cmd.Stdin = strings.NewReader(n.text(1))
		var faults strings.Builder
		cmd.Stderr = &faults
		out, err := cmd.Output()
		if err != nil {
			return 0, 0, fmt.Errorf("the direct method in C: %w: %s", err, faults.String())
		}
		if _, err := fmt.Sscan(string(out), &reactions, &seconds); err != nil {
			return 0, 0, fmt.Errorf("the direct method in C said %q: %w", out, err)
		}
		return seconds * million / reactions, reactions, nil
	}
}
