package gff3

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/fasta"
)

// A Writer writes lines. It is not safe for concurrent use.
type Writer struct {
	out   *bufio.Writer
	began bool
	fasta *fasta.Writer
	err   error
}

// NewWriter returns a writer. What is written comes to w with [Writer.Flush].
func NewWriter(w io.Writer) *Writer { return &Writer{out: bufio.NewWriterSize(w, 1<<16)} }

// start writes the first line, which every file has.
func (w *Writer) start() {
	if !w.began {
		w.began = true
		w.put("##gff-version 3\n")
	}
}

// Directive writes a line that begins with ##. The version is written already.
func (w *Writer) Directive(d Directive) error {
	w.start()
	if strings.ContainsAny(d.Name+d.Text, "\r\n") || d.Name == "" || strings.Contains(d.Name, " ") || w.fasta != nil {
		return fmt.Errorf("the directive %.30q has a line break or no name, or comes after sequences", d.Name)
	}
	if d.Name == "gff-version" {
		return w.err
	}
	w.put(strings.TrimRight("##"+d.Name+" "+d.Text, " ") + "\n")
	return w.err
}

// Write writes one line. What the format cannot hold is an error, and nothing
// is then written.
func (w *Writer) Write(rec *Record) error {
	w.start()
	if w.err != nil {
		return w.err
	}
	if err := rec.check(); err != nil {
		return rec.wrap(err)
	}
	if w.fasta != nil {
		return rec.wrap(errors.New("annotation comes before sequences"))
	}
	if rec.Score != "" {
		if _, err := strconv.ParseFloat(rec.Score, 64); err != nil {
			return rec.wrap(fmt.Errorf("the score %.30q is no number", rec.Score))
		}
	}
	phase := "."
	if rec.Phase != NoPhase {
		phase = strconv.Itoa(rec.Phase)
	}
	b := append(make([]byte, 0, 256), escape(rec.SeqID, true)...)
	for _, text := range []string{
		orDot(escape(rec.Source, false)), escape(rec.Type, false), strconv.Itoa(rec.Start), strconv.Itoa(rec.End),
		orDot(rec.Score), string(rec.Strand), phase,
	} {
		b = append(append(b, '\t'), text...)
	}
	b = append(b, '\t')
	for i, a := range rec.Attributes {
		if a.Name == "" {
			return rec.wrap(errors.New("an attribute has no name"))
		}
		if i > 0 {
			b = append(b, ';')
		}
		b = append(append(b, escape(a.Name, false)...), '=')
		for k, v := range a.Values {
			if k > 0 {
				b = append(b, ',')
			}
			b = append(b, escape(v, false)...)
		}
	}
	if len(rec.Attributes) == 0 {
		b = append(b, '.')
	}
	w.put(string(append(b, '\n')))
	return w.err
}

// WriteSequence writes a sequence. Annotation cannot follow.
func (w *Writer) WriteSequence(rec *fasta.Record) error {
	w.start()
	if w.fasta == nil {
		w.put("##FASTA\n")
		w.fasta = fasta.NewWriter(w.out)
	}
	if w.err != nil {
		return w.err
	}
	return w.fasta.Write(rec)
}

// Flush writes what is held back; [Writer.Error] says whether it went well.
func (w *Writer) Flush() {
	w.start()
	if w.fasta != nil {
		w.fasta.Flush()
		if w.err == nil {
			w.err = w.fasta.Error()
		}
	}
	if err := w.out.Flush(); w.err == nil {
		w.err = err
	}
}

// Error is the first error of a Write or Flush.
func (w *Writer) Error() error { return w.err }

func (w *Writer) put(text string) {
	if _, err := w.out.WriteString(text); w.err == nil {
		w.err = err
	}
}

func orDot(text string) string {
	if text == "" {
		return "."
	}
	return text
}

// escape writes as %XX what has a meaning in the format, and, at the beginning
// of a line, what would make it something else.
func escape(text string, first bool) string {
	special := func(c byte) bool {
		switch c {
		case '%', ';', '=', '&', ',', 0x7f:
			return true
		}
		return c < ' '
	}
	plain := text != "."
	for i := range len(text) {
		plain = plain && !special(text[i])
	}
	edge := len(text) > 0 && (text[0] == ' ' || text[len(text)-1] == ' ' || first && (text[0] == '>' || text[0] == '#'))
	if plain && !edge && !first {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if special(c) || c == ' ' && (first || i == 0 || i == len(text)-1) || i == 0 && first && (c == '>' || c == '#') || text == "." {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
