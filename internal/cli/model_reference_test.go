//go:build !race

package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/internal/cli"
)

// sharedModels is the data beside the repository, which a clone does not have.
func sharedModels(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(filepath.Join(dir, "models")); err != nil {
		t.Skip("../shared/data/models is not there; it is not part of the repository")
	}
	return dir
}

// TestModelReference compares what the commands say of the published models
// with what COBRApy and GLPK say.
func TestModelReference(t *testing.T) {
	t.Parallel()
	dir := sharedModels(t)
	text, err := os.ReadFile(filepath.Join(dir, "reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]referenceModel
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for name, want := range all {
		if strings.HasPrefix(name, "_") {
			continue
		}
		compared++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want.compare(t, filepath.Join(dir, "models", want.File))
		})
	}
	if compared == 0 {
		t.Error("the reference has no models")
	}
}

type referenceModel struct {
	File                                    string
	Genes, Reactions, Metabolites, Nonzeros int
	FBA                                     struct {
		Status    string
		Objective float64
	}
	PFBA struct {
		TotalFlux float64 `json:"total_flux"`
	}
	FVA              map[string][2]float64        `json:"fva_1.0"`
	FVA90            map[string][2]float64        `json:"fva_0.9"`
	GeneDeletion     struct{ Essential []string } `json:"gene_deletion"`
	ReactionDeletion struct{ Essential []string } `json:"reaction_deletion"`
}

// modelAnswer is the JSON of the commands.
type modelAnswer struct {
	Status      string
	Objective   float64
	Certificate struct {
		Residual       float64
		BoundViolation float64 `json:"bound_violation"`
		DualViolation  float64 `json:"dual_violation"`
	}
	TotalFlux float64 `json:"total_flux"`
	Sizes     struct{ Reactions, Metabolites, Genes, Nonzeros int }
	Essential []string
	Ranges    map[string]struct{ Min, Max float64 }
	Fluxes    map[string]float64
}

func answerOf(t *testing.T, args ...string) modelAnswer {
	t.Helper()
	code, stdout, stderr := command{args: append(append([]string{"model"}, args...), "-o", "json")}.run(t)
	if code != cli.ExitOK || stderr != "" {
		t.Fatalf("%v: got %d, %s", args, code, stderr)
	}
	var a modelAnswer
	if err := json.Unmarshal([]byte(stdout), &a); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return a
}

// agrees is within 1e-6 of the reference; GLPK's own tolerance is 1e-7.
func agrees(got, want float64) bool { return math.Abs(got-want) <= 1e-6*max(1, math.Abs(want)) }

// kept is how well an answer must keep the conditions of optimality.
const kept = 1e-9

func (want referenceModel) compare(t *testing.T, file string) {
	t.Helper()
	got := answerOf(t, "check", file).Sizes
	if got.Reactions != want.Reactions || got.Metabolites != want.Metabolites || got.Genes != want.Genes || got.Nonzeros != want.Nonzeros {
		t.Errorf("sizes: got %+v, want %d, %d, %d, %d", got, want.Reactions, want.Metabolites, want.Genes, want.Nonzeros)
	}
	for _, analysis := range []string{"fba", "pfba"} {
		a := answerOf(t, analysis, file)
		if a.Status != want.FBA.Status || !agrees(a.Objective, want.FBA.Objective) {
			t.Errorf("%s: got %s, %.12g; want %s, %.12g", analysis, a.Status, a.Objective, want.FBA.Status, want.FBA.Objective)
		}
		if c := a.Certificate; c.Residual > kept || c.BoundViolation > kept || c.DualViolation > kept {
			t.Errorf("%s: the certificate is %+v, want at most %v", analysis, c, kept)
		}
		if analysis == "pfba" && !agrees(a.TotalFlux, want.PFBA.TotalFlux) {
			t.Errorf("total flux: got %.12g, want %.12g", a.TotalFlux, want.PFBA.TotalFlux)
		}
	}
	for fraction, ranges := range map[string]map[string][2]float64{"1": want.FVA, "0.9": want.FVA90} {
		a := answerOf(t, "fva", file, "--all", "--fraction", fraction)
		for id, r := range ranges {
			if g := a.Ranges[id]; !agrees(g.Min, r[0]) || !agrees(g.Max, r[1]) {
				t.Errorf("range of %s at %s: got %+v, want %v", id, fraction, g, r)
			}
		}
	}
	if d := gocmp.Diff(want.GeneDeletion.Essential, answerOf(t, "deletions", file).Essential); d != "" {
		t.Errorf("essential genes (-want +got):\n%s", d)
	}
	if d := gocmp.Diff(want.ReactionDeletion.Essential, answerOf(t, "deletions", file, "--reactions").Essential); d != "" {
		t.Errorf("essential reactions (-want +got):\n%s", d)
	}
}

// TestModelInterruptedScan holds that an interrupt ends a scan.
func TestModelInterruptedScan(t *testing.T) {
	t.Parallel()
	file := filepath.Join(sharedModels(t), "models", "iML1515.json")
	for _, scan := range []string{"deletions", "fva"} {
		ctx, cancel := context.WithCancel(t.Context())
		var stdout, stderr bytes.Buffer
		code := cli.Run(ctx, cli.Process{
			Args: []string{"model", scan, file}, Stdout: &stdout, Stderr: writerThat{&stderr, cancel}, Watched: true,
			Getenv: func(string) string { return "" },
		})
		if code != cli.ExitFailure || !strings.HasSuffix(stderr.String(), "\rbioxen: interrupted\n") || stdout.Len() > 0 {
			t.Errorf("%s: got %d, %q and %q; want it to say that it was interrupted", scan, code, stdout.String(), stderr.String())
		}
	}
}

// A writerThat does something when it is written to.
type writerThat struct {
	to   io.Writer
	does func()
}

func (w writerThat) Write(p []byte) (int, error) {
	w.does()
	return w.to.Write(p)
}
