package genbank

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
)

// A Writer writes records. It is not safe for concurrent use.
type Writer struct {
	// BlankLine puts an empty line after each record, as NCBI's web service does.
	BlankLine bool

	out  *bufio.Writer
	line []byte
	err  error
}

// NewWriter returns a writer. What is written comes to w with [Writer.Flush].
func NewWriter(w io.Writer) *Writer { return &Writer{out: bufio.NewWriterSize(w, 1<<16)} }

// Flush writes what is held back; [Writer.Error] says whether it went well.
func (w *Writer) Flush() {
	if err := w.out.Flush(); w.err == nil {
		w.err = err
	}
}

// Error is the first error of a Write or Flush.
func (w *Writer) Error() error { return w.err }

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

// Write writes one record. What the format cannot hold, as a line break in a
// value, is an error, and nothing of the record is then written.
func (w *Writer) Write(rec *Record) error {
	if w.err != nil {
		return w.err
	}
	if err := rec.check(); err != nil {
		return &genome.LineError{Record: rec.Locus.Name, Err: err}
	}
	w.raw(rec.Locus.text())
	w.header(rec)
	w.features(rec)
	for _, f := range rec.Other {
		if afterFeatures(f.Name) {
			w.field(f)
		}
	}
	if rec.Contig != "" {
		w.dense("CONTIG      ", textColumn, rec.Contig)
	}
	if rec.HasOrigin || len(rec.Sequence) > 0 {
		w.raw(fmt.Sprintf("%-12s", "ORIGIN") + rec.Origin)
		w.sequence(rec.Sequence)
	}
	w.raw("//")
	if w.BlankLine {
		w.raw("")
	}
	return w.err
}

func (w *Writer) header(rec *Record) {
	w.wrapped("DEFINITION", 0, rec.Definition)
	w.wrapped("ACCESSION", 0, strings.Join(rec.Accessions, " "))
	version := rec.Version
	if rec.GI != "" {
		version += "  GI:" + rec.GI
	}
	if version != "" {
		w.raw(fmt.Sprintf("%-12s%s", "VERSION", version))
	}
	w.verbatim("DBLINK", rec.DBLink)
	for _, f := range rec.Other {
		if !afterFeatures(f.Name) {
			w.field(f)
		}
	}
	w.wrapped("KEYWORDS", 0, strings.Join(rec.Keywords, "; ")+".")
	if rec.Source != "" || rec.Organism != "" || rec.Lineage != "" {
		w.wrapped("SOURCE", 0, rec.Source)
		if rec.Source == "" {
			w.raw("SOURCE")
		}
	}
	if rec.Organism != "" || rec.Lineage != "" {
		w.raw("  ORGANISM  " + rec.Organism)
		w.lineage(rec.Lineage)
	}
	for i := range rec.References {
		ref := &rec.References[i]
		w.wrapped("REFERENCE", 0, ref.head())
		if ref.head() == "" {
			w.raw("REFERENCE")
		}
		for _, f := range ref.fields() {
			w.wrapped(f.name, f.indent, *f.text)
		}
		for _, f := range ref.Other {
			w.wrapped(f.Name, 2, f.Text)
		}
	}
	w.verbatim("COMMENT", rec.Comment)
	w.verbatim("PRIMARY", rec.Primary)
}

// head is the text after the word REFERENCE.
func (ref *Reference) head() string {
	number := strconv.Itoa(ref.Number)
	first, _, _ := strings.Cut(ref.Bases, " ")
	switch {
	case ref.Bases == "" && ref.Number == 0:
		return ""
	case ref.Number == 0 && !isNumber(first):
		return ref.Bases
	case ref.Bases == "":
		return number
	case len(number) > 2:
		return number + " " + ref.Bases
	}
	return fmt.Sprintf("%-3s%s", number, ref.Bases)
}

// lineage writes the groups of an organism. The first line has to be known as
// the first, so it has a semicolon in it or is the only one.
func (w *Writer) lineage(text string) {
	if cut := breakAt([]byte(text), wide-textColumn, -1); len(text) > wide-textColumn && cut > 0 && !strings.Contains(text[:cut], ";") {
		w.raw("            " + text)
		return
	}
	w.wrapped("", 0, text)
}

