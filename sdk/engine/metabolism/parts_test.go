package metabolism_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// aiming is tiny with another goal.
func aiming(t *testing.T, minimize bool, coefs map[string]float64) *metabolism.Model {
	t.Helper()
	p := tiny(t).Parts()
	p.Goal = metabolism.Goal{Minimize: minimize}
	for j, r := range p.Reactions {
		if c, ok := coefs[r.ID]; ok {
			p.Goal.Terms = append(p.Goal.Terms, metabolism.GoalTerm{Reaction: j, Coef: c})
		}
	}
	m, err := metabolism.Build(p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Respiration burns a pyruvate for what makes 3/4 of one into growth, and runs
// backwards too, so twice growth and ethanol is best with ethanol alone: 20
// pyruvate, and 19/3 from ATP. The other answers are worked out by hand as well.
func TestGoals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		minimize  bool
		coefs     map[string]float64
		objective float64
		growth    float64            // the first reaction's flux, by order in the model
		ethanol   metabolism.Range   // at the optimum
		near      metabolism.Range   // of ethanol, at 90 % of it
		prices    map[string]float64 // reduced costs
	}{
		{
			"weighted", false,
			map[string]float64{"BIO": 2, "EX_eth_e": 1},
			79.0 / 3, 79.0 / 3,
			metabolism.Range{Min: 79.0 / 3, Max: 79.0 / 3},
			metabolism.Range{Min: 7.9, Max: 79.0 / 3},
			map[string]float64{"EX_glc_e": -8.0 / 3},
		},
		{
			"scaled", false,
			map[string]float64{"BIO": 0.5},
			4.25, 8.5,
			metabolism.Range{Min: 6.5, Max: 6.5},
			metabolism.Range{Min: 3.95, Max: 50.9 / 6},
			nil,
		},
		{
			"as little as possible", true,
			map[string]float64{"EX_glc_e": 1, "ATPM": 2},
			-8, -10,
			metabolism.Range{Min: 6.5, Max: 79.0 / 3},
			metabolism.Range{Min: 5.3, Max: 79.0 / 3},
			map[string]float64{"EX_glc_e": 1},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := aiming(t, tt.minimize, tt.coefs)
			a := metabolism.NewAnalyzer(m)
			f, err := a.FBA(t.Context(), metabolism.Question{})
			if err != nil || f.Status != metabolism.StatusOptimal || !near(f.Objective, tt.objective, 1e-12) || !near(f.Growth, tt.growth, 1e-12) {
				t.Fatalf("FBA: got %+v, %v; want objective %v, growth %v", f, err, tt.objective, tt.growth)
			}
			for id, want := range tt.prices {
				if j, _ := m.Reaction(id); !near(f.ReducedCosts[j], want, 1e-12) {
					t.Errorf("reduced cost of %s: got %v, want %v", id, f.ReducedCosts[j], want)
				}
			}
			p, err := a.PFBA(t.Context(), metabolism.Question{})
			if err != nil || !near(p.Objective, tt.objective, 1e-9) || p.TotalFlux > f.TotalFlux*(1+1e-12) {
				t.Errorf("PFBA: got %+v, %v; want objective %v, total flux of at most %v", p, err, tt.objective, f.TotalFlux)
			}
			j, _ := m.Reaction("EX_eth_e")
			for fraction, want := range map[float64]metabolism.Range{1: tt.ethanol, 0.9: tt.near} {
				v, err := a.Variability(t.Context(), metabolism.Question{}, fraction, nil)
				if err != nil {
					t.Fatal(err)
				}
				if got := v.Ranges[j]; !near(got.Min, want.Min, 1e-8) || !near(got.Max, want.Max, 1e-8) {
					t.Errorf("range of ethanol at %v of the best: got %v, want %v", fraction, got, want)
				}
			}
			// A question of its own is about one flux, whatever the model's goal.
			p, err = a.PFBA(t.Context(), metabolism.Question{Objective: "BIO"})
			if err != nil || !near(p.Objective, 8.5, 1e-9) {
				t.Errorf("PFBA of growth: got %+v, %v; want 8.5", p, err)
			}
			var refused *metabolism.ValueError
			if _, err := a.Deletions(t.Context(), metabolism.Question{}, nil); !errors.As(err, &refused) {
				t.Errorf("Deletions: got %v, want a ValueError", err)
			}
			if _, err := metabolism.ATPReference(t.Context(), m); err == nil {
				t.Error("ATPReference: got no error, want one")
			}
		})
	}
}

