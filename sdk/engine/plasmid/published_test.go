//go:build !race

package plasmid_test

import (
	"context"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/plasmid"
)

// follow simulates a host over divisions and returns how many plasmids there
// were before each, and what it then is.
func follow(t *testing.T, c plasmid.Config, divisions int) ([]float64, plasmid.Metrics) {
	t.Helper()
	h, err := plasmid.New(c)
	if err != nil {
		t.Fatalf("New(%+v): %v", c, err)
	}
	var before []float64
	var m plasmid.Metrics
	for seconds, seen := 0.0, uint64(0); len(before) < divisions; {
		seconds += 600
		if err := h.Advance(context.Background(), seconds); err != nil {
			t.Fatal(err)
		}
		if m = h.Metrics(); m.Divisions > seen {
			seen = m.Divisions
			before = append(before, m.LastCopies)
		}
	}
	return before, m
}

func moments(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return mean, variance
}

// TestCopyNumbers: the ranges of Sambrook and Russell 2001, Molecular Cloning,
// and, for RNA I, of Brenner and Tomizawa 1991, PNAS 88:405 (1 µM).
func TestCopyNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind      plasmid.Kind
		divisions int
	}{{plasmid.ColE1, 60}, {plasmid.PBR322, 100}, {plasmid.P15A, 120}, {plasmid.PUC, 4}} {
		_, m := follow(t, plasmid.Config{Kind: c.kind, Seed: 11}, c.divisions)
		low, high, _ := c.kind.Published()
		if m.MeanCopies < low || m.MeanCopies > high {
			t.Errorf("%s: %.1f copies, published %v to %v", c.kind, m.MeanCopies, low, high)
		}
		if c.kind == plasmid.PBR322 && m.Losses > 0 {
			t.Errorf("pBR322 lost in %d of %d divisions, published: stable", m.Losses, m.Divisions)
		}
	}
	const hosts = 40
	all, err := plasmid.Population(context.Background(), plasmid.Config{Seed: 12}, hosts, 6.3*3600, nil)
	if err != nil {
		t.Fatal(err)
	}
	var micromolar float64
	for _, m := range all {
		micromolar += m.RNAI / m.Volume / 602.2 / hosts
	}
	if micromolar < 0.8 || micromolar > 1.2 {
		t.Errorf("%.2f µM RNA I, published 1", micromolar)
	}
}

// TestLoss compares with theory. Hyperbolic inhibition with very many attempts
// makes as many plasmids a cycle as any number of plasmids would; the copies at
// division, n on average, are then Poisson distributed, and a daughter gets none
// with probability 2·exp(-n/2). Perfect control would have 2·2^-n, for which n
// may be 1.4 times smaller: Paulsson and Ehrenberg 1998, J. Mol. Biol. 279:73.
func TestLoss(t *testing.T) {
	t.Parallel()
	const divisions = 1600
	c := plasmid.Config{Kind: plasmid.Custom, Copies: 8 * math.Ln2, Attempts: 200, ProteinPerCopy: -1, Selection: true, Seed: 2}

	c.Steps = 1
	before, m := follow(t, c, divisions)
	n, variance := moments(before)
	p := float64(m.Losses) / float64(m.Divisions)
	want := 2 * math.Exp(-n/2)
	if se := math.Sqrt(want / divisions); math.Abs(p-want) > 4*se {
		t.Errorf("hyperbolic: lost in %.4f of divisions with %.2f copies before them, want %.4f ± %.4f", p, n, want, se)
	}
	if fano := variance / n; fano < 0.85 || fano > 1.15 {
		t.Errorf("hyperbolic: variance over mean %.2f before division, want 1", fano)
	}

	c.Steps = 10
	before, m = follow(t, c, divisions)
	sharp, variance := moments(before)
	p = float64(m.Losses) / float64(m.Divisions)
	// So many copies would hyperbolic inhibition need to lose as few.
	if ratio := 2 * math.Log(2/p) / sharp; ratio < 1.2 || ratio > 1.45 {
		t.Errorf("ten steps: lost in %.4f of divisions with %.2f copies; the same loss takes hyperbolic control %.2f times as many, published 1.4 at most", p, sharp, ratio)
	}
	if fano := variance / sharp; fano > 0.5 {
		t.Errorf("ten steps: variance over mean %.2f before division, want below 0.5", fano)
	}
}

// TestMultimers: copies that hang together are fewer things to share out, and
// are lost as such: Summers and Sherratt 1984, Cell 36:1097.
func TestMultimers(t *testing.T) {
	t.Parallel()
	const divisions = 600
	c := plasmid.Config{Kind: plasmid.P15A, Multimer: 4, Selection: true, Seed: 5}
	before, m := follow(t, c, divisions)
	var want float64 // the mean of 2·2^-units
	for _, n := range before {
		want += 2 * math.Pow(0.5, math.Ceil(n/4)) / divisions
	}
	if p, se := float64(m.Losses)/divisions, math.Sqrt(want/divisions); math.Abs(p-want) > 4*se || m.Losses < 10 {
		t.Errorf("tetramers of p15A: lost in %.4f of divisions, want %.4f ± %.4f", p, want, se)
	}
}

