package lac_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon/lac"
)

func newCell(t *testing.T, c lac.Config) *lac.Cell {
	t.Helper()
	cell, err := lac.New(c)
	if err != nil {
		t.Fatalf("New(%+v): %v", c, err)
	}
	return cell
}

func goTo(t *testing.T, cell *lac.Cell, until float64) {
	t.Helper()
	if err := cell.Advance(context.Background(), until); err != nil {
		t.Fatalf("Advance(%v): %v", until, err)
	}
}

func checkpoint(t *testing.T, cell *lac.Cell) []byte {
	t.Helper()
	data, err := cell.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCheckpointContinuesBitForBit(t *testing.T) {
	t.Parallel()
	c := lac.Config{Medium: lac.Medium{TMG: 25, Lactose: 100}, Induced: true, Seed: 7, Stream: 2, Copies: 3}
	straight := newCell(t, c)
	goTo(t, straight, 1800)
	cut := newCell(t, c)
	for _, until := range []float64{0.1, 7, 7, 650.33, 1234.5, 1800} {
		goTo(t, cut, until)
		next, err := lac.Restore(checkpoint(t, cut))
		if err != nil {
			t.Fatal(err)
		}
		cut = next
	}
	if straight.Metrics() != cut.Metrics() || straight.Events() != cut.Events() {
		t.Errorf("in one go %+v, with checkpoints %+v", straight.Metrics(), cut.Metrics())
	}
	if !bytes.Equal(checkpoint(t, straight), checkpoint(t, cut)) {
		t.Error("the checkpoints at the end differ")
	}
}

func TestSeedsAndStreams(t *testing.T) {
	t.Parallel()
	at := func(seed, stream uint64) lac.Metrics {
		cell := newCell(t, lac.Config{Induced: true, Seed: seed, Stream: stream, Medium: lac.Medium{TMG: 20}})
		goTo(t, cell, 600)
		return cell.Metrics()
	}
	if at(1, 1) != at(1, 1) {
		t.Error("the same seed and stream gave two results")
	}
	if at(1, 1) == at(1, 2) || at(1, 1) == at(2, 1) {
		t.Error("another seed or stream gave the same result")
	}
}

// TestPopulation: cell i of a population is the cell of stream i.
func TestPopulation(t *testing.T) {
	t.Parallel()
	c := lac.Config{Induced: true, Seed: 12, Medium: lac.Medium{TMG: 20}}
	var done int
	all, err := lac.Population(context.Background(), c, 5, 300, func(n, _ int) { done = n })
	if err != nil || done != 5 {
		t.Fatalf("Population: %v, %d done", err, done)
	}
	for i, m := range all {
		c.Stream = uint64(i)
		cell := newCell(t, c)
		goTo(t, cell, 300)
		if m != cell.Metrics() {
			t.Errorf("cell %d is %+v, alone %+v", i, m, cell.Metrics())
		}
	}
	if _, err := lac.Population(context.Background(), lac.Config{Copies: -1}, 3, 1, nil); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Population of a bad configuration: %v", err)
	}
	if _, err := lac.Population(context.Background(), c, 0, 1, nil); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Population of none: %v", err)
	}
}

func TestControl(t *testing.T) {
	t.Parallel()
	cell := newCell(t, lac.Config{Seed: 1})
	set := func(c operon.Control) {
		t.Helper()
		if err := cell.SetControl(c); err != nil {
			t.Fatal(err)
		}
	}
	goTo(t, cell, 3600)
	if m := cell.Metrics(); m.LacY > 375 || m.Status != "repressed" || m.Induced {
		t.Errorf("without inducer %+v", m)
	}
	set(operon.Induced)
	goTo(t, cell, 5*3600)
	m := cell.Metrics()
	if m.LacZ < 30000 || m.Status != "induced (clamped)" {
		t.Errorf("four hours clamped open: %+v", m)
	}
	set(operon.Repressed)
	goTo(t, cell, 8*3600)
	// Three doublings of dilution; no transcript since, mRNA lives two minutes.
	after := cell.Metrics()
	if want := m.LacZ / 8; math.Abs(after.LacZ-want) > 0.1*want || after.MRNA != 0 {
		t.Errorf("LacZ %v and mRNA %v after three doublings clamped shut, want %v and 0", after.LacZ, after.MRNA, want)
	}
	set(operon.Regulated)
	if err := cell.SetMedium(lac.Medium{IPTG: 1000}); err != nil {
		t.Fatal(err)
	}
	goTo(t, cell, 12*3600)
	if m := cell.Metrics(); !m.Induced || m.Status != "induced" {
		t.Errorf("four hours of 1 mM IPTG: %+v", m)
	}
	if err := cell.SetControl(operon.Control(9)); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("SetControl(9): %v", err)
	}
	if err := cell.SetMedium(lac.Medium{TMG: math.NaN()}); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("SetMedium(NaN): %v", err)
	}
}

