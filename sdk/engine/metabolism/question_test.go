package metabolism_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	free := metabolism.Allocation{ATPShare: 100, Ribosomes: math.Inf(1)}
	nan := math.NaN()
	for name, tc := range map[string]struct {
		q    metabolism.Question
		want []string // parts of the message, in order; none when the question is fine
	}{
		"zero":   {metabolism.Question{}, nil},
		"closed": {metabolism.Question{Medium: map[string]float64{}}, nil},
		"full": {metabolism.Question{
			Medium: map[string]float64{"EX_glc_e": 3, "EX_o2_e": math.Inf(1)}, Knockouts: []string{"g1", "g1"},
			KnockoutReactions: []string{"FERM"}, Objective: "ATPM", Allocation: &free,
			Bounds: map[string][2]float64{"ATPM": {0, math.Inf(1)}},
		}, nil},
		"exchange": {metabolism.Question{Medium: map[string]float64{"EX_glucose_e": 1, "BIO": 1}}, []string{
			`unknown exchange "BIO"`, `unknown exchange "EX_glucose_e": did you mean EX_glc_e?`,
		}},
		"uptake":   {metabolism.Question{Medium: map[string]float64{"EX_glc_e": -1, "EX_o2_e": nan}}, []string{"medium: EX_glc_e: uptake -1", "medium: EX_o2_e: uptake NaN"}},
		"gene":     {metabolism.Question{Knockouts: []string{"g3", "R1"}}, []string{`unknown gene "g3": did you mean g1, g2, gt?`, `unknown gene "R1": did you mean r1`}},
		"reaction": {metabolism.Question{KnockoutReactions: []string{"GLYK"}, Objective: "growth"}, []string{`unknown reaction "GLYK": did you mean GLYC`, `unknown reaction "growth"`}},
		"bounds": {metabolism.Question{Bounds: map[string][2]float64{"ATPM": {2, 1}, "BIO": {nan, 1}, "XXXXXXXX": {0, 1}}}, []string{
			"bounds: ATPM: lower bound 2 is above upper bound 1", "bounds: BIO: bounds NaN and 1", `unknown reaction "XXXXXXXX"`,
		}},
		"allocation": {metabolism.Question{Allocation: &metabolism.Allocation{ATPShare: nan, Ribosomes: -1, Rate: 1}}, []string{
			"allocation: ATPShare: NaN", "allocation: ATPReference: 0", "allocation: Ribosomes: -1", "allocation: AminoAcids: 0",
		}},
	} {
		err := tc.q.Check(tiny(t))
		if (err != nil) != (len(tc.want) > 0) {
			t.Errorf("%s: got error %v, want one: %v", name, err, len(tc.want) > 0)
			continue
		}
		rest := ""
		if err != nil {
			rest = err.Error()
		}
		for _, want := range tc.want {
			_, after, ok := strings.Cut(rest, want)
			if !ok {
				t.Errorf("%s: got error %q, want %q in it, in order", name, err, want)
			}
			rest = after
		}
	}
}

func TestCheckTyped(t *testing.T) {
	t.Parallel()
	q := metabolism.Question{Knockouts: []string{"idel"}, Medium: map[string]float64{"EX_o2_e": -2}}
	err := q.Check(tiny(t))
	unknown, ok := errors.AsType[*metabolism.UnknownError](err)
	if !ok {
		t.Fatalf("got error %v, want an UnknownError in it", err)
	}
	if diff := cmp.Diff(&metabolism.UnknownError{Kind: "gene", Name: "idel", Near: []string{"idle"}}, unknown); diff != "" {
		t.Errorf("UnknownError (-want +got):\n%s", diff)
	}
	value, ok := errors.AsType[*metabolism.ValueError](err)
	if !ok || value.Field != "medium" || value.Name != "EX_o2_e" {
		t.Errorf("got error %v, want a ValueError on the medium's EX_o2_e in it", err)
	}
}

func TestCaps(t *testing.T) {
	t.Parallel()
	var none *metabolism.Allocation
	if _, limited := none.ATPCap(); limited {
		t.Error("ATPCap without an allocation: got a limit, want none")
	}
	if _, limited := none.GrowthCap(); limited {
		t.Error("GrowthCap without an allocation: got a limit, want none")
	}
	a := &metabolism.Allocation{ATPShare: 25, ATPReference: 80, Ribosomes: 20, Rate: 2, AminoAcids: 7200}
	if got, limited := a.ATPCap(); got != 20 || !limited {
		t.Errorf("ATPCap of %+v: got %v, %v, want 20, true", a, got, limited)
	}
	if got, limited := a.GrowthCap(); got != 20 || !limited {
		t.Errorf("GrowthCap of %+v: got %v, %v, want 20, true", a, got, limited)
	}
	full := &metabolism.Allocation{ATPShare: 100, Ribosomes: math.Inf(1)}
	if got, limited := full.ATPCap(); !math.IsInf(got, 1) || limited {
		t.Errorf("ATPCap at 100 percent: got %v, %v, want +Inf, false", got, limited)
	}
	if got, limited := full.GrowthCap(); !math.IsInf(got, 1) || limited {
		t.Errorf("GrowthCap of any number of ribosomes: got %v, %v, want +Inf, false", got, limited)
	}
}
