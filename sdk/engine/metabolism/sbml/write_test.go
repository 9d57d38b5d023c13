package sbml_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/sbml"
)

func write(t *testing.T, m *metabolism.Model) string {
	t.Helper()
	var b bytes.Buffer
	if err := sbml.Write(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// odd is a model whose names are hard to write down.
func odd(t *testing.T, ids ...string) *metabolism.Model {
	t.Helper()
	p := metabolism.Parts{ID: ids[0], Name: "<odd> & \"so\"\n on"}
	for i, id := range ids {
		p.Compartments = append(p.Compartments, metabolism.Compartment{ID: id, Name: strings.Repeat("x", i%2)})
		p.Metabolites = append(p.Metabolites, metabolism.Metabolite{
			ID: id, Name: id + "'", Compartment: []string{ids[0], "", id}[i%3], Formula: []string{"", "C6H12", "(C5H8)n", "Xx2R"}[i%4],
			Charge: i % 3 * (i - 2), ChargeUnknown: i%3 == 0,
		})
		p.Genes = append(p.Genes, metabolism.Gene{ID: id, Name: id})
		r := metabolism.Reaction{
			ID: id, Name: id, Subsystem: []string{"", "a & b", id}[i%3], Lower: math.Inf(-1), Upper: float64(i) * 0.1,
			Terms: []metabolism.Term{{Metabolite: i, Coef: -1e-7}},
			Rule:  metabolism.AnyOf(metabolism.GeneRule(id), metabolism.AllOf(metabolism.GeneRule(ids[0]), metabolism.GeneRule(id))),
		}
		if i > 0 {
			r.Terms = append(r.Terms, metabolism.Term{Metabolite: i - 1, Coef: 1.0 / 3})
			p.Goal.Terms = append(p.Goal.Terms, metabolism.GoalTerm{Reaction: i, Coef: -float64(i) / 3})
		}
		p.Reactions = append(p.Reactions, r)
	}
	p.Goal.Minimize = true
	m, err := metabolism.Build(p)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	m := odd(t, "c", "plain", "R_x", "M_x", "G_x", "1", "a-b", "a.b", "a__45__b", "a_-b", "-", "--", "__", "_", "x__1-2", "___45___", "a b(c)[d]", "äöü",
		"日本", "a__SBML_DOT__b", "__95__", "obj", "mmol_per_gDW_per_hr", "cobra_0_bound", "bound_2", "minus_inf", "g1", "\u0301", "x__", "__1", "1__2__3")
	text := write(t, m)
	if diff := cmp.Diff(m.Parts(), read(t, text).Parts(), cmp.Comparer(sameRule)); diff != "" {
		t.Errorf("(-want +got):\n%s\n%s", diff, text)
	}
	if again := write(t, read(t, text)); again != text {
		t.Error("written twice, it differs")
	}
}

func TestWriteFails(t *testing.T) {
	t.Parallel()
	if err := sbml.Write(failing{}, odd(t, "a", "b")); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("got %v, want the error of the writer", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.ErrUnsupported }

// FuzzRead wants no panic of any file, and of a good one that it is read back
// as it was.
func FuzzRead(f *testing.F) {
	f.Add(good())
	f.Add(strings.ReplaceAll(good(), "fbc/version2", "fbc/version1"))
	for name, tt := range wrong() {
		if text := strings.Replace(good(), tt.old, tt.new, 1); len(text) < 1<<13 || name == "deep nesting" {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := sbml.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := sbml.Write(&b, m); err != nil {
			t.Fatal(err)
		}
		back, err := sbml.Read(&b)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\nof\n%s", err, text)
		}
		if len(back.Reactions()) != len(m.Reactions()) || len(back.Metabolites()) != len(m.Metabolites()) || len(back.Genes()) != len(m.Genes()) {
			t.Fatalf("what was written is another model\nof\n%s", text)
		}
	})
}

// FuzzID wants every ID to come back.
func FuzzID(f *testing.F) {
	for _, id := range []string{"a", "__45__", "x__1-2", "-_-", "日", "_1__2_"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if !utf8.ValidString(id) || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r == '\uFFFE' || r == '\uFFFF' }) || id == "" || id == "~" {
			t.Skip("XML cannot hold it")
		}
		m := odd(t, id, "~")
		if diff := cmp.Diff(m.Parts(), read(t, write(t, m)).Parts(), cmp.Comparer(sameRule)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
