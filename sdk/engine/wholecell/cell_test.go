package wholecell_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/wholecell"
)

func syn3a(tb testing.TB) *organism.Organism {
	tb.Helper()
	o, err := organism.Of(biovm.Syn3A)
	if err != nil {
		tb.Fatal(err)
	}
	return o
}

func newborn(tb testing.TB, cfg wholecell.Config) *wholecell.Cell {
	tb.Helper()
	c, err := wholecell.New(syn3a(tb), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// long is a time, in seconds, that is an eighth where every event is checked.
func long(seconds float64) float64 {
	const shorter = 8
	if testing.Short() {
		return seconds / shorter
	}
	return seconds
}

func checkpoint(tb testing.TB, c *wholecell.Cell) []byte {
	tb.Helper()
	data, err := c.Checkpoint()
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func advance(tb testing.TB, c *wholecell.Cell, seconds ...float64) {
	tb.Helper()
	for _, s := range seconds {
		if err := c.Advance(tb.Context(), s); err != nil {
			tb.Fatal(err)
		}
	}
}

// The same seed gives the same cell however its time is cut, with a checkpoint
// and another program in the middle; another seed or stream gives another.
func TestSameSeedSameCell(t *testing.T) {
	t.Parallel()
	cfg := wholecell.Config{Seed: 8, Ribosomes: 650, Medium: syn3a(t).Model().Medium()}
	whole := newborn(t, cfg)
	advance(t, whole, long(400))
	want := checkpoint(t, whole)

	cut := newborn(t, cfg)
	advance(t, cut, long(100), long(0.25), long(0.5), long(49.25), 0, long(50))
	restored, err := wholecell.Restore(t.Context(), syn3a(t), checkpoint(t, cut))
	if err != nil {
		t.Fatal(err)
	}
	advance(t, restored, long(200))
	if !bytes.Equal(checkpoint(t, restored), want) || !reflect.DeepEqual(restored.Metrics(), whole.Metrics()) {
		t.Errorf("cut and restored: %+v, want %+v", restored.Metrics(), whole.Metrics())
	}
	for _, other := range []wholecell.Config{{Seed: 9, Ribosomes: 650}, {Seed: 8, Stream: 1, Ribosomes: 650}} {
		c := newborn(t, other)
		advance(t, c, long(400))
		if c.Events() == whole.Events() {
			t.Errorf("%+v: as many events as with %+v: %v", other, cfg, c.Events())
		}
	}
}

func TestCancelledCellGoesOn(t *testing.T) {
	t.Parallel()
	want := newborn(t, wholecell.Config{Seed: 8})
	advance(t, want, 60)
	c := newborn(t, wholecell.Config{Seed: 8})
	ctx, cancel := context.WithCancel(t.Context())
	course := wholecell.Course{Seconds: 60, Every: 1, Names: []string{"mass"}, Progress: func(done, _ float64) {
		if done == 20 {
			cancel()
		}
	}}
	s, err := c.Record(ctx, course)
	if !errors.Is(err, context.Canceled) || len(s.Times) != 21 || c.Time() != 20 {
		t.Fatalf("cancelled at 20 s: %d records, time %v, error %v", len(s.Times), c.Time(), err)
	}
	advance(t, c, 40)
	if !bytes.Equal(checkpoint(t, c), checkpoint(t, want)) {
		t.Errorf("a cell that was cancelled and went on is %+v, want %+v", c.Metrics(), want.Metrics())
	}
}

func TestRestoreRefusesWhatIsNoCheckpoint(t *testing.T) {
	t.Parallel()
	c := newborn(t, wholecell.Config{Seed: 8})
	advance(t, c, 2)
	good := checkpoint(t, c)
	minimal, err := organism.Of(biovm.MinimalCell)
	if err != nil {
		t.Fatal(err)
	}
	changed := func(i int) []byte {
		data := bytes.Clone(good)
		data[i] ^= 1
		return data
	}
	for name, tt := range map[string]struct {
		o    *organism.Organism
		data []byte
		want string
	}{
		"nothing":  {syn3a(t), nil, "is no checkpoint"},
		"start":    {syn3a(t), changed(0), "is no checkpoint"},
		"version":  {syn3a(t), changed(7), "has version 3; this program reads version 2"},
		"middle":   {syn3a(t), changed(len(good) / 2), "is damaged"},
		"cut":      {syn3a(t), good[:len(good)-9], "is damaged"},
		"organism": {minimal, good, "is of the model syn3a-"},
	} {
		_, err := wholecell.Restore(t.Context(), tt.o, tt.data)
		var field *biovm.FieldError
		if !errors.As(err, &field) || field.Path != "checkpoint" || !strings.Contains(field.Reason, tt.want) {
			t.Errorf("%s: Restore = %v, want a checkpoint that %s", name, err, tt.want)
		}
	}
}

func FuzzRestore(f *testing.F) {
	o := syn3a(f)
	c := newborn(f, wholecell.Config{Seed: 1})
	data, err := c.Checkpoint()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[:200])
	f.Add([]byte("bioxenC\x02 and more that is no preamble"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := wholecell.Restore(t.Context(), o, data); err == nil && !bytes.Equal(checkpoint(t, c), data) {
			t.Errorf("Restore took %d bytes that are not what it writes", len(data))
		}
	})
}

func TestNewRefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	_, err := wholecell.New(syn3a(t), wholecell.Config{
		Ribosomes: 0.5, Polymerases: -1, ATPShare: 101, Exchange: 61, Knockouts: []string{"JCVISYN3A_0001", "dnaB", "JCVISYN3A_9999"},
		Medium: map[string]float64{"EX_gold_e": 1}, LostReactions: []string{"NOPE"},
	})
	for _, want := range []string{"ribosomes", "polymerases", "atp_share", "exchange", "knockouts[1]", "knockouts[2]", "EX_gold_e", "NOPE"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New = %v, want it to name %s", err, want)
		}
	}
	if !errors.Is(err, biovm.ErrInvalid) || strings.Contains(err.Error(), "knockouts[0]") {
		t.Errorf("New = %v, want an invalid config, and nothing about knockouts[0]", err)
	}
	if _, ok := errors.AsType[*metabolism.UnknownError](err); !ok {
		t.Errorf("New = %v, want metabolism's error in it", err)
	}
	ecoli, err := organism.Of(biovm.EColi)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wholecell.New(ecoli, wholecell.Config{}); !errors.Is(err, biovm.ErrUnsupported) || !strings.Contains(err.Error(), "syn3a and minimal_cell") {
		t.Errorf("New(ecoli) = %v, want ErrUnsupported that says which have a table", err)
	}
	c := newborn(t, wholecell.Config{})
	if err := c.Advance(t.Context(), -1); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Advance(-1) = %v, want ErrInvalid", err)
	}
	if err := c.Grant(t.Context(), -1, 0, 0); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Grant(-1, 0, 0) = %v, want ErrInvalid", err)
	}
}

