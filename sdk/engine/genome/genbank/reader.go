package genbank

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/internal/lines"
)

// MaxRecord is what a record may take of memory, in bytes, unless
// [Reader.MaxRecord] says otherwise: 1 GiB, four times what the largest human
// chromosome takes.
const MaxRecord = 1 << 30

// ErrFormat is in the error for what is no GenBank file.
var ErrFormat = errors.New("not a GenBank file: want a line that begins with LOCUS")

// A Reader reads records. Its fields may be set before the first [Reader.Read].
// It is not safe for concurrent use.
type Reader struct {
	// Name is the file's, for errors.
	Name string
	// MaxRecord is how much memory a record may take, in bytes; 0 is [MaxRecord].
	MaxRecord int64
	// OnFeature, if not nil, gets each feature as soon as it is read, and the
	// record then holds none. The record is as far as it is read. An error ends
	// the reading, and is in the one that Read returns.
	OnFeature func(*Record, *genome.Feature) error
	// OnSequence, if not nil, gets the sequence in pieces, which hold until it
	// returns, and the record then holds none.
	OnSequence func(r *Record, piece []byte) error

	in      *lines.Reader
	rec     *Record
	texts   strings.Builder // what strings of the record are cut from
	text    []byte          // what is being put together
	keys    words
	names   words // of qualifiers
	feature genome.Feature
	open    bool // there is a feature whose qualifiers are being read
	quals   []genome.Qualifier
}

// NewReader returns a reader of records, plain or packed with gzip.
func NewReader(r io.Reader) *Reader {
	return &Reader{in: lines.New(r), keys: words{}, names: words{}}
}

// Read reads the next record. At the end of the file the error is [io.EOF].
func (r *Reader) Read() (*Record, error) {
	r.in.File = r.Name
	most := r.MaxRecord
	if most == 0 {
		most = MaxRecord
	}
	r.in.Limit(most)
	r.in.Record = ""
	r.in.Number++
	rec, err := r.read()
	if err != nil {
		return nil, r.in.Wrap(err)
	}
	return rec, nil
}

// ReadAll reads the records that are left; none is no error.
func (r *Reader) ReadAll() ([]*Record, error) {
	var all []*Record
	for {
		rec, err := r.Read()
		if err == io.EOF { //nolint:errorlint // Read gives it as it is
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, rec)
	}
}

// libraryTitle is in the first line of the files of a GenBank release, which
// have some lines about the file before the first record.
const libraryTitle = "Genetic Sequence Data Bank"

func (r *Reader) read() (*Record, error) {
	title := false
	for {
		line, err := r.in.Next()
		if err != nil {
			return nil, err
		}
		if rest, ok := bytes.CutPrefix(line, []byte("LOCUS")); ok && len(rest) > 0 && isSpace(rest[0]) {
			r.rec = &Record{Line: r.in.Line()}
			if r.rec.Locus, err = parseLocus(string(rest)); err != nil {
				return nil, err
			}
			r.in.Record = r.rec.Locus.Name
			return r.rec, r.sections()
		}
		title = title || r.in.Number == 1 && bytes.Contains(line, []byte(libraryTitle))
		if len(trim(line)) > 0 && !title {
			return nil, ErrFormat
		}
	}
}

// sections reads what follows the first line, to the end of the record.
func (r *Reader) sections() error {
	for {
		line, err := r.next()
		if err != nil {
			return err
		}
		if len(line) == 0 || isSpace(line[0]) {
			if len(trim(line)) == 0 {
				continue
			}
			return fmt.Errorf("%.30q is in no section: want a keyword in the first column", trim(line))
		}
		if bytes.HasPrefix(line, []byte("//")) {
			slices.SortStableFunc(r.rec.Other, byPlace)
			return nil
		}
		name, first := keyword(line)
		if err := r.section(name, first); err != nil {
			return err
		}
	}
}

// next gives the next line of a record, of which there must be one.
func (r *Reader) next() ([]byte, error) {
	line, err := r.in.Next()
	if err == io.EOF { //nolint:errorlint // Next gives it as it is
		return nil, fmt.Errorf("the file ends before the line // that ends the record: %w", io.ErrUnexpectedEOF)
	}
	return line, err
}