func TestStrains(t *testing.T) {
	t.Parallel()
	at := func(s lac.Strain, m lac.Medium) lac.Metrics {
		cell := newCell(t, lac.Config{Strain: s, Medium: m, Seed: 5, Copies: 2})
		goTo(t, cell, 4*3600)
		return cell.Metrics()
	}
	if m := at(lac.Strain{NoLacI: true}, lac.Medium{}); m.LacZ < 60000 || m.OpenOperons != 2 {
		t.Errorf("without LacI: %+v, want constitutive", m)
	}
	if m := at(lac.Strain{NoLacZ: true}, lac.Medium{Lactose: 5000}); m.Allolactose != 0 || m.LacZ != 0 || m.LacY > 1000 {
		t.Errorf("without LacZ on lactose: %+v, want no allolactose and no induction", m)
	}
	if m := at(lac.Strain{NoLacY: true}, lac.Medium{Lactose: 5000}); m.Lactose != 0 || m.LacY != 0 {
		t.Errorf("without LacY on lactose: %+v, want none inside", m)
	}
}

func TestBadConfig(t *testing.T) {
	t.Parallel()
	_, err := lac.New(lac.Config{
		Medium: lac.Medium{TMG: -1, Lactose: math.Inf(1)}, Growth: math.NaN(), Copies: -2, ExchangeSeconds: 1e9, Control: 17,
	})
	got := map[string]bool{}
	for _, f := range biovm.FieldErrors(err) {
		got[f.Path] = true
	}
	for _, path := range []string{"medium.tmg", "medium.lactose", "growth", "copies", "exchange_seconds", "control"} {
		if !got[path] {
			t.Errorf("no error at %s in %v", path, err)
		}
	}
	if _, err := lac.Curve(lac.Config{}, lac.TMG, 5, 1, 3); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("Curve from 5 to 1: %v", err)
	}
	if _, err := lac.ParseInducer("aspirin"); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("ParseInducer: %v", err)
	}
	cell := newCell(t, lac.Config{})
	goTo(t, cell, 10)
	for _, until := range []float64{5, math.NaN(), math.Inf(1)} {
		if err := cell.Advance(context.Background(), until); !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("Advance(%v) at 10 s: %v", until, err)
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	cell := newCell(t, lac.Config{Seed: 3, Induced: true, Medium: lac.Medium{TMG: 50}})
	if err := cell.Advance(ctx, 1e6); !errors.Is(err, context.Canceled) {
		t.Fatalf("Advance of a cancelled context: %v", err)
	}
	whole := newCell(t, lac.Config{Seed: 3, Induced: true, Medium: lac.Medium{TMG: 50}})
	goTo(t, cell, 500)
	goTo(t, whole, 500)
	if cell.Metrics() != whole.Metrics() {
		t.Errorf("after a cancelled call %+v, without %+v", cell.Metrics(), whole.Metrics())
	}
}

func FuzzRestore(f *testing.F) {
	cell, err := lac.New(lac.Config{Seed: 1, Medium: lac.Medium{TMG: 5}})
	if err != nil {
		f.Fatal(err)
	}
	if err := cell.Advance(context.Background(), 3.5); err != nil {
		f.Fatal(err)
	}
	good, err := cell.Checkpoint()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:60])
	f.Add([]byte("bioxenL\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := lac.Restore(data)
		if err != nil {
			if !errors.Is(err, biovm.ErrInvalid) {
				t.Errorf("Restore: %v, want an ErrInvalid", err)
			}
			return
		}
		again, err := c.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := lac.Restore(again); err != nil {
			t.Errorf("the checkpoint of a restored cell: %v", err)
		}
	})
}
