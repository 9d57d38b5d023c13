package plasmid_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/plasmid"
)

func newHost(t *testing.T, c plasmid.Config) *plasmid.Host {
	t.Helper()
	h, err := plasmid.New(c)
	if err != nil {
		t.Fatalf("New(%+v): %v", c, err)
	}
	return h
}

func goTo(t *testing.T, h *plasmid.Host, until float64) {
	t.Helper()
	if err := h.Advance(context.Background(), until); err != nil {
		t.Fatalf("Advance(%v): %v", until, err)
	}
}

func checkpoint(t *testing.T, h *plasmid.Host) []byte {
	t.Helper()
	data, err := h.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCheckpointContinuesBitForBit(t *testing.T) {
	t.Parallel()
	for _, c := range []plasmid.Config{{Seed: 4}, {Kind: plasmid.Custom, Copies: 9, Multimer: 3, Steps: 2, Selection: true, Seed: 9, Stream: 1}} {
		straight, cut := newHost(t, c), newHost(t, c)
		goTo(t, straight, 4*3600)
		for _, until := range []float64{0.5, 10, 3599.9, 7300, 7300, 12000.123, 4 * 3600} {
			goTo(t, cut, until)
			next, err := plasmid.Restore(checkpoint(t, cut))
			if err != nil {
				t.Fatal(err)
			}
			cut = next
		}
		if straight.Metrics() != cut.Metrics() || !bytes.Equal(checkpoint(t, straight), checkpoint(t, cut)) {
			t.Errorf("%+v: in one go %+v, with checkpoints %+v", c, straight.Metrics(), cut.Metrics())
		}
	}
}

// TestNoneComesFromNothing: a cell that lost its plasmids stays without, and
// grows as the free cell does.
func TestNoneComesFromNothing(t *testing.T) {
	t.Parallel()
	c := plasmid.Config{Kind: plasmid.Custom, Copies: 2, Steps: 1, Attempts: 20, Seed: 6}
	all, err := plasmid.Population(context.Background(), c, 20, 30*3600, nil)
	if err != nil {
		t.Fatal(err)
	}
	lost := 0
	for stream := range uint64(20) {
		h := newHost(t, plasmid.Config{Kind: plasmid.Custom, Copies: 2, Steps: 1, Attempts: 20, Seed: 6, Stream: stream})
		goTo(t, h, 30*3600)
		m := h.Metrics()
		if m != all[stream] {
			t.Errorf("cell %d of the population is %+v, alone %+v", stream, all[stream], m)
		}
		if !m.Lost {
			continue
		}
		lost++
		goTo(t, h, 32*3600)
		if after := h.Metrics(); after.Copies != 0 || after.Losses != m.Losses || after.GrowthRate != after.FreeGrowthRate {
			t.Errorf("stream %d: lost %+v, and later %+v", stream, m, after)
		}
	}
	if lost < 5 {
		t.Errorf("%d of 20 cells with two copies lost them in 30 generations, want most", lost)
	}
	// Selection keeps the cell that has some.
	h := newHost(t, plasmid.Config{Kind: plasmid.Custom, Copies: 2, Steps: 1, Attempts: 20, Seed: 6, Selection: true})
	goTo(t, h, 60*3600)
	if m := h.Metrics(); m.Lost || m.Losses == 0 {
		t.Errorf("with selection: %+v, want losses but not of the followed cell", m)
	}
}

func TestBadConfig(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for path, c := range map[string]plasmid.Config{
		"kind":             {Kind: "F"},
		"copies":           {Kind: plasmid.Custom},
		"growth":           {Growth: nan},
		"protein_per_copy": {ProteinPerCopy: nan},
		"steps":            {Steps: 65},
		"multimer":         {Multimer: -1},
		"attempts":         {Attempts: 0.5},
	} {
		_, err := plasmid.New(c)
		found := biovm.FieldErrors(err)
		if len(found) != 1 || found[0].Path != path {
			t.Errorf("New(%+v): %v, want one error at %s", c, err, path)
		}
	}
	if _, err := plasmid.New(plasmid.Config{Kind: plasmid.PUC, Copies: 3}); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("three copies of pUC: %v", err)
	}
	if _, err := plasmid.New(plasmid.Config{Growth: 4}); err != nil {
		t.Errorf("a growth of 4 1/h: %v", err)
	}
	h := newHost(t, plasmid.Config{})
	goTo(t, h, 10)
	for _, until := range []float64{5, nan, math.Inf(1)} {
		if err := h.Advance(context.Background(), until); !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("Advance(%v) at 10 s: %v", until, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := h.Advance(ctx, 1e5); !errors.Is(err, context.Canceled) {
		t.Errorf("Advance of a cancelled context: %v", err)
	}
}

func FuzzRestore(f *testing.F) {
	h, err := plasmid.New(plasmid.Config{Steps: 2, Seed: 1})
	if err != nil {
		f.Fatal(err)
	}
	if err := h.Advance(context.Background(), 15); err != nil {
		f.Fatal(err)
	}
	good, err := h.Checkpoint()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:100])
	f.Add([]byte("bioxenP\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := plasmid.Restore(data)
		if err != nil {
			if !errors.Is(err, biovm.ErrInvalid) {
				t.Errorf("Restore: %v, want an ErrInvalid", err)
			}
			return
		}
		again, err := h.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := plasmid.Restore(again); err != nil {
			t.Errorf("the checkpoint of a restored host: %v", err)
		}
	})
}

func Example() {
	host, err := plasmid.New(plasmid.Config{Kind: plasmid.PBR322, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := host.Advance(context.Background(), 50*3600); err != nil {
		fmt.Println(err)
		return
	}
	m := host.Metrics()
	fmt.Printf("%.0f copies on average, %d divisions, lost in %d\n", m.MeanCopies, m.Divisions, m.Losses)
	// Output: 17 copies on average, 48 divisions, lost in 0
}

// BenchmarkHost simulates an hour of a cell with pBR322.
func BenchmarkHost(b *testing.B) {
	h, err := plasmid.New(plasmid.Config{Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var hour float64
	for b.Loop() {
		hour++
		if err := h.Advance(context.Background(), hour*3600); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(h.Events())/b.Elapsed().Seconds(), "events/s")
}
