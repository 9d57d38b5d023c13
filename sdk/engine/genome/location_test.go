package genome_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
)

// TestLocations holds what is read of each form of a location, and that it is
// written as it was.
func TestLocations(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"12":                                 "[{ 12 12 1}] 1 12..12 false false",
		"12..78":                             "[{ 12 78 1}] 1 12..78 false false",
		"<12..78":                            "[{ 12 78 1}] 1 12..78 true false",
		"complement(<12..>78)":               "[{ 12 78 -1}] -1 12..78 true true",
		"complement(<12..78)":                "[{ 12 78 -1}] -1 12..78 false true",
		">12":                                "[{ 12 12 1}] 1 12..12 false true",
		"12^13":                              "[] 1 12..13 false false",
		"102.110":                            "[{ 102 110 1}] 1 102..110 false false",
		"(102.110)..200":                     "[{ 102 200 1}] 1 102..200 false false",
		"J00194.1:100..202":                  "[{J00194.1 100 202 1}] 1 0..0 false false",
		"join(12..78,134..202)":              "[{ 12 78 1} { 134 202 1}] 1 12..202 false false",
		"complement(join(12..78,134..>202))": "[{ 134 202 -1} { 12 78 -1}] -1 12..202 true false",
		"join(complement(134..>202),complement(<12..78))": "[{ 134 202 -1} { 12 78 -1}] -1 12..202 true true",
		"join(1..5,complement(7..9))":                     "[{ 1 5 1} { 7 9 -1}] 0 1..9 false false",
		"order(1..2,join(4..5,7))":                        "[{ 1 2 1} { 4 5 1} { 7 7 1}] 1 1..7 false false",
		"join(A.1:1..2,complement(B_2:3..4))":             "[{A.1 1 2 1} {B_2 3 4 -1}] 0 0..0 false false",
		"bond(3,9)":                                       "[{ 3 3 1} { 9 9 1}] 1 3..9 false false",
		"one-of(3..4,3..9)":                               "[{ 3 4 1} { 3 9 1}] 1 3..9 false false",
		"complement(order(1,complement(3)))":              "[{ 3 3 1} { 1 1 -1}] 0 1..3 false false",
	} {
		l, err := genome.ParseLocation(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		low, high := l.Bounds()
		before, after := l.Partial()
		if got := fmt.Sprint(l.Spans(), l.Strand(), fmt.Sprintf(" %d..%d ", low, high), before, after); strings.Join(strings.Fields(got), " ") != want || l.String() != text {
			t.Errorf("%s: got %s, written %s; want %s", text, got, l.String(), want)
		}
	}
	for _, text := range []string{
		"", "x", "1..", "..2", "1...2", "join()", "join(1..2", "join(1..2,)", "1..2)", "-1", "0", "<", "(1.2", "(1..2)..3", "a:", "a:b:1", "complement()", "complement(1..2", "1 ..2",
		"gap(10)", strings.Repeat("join(", 20) + "1" + strings.Repeat(")", 20), "9999999999999999999999", "1..9999999999999999999999",
	} {
		if l, err := genome.ParseLocation(text); err == nil {
			t.Errorf("%q is read as %s", text, l.String())
		}
	}
}

// FuzzLocation holds that a location is written as it is read.
func FuzzLocation(f *testing.F) {
	f.Add("complement(join(<1..2,a.1:3^4,(5.6)..>7,one-of(8,9.10)))")
	f.Fuzz(func(t *testing.T, text string) {
		l, err := genome.ParseLocation(text)
		if err != nil {
			return
		}
		l.Spans()
		l.Partial()
		again, err := genome.ParseLocation([]byte(l.String()))
		if err != nil || again.String() != l.String() || l.Len() < 0 {
			t.Fatalf("%q is %s, and that is %s: %v", text, l.String(), again.String(), err)
		}
	})
}
