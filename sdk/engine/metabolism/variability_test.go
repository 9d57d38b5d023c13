package metabolism_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func variability(t testing.TB, m *metabolism.Model, q metabolism.Question, fraction float64) *metabolism.Variability {
	t.Helper()
	v, err := metabolism.NewAnalyzer(m).Variability(t.Context(), q, fraction, nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestVariabilityByHand looks at the tiny cell, which has one optimum, and at
// half of its growth: g glucose, o oxygen, b growth and m maintenance then keep
// 2g ≥ o + b and 2g + 3o = 4b + m, with b ≥ 4.25 and m ≥ 1.
func TestVariabilityByHand(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	for _, tc := range []struct {
		fraction float64
		want     map[string]metabolism.Range
	}{
		{1, map[string]metabolism.Range{
			"EX_glc_e": {-10, -10}, "BIO": {8.5, 8.5}, "RESP": {-5, -5}, "FERM": {6.5, 6.5}, "ATPM": {1, 1}, "ACt": {0, 0}, "EX_ac_e": {0, 0},
		}},
		{0.5, map[string]metabolism.Range{
			"EX_glc_e": {-10, -3.84375}, "GLYC": {3.84375, 10}, "BIO": {4.25, 8.5}, "ATPM": {1, 18},
			// Without oxygen two ATP are left, which can make pyruvate.
			"RESP": {-5, 2.0 / 3}, "FERM": {0, 20 + 2.0/3 - 4.25}, "ACt": {0, 0},
		}},
	} {
		v := variability(t, m, metabolism.Question{}, tc.fraction)
		for id, want := range tc.want {
			j, _ := m.Reaction(id)
			if got := v.Ranges[j]; !near(got.Min, want.Min, 1e-9) || !near(got.Max, want.Max, 1e-9) {
				t.Errorf("range of %s at %v of the optimum: got %v, want %v", id, tc.fraction, got, want)
			}
		}
	}
}

// TestVariabilityOfRations compares with the best and the worst of each flux,
// found one by one, where ATP and ribosomes are rationed.
func TestVariabilityOfRations(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	// Oxygen is burnt by three reactions that are alike, one of them written backwards.
	twins := network(t, "BIO", "",
		"EX_glc_e -10 1000 [] glc_e =>", "EX_o2_e -5 1000 [] o2_e =>", "EX_eth_e 0 1000 [] eth_e =>",
		"GLYC 0 1000 [] glc_e => 2 pyr_c + 2 atp_c",
		"FIRST 0 1000 [] pyr_c + o2_e => 3 atp_c",
		"TWIN 0 1000 [] pyr_c + o2_e => 3 atp_c",
		"BACK -1000 0 [] 3 atp_c => pyr_c + o2_e",
		"FERM 0 1000 [] pyr_c => eth_e", "ATPM 1 1000 [] atp_c =>", "BIO 0 1000 [] pyr_c + 4 atp_c =>",
	)
	for _, al := range []*metabolism.Allocation{nil, share(60), share(90), ribosomes(1)} {
		for _, fraction := range []float64{1, 0.3} {
			v := variability(t, twins, metabolism.Question{Allocation: al}, fraction)
			at := func(id string) metabolism.Range {
				j, _ := twins.Reaction(id)
				return v.Ranges[j]
			}
			if first, twin, back := at("FIRST"), at("TWIN"), at("BACK"); !near(first.Max, twin.Max, 1e-9) || !near(back.Min, -first.Max, 1e-9) || twin.Min != 0 || back.Max != 0 || first.Max < 1 {
				t.Errorf("%+v, %v of the optimum: twins: got %v, %v, and backwards %v", al, fraction, first, twin, back)
			}
		}
	}
	for _, al := range []*metabolism.Allocation{nil, share(60), share(90), ribosomes(1), ribosomes(4)} {
		for _, fraction := range []float64{1, 0.95, 0.3} {
			q := metabolism.Question{Allocation: al}
			v := variability(t, m, q, fraction)
			j := m.Objective()
			q.Bounds = map[string][2]float64{"BIO": {fraction*v.Best.Growth - 1e-12, m.Reactions()[j].Upper}}
			for j, got := range v.Ranges {
				q.Objective = m.Reactions()[j].ID
				most := fba(t, metabolism.NewAnalyzer(m), q)
				if !near(got.Max, most.Objective, 1e-8) {
					t.Errorf("%+v, %v of the optimum: most of %s: got %.10f, FBA has %v, %.10f", al, fraction, q.Objective, got.Max, most.Status, most.Objective)
				}
				if least := v.Best.Fluxes[j]; got.Min > least+1e-8 {
					t.Errorf("%+v, %v of the optimum: least of %s: got %.10f, and an optimum has %.10f", al, fraction, q.Objective, got.Min, least)
				}
			}
		}
	}
}

func TestVariabilityWithoutLimits(t *testing.T) {
	t.Parallel()
	m := network(t, "BIO", "",
		"EX_a_e -10 1000 [] a_e =>",
		"AB 0 inf [] a_e => b_c",
		"BA -inf 0 [] a_e => b_c",
		"BIO 0 1000 [] b_c =>",
		"LOOP1 -inf inf [] b_c => d_c",
		"LOOP2 -inf inf [] b_c => d_c",
	)
	inf := math.Inf(1)
	want := []metabolism.Range{{-10, -10}, {10, inf}, {-inf, 0}, {10, 10}, {-inf, inf}, {-inf, inf}}
	got := variability(t, m, metabolism.Question{}, 1).Ranges
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("ranges (-want +got):\n%s", diff)
	}
	if v := variability(t, m, metabolism.Question{Objective: "LOOP1"}, 1); v.Best.Status != metabolism.StatusUnbounded || v.Ranges != nil {
		t.Errorf("without a best one: got %v and %d ranges, want unbounded and none", v.Best.Status, len(v.Ranges))
	}
	for _, fraction := range []float64{0, -1, 1.1, math.NaN()} {
		_, err := metabolism.NewAnalyzer(m).Variability(t.Context(), metabolism.Question{}, fraction, nil)
		if _, ok := errors.AsType[*metabolism.ValueError](err); !ok {
			t.Errorf("fraction %v: got error %v, want a ValueError", fraction, err)
		}
	}
}

// TestVariabilityOfSome asks for some of the reactions, in another order, and
// expects the bits that a scan of all has.
func TestVariabilityOfSome(t *testing.T) {
	t.Parallel()
	m := model(t, biovm.Syn3A)
	for _, fraction := range []float64{1, 0.9} {
		all := variability(t, m, metabolism.Question{}, fraction)
		a := metabolism.NewAnalyzer(m)
		for _, step := range []int{7, 100} {
			want := make([]metabolism.Range, len(all.Ranges))
			for j := range want {
				want[j] = metabolism.Range{Min: math.NaN(), Max: math.NaN()}
			}
			var some []int
			for j := len(want) - 1; j >= 0; j -= step {
				some = append(some, j)
				want[j] = all.Ranges[j]
			}
			got, err := a.VariabilityOf(t.Context(), metabolism.Question{}, fraction, some, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got.Ranges, cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("%v of the optimum, every %dth (-all +some):\n%.2000s", fraction, step, diff)
			}
		}
		for _, j := range []int{-1, len(all.Ranges)} {
			_, err := a.VariabilityOf(t.Context(), metabolism.Question{}, fraction, []int{0, j}, nil)
			if _, ok := errors.AsType[*metabolism.ValueError](err); !ok {
				t.Errorf("reaction %d: got error %v, want a ValueError", j, err)
			}
		}
	}
}

// TestScansByCores is not parallel: it changes how many cores there are.
func TestScansByCores(t *testing.T) { //nolint:paralleltest // see above
	m := model(t, biovm.Syn3A)
	type answers struct {
		Ranges    []metabolism.Range
		Deletions []metabolism.Deletion
	}
	ask := func(cores int) answers {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		s, err := metabolism.NewAnalyzer(m).ReactionDeletions(t.Context(), metabolism.Question{EraseBounds: true}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return answers{variability(t, m, metabolism.Question{}, 0.9).Ranges, s.Deletions}
	}
	want := ask(1)
	for _, cores := range []int{2, 5} {
		if diff := cmp.Diff(want, ask(cores)); diff != "" {
			t.Fatalf("with %d cores (-one core +got):\n%.2000s", cores, diff)
		}
	}
}

// scans are the questions that take a while.
func scans() map[string]func(ctx context.Context, a *metabolism.Analyzer, p metabolism.Progress) error {
	q := metabolism.Question{EraseBounds: true}
	return map[string]func(ctx context.Context, a *metabolism.Analyzer, p metabolism.Progress) error{
		"Variability": func(ctx context.Context, a *metabolism.Analyzer, p metabolism.Progress) error {
			_, err := a.Variability(ctx, q, 1, p)
			return err
		},
		"Deletions": func(ctx context.Context, a *metabolism.Analyzer, p metabolism.Progress) error {
			_, err := a.Deletions(ctx, q, p)
			return err
		},
		"ReactionDeletions": func(ctx context.Context, a *metabolism.Analyzer, p metabolism.Progress) error {
			_, err := a.ReactionDeletions(ctx, q, p)
			return err
		},
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	for name, scan := range scans() {
		last, sum := 0, 0
		err := scan(t.Context(), metabolism.NewAnalyzer(model(t, biovm.Syn3A)), func(done, total int) {
			if done <= last || done > total || sum != 0 && total != sum {
				t.Errorf("%s: told %d of %d after %d of %d", name, done, total, last, sum)
			}
			last, sum = done, total
		})
		if err != nil || last == 0 || last != sum {
			t.Errorf("%s: told %d of %d at last, error %v; want all, nil", name, last, sum, err)
		}
	}
}

func TestCancelStopsAScan(t *testing.T) {
	t.Parallel()
	for name, scan := range scans() {
		ctx, cancel := context.WithCancel(t.Context())
		calls := 0
		err := scan(ctx, metabolism.NewAnalyzer(model(t, biovm.Syn3A)), func(_, _ int) {
			calls++
			cancel()
		})
		cancel()
		// Who was past the check of the context may still tell once.
		if !errors.Is(err, context.Canceled) || calls > runtime.GOMAXPROCS(0)+1 {
			t.Errorf("%s: got error %v after %d calls, want context.Canceled after the first ones", name, err, calls)
		}
		if err := scan(ctx, metabolism.NewAnalyzer(tiny(t)), nil); !errors.Is(err, context.Canceled) {
			t.Errorf("%s after the end: got error %v, want context.Canceled", name, err)
		}
	}
}
