package organism_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// networkOf is a network of one reaction with a rule over genes.
func networkOf(t *testing.T, rule string, genes ...string) *metabolism.Model {
	t.Helper()
	r, err := metabolism.ParseRule(rule)
	if err != nil {
		t.Fatal(err)
	}
	m, err := metabolism.NewModel("mine", "growth", []metabolism.Metabolite{{ID: "a_c", Compartment: "c"}}, []metabolism.Reaction{
		{ID: "growth", Upper: 1, Terms: []metabolism.Term{{Metabolite: 0, Coef: -1}}, Rule: r},
		{ID: "EX_a_c", Lower: -1, Terms: []metabolism.Term{{Metabolite: 0, Coef: -1}}},
	}, genes)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A network's genes are the table's where they are spelt as that has them, and
// strangers otherwise; all else of the organism stays.
func TestWithModel(t *testing.T) {
	t.Parallel()
	own, err := organism.Of(biovm.EColi)
	if err != nil {
		t.Fatal(err)
	}
	sum := strings.Repeat("5", 64)
	m := networkOf(t, "(b0002 and minE) or (mine and (thrL or b4025 or pgi))", "b0002", "minE", "mine", "thrL", "b4025", "pgi")
	o, err := own.WithModel(organism.Network{Model: m, SHA256: sum, ATPReference: 3})
	if err != nil {
		t.Fatal(err)
	}
	// thrL is b0001, minE b1174; pgi is b4025, which is there by itself.
	if got, want := o.Model().Reactions()[0].Rule.String(), "(b0002 and b1174) or (mine and (b0001 or b4025 or pgi))"; got != want {
		t.Errorf("rule: got %s, want %s", got, want)
	}
	if m.Reactions()[0].Rule.String() != "(b0002 and minE) or (mine and (thrL or b4025 or pgi))" {
		t.Error("the network that was given has changed")
	}
	var strangers []string
	for _, g := range o.ModelOnlyGenes() {
		strangers = append(strangers, g.Locus)
	}
	if d := cmp.Diff([]string{"mine", "pgi"}, strangers); d != "" {
		t.Errorf("strangers (-want +got):\n%s", d)
	}
	for name, locus := range map[string]string{"b0002": "b0002", "thrL": "b0001", "mine": "mine", "b1174": "b1174", "dnaA": "b3702"} {
		if g, ok := o.Gene(name); !ok || g.Locus != locus {
			t.Errorf("gene %q: got %+v, %v; want %s", name, g, ok, locus)
		}
	}
	in := func(o *organism.Organism, locus string) bool {
		g, _ := o.Gene(locus)
		return g.InModel
	}
	if !in(o, "b0001") || in(o, "b0008") || !in(own, "b0008") || in(own, "b0001") {
		t.Error("which genes the network has is mixed up")
	}
	if len(o.Genes()) != len(own.Genes()) || o.GenomeBP() != own.GenomeBP() || o.Type() != biovm.EColi || slices.ContainsFunc(o.ModelOnlyGenes(), func(g organism.Gene) bool { return g.Locus == "s0001" }) {
		t.Error("the gene table is another one, or has genes of the shipped network")
	}
	k := own.Constants()
	k.ATPReference = 3
	if d := cmp.Diff(k, o.Constants()); d != "" {
		t.Errorf("constants (-want +got):\n%s", d)
	}
	if o.ModelVersion() != own.ModelVersion()+"+model-555555555555" || o.ModelVersion() != own.VersionWith(sum) || !strings.HasSuffix(o.Key(), sum) || own.Key() != own.ModelVersion() {
		t.Errorf("version %q, key %q", o.ModelVersion(), o.Key())
	}
	if own.String() != "ecoli" || o.String() != "ecoli with model mine" || o.NoATP() != "" {
		t.Errorf("called %q and %q", own, o)
	}
	facts := map[string]string{}
	for _, f := range o.Facts() {
		if _, twice := facts[f.Key]; twice || f.Source == "" {
			t.Errorf("fact %+v is there twice, or has no source", f)
		}
		facts[f.Key] = f.Value
	}
	if facts["model"] != "mine" || facts["objective"] != "growth" || facts["atp_reference"] != "3" || facts["translation_rate"] == "" {
		t.Errorf("facts: %v", facts)
	}
}