func (r *Reader) section(name string, first []byte) error {
	var err error
	rec := r.rec
	switch name {
	case "DEFINITION":
		rec.Definition, err = r.joined(first, " ")
	case "ACCESSION":
		var text string
		text, err = r.joined(first, " ")
		rec.Accessions = append(rec.Accessions, strings.Fields(text)...)
	case "VERSION":
		var text string
		text, err = r.joined(first, " ")
		rec.Version, rec.GI, _ = strings.Cut(text, " ")
		rec.GI = strings.TrimPrefix(strings.TrimLeft(rec.GI, " "), "GI:")
	case "DBLINK":
		rec.DBLink, err = r.lines(rec.DBLink, first)
	case "KEYWORDS":
		var text string
		text, err = r.joined(first, " ")
		rec.Keywords = append(rec.Keywords, keywords(text)...)
	case "SOURCE":
		err = r.source(first)
	case "REFERENCE":
		err = r.reference(first)
	case "COMMENT":
		rec.Comment, err = r.lines(rec.Comment, first)
	case "PRIMARY":
		rec.Primary, err = r.lines(rec.Primary, first)
	case "FEATURES":
		err = r.features()
	case "CONTIG":
		rec.Contig, err = r.joined(first, "")
	case "ORIGIN":
		rec.HasOrigin, rec.Origin = true, string(trim(first))
		err = r.sequence()
	case "LOCUS":
		return errors.New("another LOCUS before the line // that ends the record")
	default:
		err = r.other(name, first)
	}
	return err
}

// other keeps a field that has no place of its own.
func (r *Reader) other(name string, first []byte) error {
	if !isKeyword(name, textColumn-1) {
		return fmt.Errorf("%.30q is no keyword of a GenBank file", name)
	}
	text, err := r.lines("", first)
	r.rec.Other = append(r.rec.Other, Field{name, text})
	return err
}

// letters says what a byte is in the lines of a sequence: 0 is refused, 1 is
// passed over, 2 belongs to the sequence.
var letters = func() (t [256]uint8) { //nolint:gochecknoglobals // a table that nothing changes
	for c := range t {
		switch {
		case c == ' ' || c == '\t' || c >= '0' && c <= '9':
			t[c] = 1
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '*':
			t[c] = 2
		}
	}
	return t
}()

// prepared is how much of the length that the first line names is made room
// for before the sequence is there, in bytes.
const prepared = 64 << 20

// sequence reads the lines after ORIGIN.
func (r *Reader) sequence() error {
	rec := r.rec
	if r.OnSequence == nil && rec.Sequence == nil {
		if err := r.in.Hold(min(rec.Locus.Length, prepared)); err != nil {
			return err
		}
		rec.Sequence = make([]byte, 0, min(rec.Locus.Length, prepared))
	}
	for {
		line, err := r.next()
		if err != nil {
			return err
		}
		if len(line) > 0 && !isSpace(line[0]) && (line[0] < '0' || line[0] > '9') {
			r.in.Unread()
			return nil
		}
		to := rec.Sequence
		if r.OnSequence != nil {
			to = r.text[:0]
		}
		room := cap(to)
		if to, err = appendLetters(to, line); err != nil {
			return err
		}
		if r.OnSequence != nil {
			r.text = to
			if err := r.OnSequence(rec, to); err != nil {
				return err
			}
			continue
		}
		rec.Sequence = to
		if cap(to) > room {
			if err := r.in.Hold(cap(to) - room); err != nil {
				return err
			}
		}
	}
}

// group is how many letters of a sequence stand together.
const group = 10

// appendLetters appends what of a line belongs to the sequence, group by group.
func appendLetters(to, line []byte) ([]byte, error) {
	i := 0
	if len(line) >= word && numbering(binary.LittleEndian.Uint64(line)) {
		i = word
	}
	for i < len(line) {
		if b := line[i:]; len(b) >= group {
			x, y := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[group-word:])
			if between(x, 'a', 'z') && between(y, 'a', 'z') {
				n := len(to)
				if cap(to)-n < group {
					to = slices.Grow(to, group)
				}
				to = to[:n+group]
				binary.LittleEndian.PutUint64(to[n:], x)
				binary.LittleEndian.PutUint64(to[n+group-word:], y)
				i += group
				continue
			}
		}
		switch letters[line[i]] {
		case 0:
			return to, fmt.Errorf("%q is in the sequence: want letters", line[i])
		case 1:
			i++
		default:
			from := i
			for i++; i < len(line) && letters[line[i]] == 2; i++ {
			}
			to = append(to, line[from:i]...)
		}
	}
	return to, nil
}