func (w *Writer) features(rec *Record) {
	if len(rec.Features) == 0 {
		return
	}
	w.raw("FEATURES             Location/Qualifiers")
	for i := range rec.Features {
		f := &rec.Features[i]
		w.line = f.Location.Append(w.line[:0])
		w.dense(fmt.Sprintf("%*s%-15s ", keyColumn, "", f.Key), qualifierColumn, string(w.line))
		for _, q := range f.Qualifiers {
			w.qualifier(&q)
		}
	}
}

func (w *Writer) qualifier(q *genome.Qualifier) {
	const margin = "                     "
	b := append(append(append(w.line[:0], margin...), '/'), q.Name...)
	if q.Form != genome.Flag {
		b = append(b, '=')
	}
	switch q.Form {
	case genome.Flag:
	case genome.Bare:
		w.dense(string(b), qualifierColumn, q.Value)
		return
	default:
		b = append(b, '"')
		b = append(b, strings.ReplaceAll(q.Value, `"`, `""`)...)
		b = append(b, '"')
	}
	w.line = b
	at, opening := qualifierColumn, len(margin)+len(q.Name)+2
	dense := q.Name == translation && !strings.Contains(q.Value, `"`)
	for len(b)-at > wide-qualifierColumn {
		cut := wide - qualifierColumn
		if !dense {
			if cut = breakAt(b[at:], cut, opening-at); cut < 0 || q.Name == translation {
				break
			}
		}
		w.put(margin)
		w.putBytes(b[at : at+cut])
		w.put("\n")
		if at += cut; !dense {
			at++ // the space
		}
	}
	w.put(margin)
	w.putBytes(b[at:])
	w.put("\n")
}

// breakAt is the best space to break a text at: the last that leaves a line of
// most bytes or less, or the first after it. Only one between two words will
// do, or the text would not be read as it was; -1 when there is none. Not
// negative, quote is where the quote is that opens a value.
func breakAt(text []byte, most, quote int) int {
	breaks := func(i int) bool {
		return text[i] == ' ' && i > 0 && i+1 < len(text) && !isSpace(text[i-1]) && !isSpace(text[i+1]) &&
			(i+2 < len(text) || text[i+1] != '"') && (quote < 0 || i-1 > quote)
	}
	for i := min(most, len(text)-1); i > 0; i-- {
		if breaks(i) {
			return i
		}
	}
	for i := most + 1; i < len(text); i++ {
		if breaks(i) {
			return i
		}
	}
	return -1
}

// wrapped writes a text of the header that is not empty.
func (w *Writer) wrapped(name string, margin int, text string) {
	if text == "" {
		return
	}
	w.put(fmt.Sprintf("%-*s", textColumn, strings.Repeat(" ", margin)+name))
	b := []byte(text)
	for len(b) > wide-textColumn {
		cut := breakAt(b, wide-textColumn, -1)
		if cut < 0 {
			break
		}
		w.putBytes(b[:cut])
		w.put("\n            ")
		b = b[cut+1:]
	}
	w.putBytes(b)
	w.put("\n")
}

// field writes a field, of which the text may be empty.
func (w *Writer) field(f Field) {
	if f.Text == "" {
		w.raw(f.Name)
	}
	w.verbatim(f.Name, f.Text)
}

// verbatim writes lines of the header that are not empty.
func (w *Writer) verbatim(name, text string) {
	if text == "" {
		return
	}
	w.put(fmt.Sprintf("%-*s", textColumn, name))
	w.put(strings.ReplaceAll(text, "\n", "\n            "))
	w.put("\n")
}

