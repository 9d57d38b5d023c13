package gff3

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/fasta"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/internal/lines"
)

// MaxDirectives is how many lines that begin with ## are kept.
const MaxDirectives = 1 << 20

// ErrFormat is in the error for what is no GFF3 file.
var ErrFormat = errors.New("not GFF3: want nine columns with tabs between them")

// A Reader reads lines. Its fields may be set before the first [Reader.Read].
// It is not safe for concurrent use.
type Reader struct {
	// Name is the file's, for errors.
	Name string
	// MaxText is how much annotation may be read in all, in bytes; 0 is any. A
	// reader holds one line of it and the directives, but ReadAll holds all.
	MaxText int64
	// Directives are the lines that begin with ##, as far as they were read.
	Directives []Directive

	in        *lines.Reader
	sequences *fasta.Reader
	began     bool
	ended     bool
}

// NewReader returns a reader of annotation, plain or packed with gzip.
func NewReader(r io.Reader) *Reader { return &Reader{in: lines.New(r)} }

// Read reads the next line that has a feature. At the end of the annotation the
// error is [io.EOF]; there may be sequences then.
func (r *Reader) Read() (*Record, error) {
	if r.ended {
		return nil, io.EOF
	}
	r.in.File = r.Name
	r.in.Record = ""
	if !r.began {
		r.began = true
		r.in.Limit(cmp.Or(r.MaxText, math.MaxInt64))
	}
	rec, err := r.read()
	if err != nil {
		r.ended = true
		return nil, r.in.Wrap(err)
	}
	return rec, nil
}

// ReadAll reads the lines that are left; none is no error.
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

// Sequences reads the sequences after ##FASTA; nil before the annotation is
// read, and when there are none.
func (r *Reader) Sequences() *fasta.Reader { return r.sequences }

func (r *Reader) read() (*Record, error) {
	for {
		line, err := r.in.Next()
		if err == nil {
			err = r.in.Hold(len(line))
		}
		if err != nil {
			return nil, err
		}
		switch {
		case len(bytes.TrimSpace(line)) == 0:
		case bytes.HasPrefix(line, []byte("##")):
			end, err := r.directive(string(line[2:]))
			if err != nil {
				return nil, err
			}
			if end {
				return nil, r.begin(r.in.Rest(), r.in.Line())
			}
		case line[0] == '#':
		case line[0] == '>': // the specification allows to leave out ##FASTA
			header := bytes.NewReader(append(bytes.Clone(line), '\n'))
			return nil, r.begin(io.MultiReader(header, r.in.Rest()), r.in.Line()-1)
		default:
			return r.parse(string(line))
		}
	}
}

// begin is done where the sequences begin.
func (r *Reader) begin(rest io.Reader, before int) error {
	r.sequences = fasta.NewReader(rest)
	r.sequences.Name, r.sequences.Before = r.Name, before
	return io.EOF
}

// directive keeps a line that begins with ##, and tells whether sequences
// follow.
func (r *Reader) directive(text string) (end bool, err error) {
	name, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if name == "FASTA" {
		return true, nil
	}
	d := Directive{Name: name, Text: strings.TrimSpace(rest), Line: r.in.Line()}
	if name == "gff-version" && d.Text != "3" && !strings.HasPrefix(d.Text, "3.") {
		return false, fmt.Errorf("##gff-version %.20s is not supported: want 3", d.Text)
	}
	if name == "sequence-region" {
		if _, err := d.Region(); err != nil {
			return false, err
		}
	}
	if len(r.Directives) == MaxDirectives {
		return false, fmt.Errorf("more than %d directives: %w", MaxDirectives, lines.ErrTooLarge)
	}
	r.Directives = append(r.Directives, d)
	return false, nil
}

// A Region is a sequence, or the part of it that the annotation is about.
type Region struct {
	SeqID      string
	Start, End int // from 1, both included
}

// Region reads the directive ##sequence-region.
func (d *Directive) Region() (Region, error) {
	words := strings.Fields(d.Text)
	if len(words) != 3 {
		return Region{}, fmt.Errorf("##sequence-region: want a name, a start and an end, got %.60q", d.Text)
	}
	start, err1 := strconv.Atoi(words[1])
	end, err2 := strconv.Atoi(words[2])
	if err1 != nil || err2 != nil || start < 1 || end < start {
		return Region{}, fmt.Errorf("##sequence-region: want 1 ≤ start ≤ end, got %.20q and %.20q", words[1], words[2])
	}
	return Region{unescape(words[0]), start, end}, nil
}

const columns = 9

// parse reads the columns of a line.
func (r *Reader) parse(line string) (*Record, error) {
	var f [columns]string
	rest := line
	for i := range f {
		var more bool
		f[i], rest, more = strings.Cut(rest, "\t")
		if more != (i < columns-1) {
			return nil, fmt.Errorf("%w, got %d", ErrFormat, strings.Count(line, "\t")+1)
		}
	}
	rec := &Record{SeqID: unescape(f[0]), Source: unescape(dot(f[1])), Type: unescape(f[2]), Score: dot(f[5]), Phase: NoPhase, Line: r.in.Line()}
	r.in.Record = rec.SeqID
	var err error
	if rec.Start, err = strconv.Atoi(f[3]); err != nil {
		return nil, fmt.Errorf("column 4: want the start, got %.30q", f[3])
	}
	if rec.End, err = strconv.Atoi(f[4]); err != nil {
		return nil, fmt.Errorf("column 5: want the end, got %.30q", f[4])
	}
	if rec.Score != "" {
		if _, err := strconv.ParseFloat(rec.Score, 64); err != nil {
			return nil, fmt.Errorf("column 6: want a score or ., got %.30q", f[5])
		}
	}
	if len(f[6]) != 1 {
		return nil, fmt.Errorf("column 7: want a strand of +, -, . or ?, got %.30q", f[6])
	}
	rec.Strand = f[6][0]
	if f[7] != "." {
		if len(f[7]) != 1 || f[7][0] < '0' || f[7][0] > '2' {
			return nil, fmt.Errorf("column 8: want a phase of 0, 1, 2 or ., got %.30q", f[7])
		}
		rec.Phase = int(f[7][0] - '0')
	}
	if rec.Attributes, err = attributes(f[8]); err != nil {
		return nil, err
	}
	return rec, rec.check()
}

func dot(text string) string {
	if text == "." {
		return ""
	}
	return text
}

// attributes reads the last column.
func attributes(text string) ([]Attribute, error) {
	if text = strings.Trim(text, " "); text == "." || text == "" {
		return nil, nil
	}
	all := make([]Attribute, 0, strings.Count(text, ";")+1)
	values := make([]string, 0, cap(all)+strings.Count(text, ","))
	for text != "" {
		var pair string
		pair, text, _ = strings.Cut(text, ";")
		if pair = strings.Trim(pair, " "); pair == "" {
			continue
		}
		name, list, ok := strings.Cut(pair, "=")
		if name = strings.Trim(name, " "); !ok || name == "" {
			return nil, fmt.Errorf("column 9: want name=value, got %.60q; is it GTF or GFF2?", pair)
		}
		from := len(values)
		for value := range strings.SplitSeq(list, ",") {
			values = append(values, unescape(value))
		}
		all = append(all, Attribute{unescape(name), values[from:len(values):len(values)]})
	}
	return all, nil
}

// unescape reads %XX; a percent sign that two hexadecimal digits do not follow
// is one.
func unescape(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if v, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(v))
				i += 2
				continue
			}
		}
		b = append(b, text[i])
	}
	return string(b)
}
