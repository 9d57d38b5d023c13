package genome

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A Coding is where and how a gene codes for a protein.
type Coding struct {
	Location  Location
	Code      int // NCBI's genetic code
	FirstBase int // of the first whole codon, from 1 to 3
	// Exceptions are codons that stand for something else.
	Exceptions []Exception
	// Slippage: the ribosome changes its frame, and the location is a join of
	// what it reads.
	Slippage bool
	// Stated is the protein as the file has it; empty when it has none.
	Stated    string
	ProteinID string
	Product   string
	Line      int // of the file; 0 when it is from none
	// wrong says why a part of it could not be read.
	wrong error
}

// An Exception is a codon that stands for another amino acid.
type Exception struct {
	Location Location
	Amino    byte // * for the end
}

// A Protein is what a coding sequence is translated to.
type Protein struct {
	Sequence string // without the stop at the end
	Start    bool   // it begins with a start codon
	Stop     bool   // it ends with a stop codon
	Stops    int    // how many stops are before the end; each is a * in the sequence
	Rest     int    // bases after the last whole codon
}

// ErrNoSequence is in the error for what needs the sequence of a record that
// has none.
var ErrNoSequence = errors.New("the file has no sequence")

// codingOf reads a feature CDS.
func codingOf(f *Feature) Coding {
	c := Coding{
		Location: f.Location, Code: 1, FirstBase: 1, Stated: f.Get("translation"), ProteinID: f.Get("protein_id"),
		Product: f.Get("product"), Line: f.Line, Slippage: f.Has("ribosomal_slippage") || strings.Contains(f.Get("exception"), "slippage"),
	}
	if text := f.Get("transl_table"); text != "" {
		c.Code, c.wrong = number("transl_table", text, c.wrong)
	}
	if text := f.Get("codon_start"); text != "" {
		if c.FirstBase, c.wrong = number("codon_start", text, c.wrong); c.wrong == nil && (c.FirstBase < 1 || c.FirstBase > 3) {
			c.wrong = fmt.Errorf("codon_start: want 1, 2 or 3, got %d", c.FirstBase)
		}
	}
	for _, text := range f.All("transl_except") {
		e, err := exceptionOf(text)
		if err != nil && c.wrong == nil {
			c.wrong = err
		} else if err == nil {
			c.Exceptions = append(c.Exceptions, e)
		}
	}
	return c
}

func number(name, text string, before error) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil && before == nil {
		before = fmt.Errorf("%s: want a number, got %.30q", name, text)
	}
	return n, before
}

// exceptionOf reads (pos:1547986..1547988,aa:Sec).
func exceptionOf(text string) (Exception, error) {
	plain := strings.Map(func(c rune) rune {
		if c == ' ' {
			return -1
		}
		return c
	}, text)
	place, rest, ok := strings.Cut(plain, ",aa:")
	place, begins := strings.CutPrefix(place, "(pos:")
	name, _, ends := strings.Cut(rest, ")")
	name, _, _ = strings.Cut(name, ",")
	amino, known := aminoOf(name)
	if !ok || !begins || !ends || !known {
		return Exception{}, fmt.Errorf("transl_except: want (pos:12..14,aa:Sec), got %.60q", text)
	}
	l, err := ParseLocation(place)
	if err != nil {
		return Exception{}, fmt.Errorf("transl_except: %w", err)
	}
	return Exception{l, amino}, nil
}