func TestUnboundedBelow(t *testing.T) {
	t.Parallel()
	m := aiming(t, true, map[string]float64{"EX_glc_e": 1})
	q := metabolism.Question{Bounds: map[string][2]float64{
		"EX_glc_e": {math.Inf(-1), 0}, "EX_eth_e": {0, math.Inf(1)}, "FERM": {0, math.Inf(1)}, "GLCt": {0, math.Inf(1)},
		"GLYC": {0, math.Inf(1)}, "ATPM": {0, math.Inf(1)},
	}}
	f, err := metabolism.NewAnalyzer(m).FBA(t.Context(), q)
	if err != nil || f.Status != metabolism.StatusUnbounded || !math.IsInf(f.Objective, -1) {
		t.Errorf("got %+v, %v; want unbounded, -Inf", f, err)
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	p := tiny(t).Parts()
	p.Name, p.Compartments = "a tiny cell", []metabolism.Compartment{{ID: "c", Name: "cytosol"}, {ID: "e"}}
	p.Genes[0].Name = "glcT"
	m, err := metabolism.Build(p)
	if err != nil {
		t.Fatal(err)
	}
	rules := cmp.Comparer(func(a, b *metabolism.Rule) bool { return a.String() == b.String() })
	if diff := cmp.Diff(p, m.Parts(), rules); diff != "" {
		t.Errorf("Parts (-want +got):\n%s", diff)
	}
	less, err := m.Without("less", []string{"idle"})
	if err != nil {
		t.Fatal(err)
	}
	got := less.Parts()
	if got.Name != p.Name || got.Genes[0].Name != "glcT" || len(got.Compartments) != 2 || got.Reactions[got.Goal.Terms[0].Reaction].ID != "BIO" {
		t.Errorf("Without: got %+v", got)
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	term := func(j int, c float64) metabolism.Goal {
		return metabolism.Goal{Terms: []metabolism.GoalTerm{{Reaction: j, Coef: c}}}
	}
	tests := []struct {
		want string
		make func(p *metabolism.Parts)
	}{
		{"reaction number 99 is out of range", func(p *metabolism.Parts) { p.Goal = term(99, 1) }},
		{"coefficient 0 of EX_glc_e", func(p *metabolism.Parts) { p.Goal = term(0, 0) }},
		{"coefficient NaN of EX_glc_e", func(p *metabolism.Parts) { p.Goal = term(0, math.NaN()) }},
		{`gene "gt" is there twice`, func(p *metabolism.Parts) { p.Genes = append(p.Genes, p.Genes[0]) }},
		{"gene number 1 has no ID", func(p *metabolism.Parts) { p.Genes[0].ID = "" }},
		{`compartment "c" is there twice`, func(p *metabolism.Parts) { p.Compartments = []metabolism.Compartment{{ID: "c"}, {ID: "c"}} }},
	}
	for _, tt := range tests {
		p := tiny(t).Parts()
		tt.make(&p)
		if _, err := metabolism.Build(p); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want one that says %q", err, tt.want)
		}
	}
	if m, err := metabolism.Build(metabolism.Parts{}); err != nil || m.Objective() != -1 {
		t.Errorf("of nothing: got %v", err)
	}
	if _, err := tiny(t).WithGoal(term(99, 1)); err == nil || !strings.Contains(err.Error(), "reaction number 99 is out of range") {
		t.Errorf("another goal: got %v, want an error", err)
	}
	if _, err := tiny(t).Without("x", nil); err != nil {
		t.Error(err)
	}
}

func TestRuleConstructors(t *testing.T) {
	t.Parallel()
	a, b, c := metabolism.GeneRule("a"), metabolism.GeneRule("b"), metabolism.GeneRule("c")
	for _, tt := range []struct {
		got  *metabolism.Rule
		want string
	}{
		{metabolism.GeneRule(""), ""},
		{metabolism.AllOf(), ""},
		{metabolism.AnyOf(), ""},
		{metabolism.AllOf(a, nil), "a"},
		{metabolism.AnyOf(a, nil), ""},
		{metabolism.AnyOf(metabolism.AllOf(a, b), c), "(a and b) or c"},
		{metabolism.AllOf(metabolism.AnyOf(a, b), c), "(a or b) and c"},
	} {
		if got := tt.got.String(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
	gene, of, anyOf := metabolism.AnyOf(a, b).Form()
	if gene != "" || len(of) != 2 || !anyOf {
		t.Errorf("Form of a or b: got %q, %v, %v", gene, of, anyOf)
	}
	var long []*metabolism.Rule
	for range 3 {
		for i := range 50 {
			long = append(long, metabolism.GeneRule(strings.Repeat("x", i+1)))
		}
	}
	if got := len(metabolism.AnyOf(long...).Genes()); got != 50 {
		t.Errorf("genes of a long rule: got %d, want 50", got)
	}
}

// The medium is outside, whatever that is called.
func TestOutside(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"e", "extracellular", "C_e"} {
		p := tiny(t).Parts()
		p.Metabolites = append([]metabolism.Metabolite(nil), p.Metabolites...)
		for i := range p.Metabolites {
			if p.Metabolites[i].Compartment == "e" {
				p.Metabolites[i].Compartment = name
			}
		}
		m, err := metabolism.Build(p)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]float64{"EX_glc_e": 10, "EX_o2_e": 5}, m.Medium()); diff != "" {
			t.Errorf("medium outside in %s (-want +got):\n%s", name, diff)
		}
	}
}