func TestEveryObservableCanBeRead(t *testing.T) {
	t.Parallel()
	c := newborn(t, wholecell.Config{Seed: 2})
	advance(t, c, 5)
	names := map[string]string{"mrna:": "dnaA", "protein:": "MMSYN1_0001", "translating:": "rpoA", "rna:": "rnpB", "copies:": "rrlA", "amino_acid:": "K", "trna:": "leu", "charged_trna:": "W", "uncharged_trna:": "Leu", "ntp:": "U", "flux:": "PGI"}
	var ask []string
	for _, o := range wholecell.Observables() {
		ask = append(ask, o.Name+names[o.Name])
		if o.Unit == "" || o.Doc == "" {
			t.Errorf("%s has no unit or no words", o.Name)
		}
	}
	values, err := c.Observe(ask...)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for i, name := range ask {
		got[name] = values[i]
	}
	for name, within := range map[string][2]float64{
		"atp": {0.3, 1.1}, "mrna": {100, 180}, "protein": {77_000, 79_000}, "ribosomes": {503, 503}, "ribosomes_active": {220, 330},
		"polymerases": {187, 190}, "polymerases_active": {20, 50}, "volume": {0.0335, 0.0337}, "surface": {0.5, 0.51}, "dna": {1, 1}, "mass": {1, 1.01},
		"translation": {2500, 4000}, "energy_spent": {1, 1e6}, "generation": {0, 0}, "protein:MMSYN1_0001": {148, 150}, "rna:rnpB": {103, 106},
		"copies:rrlA": {1, 1}, "amino_acid:K": {5000, 12_000}, "trna:leu": {600, 606}, "charged_trna:W": {320, 400}, "uncharged_trna:Leu": {1, 200}, "trna_charged": {0.1, 1}, "ntp:U": {12_000, 17_000}, "flux:PGI": {0.1, 100}, "supply": {0.01, 0.3425},
	} {
		if v, ok := got[name]; !ok || v < within[0] || v > within[1] {
			t.Errorf("%s = %v (%v), want %v to %v", name, v, ok, within[0], within[1])
		}
	}
	_, err = c.Observe("atp", "mood", "mrna:nothing")
	if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "mood") || !strings.Contains(err.Error(), "mrna:nothing") || !strings.Contains(err.Error(), "ribosomes_active") {
		t.Errorf("Observe of unknown names: %v, want both named, and what there is", err)
	}
}

