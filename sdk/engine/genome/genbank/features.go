package genbank

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
)

// What features take of memory besides their texts, in bytes.
const (
	featureSize   = int(unsafe.Sizeof(genome.Feature{}))
	qualifierSize = int(unsafe.Sizeof(genome.Qualifier{}))
	partSize      = int(unsafe.Sizeof(genome.Location{}))
)

// translation is the qualifier of which lines are joined by nothing.
const translation = "translation"

// features reads the feature table: keys stand before the column of the
// qualifiers, locations and qualifiers there or after it.
func (r *Reader) features() error {
	for {
		line, err := r.next()
		if err != nil {
			return err
		}
		at := indent(line)
		text := trim(line[at:])
		switch {
		case len(text) == 0:
		case line[at] == '\t':
			return errors.New("a tab is in the feature table: want spaces")
		case at == 0:
			r.in.Unread()
			return r.close()
		case at < qualifierColumn:
			if err := r.close(); err != nil {
				return err
			}
			if err := r.key(text); err != nil {
				return err
			}
		case line[at] != '/':
			return fmt.Errorf("%.30q is no qualifier: want / before its name", text)
		case !r.open:
			return errors.New("a qualifier comes before the first feature")
		default:
			if err := r.qualifier(text); err != nil {
				return err
			}
		}
	}
}

// words are those that come again and again, by themselves.
type words map[string]string

// word makes a string of a word that is not among those yet.
func (r *Reader) word(b []byte, known words) (string, error) {
	const most = 1 << 12 // of words that are remembered
	w, err := r.keep(b)
	if err == nil && len(known) < most {
		w = string(b)
		known[w] = w
	}
	return w, err
}

// key begins a feature: its key, and its location on this line and others.
func (r *Reader) key(text []byte) error {
	r.feature = genome.Feature{Line: r.in.Line()}
	r.open, r.quals = true, r.quals[:0]
	n := bytes.IndexAny(text, spaces)
	if n < 0 {
		return fmt.Errorf("feature %.30q has no location", text)
	}
	key, known := r.keys[string(text[:n])]
	if !known {
		var err error
		if key, err = r.word(text[:n], r.keys); err != nil {
			return err
		}
	}
	r.feature.Key = key
	r.text = withoutSpace(r.text[:0], text[n:])
	for {
		line, err := r.next()
		if err != nil {
			return err
		}
		at := indent(line)
		if at < qualifierColumn || at == len(line) || line[at] == '/' {
			r.in.Unread()
			break
		}
		if err := r.grow(len(line)); err != nil {
			return err
		}
		r.text = withoutSpace(r.text, line[at:])
	}
	if err := r.in.Hold(featureSize + partSize*bytes.Count(r.text, []byte(","))); err != nil {
		return err
	}
	var err error
	if r.feature.Location, err = genome.ParseLocation(r.text); err != nil {
		return fmt.Errorf("feature %s: %w", r.feature.Key, err)
	}
	return nil
}

// withoutSpace appends what of b is no space.
func withoutSpace(to, b []byte) []byte {
	for len(b) >= word {
		x := binary.LittleEndian.Uint64(b)
		if !between(x, '!', '~') {
			break
		}
		to, b = binary.LittleEndian.AppendUint64(to, x), b[word:]
	}
	for _, c := range b {
		if !isSpace(c) {
			to = append(to, c)
		}
	}
	return to
}

// close ends the feature that is open, if one is.
func (r *Reader) close() error {
	if !r.open {
		return nil
	}
	r.open = false
	if r.OnFeature != nil {
		r.feature.Qualifiers = r.quals
		if err := r.OnFeature(r.rec, &r.feature); err != nil {
			return err
		}
		held := featureSize + partSize*len(r.feature.Location.Parts) + qualifierSize*len(r.quals)
		for i := range r.quals {
			held += len(r.quals[i].Value)
		}
		r.quals = nil // they are the callee's
		return r.in.Hold(-held)
	}
	if len(r.quals) > 0 {
		r.feature.Qualifiers = append(make([]genome.Qualifier, 0, len(r.quals)), r.quals...)
	}
	r.rec.Features = append(r.rec.Features, r.feature)
	return nil
}

