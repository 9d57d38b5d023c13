package main

import "context"

// A figure is how fast somebody else's program was when it was measured: on
// another day, with a network of the same kind and size. It is no ratio to what is
// measured now.
type figure struct {
	network string
	program string
	rate    float64 // reactions per second of processor time, one thread
}

func (f figure) title() string { return "ssa-" + f.network + "/" + f.program }

func (f figure) print(_ context.Context, b *bench) error {
	return b.tell("published\t%s\t%.4g\treactions/s\t%s", f.title(), f.rate, origin)
}

// origin is where the figures are from.
const origin = "not of this run: BioXen's reference notes on biology, section 5, of another day and a like network"

// published are the figures of the notes that came with the project's
// specification, which built the programs from source on Linux, x86-64: StochKit2's
// direct method, and that of its methods which was fastest with the whole genome;
// GillesPy2's compiled solver; BioNetGen's run_network at commit 643d45b0, which
// stopped at the start of the decay of dimers.
func published() []figure {
	const m = 1e6
	return []figure{
		{"birth-death", "stochkit2-direct", 13.4 * m},
		{"birth-death", "gillespy2-ssac", 10.5 * m},
		{"birth-death", "bionetgen", 24 * m},
		{"dimer-decay", "stochkit2-direct", 8.9 * m},
		{"dimer-decay", "gillespy2-ssac", 5.7 * m},
		{"lac", "stochkit2-direct", 4.8 * m},
		{"lac", "gillespy2-ssac", 2.9 * m},
		{"lac", "bionetgen", 15 * m},
		{"whole-genome", "stochkit2-direct", 0.079 * m},
		{"whole-genome", "stochkit2-constant", 0.86 * m / 7.51}, // 0.86 million in 7.51 s
		{"whole-genome", "gillespy2-ssac", 0.008 * m},
		{"whole-genome", "bionetgen", 1.4 * m},
	}
}
