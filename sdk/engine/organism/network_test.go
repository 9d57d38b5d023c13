package organism_test

import (
	"encoding/json"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// networkFacts are what COBRApy says of a published model file; see _how in
// testdata/networks.json.
type networkFacts struct {
	Reactions    int     `json:"reactions"`
	Metabolites  int     `json:"metabolites"`
	Genes        int     `json:"genes"`
	Nonzeros     int     `json:"nonzeros"`
	CoefSum      float64 `json:"coef_sum"`
	CoefAbsSum   float64 `json:"coef_abs_sum"`
	LowerSum     float64 `json:"lower_sum"`
	UpperSum     float64 `json:"upper_sum"`
	Exchanges    int     `json:"exchanges"`
	Rules        int     `json:"rules"`
	RuleGenes    int     `json:"rule_genes"`
	ChargeSum    int     `json:"charge_sum"`
	WithFormula  int     `json:"with_formula"`
	Subsystems   int     `json:"subsystems"`
	Balanced     int     `json:"balanced"`
	Objective    string  `json:"objective"`
	Sample       map[string]reactionFacts
	LostGenes    []string `json:"lost_genes"`
	LostReaction []string `json:"lost_reactions"`
}

type reactionFacts struct {
	Terms      int      `json:"terms"`
	CoefSum    float64  `json:"coef_sum"`
	CoefAbsSum float64  `json:"coef_abs_sum"`
	Lower      float64  `json:"lower"`
	Upper      float64  `json:"upper"`
	Genes      []string `json:"genes"`
}

func publishedNetworks(t *testing.T) map[string]networkFacts {
	t.Helper()
	content, err := os.ReadFile("testdata/networks.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	delete(all, "_how")
	facts := make(map[string]networkFacts, len(all))
	for name, raw := range all {
		var f networkFacts
		if err := json.Unmarshal(raw, &f); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		facts[name] = f
	}
	return facts
}

func TestNetworksAreThePublishedOnes(t *testing.T) {
	t.Parallel()
	published := publishedNetworks(t)
	for _, typ := range organism.Types() {
		t.Run(string(typ), func(t *testing.T) {
			t.Parallel()
			want, ok := published[string(typ)]
			if !ok {
				t.Fatalf("testdata/networks.json has nothing about %s", typ)
			}
			m := cell(t, typ).Model()
			got := measure(m)
			for id := range want.Sample {
				j, ok := m.Reaction(id)
				if !ok {
					t.Errorf("no reaction %s", id)
					continue
				}
				got.Sample[id] = measureReaction(&m.Reactions()[j])
			}
			got.LostGenes, got.LostReaction = want.LostGenes, want.LostReaction
			near := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a)) })
			if diff := cmp.Diff(want, got, near); diff != "" {
				t.Errorf("network (-published +embedded):\n%s", diff)
			}
		})
	}
}

func measure(m *metabolism.Model) networkFacts {
	f := networkFacts{
		Reactions: len(m.Reactions()), Metabolites: len(m.Metabolites()), Genes: len(m.Genes()),
		Objective: m.Reactions()[m.Objective()].ID, Sample: map[string]reactionFacts{},
	}
	subsystems := map[string]bool{}
	for j := range m.Reactions() {
		r := &m.Reactions()[j]
		one := measureReaction(r)
		f.Nonzeros += one.Terms
		f.CoefSum += one.CoefSum
		f.CoefAbsSum += one.CoefAbsSum
		f.LowerSum += r.Lower
		f.UpperSum += r.Upper
		f.RuleGenes += len(one.Genes)
		if one.Terms == 1 {
			f.Exchanges++
		}
		if r.Rule != nil {
			f.Rules++
		}
		if r.Subsystem != "" {
			subsystems[r.Subsystem] = true
		}
		if one.Terms > 1 && balanced(m, r) {
			f.Balanced++
		}
	}
	f.Subsystems = len(subsystems)
	for _, x := range m.Metabolites() {
		f.ChargeSum += x.Charge
		if x.Formula != "" {
			f.WithFormula++
		}
	}
	return f
}

func measureReaction(r *metabolism.Reaction) reactionFacts {
	f := reactionFacts{Terms: len(r.Terms), Lower: r.Lower, Upper: r.Upper, Genes: slices.Sorted(slices.Values(r.Rule.Genes()))}
	if f.Genes == nil {
		f.Genes = []string{}
	}
	for _, term := range r.Terms {
		f.CoefSum += term.Coef
		f.CoefAbsSum += math.Abs(term.Coef)
	}
	return f
}

// balanced reports whether a reaction makes no element and no charge.
func balanced(m *metabolism.Model, r *metabolism.Reaction) bool {
	element := regexp.MustCompile(`([A-Z][a-z]?)([0-9.]*)`)
	sum := map[string]float64{}
	for _, term := range r.Terms {
		x := m.Metabolites()[term.Metabolite]
		sum["charge"] += term.Coef * float64(x.Charge)
		for _, part := range element.FindAllStringSubmatch(x.Formula, -1) {
			n := 1.0
			if part[2] != "" {
				n, _ = strconv.ParseFloat(part[2], 64)
			}
			sum[part[1]] += term.Coef * n
		}
	}
	for _, v := range sum {
		if math.Abs(v) >= 1e-6 {
			return false
		}
	}
	return true
}

func TestMinimalCellLosesWhatItsGenesCarried(t *testing.T) {
	t.Parallel()
	want := publishedNetworks(t)["minimal_cell"]
	whole, small := cell(t, biovm.Syn3A).Model(), cell(t, biovm.MinimalCell).Model()
	var genes, reactions []string
	for _, g := range whole.Genes() {
		if !small.HasGene(g) {
			genes = append(genes, g)
		}
	}
	for _, r := range whole.Reactions() {
		if _, ok := small.Reaction(r.ID); !ok {
			reactions = append(reactions, r.ID)
		}
	}
	slices.Sort(reactions)
	if diff := cmp.Diff(want.LostGenes, genes); diff != "" {
		t.Errorf("lost genes (-COBRApy +ours):\n%s", diff)
	}
	if diff := cmp.Diff(want.LostReaction, reactions); diff != "" {
		t.Errorf("lost reactions (-COBRApy +ours):\n%s", diff)
	}
}
