package genome

import (
	"strconv"
	"strings"
)

// A Location says where on a sequence a feature is, as the feature table
// writes it: complement(join(12..78,134..202)). Positions count from 1, and
// both ends are included. The zero value is nowhere.
type Location struct {
	Kind Kind
	// Complement: on the other strand. Of a join, all of it.
	Complement bool
	// StartMark and EndMark are '<' or '>' where the feature goes on beyond the
	// position, 0 where it does not.
	StartMark, EndMark byte
	Start, End         int
	// StartTo and EndTo are the other ends of positions that are not known
	// exactly, as in (102.110)..200; 0 for the others.
	StartTo, EndTo int
	Ref            string // the accession of another record; empty for this one
	Parts          []Location
}

// A Kind is what a location is made of.
type Kind uint8

// The kinds. The last four are made of parts.
const (
	Nowhere Kind = iota
	Range        // 12..78
	Base         // 12: Start and End are the same
	Between      // 12^13: no base, but the place after Start
	Within       // 12.78: one base of these
	Join         // the parts one after the other
	Order        // the parts in this order; whether they are joined is not known
	Bond         // the parts are bound to each other
	OneOf        // one of the parts
)

func (k Kind) parted() bool { return k >= Join }

// word is how a location that is made of parts begins.
func (k Kind) word() string {
	switch k {
	case Join:
		return "join"
	case Order:
		return "order"
	case Bond:
		return "bond"
	case OneOf:
		return "one-of"
	default:
		return ""
	}
}

// String writes the location as the feature table does.
func (l *Location) String() string { return string(l.Append(nil)) }

// Append appends what String gives.
func (l *Location) Append(b []byte) []byte {
	if l.Complement {
		b = append(b, "complement("...)
	}
	if l.Kind.parted() {
		b = append(append(b, l.Kind.word()...), '(')
		for i := range l.Parts {
			if i > 0 {
				b = append(b, ',')
			}
			b = l.Parts[i].Append(b)
		}
		b = append(b, ')')
	} else if l.Kind != Nowhere {
		if l.Ref != "" {
			b = append(append(b, l.Ref...), ':')
		}
		b = position(b, l.StartMark, l.Start, l.StartTo)
		if l.Kind != Base {
			b = append(b, l.Kind.between()...)
			b = position(b, l.EndMark, l.End, l.EndTo)
		}
	}
	if l.Complement {
		b = append(b, ')')
	}
	return b
}

// between is what stands between the two positions.
func (k Kind) between() string {
	switch k {
	case Between:
		return "^"
	case Within:
		return "."
	default:
		return ".."
	}
}

func position(b []byte, mark byte, at, to int) []byte {
	if mark != 0 {
		b = append(b, mark)
	}
	if to == 0 {
		return strconv.AppendInt(b, int64(at), 10)
	}
	b = strconv.AppendInt(append(b, '('), int64(at), 10)
	b = strconv.AppendInt(append(b, '.'), int64(to), 10)
	return append(b, ')')
}

// A Span is a stretch of bases without a gap.
type Span struct {
	Ref        string // the accession of another record; empty for this one
	Start, End int    // from 1, both included
	Strand     int    // +1 or -1
}

// Len is the number of bases.
func (s *Span) Len() int { return s.End - s.Start + 1 }

// Spans are the stretches that the location is made of, in the order in which
// they are read: of a feature on the other strand, the last on the sequence
// first. A place between bases has none.
func (l *Location) Spans() []Span { return l.spans(nil, false) }

func (l *Location) spans(all []Span, flip bool) []Span {
	flip = flip != l.Complement
	if l.Kind.parted() {
		for i := range l.Parts {
			if flip {
				i = len(l.Parts) - 1 - i
			}
			all = l.Parts[i].spans(all, flip)
		}
		return all
	}
	if l.Kind == Nowhere || l.Kind == Between {
		return all
	}
	strand := 1
	if flip {
		strand = -1
	}
	return append(all, Span{l.Ref, l.Start, l.End, strand})
}

// Strand is +1 or -1, or 0 for a location on both strands or nowhere.
func (l *Location) Strand() int {
	forward, reverse := l.strands(false)
	switch {
	case forward && !reverse:
		return 1
	case reverse && !forward:
		return -1
	}
	return 0
}

func (l *Location) strands(flip bool) (forward, reverse bool) {
	flip = flip != l.Complement
	if !l.Kind.parted() {
		return !flip && l.Kind != Nowhere, flip && l.Kind != Nowhere
	}
	for i := range l.Parts {
		f, r := l.Parts[i].strands(flip)
		forward, reverse = forward || f, reverse || r
	}
	return forward, reverse
}

// Bounds are the lowest and the highest position on the sequence itself; 0
// and 0 when there is none.
func (l *Location) Bounds() (low, high int) {
	if !l.Kind.parted() {
		if l.Kind == Nowhere || l.Ref != "" {
			return 0, 0
		}
		return min(l.Start, l.End), max(l.Start, l.End)
	}
	for i := range l.Parts {
		a, b := l.Parts[i].Bounds()
		if a > 0 && (low == 0 || a < low) {
			low = a
		}
		high = max(high, b)
	}
	return low, high
}

// Partial reports whether the feature goes on beyond its ends: before the
// first base that is read, and after the last.
func (l *Location) Partial() (before, after bool) { return l.partial(false) }

func (l *Location) partial(flip bool) (before, after bool) {
	flip = flip != l.Complement
	if !l.Kind.parted() {
		before, after = l.StartMark != 0, l.EndMark != 0
		if l.Kind == Base {
			before, after = l.StartMark == '<', l.StartMark == '>'
		}
		if flip {
			return after, before
		}
		return before, after
	}
	if len(l.Parts) == 0 {
		return false, false
	}
	first, last := &l.Parts[0], &l.Parts[len(l.Parts)-1]
	if flip {
		first, last = last, first
	}
	before, _ = first.partial(flip)
	_, after = last.partial(flip)
	return before, after
}

// Len is the number of bases, those of other records included.
func (l *Location) Len() int {
	n := 0
	for _, s := range l.Spans() {
		n += max(s.Len(), 0)
	}
	return n
}

// kindOf is the kind that a word begins.
func kindOf(word string) Kind {
	for k := Join; k <= OneOf; k++ {
		if strings.EqualFold(word, k.word()) {
			return k
		}
	}
	return Nowhere
}
