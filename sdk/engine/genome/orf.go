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
	f := frames{code: code, options: o, n: len(r.Bases), least: cmp.Or(o.MinCodons, 100)}
	for _, strand := range []int{1, -1} {
		bases := r.Bases
		if strand < 0 {
			bases = ReverseComplement(make([]byte, 0, 2*f.n), bases)
		}
		if r.Circular {
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
	all     []ORF
}

// scan goes through a frame, from stop to stop. On two turns of a circle, stops
// of the second turn count, which have a whole turn before them.
func (f *frames) scan(bases []byte, frame, strand int) {
	begin := frame // after the last stop
	for at := frame; at+3 <= len(bases); at += 3 {
		i := codonIndex(bases[at], bases[at+1], bases[at+2])
		if i < 0 || f.code.amino[i] != '*' {
			continue
		}
		if end := at + 3; end > len(bases)-f.n {
			// No frame is longer than the sequence.
			for start := begin + max(end-f.n-begin+2, 0)/3*3; end-start > 3*f.least; start += 3 {
				if f.starts(bases[start:]) {
					f.add(start, end, strand)
					break
				}
			}
		}
		begin = at + 3
	}
}

// starts reports whether a frame may begin with the first codon.
func (f *frames) starts(bases []byte) bool {
	if f.options.ATGOnly {
		return codonIndex(bases[0], bases[1], bases[2]) == codonIndex('A', 'T', 'G')
	}
	i := codonIndex(bases[0], bases[1], bases[2])
	return i >= 0 && f.code.starts[i]
}

// add notes a frame from start to end, from 0 and without the end, on its
// strand.
func (f *frames) add(start, end, strand int) {
	first, last := start%f.n, (end-1)%f.n
	orf := ORF{Start: first + 1, End: last + 1, Strand: strand, Frame: first%3 + 1, Codons: (end-start)/3 - 1}
	if strand < 0 {
		orf.Start, orf.End = f.n-last, f.n-first
	}
	f.all = append(f.all, orf)
}
