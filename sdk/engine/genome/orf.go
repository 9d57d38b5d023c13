package genome

import (
	"cmp"
	"slices"
)

// An ORF is an open reading frame: a start codon, codons that are no stop, and
// a stop codon.
type ORF struct {
	Start, End int // from 1, both included, on the forward strand; over the origin the end is before the start
	Strand     int // +1 or -1
	Frame      int // 1 to 3: where its codons begin, from the strand's first base
	Codons     int // without the stop
}

// ORFOptions say which open reading frames to list.
type ORFOptions struct {
	Code int // NCBI's genetic code; 0 is 11
	// MinCodons is how many codons there are at least, without the stop; 0 is
	// 100.
	MinCodons int
	// ATGOnly: ATG alone begins, and not the code's other start codons.
	ATGOnly bool
}

// ORFs lists the open reading frames of all six frames: of each stop codon the
// longest that it ends. On a circular sequence they go on over the last base,
// and a frame without a stop has none. They are sorted by start, end and
// strand.
func (r *Record) ORFs(o ORFOptions) ([]ORF, error) {
	code, err := CodeOf(cmp.Or(o.Code, 11))
	if err != nil {
		return nil, err
	}
	if len(r.Bases) == 0 {
		return nil, ErrNoSequence
	}
	f := frames{code: code, options: o, n: len(r.Bases), least: cmp.Or(o.MinCodons, 100), seen: map[[2]int]bool{}}
	for _, strand := range []int{1, -1} {
		bases := r.Bases
		if strand < 0 {
			bases = ReverseComplement(make([]byte, 0, 2*f.n), bases)
		}
		if r.Circular {
			// A frame that begins before the last base may end up to a turn later.
			bases = append(slices.Clip(bases), bases...)
		}
		for frame := range 3 {
			f.scan(bases, frame, strand)
		}
	}
	slices.SortFunc(f.all, func(a, b ORF) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(b.Strand, a.Strand))
	})
	return f.all, nil
}

type frames struct {
	code    *Code
	options ORFOptions
	n       int
	least   int
	seen    map[[2]int]bool // stop and strand, of circular sequences
	all     []ORF
}

// scan goes through a frame, from stop to stop.
func (f *frames) scan(bases []byte, frame, strand int) {
	start := -1
	// On two turns of a circle, what follows no stop yet may be the rest of a
	// frame that begins earlier; the second turn has it whole.
	whole := len(bases) == f.n
	for at := frame; at+3 <= len(bases); at += 3 {
		i := codonIndex(bases[at], bases[at+1], bases[at+2])
		switch {
		case i >= 0 && f.code.amino[i] == '*':
			if start >= 0 && whole && (at-start)/3 >= f.least && at+3-start <= f.n {
				f.add(start, at+3, frame, strand)
			}
			start, whole = -1, true
		case i >= 0 && start < 0 && (f.code.starts[i] && !f.options.ATGOnly || CodonName(i) == "ATG"):
			start = at
		}
	}
}

// add notes a frame from start to end, from 0 and without the end, on its
// strand.
func (f *frames) add(start, end, frame, strand int) {
	orf := ORF{Strand: strand, Frame: frame + 1, Codons: (end-start)/3 - 1}
	first, last := start%f.n, (end-1)%f.n
	orf.Frame = first%3 + 1
	if strand > 0 {
		orf.Start, orf.End = first+1, last+1
	} else {
		orf.Start, orf.End = f.n-last, f.n-first
	}
	key := [2]int{last, strand}
	if f.seen[key] {
		return
	}
	f.seen[key] = true
	f.all = append(f.all, orf)
}
