package cobrajson_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/cobrajson"
)

// good is a file that nothing is wrong with, with reactions before what they
// are made of.
const good = `{
"id": "m", "name": "a \"model\"\u00e4\ud83e\udda0\n",
"reactions": [
{"id": "A", "name": "makes", "metabolites": {"a_c": 1.0, "nothing": 0}, "lower_bound": "-inf", "upper_bound": Infinity,
"gene_reaction_rule": "(b1 and b2) or b3", "subsystem": "Making", "objective_coefficient": 2, "notes": {"x": [1, {"y": null}, true]}},
{"id": "B", "metabolites": {"b_c": 0.5, "a_c": -1e-3}, "gene_reaction_rule": "", "annotation": {}},
{"id": "C", "metabolites": {}, "lower_bound": -1, "upper_bound": "7.5", "gene_reaction_rule": null, "subsystem": null}
],
"metabolites": [
{"id": "nothing"},
{"id": "a_c", "name": "A", "compartment": "c", "charge": -2, "formula": "C6H12O6", "_bound": 0},
{"id": "b_c", "name": "B", "compartment": null, "charge": null, "formula": null}
],
"genes": [{"id": "b2", "name": "thrL", "notes": {}}],
"compartments": {"e": "outside", "c": ""},
"version": "1"
}
`

func read(t *testing.T, text string) *metabolism.Model {
	t.Helper()
	m, err := cobrajson.Read(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, text)
	}
	return m
}

func sameRule(a, b *metabolism.Rule) bool { return a.String() == b.String() }

