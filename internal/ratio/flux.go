package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/modelfile"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// flux compares analyses of metabolic networks, and the reading of them, with
// COBRApy, which has GLPK solve, and with glpsol.
type flux struct {
	dir        string // of our own files
	coli       string // the file of iML1515
	sbml       string // the file of iJO1366; empty is none
	model      *metabolism.Model
	cobra      *python // nil: see cobraGone
	cobraGone  error
	glpsol     *glpsol // nil: see glpsolGone
	glpsolGone error
}

// newFlux finds the models and starts the peers. A peer that is not there is no
// error.
func newFlux(ctx context.Context, models string) (f *flux, err error) {
	f = &flux{}
	if f.dir, err = os.MkdirTemp("", "ratio"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.close())
		}
	}()
	there := func(name string) (string, bool) {
		file := filepath.Join(models, name)
		_, err := os.Stat(file)
		return file, models != "" && err == nil
	}
	if file, ok := there("iML1515.json"); ok {
		f.coli = file
	} else if f.coli, err = f.embedded(); err != nil {
		return nil, err
	}
	if file, ok := there("iJO1366.xml.gz"); ok {
		f.sbml = file
	}
	if f.model, err = readModel(f.coli); err != nil {
		return nil, err
	}
	f.cobra, f.cobraGone = newCobra(ctx)
	f.glpsol, f.glpsolGone = newGLPSol(f.dir, f.model)
	for _, err := range []error{f.cobraGone, f.glpsolGone} {
		if err != nil && !errors.Is(err, errAbsent) {
			return nil, err
		}
	}
	return f, nil
}

// embedded writes the iML1515 that is built in.
func (f *flux) embedded() (string, error) {
	o, err := organism.Of(biovm.EColi)
	if err != nil {
		return "", err
	}
	name := filepath.Join(f.dir, "iML1515.json")
	file, err := os.Create(name) //nolint:gosec // in a folder of our own
	if err != nil {
		return "", err
	}
	return name, errors.Join(modelfile.Write(file, o.Model(), modelfile.COBRAJSON, false), file.Close())
}

func readModel(name string) (*metabolism.Model, error) {
	file, err := os.Open(name) //nolint:gosec // whoever runs the command names the folder
	if err != nil {
		return nil, err
	}
	m, _, err := modelfile.Read(file, name)
	return m, errors.Join(err, file.Close())
}

// about says whom we are compared with.
func (f *flux) about() string { return f.cobra.about() }

// close ends the peers, and takes our files away.
func (f *flux) close() error { return errors.Join(f.cobra.close(), os.RemoveAll(f.dir)) }

// sameOptimum is how far optima may be apart: GLPK's tolerance is 1e-7.
const sameOptimum = 1e-6

// lines are those of this subject.
func (f *flux) lines() []line {
	coli := f.coli
	all := []line{
		comparison{name: "load-iML1515-json/cobrapy", ours: f.reads(coli), peer: f.asks(cobraRequest{Task: "load", File: coli})},
		comparison{name: "load-iJO1366-sbml/cobrapy", ours: f.reads(f.sbml), peer: f.asks(cobraRequest{Task: "load", File: f.sbml})},
		comparison{name: "fba-cold-iML1515/glpsol-presolve", ours: f.does(f.cold), peer: f.solves(), agree: sameOptimum},
		comparison{name: "fba-cold-iML1515/cobrapy", ours: f.does(f.cold), peer: f.asks(cobraRequest{Task: "cold", File: coli}), agree: sameOptimum},
		comparison{name: "fba-warm-iML1515/cobrapy", ours: f.warm(), peer: f.asksWarm(), agree: sameOptimum},
		comparison{name: "pfba-iML1515/cobrapy", ours: f.does(f.parsimony), peer: f.asks(cobraRequest{Task: "pfba", File: coli}), agree: sameOptimum},
		comparison{name: "gene-deletions-iML1515/cobrapy", ours: f.does(f.genes), peer: f.asks(cobraRequest{Task: "genes", File: coli})},
		comparison{name: "reaction-deletions-iML1515/cobrapy", ours: f.does(f.reactions), peer: f.asks(cobraRequest{Task: "reactions", File: coli})},
	}
	for _, fraction := range []float64{1, 0.9} {
		// Loops take fluxes to bounds of 1000, and one that either misses by its
		// tolerance shows in the sum.
		const sameRanges = 1e-5
		all = append(all, comparison{
			name: fmt.Sprintf("fva-%g-iML1515/cobrapy", fraction),
			ours: f.does(func(ctx context.Context, a *metabolism.Analyzer) (float64, error) { return ranges(ctx, a, fraction) }),
			peer: f.asks(cobraRequest{Task: "fva", File: coli, Fraction: fraction}), agree: sameRanges,
		})
	}
	return all
}

