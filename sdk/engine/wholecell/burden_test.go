//go:build !race && !invariants

package wholecell_test

import (
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/wholecell"
)

// Foreign genes cost growth in the proportion of the protein that they add:
// each gene of n amino acids 180·n of the organism's own 29.85e6, whatever of it is
// the number of genes and what their size. (The fba of such a cell has the same
// law; see organism.ForeignLoad.) A longer genome takes longer to be replicated.
func TestForeignGenesAreABurden(t *testing.T) {
	t.Parallel()
	last := 0.0
	for _, tt := range []struct{ genes, residues, bp int }{{0, 0, 543_379}, {40, 300, 600_000}, {80, 600, 700_000}} {
		o := syn3a(t)
		if tt.genes > 0 {
			o = withForeign(t, tt.genes, tt.residues, tt.bp)
		}
		k := o.Constants()
		load := 180 * float64(tt.genes*tt.residues) / k.AminoAcidsPerCell
		want := math.Ln2 / 60 * k.AminoAcidsPerCell * (1 + load) / (k.TranslationRate * 250)
		minutes, replication := 0.0, 0.0
		const cells = 2
		for n := range cells {
			c, err := wholecell.New(o, wholecell.Config{Seed: 31, Stream: uint64(n), Ribosomes: 250})
			if err != nil {
				t.Fatal(err)
			}
			for ended := 0.0; c.Metrics().Generation == 0; {
				advance(t, c, 120)
				v, err := c.Observe("replication_began", "replication_ended")
				if err != nil {
					t.Fatal(err)
				}
				if ended == 0 && v[1] > 0 {
					ended = v[1]
					replication += (v[1] - v[0]) / 60 / cells
				}
			}
			minutes += c.Metrics().LastCycleMinutes / cells
		}
		t.Logf("%d genes of %d: doubles in %.1f min, want %.1f; replicates in %.1f", tt.genes, tt.residues, minutes, want, replication)
		if math.Abs(minutes/want-1) > 0.02 || minutes <= last {
			t.Errorf("%d foreign genes of %d amino acids: doubles in %v min, want %v, and more than with less: %v", tt.genes, tt.residues, minutes, want, last)
		}
		last = minutes
		if longer := float64(tt.bp) / 543_379; math.Abs(replication/(50*longer)-1) > 0.12 {
			t.Errorf("%d bases are replicated in %v min, want %v", tt.bp, replication, 50*longer)
		}
	}
}
