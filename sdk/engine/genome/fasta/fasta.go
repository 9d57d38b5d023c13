package fasta

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/internal/lines"
)

// A Record is a sequence and its name.
type Record struct {
	ID          string // the first word after >
	Description string // what follows it
	Sequence    []byte
	Line        int // of the file, where it begins; 0 when it is from none
}

// Genome gives what analyses need of the record; the sequence is shared.
func (r *Record) Genome() genome.Record {
	return genome.Record{ID: r.ID, Description: r.Description, Bases: r.Sequence, Line: r.Line}
}

// An Alphabet is the letters that sequences may have.
type Alphabet int

// The alphabets. Upper and lower case are the same.
const (
	Any     Alphabet = iota // letters, gaps (-), stops (*) and, of old files, dots
	DNA                     // the IUPAC codes of nucleotides with T, and gaps
	RNA                     // the IUPAC codes of nucleotides with U, and gaps
	Protein                 // the IUPAC codes of amino acids, gaps and stops
)

// String names the alphabet.
func (a Alphabet) String() string {
	switch a {
	case Any:
		return "any letters"
	case DNA:
		return "DNA"
	case RNA:
		return "RNA"
	case Protein:
		return "protein"
	}
	return fmt.Sprintf("Alphabet(%d)", int(a))
}

// letters are those of the alphabet in upper case. The codes are those of
// IUPAC-IUB: doi:10.1093/nar/13.9.3021 and doi:10.1111/j.1432-1033.1984.tb07877.x.
func (a Alphabet) letters() string {
	switch a {
	case DNA:
		return "ACGTRYSWKMBDHVN-"
	case RNA:
		return "ACGURYSWKMBDHVN-"
	case Protein:
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ*-"
	default:
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ*-."
	}
}

// Has reports whether a letter is of the alphabet.
func (a Alphabet) Has(letter byte) bool {
	if letter >= 'a' && letter <= 'z' {
		letter -= 'a' - 'A'
	}
	return strings.IndexByte(a.letters(), letter) >= 0
}

// MaxRecord is what a record may take of memory, in bytes, unless
// [Reader.MaxRecord] says otherwise: 1 GiB.
const MaxRecord = 1 << 30

// ErrFormat is in the error for what is no FASTA file.
var ErrFormat = errors.New("not a FASTA file: want a line that begins with >")

// A Reader reads records. Its fields may be set before the first [Reader.Read].
// It is not safe for concurrent use.
type Reader struct {
	// Name is the file's, for errors.
	Name string
	// Alphabet is what sequences may be of; what is not is an error.
	Alphabet Alphabet
	// Before is how many lines of the file come before the input.
	Before int
	// MaxRecord is how much memory a record may take, in bytes; 0 is [MaxRecord].
	MaxRecord int64
	// OnSequence, if not nil, gets the sequence in pieces, which hold until it
	// returns, and the record then holds none. An error ends the reading, and is
	// in the one that Read returns.
	OnSequence func(r *Record, piece []byte) error

	in     *lines.Reader
	class  *[256]bool
	piece  []byte
	header string // of the next record, which was read already
	line   int    // where it is; 0 when there is none
	ended  bool
}

// NewReader returns a reader of records, plain or packed with gzip.
func NewReader(r io.Reader) *Reader { return &Reader{in: lines.New(r)} }

// start is done before the first record.
func (r *Reader) start() {
	r.class = new([256]bool)
	for c := range r.class {
		r.class[c] = r.Alphabet.Has(byte(c))
	}
	r.in.File = r.Name
	r.in.Start(r.Before)
}