func TestRead(t *testing.T) {
	t.Parallel()
	rule, err := metabolism.ParseRule("(b1 and b2) or b3")
	if err != nil {
		t.Fatal(err)
	}
	want := metabolism.Parts{
		ID: "m", Name: "a \"model\"ä🦠\n",
		Compartments: []metabolism.Compartment{{ID: "e", Name: "outside"}, {ID: "c"}},
		Metabolites: []metabolism.Metabolite{
			{ID: "nothing", ChargeUnknown: true},
			{ID: "a_c", Name: "A", Compartment: "c", Formula: "C6H12O6", Charge: -2},
			{ID: "b_c", Name: "B", ChargeUnknown: true},
		},
		Reactions: []metabolism.Reaction{
			{ID: "A", Name: "makes", Subsystem: "Making", Terms: []metabolism.Term{{Metabolite: 1, Coef: 1}}, Lower: math.Inf(-1), Upper: math.Inf(1), Rule: rule},
			{ID: "B", Terms: []metabolism.Term{{Metabolite: 2, Coef: 0.5}, {Metabolite: 1, Coef: -1e-3}}, Lower: 0, Upper: 1000},
			{ID: "C", Terms: []metabolism.Term{}, Lower: -1, Upper: 7.5},
		},
		Genes: []metabolism.Gene{{ID: "b2", Name: "thrL"}, {ID: "b1"}, {ID: "b3"}},
		Goal:  metabolism.Goal{Terms: []metabolism.GoalTerm{{Reaction: 0, Coef: 2}}},
	}
	for name, text := range map[string]io.Reader{
		"at once": strings.NewReader(good), "by bytes": iotest.OneByteReader(strings.NewReader(good)),
		"with a mark": strings.NewReader("\uFEFF" + good), "and its end": iotest.DataErrReader(strings.NewReader(good)),
	} {
		m, err := cobrajson.Read(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, m.Parts(), cmp.Comparer(sameRule)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func write(t *testing.T, m *metabolism.Model) string {
	t.Helper()
	var b bytes.Buffer
	if err := cobrajson.Write(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	p := read(t, good).Parts()
	p.ID, p.Name, p.Genes[0].Name = "a/\\b\x01", "", "\"\u2028\t<&>"
	p.Reactions[2].Lower, p.Reactions[2].Upper = 0.1, 1e300
	p.Goal.Terms = append(p.Goal.Terms, metabolism.GoalTerm{Reaction: 2, Coef: -1.0 / 3})
	for _, minimize := range []bool{false, true} {
		p.Goal.Minimize = minimize
		m, err := metabolism.Build(p)
		if err != nil {
			t.Fatal(err)
		}
		text := write(t, m)
		if diff := cmp.Diff(p, read(t, text).Parts(), cmp.Comparer(sameRule)); diff != "" {
			t.Errorf("(-want +got):\n%s\n%s", diff, text)
		}
		// Who does not know objective_sense maximises, and finds the same.
		if got := strings.Contains(text, `"objective_coefficient":-2`); got != minimize {
			t.Errorf("minimise %v: coefficient -2 is %v", minimize, got)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	if err := cobrajson.Write(failing{}, read(t, good)); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("got %v, want the error of the writer", err)
	}
	for _, gene := range []string{"a b", "a(b", "or", "And"} {
		p := read(t, good).Parts()
		p.Genes = append(p.Genes, metabolism.Gene{ID: gene})
		p.Reactions[1].Rule = metabolism.AllOf(metabolism.GeneRule(gene), metabolism.GeneRule("b1"))
		m, err := metabolism.Build(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := cobrajson.Write(io.Discard, m); err == nil || !strings.Contains(err.Error(), `reaction "B": `) {
			t.Errorf("gene %q: got %v, want an error that says so", gene, err)
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.ErrUnsupported }

// wrong are changes of the good file, and what is to be said of each.
func wrong() map[string]struct{ old, new, want string } {
	return map[string]struct{ old, new, want string }{
		"a list":                   {"{\n\"id\"", "[{\n\"id\"", "line 1: want '{', got '['"},
		"more after it":            {`"version": "1"` + "\n}", `"version": "1"}{`, "line 16: want the end of the text, got '{'"},
		"no reactions":             {`"reactions"`, `"reaction"`, "has not both metabolites and reactions"},
		"a key twice":              {`"genes": [`, `"genes": [], "genes": [`, `line 14: "genes" is there twice`},
		"a key without quotes":     {`"version"`, `version`, "want a key in quotes, got 'v'"},
		"no colon":                 {`"version":`, `"version"`, "want ':', got '\"'"},
		"no comma":                 {`"version"`, `"more": 1 "version"`, "want ',' or '}', got '\"'"},
		"single quotes":            {`"1"`, `'1'`, "want a value, got '\\''"},
		"a control character":      {`"makes"`, "\"ma\nkes\"", "want the end of a string, got '\\n'"},
		"an escape":                {`\n"`, `\x"`, "after a backslash, got 'x'"},
		"half a pair":              {`\ud83e\udda0`, `\ud83e.`, "line 2: want the second half of a surrogate pair"},
		"half a pair again":        {`\ud83e\udda0`, `\ud83e\n`, "line 2: want the second half of a surrogate pair"},
		"pairs that do not fit":    {`\ud83e\udda0`, `\ud83e\u0041`, "a surrogate pair does not fit together"},
		"digits":                   {`\u00e4`, `\u00g4`, "want four hexadecimal digits"},
		"bytes that are no text":   {"makes", "ma\xffkes", "is not valid UTF-8"},
		"deep nesting":             {`[1, {"y": null}, true]`, strings.Repeat("[", 1000), "line 5: reaction \"A\": values nest deeper than 100"},
		"a long string":            {"makes", strings.Repeat("x", cobrajson.MaxString+1), "a string is longer than 1048576 bytes"},
		"a long number":            {"-1e-3", strings.Repeat("1", cobrajson.MaxString+1), "a value is longer than 1048576 bytes"},
		"a name that is a number":  {`"makes"`, `7`, `line 4: reaction "A": want a string, got '7'`},
		"a name that is none":      {`"makes"`, `nil`, `want a string, got nil`},
		"a bound":                  {`"7.5"`, `"seven"`, `line 7: reaction "C": want a number, got "seven"`},
		"a bound that is true":     {`"7.5"`, `true`, `want a number, got "true"`},
		"a bound that is NaN":      {`"7.5"`, `NaN`, `want a number, got "NaN"`},
		"a bound too large":        {`"7.5"`, `1e999`, `want a number, got "1e999"`},
		"bounds that cross":        {`"7.5"`, `-2`, `line 7: reaction "C": no flux is between the lower bound -1 and the upper bound -2`},
		"a lower bound of inf":     {`"-inf"`, `"inf"`, `no flux is between`},
		"an infinite coefficient":  {`-1e-3`, `Infinity`, `line 6: reaction "B": metabolites: a_c: want a finite coefficient, got +Inf`},
		"an infinite objective":    {`_coefficient": 2`, `_coefficient": "inf"`, `objective_coefficient: want a finite number`},
		"an unknown metabolite":    {`"b_c": 0.5`, `"x_c": 0.5`, `line 6: reaction "B": metabolite "x_c" is not one of the model's`},
		"a metabolite's key twice": {`"a_c": -1e-3`, `"b_c": -1e-3`, `line 6: reaction "B": metabolites: b_c is there twice`},
		"a metabolite twice":       {`{"id": "nothing"}`, `{"id": "a_c"}`, `line 11: metabolite "a_c" is there twice`},
		"a metabolite without id":  {`{"id": "nothing"}`, `{}`, `metabolite number 1 has no id`},
		"a reaction twice":         {`"id": "B"`, `"id": "A"`, `line 6: reaction "A" is there twice`},
		"a reaction without id":    {`{"id": "B", `, `{`, `reaction number 2 has no id`},
		"a gene twice":             {`"genes": [`, `"genes": [{"id": "b2"},`, `gene "b2" is there twice`},
		"a gene without id":        {`"genes": [`, `"genes": [{"name": "x"},`, `gene number 1 has no id`},
		"a rule":                   {`"(b1 and`, `"(b1 or and`, `line 5: reaction "A": gene rule "(b1 or and b2) or b3"`},
		"a charge":                 {`-2, "formula"`, `"two", "formula"`, `metabolite "a_c": want a number, got "two"`},
		"half a charge":            {`-2, "formula"`, `-2.5, "formula"`, `charge: want a whole number, got -2.5`},
		"a compartment twice":      {`"e": "outside"`, `"c": "outside"`, `compartments: "c" is empty, there twice or too many`},
		"a sense":                  {`"version"`, `"objective_sense": "best", "version"`, `objective_sense: want minimize or maximize, got "best"`},
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range wrong() {
		if !strings.Contains(good, tt.old) {
			t.Fatalf("%s: the good file has no %q", name, tt.old)
		}
		_, err := cobrajson.Read(strings.NewReader(strings.Replace(good, tt.old, tt.new, 1)))
		var at *metabolism.LineError
		switch {
		case err == nil || !strings.Contains(err.Error(), tt.want):
			t.Errorf("%s: got %v, want one that says %q", name, err, tt.want)
		case !errors.As(err, &at):
			t.Errorf("%s: %v does not name the line", name, err)
		case len(err.Error()) > 400:
			t.Errorf("%s: the error has %d bytes", name, len(err.Error()))
		}
	}
	if m, err := cobrajson.Read(strings.NewReader(strings.Replace(good, `_coefficient": 2`, `_coefficient": 0`, 1))); err != nil || m.Objective() != -1 {
		t.Errorf("no objective, which COBRApy reads: got %v", err)
	}
	if _, err := cobrajson.Read(strings.NewReader(strings.Replace(good, `{"e": "outside", "c": ""}`, `[]`, 1))); err != nil {
		t.Errorf("no compartments, as COBRApy writes them: got %v", err)
	}
}

// A file that ends too early is refused wherever it does.
func TestTruncated(t *testing.T) {
	t.Parallel()
	text := strings.TrimSpace(good)
	for n := range len(text) {
		if _, err := cobrajson.Read(strings.NewReader(text[:n])); err == nil || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("of %d bytes of %d: got %v, want an unexpected end", n, len(text), err)
		}
	}
	if _, err := cobrajson.Read(iotest.ErrReader(errors.ErrUnsupported)); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("got %v, want the error of the input", err)
	}
	if _, err := cobrajson.Read(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(text)))); !errors.Is(err, iotest.ErrTimeout) {
		t.Errorf("got %v, want the error of the input", err)
	}
}

// FuzzRead wants no panic of any file, and of a good one that it is read back
// as it was.
func FuzzRead(f *testing.F) {
	f.Add(good)
	for _, tt := range wrong() {
		if len(tt.new) < 1<<11 {
			f.Add(strings.Replace(good, tt.old, tt.new, 1))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := cobrajson.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := cobrajson.Write(&b, m); err != nil {
			t.Fatal(err)
		}
		written := b.String()
		back, err := cobrajson.Read(&b)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s\nof\n%s", err, written, text)
		}
		if again := write(t, back); again != written {
			t.Fatalf("written twice it differs:\n%s\n%s", written, again)
		}
	})
}
