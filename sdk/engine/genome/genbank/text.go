package genbank

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// spaces are the bytes that are space.
const spaces = " \t\r\v\f"

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' }

// word is how many bytes between looks at.
const word = 8

// each times a byte is a word of that byte alone; tops are the top bits of a
// word's bytes.
const each, tops = 0x0101010101010101, 0x80 * each

// between reports whether all eight bytes of x are from low to high, which are
// ASCII. A byte below low leaves its top bit set in the difference, one above
// high in the sum; what either carries over matters only after such a byte.
func between(x uint64, low, high byte) bool {
	return (x|(x-each*uint64(low))|(x+each*uint64(0x7f-high)))&tops == 0
}

// numbering reports whether all eight bytes of x are spaces or digits. Between
// these lie bytes that have, as the space has, bit 4 clear, but of the four
// below it one set: what the sum carries into bit 4.
func numbering(x uint64) bool {
	return between(x, ' ', '9') && (x&(each*0x0f)+each*0x0f)&^x&(each*0x10) == 0
}

// trim leaves out the space at both ends.
func trim(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return trimRight(b)
}

func trimRight(b []byte) []byte {
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// indent is how many spaces a line begins with.
func indent(line []byte) int {
	n := 0
	for ; len(line)-n >= word; n += word {
		if x := binary.LittleEndian.Uint64(line[n:]) ^ each*' '; x != 0 {
			return n + bits.TrailingZeros64(x)/8
		}
	}
	for n < len(line) && line[n] == ' ' {
		n++
	}
	return n
}

// leastIndent is where the text of a header's further lines begins at the
// earliest, counted from 0. It should be at textColumn.
const leastIndent = 10

// keyword cuts a line into its keyword and the text after it.
func keyword(line []byte) (name string, text []byte) {
	const two = "BASE COUNT"
	n := bytes.IndexAny(line, " \t")
	switch {
	case bytes.HasPrefix(line, []byte(two)):
		n = len(two)
	case n < 0:
		return string(line), nil
	}
	if n < textColumn && len(line) >= textColumn && len(trim(line[n:textColumn])) == 0 {
		return string(line[:n]), line[textColumn:]
	}
	return string(line[:n]), trim(line[n:])
}

// textChunk is how much text strings are cut from at once, in bytes.
const textChunk = 64 << 10

// keep makes a string of bytes that will change.
func (r *Reader) keep(b []byte) (string, error) {
	if len(b) == 0 {
		return "", nil
	}
	if err := r.in.Hold(len(b)); err != nil {
		return "", err
	}
	if len(b) > textChunk/4 {
		return string(b), nil
	}
	if r.texts.Cap()-r.texts.Len() < len(b) {
		r.texts = strings.Builder{}
		r.texts.Grow(textChunk)
	}
	from := r.texts.Len()
	r.texts.Write(b)
	return r.texts.String()[from:], nil
}

// more gives the next line of a header's text, or nil and no error when there
// is none.
func (r *Reader) more() ([]byte, error) {
	line, err := r.next()
	if err != nil {
		return nil, err
	}
	if indent(line) < leastIndent && len(trim(line)) > 0 {
		r.in.Unread()
		return nil, nil
	}
	return slices.Clip(line), nil // not nil, though it may be empty
}

// joined reads a text of which line breaks mean nothing.
func (r *Reader) joined(first []byte, separator string) (string, error) {
	r.text = append(r.text[:0], trim(first)...)
	for {
		line, err := r.more()
		if err != nil {
			return "", err
		}
		if line == nil {
			return r.keep(r.text)
		}
		if line = trim(line); len(line) == 0 {
			continue
		}
		if err := r.grow(len(line)); err != nil {
			return "", err
		}
		if len(r.text) > 0 {
			r.text = append(r.text, separator...)
		}
		r.text = append(r.text, line...)
	}
}

// grow refuses to put together what will not be kept.
func (r *Reader) grow(n int) error { return r.in.Room(len(r.text) + n) }

// lines reads a text that keeps its lines, and adds it to what there is.
func (r *Reader) lines(before string, first []byte) (string, error) {
	r.text = append(r.text[:0], before...)
	if before != "" {
		r.text = append(r.text, '\n')
	}
	r.text = append(r.text, trimRight(first)...)
	for {
		line, err := r.more()
		if err != nil {
			return "", err
		}
		if line == nil {
			return r.keep(bytes.TrimRight(r.text, "\n"))
		}
		if indent(line) >= textColumn {
			line = trimRight(line[textColumn:])
		} else {
			line = trim(line)
		}
		if err := r.grow(len(line) + 1); err != nil {
			return "", err
		}
		r.text = append(append(r.text, '\n'), line...)
	}
}

// keywords cuts a list that ends in a full stop.
func keywords(text string) []string {
	text = strings.TrimSuffix(strings.TrimSpace(text), ".")
	var all []string
	for word := range strings.SplitSeq(text, ";") {
		if word = strings.TrimSpace(word); word != "" {
			all = append(all, word)
		}
	}
	return all
}

// sub gives the next sub-keyword of a section and its text, or an empty name
// when the section has no more.
func (r *Reader) sub() (name string, text []byte, err error) {
	line, err := r.next()
	if err != nil {
		return "", nil, err
	}
	if n := indent(line); n == 0 || n >= leastIndent || len(trim(line)) == 0 {
		r.in.Unread()
		return "", nil, nil
	}
	name, text = keyword(trim(line))
	return name, text, nil
}

// source reads SOURCE and ORGANISM. The names of groups begin with the first
// line that has a semicolon or ends in a full stop, as the format has it.
func (r *Reader) source(first []byte) error {
	var err error
	if r.rec.Source, err = r.joined(first, " "); err != nil {
		return err
	}
	for {
		name, text, err := r.sub()
		if err != nil || name == "" {
			return err
		}
		if name != "ORGANISM" {
			return fmt.Errorf("%.30q is unknown below SOURCE: want ORGANISM", name)
		}
		all, err := r.lines("", text)
		if err != nil {
			return err
		}
		var organism, lineage []string
		for i, line := range strings.Split(all, "\n") {
			if line = strings.Trim(line, spaces); line == "" {
				continue
			}
			if len(lineage) > 0 || i > 0 && (strings.Contains(line, ";") || strings.HasSuffix(line, ".")) {
				lineage = append(lineage, line)
			} else {
				organism = append(organism, line)
			}
		}
		if groups := strings.Join(lineage, " "); !isLineage(groups) {
			organism, lineage = append(organism, lineage...), nil
		}
		r.rec.Organism, r.rec.Lineage = strings.Join(organism, " "), strings.Join(lineage, " ")
	}
}

// isLineage reports whether a text can be told from the name before it.
func isLineage(text string) bool { return strings.Contains(text, ";") || strings.HasSuffix(text, ".") }

// reference reads REFERENCE and what is below it.
func (r *Reader) reference(first []byte) error {
	text, err := r.joined(first, " ")
	if err != nil {
		return err
	}
	ref := Reference{}
	if number, bases, _ := strings.Cut(text, " "); isNumber(number) {
		ref.Number, err = strconv.Atoi(number)
		if err != nil {
			return fmt.Errorf("REFERENCE: the number %.30q is too large", number)
		}
		ref.Bases = strings.Trim(bases, spaces)
	} else {
		ref.Bases = text
	}
	const cost = 200 // what a reference takes, with its strings
	if err := r.in.Hold(cost); err != nil {
		return err
	}
	for {
		name, text, err := r.sub()
		if err != nil {
			return err
		}
		if name == "" {
			r.rec.References = append(r.rec.References, ref)
			return nil
		}
		field := ref.field(name)
		if field == nil && !isKeyword(name, leastIndent-2) {
			return fmt.Errorf("%.30q is no keyword below REFERENCE", name)
		}
		more, err := r.joined(text, " ")
		if err != nil {
			return err
		}
		if field == nil {
			if more != "" {
				ref.Other = append(ref.Other, Field{name, more})
			}
			continue
		}
		if *field != "" {
			more = *field + " " + more
		}
		*field = more
	}
}

// isNumber reports whether a text is digits.
func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// isKeyword reports whether a name may be one: capitals, of at most so many
// letters.
func isKeyword(name string, most int) bool {
	if name == "" || len(name) > most || name[0] < 'A' || name[0] > 'Z' {
		return false
	}
	for _, c := range []byte(name) {
		if (c < 'A' || c > 'Z') && c != '_' && c != ' ' && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// field is the part of a reference that a sub-keyword names.
func (ref *Reference) field(name string) *string {
	for _, f := range ref.fields() {
		if f.name == name {
			return f.text
		}
	}
	return nil
}

// A refField is a part of a reference.
type refField struct {
	name   string
	indent int
	text   *string
}

func (ref *Reference) fields() []refField {
	return []refField{
		{"AUTHORS", 2, &ref.Authors},
		{"CONSRTM", 2, &ref.Consortium},
		{"TITLE", 2, &ref.Title},
		{"JOURNAL", 2, &ref.Journal},
		{"MEDLINE", 2, &ref.Medline},
		{"PUBMED", 3, &ref.PubMed},
		{"REMARK", 2, &ref.Remark},
	}
}
