package genome

import (
	"errors"
	"fmt"
)

const (
	maxDepth    = 16   // how deep a location may be nested
	maxPosition = 1e15 // no sequence is that long
)

// ParseLocation reads a location as the feature table writes it, without
// space in it.
func ParseLocation[T string | []byte](text T) (Location, error) {
	p := locationParser[T]{text: text}
	l, err := p.location(0)
	if err == nil && p.at < len(text) {
		err = fmt.Errorf("%.20q follows the end", string(text[p.at:min(p.at+20, len(text))]))
	}
	if err != nil {
		return Location{}, fmt.Errorf("location %.60q: %w", string(text[:min(len(text), 60)]), err)
	}
	return l, nil
}

type locationParser[T string | []byte] struct {
	text T
	at   int
}

func (p *locationParser[T]) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *locationParser[T]) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.at++
	return true
}

func (p *locationParser[T]) want(c byte) error {
	if p.take(c) {
		return nil
	}
	if p.at >= len(p.text) {
		return fmt.Errorf("want %q, and it ends", c)
	}
	return fmt.Errorf("want %q, got %q", c, p.peek())
}

// location reads one, or what is left of it after words and accessions.
func (p *locationParser[T]) location(depth int) (Location, error) {
	if depth > maxDepth {
		return Location{}, fmt.Errorf("it is nested deeper than %d", maxDepth)
	}
	c := p.peek()
	if c >= '0' && c <= '9' || c == '<' || c == '>' || c == '(' {
		return p.span(Location{})
	}
	from := p.at
	for p.at < len(p.text) && isWord(p.text[p.at]) {
		p.at++
	}
	word := string(p.text[from:p.at])
	switch {
	case word == "":
		if p.at >= len(p.text) {
			return Location{}, errors.New("it ends where a position should be")
		}
		return Location{}, fmt.Errorf("want a position, got %q", p.peek())
	case p.take(':'):
		return p.span(Location{Ref: word})
	case !p.take('('):
		return Location{}, fmt.Errorf("%.20q is no position", word)
	case word == "complement":
		return p.complement(depth)
	case kindOf(word) != Nowhere:
		return p.parts(Location{Kind: kindOf(word)}, depth)
	}
	return Location{}, fmt.Errorf("%.20q is unknown: want complement, join, order, bond or one-of", word)
}

// isWord reports whether a byte may be in a word or an accession.
func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-' || c == '|'
}

func (p *locationParser[T]) complement(depth int) (Location, error) {
	l, err := p.location(depth + 1)
	if err != nil {
		return l, err
	}
	if l.Complement {
		return l, errors.New("a complement of a complement is the strand itself: leave out both")
	}
	l.Complement = true
	return l, p.want(')')
}

func (p *locationParser[T]) parts(l Location, depth int) (Location, error) {
	for {
		part, err := p.location(depth + 1)
		if err != nil {
			return l, err
		}
		l.Parts = append(l.Parts, part)
		if !p.take(',') {
			return l, p.want(')')
		}
	}
}

// span reads what is made of one or two positions.
func (p *locationParser[T]) span(l Location) (Location, error) {
	var err error
	if l.StartMark, l.Start, l.StartTo, err = p.position(); err != nil {
		return l, err
	}
	switch {
	case p.take('^'):
		l.Kind = Between
	case p.take('.'):
		l.Kind = Within
		if p.take('.') {
			l.Kind = Range
		}
	default:
		l.Kind, l.End, l.EndTo = Base, l.Start, l.StartTo
		return l, nil
	}
	l.EndMark, l.End, l.EndTo, err = p.position()
	return l, err
}

// position reads 12, <12 or (12.15).
func (p *locationParser[T]) position() (mark byte, at, to int, err error) {
	if c := p.peek(); c == '<' || c == '>' {
		mark = c
		p.at++
	}
	if !p.take('(') {
		at, err = p.number()
		return mark, at, 0, err
	}
	if at, err = p.number(); err != nil {
		return mark, at, 0, err
	}
	if err = p.want('.'); err != nil {
		return mark, at, 0, err
	}
	if to, err = p.number(); err != nil {
		return mark, at, to, err
	}
	return mark, at, to, p.want(')')
}

func (p *locationParser[T]) number() (int, error) {
	n, from := 0, p.at
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		if n = 10*n + int(c-'0'); n > maxPosition {
			return 0, errors.New("the position is beyond every sequence")
		}
		p.at++
	}
	switch {
	case p.at == from && p.at >= len(p.text):
		return 0, errors.New("it ends where a position should be")
	case p.at == from:
		return 0, fmt.Errorf("want a position, got %q", p.peek())
	case n == 0:
		return 0, errors.New("positions count from 1, got 0")
	}
	return n, nil
}