// Extract gives the bases of a location, in the direction in which they are
// read. Of a circular sequence a span may go on over the last base.
func (r *Record) Extract(l *Location) ([]byte, error) {
	if len(r.Bases) == 0 {
		return nil, ErrNoSequence
	}
	spans := l.Spans()
	total := 0
	for i := range spans {
		s := &spans[i]
		if s.Ref != "" && s.Ref != r.ID {
			return nil, fmt.Errorf("a part of it is on %.60s, which is another record", s.Ref)
		}
		if r.Circular && s.End < s.Start {
			s.End += len(r.Bases)
		}
		last := len(r.Bases)
		if r.Circular {
			last *= 2
		}
		if s.Start < 1 || s.Start > len(r.Bases) || s.End > last || s.End < s.Start || s.Len() > len(r.Bases) {
			return nil, fmt.Errorf("%d..%d is not within the sequence of %d bases", s.Start, s.End, len(r.Bases))
		}
		if total += s.Len(); total > mostTurns*len(r.Bases) {
			return nil, fmt.Errorf("its parts are longer than the sequence %d times", mostTurns)
		}
	}
	bases := make([]byte, 0, total)
	for _, s := range spans {
		from := len(bases)
		bases = append(bases, r.Bases[s.Start-1:min(s.End, len(r.Bases))]...)
		if over := s.End - len(r.Bases); over > 0 {
			bases = append(bases, r.Bases[:over]...)
		}
		if s.Strand < 0 {
			reverse(bases[from:])
		}
	}
	return bases, nil
}

// mostTurns bounds what a location may take: a join may name the same bases
// again, but no gene does so more often.
const mostTurns = 4

// reverse puts the other strand in the place of bases.
func reverse(b []byte) {
	for i, k := 0, len(b)-1; i <= k; i, k = i+1, k-1 {
		b[i], b[k] = complements[b[k]], complements[b[i]]
	}
}

// Translate gives the protein of a coding sequence: start codons are M unless
// the beginning is missing, the stop at the end is left out, and exceptions
// hold. One or two bases at an end that is missing count as a codon when they
// leave no choice.
func (r *Record) Translate(c *Coding) (*Protein, error) {
	if c.wrong != nil {
		return nil, c.wrong
	}
	code, err := CodeOf(c.Code)
	if err != nil {
		return nil, err
	}
	bases, err := r.Extract(&c.Location)
	if err != nil {
		return nil, err
	}
	bases = bases[min(c.FirstBase-1, len(bases)):]
	begun, goesOn := c.Location.Partial()
	p := &Protein{Rest: len(bases) % 3}
	amino := code.Translate(make([]byte, 0, len(bases)/3+1), bases)
	if len(bases) >= 3 {
		if p.Start = code.Starts(bases[0], bases[1], bases[2]); p.Start && !begun && c.FirstBase == 1 {
			amino[0] = 'M'
		}
	}
	if p.Rest > 0 {
		tail := append(append([]byte{}, bases[len(bases)-p.Rest:]...), 'N', 'N')
		if a := code.Amino(tail[0], tail[1], tail[2]); goesOn && a != 'X' && a != '*' {
			amino = append(amino, a)
		}
	}
	for i := range c.Exceptions {
		if amino, err = c.except(&c.Exceptions[i], amino, p.Rest > 0); err != nil {
			return nil, err
		}
	}
	if n := len(amino); n > 0 && amino[n-1] == '*' {
		p.Stop, amino = true, amino[:n-1]
	}
	p.Sequence = string(amino)
	p.Stops = strings.Count(p.Sequence, "*")
	return p, nil
}

// except applies an exception. One in the bases after the last codon adds to
// the protein: the rest of a stop codon may come from elsewhere.
func (c *Coding) except(e *Exception, amino []byte, rest bool) ([]byte, error) {
	spans := e.Location.Spans()
	if len(spans) == 0 {
		return amino, nil
	}
	first := spans[0].Start
	if spans[0].Strand < 0 {
		first = spans[0].End
	}
	offset, found := 0, false
	for _, s := range c.Location.Spans() {
		if first >= s.Start && first <= s.End && s.Strand == spans[0].Strand {
			found = true
			if s.Strand > 0 {
				offset += first - s.Start
			} else {
				offset += s.End - first
			}
			break
		}
		offset += s.Len()
	}
	at := (offset - c.FirstBase + 1) / 3
	switch {
	case !found || offset < c.FirstBase-1 || at > len(amino) || at == len(amino) && !rest:
		return nil, fmt.Errorf("transl_except: %s is not in the coding sequence", e.Location.String())
	case at == len(amino):
		return append(amino, e.Amino), nil
	}
	amino[at] = e.Amino
	return amino, nil
}
