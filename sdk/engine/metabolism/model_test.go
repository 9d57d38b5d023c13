package metabolism_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func TestModel(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	j, ok := m.Reaction("RESP")
	if !ok {
		t.Fatal("Reaction(RESP): got none, want one")
	}
	atp, _ := m.Metabolite("atp_c")
	if got := m.Reactions()[j].Coef(atp); got != -3 {
		t.Errorf("coefficient of atp_c in RESP: got %v, want -3", got)
	}
	if diff := cmp.Diff([]int{j}, m.GeneReactions("r2")); diff != "" {
		t.Errorf("GeneReactions(r2) (-want +got):\n%s", diff)
	}
	if got := m.GeneReactions("nobody"); got != nil {
		t.Errorf("GeneReactions(nobody): got %v, want nil", got)
	}
	if got, want := m.Reactions()[m.Objective()].ID, "BIO"; got != want {
		t.Errorf("objective: got %s, want %s", got, want)
	}
	if got := m.HasGene("g1") && !m.HasGene("g3"); !got {
		t.Error("HasGene: want g1 and not g3")
	}
	want := map[string]float64{"EX_glc_e": 10, "EX_o2_e": 5}
	if diff := cmp.Diff(want, m.Medium()); diff != "" {
		t.Errorf("Medium (-want +got):\n%s", diff)
	}
}

func TestModelWithout(t *testing.T) {
	t.Parallel()
	m, err := tiny(t).Without("smaller", []string{"r1", "idle"})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := m.Reaction("ACt"); ok {
		t.Error("without its gene ACt is still there")
	}
	j, ok := m.Reaction("RESP")
	if !ok {
		t.Fatal("RESP is gone although r2 stands in for r1")
	}
	if got := m.Reactions()[j].Rule.String(); got != "r2" {
		t.Errorf("rule of RESP without r1: got %q, want r2", got)
	}
	if m.HasGene("idle") || !m.HasGene("r2") {
		t.Errorf("genes left: got %v", m.Genes())
	}
}

func TestNewModelErrors(t *testing.T) {
	t.Parallel()
	rule, err := metabolism.ParseRule("b1")
	if err != nil {
		t.Fatal(err)
	}
	good := metabolism.Reaction{ID: "R", Upper: 1, Terms: []metabolism.Term{{Metabolite: 0, Coef: 1}}}
	with := func(change func(r *metabolism.Reaction)) []metabolism.Reaction {
		r := good
		change(&r)
		return []metabolism.Reaction{r}
	}
	a := metabolism.Metabolite{ID: "a_c"}
	for name, tc := range map[string]struct {
		objective   string
		metabolites []metabolism.Metabolite
		reactions   []metabolism.Reaction
		genes       []string
		want        string
	}{
		"objective":   {"X", []metabolism.Metabolite{a}, []metabolism.Reaction{good}, nil, `objective "X"`},
		"metabolite":  {"R", []metabolism.Metabolite{a, a}, []metabolism.Reaction{good}, nil, `metabolite "a_c" is there twice`},
		"reaction":    {"R", []metabolism.Metabolite{a}, []metabolism.Reaction{good, good}, nil, `reaction "R" is there twice`},
		"gene":        {"R", []metabolism.Metabolite{a}, []metabolism.Reaction{good}, []string{"g", "g"}, `gene "g" is there twice`},
		"gene rule":   {"R", []metabolism.Metabolite{a}, with(func(r *metabolism.Reaction) { r.Rule = rule }), nil, `gene "b1" of its rule`},
		"crossing":    {"R", []metabolism.Metabolite{a}, with(func(r *metabolism.Reaction) { r.Lower = 2 }), nil, "lower bound 2 is above upper bound 1"},
		"NaN":         {"R", []metabolism.Metabolite{a}, with(func(r *metabolism.Reaction) { r.Lower = math.NaN() }), nil, "must be numbers"},
		"no finite":   {"R", []metabolism.Metabolite{a}, with(func(r *metabolism.Reaction) { r.Lower, r.Upper = math.Inf(1), math.Inf(1) }), nil, "no finite flux"},
		"index":       {"R", []metabolism.Metabolite{a}, with(func(r *metabolism.Reaction) { r.Terms = []metabolism.Term{{Metabolite: 1, Coef: 1}} }), nil, "metabolite number 1"},
		"twice":       {"R", []metabolism.Metabolite{a}, with(func(r *metabolism.Reaction) { r.Terms = []metabolism.Term{{Coef: 1}, {Coef: 1}} }), nil, "there twice"},
		"coefficient": {"R", []metabolism.Metabolite{a}, with(func(r *metabolism.Reaction) { r.Terms = []metabolism.Term{{Coef: math.Inf(1)}} }), nil, "coefficient +Inf of a_c"},
	} {
		_, err := metabolism.NewModel("m", tc.objective, tc.metabolites, tc.reactions, tc.genes)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got error %v, want one with %q", name, err, tc.want)
		}
	}
}
