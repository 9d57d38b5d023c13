//go:build !race

package metabolism_test

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// TestExactPublished compares with the exact optima that others published.
func TestExactPublished(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ file, want string }{
		{"e_coli_core.xml", "686440/785471"},
		{"iJO1366.xml.gz", "189480000/192880127"},
	} {
		t.Run(tc.file, func(t *testing.T) {
			t.Parallel()
			sharedData(t, "models/"+tc.file)
			m := readModel(t, filepath.Join("..", "..", "..", "..", "shared", "data", "models", tc.file))
			e := exactly(t, metabolism.NewAnalyzer(m), metabolism.Question{})
			if got := e.Objective.RatString(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
			checkExactly(t, m, e)
		})
	}
}

// TestExactQuestions proves the answers to random questions, and holds the
// usual ones against them.
func TestExactQuestions(t *testing.T) {
	t.Parallel()
	eachModel(t, func(t *testing.T, m *metabolism.Model, _ referenceModel) {
		a := metabolism.NewAnalyzer(m)
		wild := exactly(t, a, metabolism.Question{})
		checkExactly(t, m, wild)
		r := rand.New(rand.NewPCG(3, 0))
		alive, steps, most := 0, 0, 0.0
		for k := range 60 {
			p := pose(r, m, wild.Flux)
			q := p.question()
			e := exactly(t, a, q)
			if e.Status != e.Flux.Status {
				t.Errorf("problem %d: got %v, and %v without proof\n%+v", k, e.Status, e.Flux.Status, p)
				continue
			}
			steps += e.Pivots
			if e.Status != metabolism.StatusOptimal {
				continue
			}
			alive++
			f, _ := e.Objective.Float64()
			if !near(e.Flux.Objective, f, 1e-11) {
				t.Errorf("problem %d: got objective %.15g, exactly %.15g\n%+v", k, e.Flux.Objective, f, p)
			}
			most = max(most, max(f-e.Flux.Objective, e.Flux.Objective-f))
		}
		t.Logf("%d of 60 alive, %d exact steps, the usual answers off by up to %.2g", alive, steps, most)
		if alive < 10 {
			t.Errorf("only %d cells live: the comparison says little", alive)
		}
	})
	if _, ok := readReference(t).Models[biovm.EColi]; !ok {
		t.Error("no genome-scale network was asked")
	}
}