func TestGrantChangesACellThatLives(t *testing.T) {
	t.Parallel()
	c := newborn(t, wholecell.Config{Seed: 2})
	advance(t, c, 60)
	if err := c.Grant(t.Context(), 50, 5, 50); err != nil {
		t.Fatal(err)
	}
	if m := c.Metrics(); m.Ribosomes.Active != 50 || m.Polymerases.Active != 5 {
		t.Errorf("just granted 50 ribosomes and 5 polymerases: %+v, %+v", m.Ribosomes, m.Polymerases)
	}
	advance(t, c, 100)
	m := c.Metrics()
	if m.Ribosomes.Active > 50 || m.Polymerases.Active > 5 || m.Ribosomes.Granted != 50 || m.Polymerases.Granted != 5 || m.Ribosomes.Total < 503 {
		t.Errorf("granted 50 ribosomes and 5 polymerases: %+v, %+v", m.Ribosomes, m.Polymerases)
	}
	restored, err := wholecell.Restore(t.Context(), syn3a(t), checkpoint(t, c))
	if err != nil || restored.Config().Ribosomes != 50 || restored.Metrics().Ribosomes != m.Ribosomes {
		t.Errorf("restored: %+v (%v), want %+v", restored.Metrics().Ribosomes, err, m.Ribosomes)
	}
}

// A cell without sugar runs down, and one that gets it back grows again.
func TestMediumChangesUnderACellThatLives(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("simulates for long; where every event is checked, shorter tests do")
	}
	c := newborn(t, wholecell.Config{Seed: 2})
	full := syn3a(t).Model().Medium()
	poor := maps.Clone(full)
	delete(poor, "EX_glc__D_e")
	growth := func(medium map[string]float64) float64 {
		if err := c.SetMedium(t.Context(), medium); err != nil {
			t.Fatal(err)
		}
		advance(t, c, 900)
		restored, err := wholecell.Restore(t.Context(), syn3a(t), checkpoint(t, c))
		if err != nil || !reflect.DeepEqual(restored.Metrics(), c.Metrics()) {
			t.Errorf("restored: %+v (%v), want %+v", restored.Metrics(), err, c.Metrics())
		}
		return c.Metrics().GrowthRate
	}
	if got := growth(poor); got > 0.02 {
		t.Errorf("without sugar it grows at %v 1/h", got)
	}
	if v, err := c.Observe("translation", "supply"); err != nil || v[0] != 0 || v[1] != 0 {
		t.Errorf("without sugar: translation and supply %v, %v, want none", v, err)
	}
	if got := growth(full); got < 0.3 {
		t.Errorf("with sugar again it grows at %v 1/h", got)
	}
	if err := c.SetMedium(t.Context(), map[string]float64{"EX_gold_e": 1}); err == nil || !strings.Contains(err.Error(), "EX_gold_e") {
		t.Errorf("SetMedium with gold: %v, want an error that names it", err)
	}
}

