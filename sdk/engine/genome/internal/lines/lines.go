// Package lines reads the lines of a file of sequences, plain or packed with
// gzip, counts them and says in errors where something is.
package lines

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
)

const (
	// window is how much of the input is looked at at once, in bytes.
	window = 64 << 10
	// MaxLine is the longest line that [Reader.Next] gives, in bytes.
	MaxLine = 8 << 20
)

// ErrTooLarge is in the error for input beyond a limit.
var ErrTooLarge = errors.New("more than the reader may hold")

// A Reader gives the lines of an input. It is not safe for concurrent use.
type Reader struct {
	File   string // for errors
	Record string // for errors
	Number int    // of the record, for errors

	source  io.Reader
	in      *bufio.Reader
	ready   []byte // of what in has buffered: the lines that are still to give
	taken   int    // of what in has buffered: the bytes before ready
	long    []byte // a line that does not fit into the window
	last    []byte
	again   bool
	partial bool // the last piece did not end its line
	line    int
	held    int64
	max     int64
	err     error
}

// New returns a reader of an input that is not touched before its first line
// is asked for.
func New(r io.Reader) *Reader { return &Reader{source: r} }

// Start sets the number of lines before the input's first.
func (r *Reader) Start(before int) { r.line = before }

// Line is the number of the last line that was given, from 1.
func (r *Reader) Line() int { return r.line }

// open looks whether the input is packed, and passes over a byte order mark.
func (r *Reader) open() error {
	r.in = bufio.NewReaderSize(r.source, window)
	if magic, _ := r.in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(r.in)
		if err != nil {
			return fmt.Errorf("unpacking: %w", err)
		}
		r.in = bufio.NewReaderSize(z, window)
	}
	if mark, _ := r.in.Peek(3); bytes.Equal(mark, []byte("\uFEFF")) {
		_, err := r.in.Discard(len(mark))
		return err
	}
	return nil
}

// Piece gives the next line, or a piece of one that is long: more says that
// the line goes on. The text has no line end, and holds until the next call.
// At the end of the input the error is [io.EOF].
func (r *Reader) Piece() (text []byte, more bool, err error) {
	if r.again {
		r.again = false
		r.line++
		return r.last, false, nil
	}
	if r.err == nil && r.in == nil {
		r.err = r.open()
	}
	if r.err != nil {
		return nil, false, r.err
	}
	if text, ok := r.buffered(); ok {
		r.line++
		return text, false, nil
	}
	r.pass()
	text, err = r.in.ReadSlice('\n')
	begins := !r.partial
	r.partial = errors.Is(err, bufio.ErrBufferFull)
	if r.partial {
		err = nil
		if last := len(text) - 1; text[last] == '\r' { // which may be of the line's end
			text, err = text[:last], r.in.UnreadByte()
		}
	}
	if err != nil {
		if !errors.Is(err, io.EOF) {
			err = fmt.Errorf("reading: %w", err)
		}
		r.err = err
		if len(text) == 0 || !errors.Is(err, io.EOF) {
			return nil, false, err
		}
	}
	if begins {
		r.line++
	}
	r.ready, _ = r.in.Peek(r.in.Buffered()) // which reads nothing, so that text stays
	if !r.partial {
		text = bytes.TrimSuffix(text, []byte("\n"))
		text = bytes.TrimSuffix(text, []byte("\r"))
	}
	return text, r.partial, nil
}

// buffered gives the next line if all of it has been read from the input.
func (r *Reader) buffered() (text []byte, ok bool) {
	n := bytes.IndexByte(r.ready, '\n')
	if n < 0 {
		return nil, false
	}
	text, r.ready = r.ready[:n], r.ready[n+1:]
	r.taken += n + 1
	if n > 0 && text[n-1] == '\r' {
		text = text[:n-1]
	}
	return text, true
}

// pass tells the buffer which of its bytes have been given. It has them, so
// that it reads nothing and cannot fail.
func (r *Reader) pass() {
	_, _ = r.in.Discard(r.taken)
	r.ready, r.taken = nil, 0
}

// Next gives the next line without its end. It holds until the next call. At
// the end of the input the error is [io.EOF].
func (r *Reader) Next() ([]byte, error) {
	if !r.again {
		if text, ok := r.buffered(); ok {
			r.line++
			r.last = text
			return text, nil
		}
	}
	text, more, err := r.Piece()
	if err != nil {
		return nil, err
	}
	if more {
		r.long = append(r.long[:0], text...)
		for more {
			if len(r.long) > MaxLine {
				return nil, fmt.Errorf("the line has more than %d bytes: %w", MaxLine, ErrTooLarge)
			}
			if text, more, err = r.Piece(); err != nil {
				if errors.Is(err, io.EOF) {
					break
				}
				return nil, err
			}
			r.long = append(r.long, text...)
		}
		text = r.long
	}
	r.last = text
	return text, nil
}

// Unread makes [Reader.Next] give the last line once more.
func (r *Reader) Unread() {
	r.again = true
	r.line--
}

// Rest is what follows the lines that were given.
func (r *Reader) Rest() io.Reader {
	if r.in == nil {
		return bytes.NewReader(nil)
	}
	r.pass()
	return r.in
}

// Limit begins to count what a record holds in memory anew, in bytes.
func (r *Reader) Limit(most int64) { r.held, r.max = 0, most }

// Hold counts n bytes more, and refuses them beyond the limit.
func (r *Reader) Hold(n int) error {
	r.held += int64(n)
	return r.Room(0)
}

// Room refuses n bytes more when they are beyond the limit, and does not count
// them.
func (r *Reader) Room(n int) error {
	if r.held+int64(n) > r.max {
		return r.tooLarge()
	}
	return nil
}

func (r *Reader) tooLarge() error {
	return fmt.Errorf("it takes more than %d bytes: %w", r.max, ErrTooLarge)
}

// Wrap adds to an error where it happened. The end of the input stays as it
// is, and so does what has a place.
func (r *Reader) Wrap(err error) error {
	if err == nil || err == io.EOF { //nolint:errorlint // as it is
		return err
	}
	if _, placed := errors.AsType[*genome.LineError](err); placed {
		return err
	}
	return &genome.LineError{File: r.File, Record: r.Record, Number: r.Number, Line: max(r.line, 1), Err: err}
}
