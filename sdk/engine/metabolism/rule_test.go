package metabolism_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func TestRule(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text, want string
		genes      []string
		holds      map[string]bool // lost genes, by spaces -> whether the rule still holds
	}{
		{"", "", nil, map[string]bool{"": true, "a": true}},
		{"  ", "", nil, map[string]bool{"": true}},
		{"a", "a", []string{"a"}, map[string]bool{"": true, "a": false, "b": true}},
		{"((a))", "a", []string{"a"}, map[string]bool{"": true, "a": false}},
		{"a and b", "a and b", []string{"a", "b"}, map[string]bool{"": true, "a": false, "b": false}},
		{"a or b", "a or b", []string{"a", "b"}, map[string]bool{"a": true, "b": true, "a b": false}},
		{"a or b and c", "a or (b and c)", []string{"a", "b", "c"}, map[string]bool{"a": true, "b": true, "a b": false, "a c": false}},
		{"(a or b) and c", "(a or b) and c", []string{"a", "b", "c"}, map[string]bool{"a": true, "c": false, "a b": false}},
		{"(b0001 AND b0002)Or(b0001 and b0003)", "(b0001 and b0002) or (b0001 and b0003)", []string{"b0001", "b0002", "b0003"}, map[string]bool{"b0001": false, "b0002": true, "b0002 b0003": false}},
		{"a or (b or c)", "a or (b or c)", []string{"a", "b", "c"}, map[string]bool{"a b": true, "a b c": false}},
	} {
		rule, err := metabolism.ParseRule(tc.text)
		if err != nil {
			t.Errorf("ParseRule(%q): %v", tc.text, err)
			continue
		}
		if got := rule.String(); got != tc.want {
			t.Errorf("String of %q: got %q, want %q", tc.text, got, tc.want)
		}
		if diff := cmp.Diff(tc.genes, rule.Genes()); diff != "" {
			t.Errorf("Genes of %q (-want +got):\n%s", tc.text, diff)
		}
		for lost, want := range tc.holds {
			gone := strings.Fields(lost)
			got := rule.Holds(func(g string) bool { return !slices.Contains(gone, g) })
			if got != want {
				t.Errorf("%q without %q holds: got %v, want %v", tc.text, lost, got, want)
			}
		}
	}
}

func TestRuleErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a and":                         "it ends where a gene should follow",
		"or a":                          `"or" stands where a gene should`,
		"(a":                            "a parenthesis is not closed",
		"a)":                            `")" does not belong there`,
		"a b":                           `"b" does not belong there`,
		"()":                            `")" stands where a gene should`,
		"a and or b":                    `"or" stands where a gene should`,
		strings.Repeat("(", 5000) + "a": "parentheses nest deeper than 200",
	} {
		_, err := metabolism.ParseRule(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseRule(%.20q): got error %v, want one with %q", text, err, want)
		}
	}
}

func FuzzParseRule(f *testing.F) {
	for _, text := range []string{"", "a", "a and b or c", "(a or b) and (c or (d and e))", "a or (b", ") (", "and", "A OR b AnD c"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rule, err := metabolism.ParseRule(text)
		if err != nil {
			return
		}
		said := rule.String()
		again, err := metabolism.ParseRule(said)
		if err != nil {
			t.Fatalf("ParseRule(%q), which is the String of %q: %v", said, text, err)
		}
		if got := again.String(); got != said {
			t.Errorf("String after a round trip: got %q, want %q", got, said)
		}
		if diff := cmp.Diff(rule.Genes(), again.Genes()); diff != "" {
			t.Errorf("Genes of %q after a round trip (-want +got):\n%s", text, diff)
		}
		for _, lost := range append(rule.Genes(), "") {
			alive := func(g string) bool { return g != lost }
			if got, want := again.Holds(alive), rule.Holds(alive); got != want {
				t.Errorf("%q without %q holds after a round trip: got %v, want %v", text, lost, got, want)
			}
		}
	})
}
