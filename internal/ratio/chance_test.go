package main

import (
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// TestText holds that the peer is told what each reaction takes and changes: what
// it takes and makes again is no change.
func TestText(t *testing.T) {
	t.Parallel()
	n := network{counts: []float64{5, 0, 7}, until: 2.5, reactions: []massAction{
		{nil, []int{0}, 1e-5},
		{[]int{0, 0, 2}, []int{1, 2}, 0.5},
		{[]int{2}, nil, 3},
	}}
	const want = `3 3 2.5 9
5
0
7
1e-05 0 1 0 1
0.5 2 0 2 2 1 2 1 1 0 -2
3 1 2 1 1 2 -1
`
	if diff := cmp.Diff(want, n.text(9)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDirectInC holds that the peer simulates what it is told: of immigration and
// death the number of reactions is known, and of pairs the end.
func TestDirectInC(t *testing.T) {
	t.Parallel()
	c, err := newChance(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.close(); err != nil {
			t.Error(err)
		}
	})
	if errors.Is(c.gone, errAbsent) {
		if os.Getenv("BIOXEN_CI") == "1" {
			t.Fatal(c.gone)
		}
		t.Skip(c.gone)
	}
	n := birthDeath()
	n.until = 100
	// 1000 in and 1000 out in a second, of which the standard deviation is less
	// than the root of twice their number: five of it.
	const mean = 2000 * 100
	for name, does := range map[string]contender{"we": simulates(n, expression.Direct), "the peer": c.simulates(n)} {
		_, reactions, err := does(t.Context())
		if err != nil || math.Abs(reactions-mean) > 5*math.Sqrt(2*mean) {
			t.Errorf("%s: %v reactions, %v; want about %d", name, reactions, err, mean)
		}
	}
	pairs := network{counts: []float64{1001, 0}, until: 1e9, reactions: []massAction{{[]int{0, 0}, []int{1}, 1}}}
	if _, reactions, err := c.simulates(pairs)(t.Context()); err != nil || reactions != 500 {
		t.Errorf("of 1001 molecules the peer makes %v pairs, %v; want 500", reactions, err)
	}
}

// TestNetworks holds that every network is one, and that each figure that was
// published is of one.
func TestNetworks(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, n := range networks() {
		if _, err := n.build(); err != nil {
			t.Errorf("%s: %v", n.name, err)
		}
		names[n.name] = true
	}
	for _, f := range published() {
		if !names[f.network] || !(f.rate > 0) {
			t.Errorf("%+v is of no network that is compared", f)
		}
		var out strings.Builder
		if err := f.print(t.Context(), &bench{stdout: &out}); err != nil || !strings.HasPrefix(out.String(), "published\tssa-"+f.network+"/") {
			t.Errorf("%+v is told as %q, %v", f, out.String(), err)
		}
	}
}