// TestForeignProtein compares the burden with growth that was measured, of cells
// with useless β-galactosidase on three media (Scott et al. 2010, Science 330:1099,
// Fig. 4, which fixed the constant) and with β-lactamase (Bentley et al. 1990,
// Biotechnol. Bioeng. 35:668, which did not); both as read off by Chure and Cremer
// 2023, eLife 12:e84878.
func TestForeignProtein(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		free   float64 // 1/h, of the straight line through the points at no share
		points [][2]float64
	}{
		"β-galactosidase, medium 1": {1.763, [][2]float64{{0.011, 1.746}, {0.027, 1.785}, {0.010, 1.703}, {0.043, 1.519}, {0.122, 1.114}, {0.140, 1.085}, {0.172, 0.983}, {0.180, 0.829}, {0.206, 0.814}, {0.249, 0.722}, {0.263, 0.650}, {0.193, 0.626}}},
		"β-galactosidase, medium 2": {0.912, [][2]float64{{0.010, 0.915}, {0.031, 0.829}, {0.047, 0.819}, {0.188, 0.476}, {0.198, 0.321}, {0.267, 0.254}, {0.321, 0.200}}},
		"β-galactosidase, medium 3": {0.617, [][2]float64{{0.011, 0.630}, {0.011, 0.572}, {0.042, 0.587}, {0.074, 0.529}, {0.102, 0.394}, {0.152, 0.258}, {0.163, 0.423}, {0.229, 0.273}, {0.243, 0.249}}},
		"β-lactamase":               {1.002, [][2]float64{{0.003, 1.010}, {0.074, 0.829}, {0.100, 0.733}, {0.184, 0.583}}},
	} {
		var squares float64
		for _, p := range c.points {
			off := plasmid.Burden(p[0]) - p[1]/c.free
			squares += off * off / float64(len(c.points))
		}
		// Their points scatter by 7 % of the free growth rate around their own line.
		if rms := math.Sqrt(squares); rms > 0.09 {
			t.Errorf("%s: the burden is off by %.3f of the free growth rate, root of the mean square; want 0.09 at most", what, rms)
		}
	}
}

// TestVectorsAreLost: Summers and Sherratt 1984, Cell 36:1097 (abstract): cloning
// vectors without cer, which form multimers, are lost at 10^-2 to 10^-5 a cell and
// generation, ColE1 is stable. Two daughters of a division make the rate half of the
// share of divisions with a loss.
func TestVectorsAreLost(t *testing.T) {
	t.Parallel()
	const divisions = 120
	for _, c := range []struct {
		kind      plasmid.Kind
		multimer  int
		low, high float64
	}{{plasmid.ColE1, 1, 0, 1e-6}, {plasmid.PBR322, 2, 1e-5, 1e-2}, {plasmid.PBR322, 3, 1e-5, 1e-2}} {
		before, _ := follow(t, plasmid.Config{Kind: c.kind, Multimer: c.multimer, Selection: true, Seed: 8}, divisions)
		rate := 0.0
		for _, n := range before {
			rate += math.Pow(0.5, math.Ceil(n/float64(c.multimer))) / divisions
		}
		if rate < c.low || rate > c.high {
			t.Errorf("%s, %d copies together: lost at %.2g a cell and generation, published %v to %v", c.kind, c.multimer, rate, c.low, c.high)
		}
	}
}

// TestBurden: the law, and Seo and Bailey 1985, Biotechnol. Bioeng. 27:1668.
func TestBurden(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]float64{0: 1, 0.095: 0.75, 0.19: 0.5, 0.38: 0, 0.7: 0, -1: 1} {
		if got := plasmid.Burden(share); math.Abs(got-want) > 1e-12 {
			t.Errorf("Burden(%v) = %v, want %v", share, got, want)
		}
	}
	for _, c := range []struct{ copies, relative float64 }{{60, 0.87 / 0.92}, {122, 0.82 / 0.92}, {408, 0.77 / 0.92}} {
		h, err := plasmid.New(plasmid.Config{Kind: plasmid.Custom, Copies: c.copies, Growth: 0.92, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		const looks = 20
		var got float64
		for k := range looks {
			if err := h.Advance(context.Background(), float64(k+1)*900); err != nil {
				t.Fatal(err)
			}
			got += h.Metrics().GrowthRate / 0.92 / looks
		}
		if math.Abs(got-c.relative) > 0.04 {
			t.Errorf("%v copies: growth %.3f of the free cell's, published %.3f", c.copies, got, c.relative)
		}
	}
}