// asks is COBRApy's turn.
func (f *flux) asks(r cobraRequest) contender {
	return func(context.Context) (float64, float64, error) {
		if f.cobra == nil {
			return 0, 0, f.cobraGone
		}
		return f.cobra.ask(r)
	}
}

// solves is glpsol's turn.
func (f *flux) solves() contender {
	return func(ctx context.Context) (float64, float64, error) {
		if f.glpsol == nil {
			return 0, 0, f.glpsolGone
		}
		return f.glpsol.solve(ctx)
	}
}

// reads is our turn at reading a file, of which the number of reactions is the
// answer.
func (f *flux) reads(file string) contender {
	return func(context.Context) (float64, float64, error) {
		if file == "" {
			return 0, 0, fmt.Errorf("the model is %w: name its folder by -models", errAbsent)
		}
		return timed(func() (float64, error) {
			m, err := readModel(file)
			if err != nil {
				return 0, err
			}
			return float64(len(m.Reactions())), nil
		})
	}
}

// does is our turn at an analysis, from nothing.
func (f *flux) does(what func(ctx context.Context, a *metabolism.Analyzer) (float64, error)) contender {
	return func(ctx context.Context) (float64, float64, error) {
		return timed(func() (float64, error) { return what(ctx, metabolism.NewAnalyzer(f.model)) })
	}
}

func (f *flux) cold(ctx context.Context, a *metabolism.Analyzer) (float64, error) {
	x, err := a.FBA(ctx, metabolism.Question{})
	if err != nil {
		return 0, err
	}
	return x.Objective, nil
}

func (f *flux) parsimony(ctx context.Context, a *metabolism.Analyzer) (float64, error) {
	x, err := a.PFBA(ctx, metabolism.Question{})
	if err != nil {
		return 0, err
	}
	return x.TotalFlux, nil
}

func (f *flux) genes(ctx context.Context, a *metabolism.Analyzer) (float64, error) {
	s, err := a.Deletions(ctx, metabolism.Question{EraseBounds: true}, nil)
	if err != nil {
		return 0, err
	}
	return float64(len(s.Essential())), nil
}

func (f *flux) reactions(ctx context.Context, a *metabolism.Analyzer) (float64, error) {
	s, err := a.ReactionDeletions(ctx, metabolism.Question{EraseBounds: true}, nil)
	if err != nil {
		return 0, err
	}
	return float64(len(s.Essential())), nil
}

// ranges sums up how wide all ranges are.
func ranges(ctx context.Context, a *metabolism.Analyzer, fraction float64) (float64, error) {
	v, err := a.Variability(ctx, metabolism.Question{}, fraction, nil)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for _, r := range v.Ranges {
		sum += r.Max - r.Min
	}
	return sum, nil
}

// glucose is the reaction of which one bound changes from solve to solve.
const glucose = "EX_glc__D_e"

// uptakes are the bounds, one for each solve.
func uptakes() []float64 {
	const solves = 50
	all := make([]float64, solves)
	for k := range all {
		all[k] = -10 + 3*math.Mod(float64(k)*0.618, 1)
	}
	return all
}

// warm is our turn at solving again after one bound changed; the time is that of
// one solve.
func (f *flux) warm() contender {
	a, bounds := metabolism.NewAnalyzer(f.model), uptakes()
	return func(ctx context.Context) (float64, float64, error) {
		if _, err := f.cold(ctx, a); err != nil {
			return 0, 0, err
		}
		seconds, sum, err := timed(func() (float64, error) {
			sum := 0.0
			for _, lower := range bounds {
				x, err := a.FBA(ctx, metabolism.Question{Bounds: map[string][2]float64{glucose: {lower, 1000}}})
				if err != nil {
					return 0, err
				}
				sum += x.Objective
			}
			return sum, nil
		})
		return seconds / float64(len(bounds)), sum, err
	}
}

func (f *flux) asksWarm() contender {
	ask := f.asks(cobraRequest{Task: "warm", File: f.coli, Reaction: glucose, Bounds: uptakes()})
	return func(ctx context.Context) (float64, float64, error) {
		seconds, sum, err := ask(ctx)
		return seconds / float64(len(uptakes())), sum, err
	}
}