// Read reads the next record. At the end of the file the error is [io.EOF].
func (r *Reader) Read() (*Record, error) {
	if r.class == nil {
		r.start()
	}
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

func (r *Reader) read() (*Record, error) {
	for r.line == 0 {
		if r.ended {
			return nil, io.EOF
		}
		line, err := r.in.Next()
		if err != nil {
			return nil, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != ';' {
			if line[0] != '>' {
				return nil, ErrFormat
			}
			r.header, r.line = string(line[1:]), r.in.Line()
		}
	}
	rec := &Record{Line: r.line}
	rec.ID, rec.Description = cutName(r.header)
	if err := r.in.Hold(len(r.header)); err != nil {
		return nil, err
	}
	r.line = 0
	if rec.ID == "" {
		return nil, errors.New("the record has no name: want one after >")
	}
	r.in.Record = rec.ID
	return rec, r.sequence(rec)
}

// cutName cuts the first line of a record at the first space.
func cutName(header string) (name, description string) {
	header = strings.TrimSpace(header)
	at := strings.IndexFunc(header, unicode.IsSpace)
	if at < 0 {
		return header, ""
	}
	return header[:at], strings.TrimSpace(header[at:])
}

// sequence reads up to the next record or the end.
func (r *Reader) sequence(rec *Record) error {
	goes := false // the line goes on in the next piece
	for {
		text, more, err := r.in.Piece()
		if err == io.EOF { //nolint:errorlint // Piece gives it as it is
			r.ended = true
			return nil
		}
		if err != nil {
			return err
		}
		if !goes && len(text) > 0 && (text[0] == '>' || text[0] == ';') {
			begins := text[0] == '>'
			if text, err = r.whole(text, more); err != nil {
				return err
			}
			if begins {
				r.header, r.line = string(bytes.TrimSpace(text)[1:]), r.in.Line()
				return nil
			}
			continue
		}
		goes = more
		if err := r.take(rec, text); err != nil {
			return err
		}
	}
}

// whole is the rest of a line that came in pieces.
func (r *Reader) whole(text []byte, more bool) ([]byte, error) {
	text = bytes.Clone(text)
	for more {
		piece, goes, err := r.in.Piece()
		if err == io.EOF { //nolint:errorlint // Piece gives it as it is
			break
		}
		if err != nil {
			return nil, err
		}
		if text, more = append(text, piece...), goes; len(text) > lines.MaxLine {
			return nil, fmt.Errorf("the line has more than %d bytes: %w", lines.MaxLine, lines.ErrTooLarge)
		}
	}
	return text, nil
}

// take adds a piece of a line to the sequence.
func (r *Reader) take(rec *Record, text []byte) error {
	to := rec.Sequence
	if r.OnSequence != nil {
		to = r.piece[:0]
	}
	room := cap(to)
	for _, c := range text {
		if r.class[c] {
			to = append(to, c)
		} else if c != ' ' && c != '\t' && c != '\r' {
			return fmt.Errorf("%q is in the sequence: want %v", c, r.Alphabet)
		}
	}
	if r.OnSequence == nil {
		rec.Sequence = to
		return r.in.Hold(cap(to) - room)
	}
	if r.piece = to; len(to) == 0 {
		return nil
	}
	return r.OnSequence(rec, to)
}

// DefaultWidth is how many letters a line gets, unless [Writer.Width] says
// otherwise.
const DefaultWidth = 60

// A Writer writes records. It is not safe for concurrent use.
type Writer struct {
	// Width is how many letters a line gets; 0 is [DefaultWidth], and less puts
	// each sequence on one line.
	Width int

	out *bufio.Writer
	err error
}

// NewWriter returns a writer. What is written comes to w with [Writer.Flush].
func NewWriter(w io.Writer) *Writer { return &Writer{out: bufio.NewWriterSize(w, 1<<16)} }

// Write writes one record. A name with space in it, a line break or what is no
// letter is an error, and nothing of the record is then written.
func (w *Writer) Write(rec *Record) error {
	if w.err != nil {
		return w.err
	}
	if err := rec.check(); err != nil {
		return &genome.LineError{Record: rec.ID, Err: err}
	}
	header := ">" + rec.ID
	if rec.Description != "" {
		header += " " + rec.Description
	}
	w.put([]byte(header + "\n"))
	width := w.Width
	switch {
	case width == 0:
		width = DefaultWidth
	case width < 0:
		width = max(len(rec.Sequence), 1)
	}
	for seq := rec.Sequence; len(seq) > 0; {
		n := min(width, len(seq))
		w.put(seq[:n])
		w.put([]byte("\n"))
		seq = seq[n:]
	}
	return w.err
}

func (r *Record) check() error {
	if r.ID == "" || strings.ContainsFunc(r.ID, unicode.IsSpace) || strings.Contains(r.Description, "\n") {
		return fmt.Errorf("the name %.30q is empty or has space in it, or the description has a line break", r.ID)
	}
	for _, c := range r.Sequence {
		if !Any.Has(c) {
			return fmt.Errorf("%q is in the sequence: want letters", c)
		}
	}
	return nil
}

func (w *Writer) put(text []byte) {
	if _, err := w.out.Write(text); w.err == nil {
		w.err = err
	}
}

// WriteAll writes records, and flushes.
func (w *Writer) WriteAll(records []*Record) error {
	for _, rec := range records {
		if err := w.Write(rec); err != nil {
			return err
		}
	}
	w.Flush()
	return w.err
}

// Flush writes what is held back; [Writer.Error] says whether it went well.
func (w *Writer) Flush() {
	if err := w.out.Flush(); w.err == nil {
		w.err = err
	}
}

// Error is the first error of a Write or Flush.
func (w *Writer) Error() error { return w.err }