// qualifier reads a qualifier that begins with this text.
func (r *Reader) qualifier(text []byte) error {
	var err error
	text = text[1:]
	n := bytes.IndexByte(text, '=')
	name := text
	if n >= 0 {
		name = text[:n]
	}
	word, known := r.names[string(name)]
	if !known {
		if len(name) == 0 || bytes.ContainsAny(name, spaces+`"`) {
			return fmt.Errorf("/%.30q is no name of a qualifier", name)
		}
		if word, err = r.word(name, r.names); err != nil {
			return err
		}
	}
	q := genome.Qualifier{Name: word, Form: genome.Flag}
	switch {
	case n < 0:
	case n+1 < len(text) && text[n+1] == '"':
		q.Form = genome.Quoted
		err = r.quoted(word, text[n+2:])
	default:
		q.Form = genome.Bare
		err = r.bare(text[n+1:])
	}
	if err != nil {
		return err
	}
	if err := r.in.Hold(qualifierSize); err != nil {
		return err
	}
	if q.Form != genome.Flag {
		if len(r.text) <= len("JCVISYN3A_0001") && word != translation {
			q.Value, err = r.short()
		} else {
			q.Value, err = r.keep(r.text)
		}
	}
	r.quals = append(r.quals, q)
	return err
}

// short makes a string of a short value, which its neighbour often has too.
func (r *Reader) short() (string, error) {
	for i := len(r.rec.Features) - 1; i >= 0 && i >= len(r.rec.Features)-1; i-- {
		for _, q := range r.rec.Features[i].Qualifiers {
			if q.Value == string(r.text) {
				return q.Value, r.in.Hold(len(q.Value))
			}
		}
	}
	return r.keep(r.text)
}

// bare reads a value without quotes, which may go on over lines.
func (r *Reader) bare(text []byte) error {
	r.text = append(r.text[:0], text...)
	for {
		line, err := r.next()
		if err != nil {
			return err
		}
		at := indent(line)
		if at < qualifierColumn || at == len(line) || line[at] == '/' {
			r.in.Unread()
			return nil
		}
		line = trim(line)
		if err := r.grow(len(line)); err != nil {
			return err
		}
		r.text = append(r.text, line...)
	}
}

// quoted reads a value up to the quote that ends it.
func (r *Reader) quoted(name string, text []byte) error {
	r.text = r.text[:0]
	began, dense := r.in.Line(), name == translation
	for {
		at := bytes.IndexByte(text, '"')
		switch {
		case at >= 0 && at+1 < len(text) && text[at+1] == '"':
			r.append(dense, text[:at+1])
			text = text[at+2:]
			continue
		case at >= 0:
			r.append(dense, text[:at])
			if rest := trim(text[at+1:]); len(rest) > 0 {
				return fmt.Errorf("/%s: %.30q follows the quote that ends the value: write a quote in a text twice", name, rest)
			}
			return nil
		}
		r.append(dense, text)
		for text = nil; len(text) == 0; {
			line, err := r.next()
			if err != nil {
				return err
			}
			at := indent(line)
			if text = trim(line[at:]); len(text) > 0 && at < qualifierColumn {
				return fmt.Errorf("/%s: the quote of line %d is not closed", name, began)
			}
		}
		if err := r.grow(len(text) + 1); err != nil {
			return err
		}
		if !dense && len(r.text) > 0 && (len(text) > 1 || text[0] != '"') {
			r.text = append(r.text, ' ')
		}
	}
}

// append adds to the value that is put together.
func (r *Reader) append(dense bool, text []byte) {
	if dense {
		r.text = withoutSpace(r.text, text)
		return
	}
	r.text = append(r.text, text...)
}
