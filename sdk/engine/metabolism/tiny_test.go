package metabolism_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// line is one reaction of a network in a test: "RESP -1000 1000 [r1 or r2] 3 atp_c => pyr_c + o2_c".
func line(t testing.TB, text string, metabolites *[]metabolism.Metabolite) metabolism.Reaction {
	t.Helper()
	head, rest, _ := strings.Cut(text, "[")
	rule, equation, ok := strings.Cut(rest, "]")
	fields := strings.Fields(head)
	if !ok || len(fields) != 3 {
		t.Fatalf("reaction %q: want \"ID LOWER UPPER [rule] equation\"", text)
	}
	lower, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	upper, err := strconv.ParseFloat(fields[2], 64)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := metabolism.ParseRule(rule)
	if err != nil {
		t.Fatal(err)
	}
	r := metabolism.Reaction{ID: fields[0], Lower: lower, Upper: upper, Rule: parsed}
	left, right, _ := strings.Cut(equation, "=>")
	r.Terms = append(terms(t, left, -1, metabolites), terms(t, right, 1, metabolites)...)
	return r
}

func terms(t testing.TB, side string, sign float64, metabolites *[]metabolism.Metabolite) []metabolism.Term {
	t.Helper()
	var found []metabolism.Term
	coef := 1.0
	for word := range strings.FieldsSeq(side) {
		if word == "+" {
			continue
		}
		if c, err := strconv.ParseFloat(word, 64); err == nil {
			coef = c
			continue
		}
		index := -1
		for i := range *metabolites {
			if (*metabolites)[i].ID == word {
				index = i
			}
		}
		if index < 0 {
			index = len(*metabolites)
			*metabolites = append(*metabolites, metabolism.Metabolite{ID: word, Compartment: word[len(word)-1:]})
		}
		found = append(found, metabolism.Term{Metabolite: index, Coef: sign * coef})
		coef = 1
	}
	return found
}

func network(t testing.TB, objective string, genes string, lines ...string) *metabolism.Model {
	t.Helper()
	var metabolites []metabolism.Metabolite
	reactions := make([]metabolism.Reaction, len(lines))
	for j, text := range lines {
		reactions[j] = line(t, text, &metabolites)
	}
	m, err := metabolism.NewModel("tiny", objective, metabolites, reactions, strings.Fields(genes))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// tiny is a cell small enough to be solved by hand. Ten glucose give 20
// pyruvate and 20 ATP; five oxygen burn five pyruvate to 15 ATP more; one ATP
// is maintenance; growth takes a pyruvate and four ATP. So growth is
// (35 - 1)/4 = 8.5, and 6.5 pyruvate leave as ethanol. RESP is written
// backwards, as published networks do with some reactions.
func tiny(t testing.TB) *metabolism.Model {
	t.Helper()
	return network(t, "BIO", "gt g1 g2 r1 r2 maint idle spare",
		"EX_glc_e -10 1000 [] glc_e =>",
		"EX_o2_e -5 1000 [] o2_e =>",
		"EX_eth_e 0 1000 [] eth_e =>",
		"EX_ac_e -1000 0 [] => ac_e", // written as bringing in
		"GLCt 0 1000 [gt] glc_e => glc_c",
		"O2t -1000 1000 [] o2_e => o2_c",
		"GLYC 0 1000 [g1 and g2] glc_c => 2 pyr_c + 2 atp_c",
		"RESP -1000 1000 [r1 or r2] 3 atp_c => pyr_c + o2_c",
		"FERM 0 1000 [] pyr_c => eth_e",
		"ACt 0 1000 [idle] ac_e => pyr_c",
		"ATPM 1 1000 [maint] atp_c =>",
		"BIO 0 1000 [] pyr_c + 4 atp_c =>",
	)
}