// Cells that cannot live run down, and nothing goes below zero.
func TestKnockoutsRunDown(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("simulates for long; where every event is checked, shorter tests do")
	}
	for _, tt := range []struct {
		name, locus string
		check       func(m wholecell.Metrics) bool
	}{
		{"ptsG, no sugar", "JCVISYN3A_0779", func(m wholecell.Metrics) bool { return m.GrowthRate < 0.02 && m.LimitedBy == "dead" }},
		{"rpoA, no polymerase", "JCVISYN3A_0645", func(m wholecell.Metrics) bool { return m.Polymerases.Total == 0 && m.Messengers < 30 }},
		{"dnaA, no replication", "JCVISYN3A_0001", func(m wholecell.Metrics) bool { return !m.Functions.DNAReplication && m.Genomes == 1 }},
	} {
		c := newborn(t, wholecell.Config{Seed: 6, Knockouts: []string{tt.locus}})
		advance(t, c, 1200)
		if m := c.Metrics(); !tt.check(m) || m.ActiveEssentialGenes != m.EssentialGenes-1 {
			t.Errorf("%s: %+v", tt.name, m)
		}
		for _, a := range c.Accounts() {
			if a.Balance() != 0 {
				t.Errorf("%s: account %+v lacks %v", tt.name, a, a.Balance())
			}
		}
	}
}

func TestEnsembleDoesNotDependOnWorkers(t *testing.T) {
	t.Parallel()
	course := wholecell.Course{Seconds: long(32), Every: long(8), Names: []string{"mrna", "protein", "atp"}}
	var all [2]*wholecell.Statistics
	for i, workers := range []int{1, 4} {
		var series [][]float64
		last := 0
		st, err := wholecell.Ensemble(t.Context(), syn3a(t), wholecell.Config{Seed: 5, Stream: 7}, wholecell.EnsembleOptions{
			Course: course, Replicas: 9, Workers: workers,
			Each: func(replica int, s *wholecell.Series) error {
				if replica != len(series) {
					t.Errorf("replica %d came when %d was due", replica, len(series))
				}
				series = append(series, s.Values[0])
				return nil
			},
			Progress: func(done, total int) { last = done * 100 / total },
		})
		if err != nil || st.Replicas != 9 || len(st.Times) != 5 || last != 100 || len(series) != 9 {
			t.Fatalf("%d workers: %+v, %v, progress %d, %d series", workers, st, err, last, len(series))
		}
		all[i] = st
		mean := 0.0
		for _, s := range series {
			mean += s[3] / 9
		}
		if d := mean - st.Mean[0][3]; d > 1e-9 || d < -1e-9 || st.Min[0][3] > mean || st.Max[0][3] < mean || st.Variance[0][3] <= 0 {
			t.Errorf("mean messengers at the fourth record %v, want %v; %v to %v, variance %v", st.Mean[0][3], mean, st.Min[0][3], st.Max[0][3], st.Variance[0][3])
		}
	}
	if !reflect.DeepEqual(all[0], all[1]) {
		t.Errorf("1 worker: %+v; 4 workers: %+v", all[0], all[1])
	}
	c := newborn(t, wholecell.Config{Seed: 5, Stream: 7})
	s, err := c.Record(t.Context(), course)
	if err != nil || s.Values[0][3] < all[0].Min[0][3] || s.Values[0][3] > all[0].Max[0][3] {
		t.Errorf("replica 0 on its own: %+v, %v", s, err)
	}
}

func TestEnsembleEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := wholecell.Ensemble(ctx, syn3a(t), wholecell.Config{}, wholecell.EnsembleOptions{
		Course: wholecell.Course{Seconds: 5, Names: []string{"mass"}}, Replicas: 1000, Workers: 3,
		Progress: func(done, _ int) {
			if done == 4 {
				cancel()
			}
		},
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Ensemble = %v, want the context's error", err)
	}
	for _, o := range []wholecell.EnsembleOptions{
		{Course: wholecell.Course{Seconds: 5}},
		{Course: wholecell.Course{Seconds: 5}, Replicas: 1, Workers: -1},
		{Replicas: 1},
		{Course: wholecell.Course{Seconds: 5, Every: -1}, Replicas: 1},
		{Course: wholecell.Course{Seconds: 5, Names: []string{"x"}}, Replicas: 1},
	} {
		if _, err := wholecell.Ensemble(t.Context(), syn3a(t), wholecell.Config{}, o); !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("Ensemble(%+v) = %v, want ErrInvalid", o, err)
		}
	}
}
