package main

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// kinds is a network with every kind of bound: of what comes in, at most 10, 4
// are fixed to waste.
func kinds(t *testing.T) *metabolism.Model {
	t.Helper()
	inf := math.Inf(1)
	m, err := metabolism.NewModel("kinds", "out", []metabolism.Metabolite{{ID: "a"}, {ID: "b"}}, []metabolism.Reaction{
		{ID: "in", Terms: []metabolism.Term{{Metabolite: 0, Coef: 1}}, Lower: -inf, Upper: 10},
		{ID: "waste", Terms: []metabolism.Term{{Metabolite: 0, Coef: -1}}, Lower: 4, Upper: 4},
		{ID: "turn", Terms: []metabolism.Term{{Metabolite: 0, Coef: -1}, {Metabolite: 1, Coef: 0.5}}, Lower: -inf, Upper: inf},
		{ID: "out", Terms: []metabolism.Term{{Metabolite: 1, Coef: -1}}, Lower: -2, Upper: inf},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMPS(t *testing.T) {
	t.Parallel()
	const want = `NAME model
ROWS
 N obj
 E r0
 E r1
COLUMNS
 c0 r0 1
 c1 r0 -1
 c2 r0 -1
 c2 r1 0.5
 c3 obj -1
 c3 r1 -1
RHS
BOUNDS
 MI b c0
 UP b c0 10
 FX b c1 4
 FR b c2
 LO b c3 -2
ENDATA
`
	if diff := cmp.Diff(want, mps(kinds(t))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGLPSol(t *testing.T) {
	t.Parallel()
	g, err := newGLPSol(t.TempDir(), kinds(t))
	if errors.Is(err, errAbsent) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, answer, err := g.solve(t.Context()); err != nil || answer != 3 {
		t.Errorf("got %v, %v; want 3", answer, err)
	}
}