// dense writes a text without space: it is broken after commas.
func (w *Writer) dense(first string, column int, text string) {
	w.put(first)
	room := max(wide-len(first), 1)
	for len(text) > room {
		cut := strings.LastIndexByte(text[:room], ',') + 1
		if cut == 0 {
			if cut = strings.IndexByte(text, ',') + 1; cut == 0 {
				break
			}
		}
		if rest := text[cut:]; rest == "" || isSpace(rest[0]) || rest[0] == '/' {
			break
		}
		w.put(text[:cut])
		w.put(fmt.Sprintf("\n%*s", column, ""))
		text, room = text[cut:], wide-column
	}
	w.put(text)
	w.put("\n")
}

// sequence writes lines of six groups of ten letters.
func (w *Writer) sequence(seq []byte) {
	const group, row = 10, 60
	for at := 0; at < len(seq); at += row {
		number := strconv.Itoa(at + 1)
		w.line = append(w.line[:0], "         "[:max(9-len(number), 0)]...)
		w.line = append(w.line, number...)
		for from := at; from < min(at+row, len(seq)); from += group {
			w.line = append(append(w.line, ' '), seq[from:min(from+group, len(seq))]...)
		}
		w.putBytes(append(w.line, '\n'))
	}
}

func (w *Writer) raw(line string) {
	w.put(line)
	w.put("\n")
}

func (w *Writer) put(text string) {
	if _, err := w.out.WriteString(text); w.err == nil {
		w.err = err
	}
}

func (w *Writer) putBytes(text []byte) {
	if _, err := w.out.Write(text); w.err == nil {
		w.err = err
	}
}

// check says what of the record the format cannot hold.
func (r *Record) check() error {
	if strings.TrimSpace(r.Locus.Name) == "" {
		return errors.New("the record has no Locus.Name")
	}
	lines := []string{
		r.Locus.Name, r.Locus.Molecule, r.Locus.Topology, r.Locus.Division, r.Locus.Date, r.Definition, r.Version, r.GI,
		r.Source, r.Organism, r.Lineage, r.Contig, r.Origin,
	}
	lines = append(append(lines, r.Accessions...), r.Keywords...)
	for i := range r.References {
		for _, f := range r.References[i].fields() {
			lines = append(lines, *f.text)
		}
		lines = append(lines, r.References[i].Bases)
		for _, f := range r.References[i].Other {
			if lines = append(lines, f.Text); !isKeyword(f.Name, leastIndent-2) {
				return fmt.Errorf("%.30q is no name of a part of a reference: want capitals", f.Name)
			}
		}
	}
	for _, text := range lines {
		if strings.ContainsAny(text, "\n") {
			return fmt.Errorf("%.30q has a line break, which the format cannot hold", text)
		}
	}
	if r.Lineage != "" && !isLineage(r.Lineage) {
		return fmt.Errorf("the lineage %.30q has no semicolon and no full stop at its end", r.Lineage)
	}
	for _, f := range r.Other {
		if !isKeyword(f.Name, textColumn-1) {
			return fmt.Errorf("%.30q is no name of a field: want capitals", f.Name)
		}
	}
	for i := range r.Features {
		if err := checkFeature(&r.Features[i]); err != nil {
			return err
		}
	}
	if at := bytes.IndexFunc(r.Sequence, func(c rune) bool { return c > 255 || letters[c] != 2 }); at >= 0 {
		return fmt.Errorf("%q is in the sequence: want letters", r.Sequence[at])
	}
	return nil
}

func checkFeature(f *genome.Feature) error {
	if f.Key == "" || strings.ContainsAny(f.Key, " \n\r\t\v\f") || f.Location.Kind == genome.Nowhere {
		return fmt.Errorf("feature %.30q has no key, one with space in it, or no location", f.Key)
	}
	for _, q := range f.Qualifiers {
		if q.Name == "" || strings.ContainsAny(q.Name, " =\"\n\r\t\v\f") || strings.ContainsAny(q.Value, "\n") {
			return fmt.Errorf("feature %s: qualifier %.30q has no name, or a line break in its value", f.Key, q.Name)
		}
		if q.Form == genome.Bare && strings.HasPrefix(q.Value, `"`) {
			return fmt.Errorf("feature %s: qualifier %.30q begins with a quote: its form should be quoted", f.Key, q.Name)
		}
	}
	return nil
}
