package metabolism_test

import (
	"errors"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// TestAimless asks a model that is not told what to optimise: as in COBRApy its
// objective is 0, whatever its fluxes; what is about growth has no answer; and
// with a goal it is a model like others.
func TestAimless(t *testing.T) {
	t.Parallel()
	m, err := tiny(t).WithGoal(metabolism.Goal{})
	if err != nil {
		t.Fatal(err)
	}
	a, ctx := metabolism.NewAnalyzer(m), t.Context()
	f := fba(t, a, metabolism.Question{})
	if f.Status != metabolism.StatusOptimal || f.Objective != 0 || f.Growth != 0 {
		t.Errorf("got %v, objective %v, growth %v; want optimal, 0, 0", f.Status, f.Objective, f.Growth)
	}
	if e := exactly(t, a, metabolism.Question{}); e.Status != metabolism.StatusOptimal || e.Objective.Sign() != 0 || e.Growth.Sign() != 0 {
		t.Errorf("exactly: got %v, %v", e.Status, e.Objective)
	}
	if f := fba(t, a, metabolism.Question{Medium: map[string]float64{}}); f.Status != metabolism.StatusInfeasible {
		t.Errorf("without a medium: got %v, want infeasible", f.Status)
	}
	// The least to keep alive is an eighth of a glucose, burnt, for the one ATP:
	// EX_glc_e, GLCt and GLYC carry 1/8, RESP, O2t and EX_o2_e 1/4, ATPM 1.
	p, err := a.PFBA(ctx, metabolism.Question{})
	if err != nil || !near(p.TotalFlux, 2.125, 1e-9) {
		t.Errorf("PFBA: got total flux %v, %v; want 2.125", p.TotalFlux, err)
	}
	v, err := a.Variability(ctx, metabolism.Question{}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if j, _ := m.Reaction("BIO"); !near(v.Ranges[j].Max, 8.5, 1e-9) || !near(v.Ranges[j].Min, 0, 1e-9) {
		t.Errorf("range of BIO: got %v, want 0 to 8.5", v.Ranges[j])
	}
	d, err := a.MOMA(ctx, metabolism.Question{Knockouts: []string{"gt"}, Bounds: map[string][2]float64{"ATPM": {0, 1000}}}, f.Fluxes)
	if err != nil || d.Status != metabolism.StatusOptimal || d.Growth != 0 {
		t.Errorf("MOMA: got %+v, %v; want optimal without growth", d, err)
	}
	if f := fba(t, a, metabolism.Question{Objective: "BIO"}); !near(f.Objective, 8.5, 1e-9) {
		t.Errorf("with the question's own objective: got %v, want 8.5", f.Objective)
	}
	_, deletions := a.Deletions(ctx, metabolism.Question{}, nil)
	_, medium := a.MinimalMedium(ctx, metabolism.Question{}, 1)
	_, atp := metabolism.ATPReference(ctx, m)
	for _, err := range []error{deletions, medium, atp} {
		if !errors.Is(err, metabolism.ErrNoObjective) {
			t.Errorf("got %v, want ErrNoObjective", err)
		}
	}
	again, err := m.WithGoal(tiny(t).Goal())
	if err != nil {
		t.Fatal(err)
	}
	if f := fba(t, metabolism.NewAnalyzer(again), metabolism.Question{}); !near(f.Growth, 8.5, 1e-9) {
		t.Errorf("with a goal again: got growth %v, want 8.5", f.Growth)
	}
}
