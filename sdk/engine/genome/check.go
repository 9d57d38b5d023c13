package genome

import (
	"fmt"
	"strconv"
)

// A Problem is something in a file that cannot be right.
type Problem struct {
	Record string // its name
	Line   int    // of the file; 0 when it is not one line's fault
	Gene   string // the locus; empty when it is about no gene
	Text   string
}

// String says where the problem is, and what.
func (p *Problem) String() string {
	text := "record " + p.Record + ": "
	if p.Line > 0 {
		text += "line " + strconv.Itoa(p.Line) + ": "
	}
	if p.Gene != "" {
		text += "gene " + p.Gene + ": "
	}
	return text + p.Text
}

// Check looks for what cannot be right in a genome: records of one name, and those
// of proteins, features that are not on their sequence, lengths that differ, letters that are no bases, locus tags
// that two genes have, and proteins that are not what the genetic code gives:
// not those that the file states, without a start or stop codon, or with a stop
// in the middle. Genes that are marked as pseudogenes may have such proteins,
// and so may those of which the file says that an end is missing.
func (g *Genome) Check() []Problem {
	var all []Problem
	called := map[string]int{}
	for i := range g.Records {
		r := &g.Records[i]
		if first, twice := called[r.ID]; twice {
			all = append(all, Problem{r.ID, r.Line, "", fmt.Sprintf("record %d of the file has the same name", first+1)})
		} else {
			called[r.ID] = i
		}
		all = append(all, r.check()...)
	}
	type key struct {
		record int
		locus  string
	}
	seen, left := map[key]int{}, g.allowance()
	for i := range g.Genes {
		gene := &g.Genes[i]
		report := func(line int, format string, args ...any) {
			all = append(all, Problem{g.Records[gene.Record].ID, line, gene.Locus, fmt.Sprintf(format, args...)})
		}
		k := key{gene.Record, gene.Locus}
		if first, twice := seen[k]; twice && gene.stated {
			report(gene.Line, "the gene of line %d has the same locus tag", first)
		} else if !twice {
			seen[k] = gene.Line
		}
		if !gene.Pseudo {
			for n := range gene.Codings {
				if left < 0 {
					break
				}
				if len(g.Records[gene.Record].Bases) > 0 {
					left -= gene.Codings[n].Location.Len()
				}
				if left < 0 {
					report(gene.Line, "the genes are many times longer than the sequence: from here on their proteins are not looked at")
					break
				}
				g.checkCoding(gene, &gene.Codings[n], report)
			}
		}
	}
	return all
}

// check looks at a record itself.
func (r *Record) check() []Problem {
	var all []Problem
	report := func(line int, format string, args ...any) {
		all = append(all, Problem{r.ID, line, "", fmt.Sprintf(format, args...)})
	}
	if n := len(r.Bases); n > 0 && r.Length > 0 && n != r.Length {
		report(r.Line, "the sequence has %d letters, and the file says that it has %d", n, r.Length)
	}
	if r.Protein {
		report(r.Line, "it is a protein of %d amino acids, and no part of a genome", r.Size())
	} else {
		for i, c := range r.Bases {
			if !IsBase(c) && c != '-' {
				report(0, "letter %d of the sequence is %q: want a code of bases", i+1, c)
				break
			}
		}
	}
	for i := range r.Features {
		f := &r.Features[i]
		if text := r.misplaced(&f.Location); text != "" {
			report(f.Line, "feature %s at %.60s: %s", f.Key, f.Location.String(), text)
		}
	}
	return all
}

// misplaced says why a location is not on the sequence; empty when it is.
func (r *Record) misplaced(l *Location) string {
	if l.Kind.parted() {
		for i := range l.Parts {
			if text := r.misplaced(&l.Parts[i]); text != "" {
				return text
			}
		}
		return ""
	}
	around := l.Kind == Between && l.Start == r.Size() && l.End == 1
	switch size := r.Size(); {
	case l.Ref != "" && l.Ref != r.ID:
	case size > 0 && max(l.Start, l.End) > size:
		return fmt.Sprintf("the sequence has %d letters", size)
	case l.Start > l.End && !around && !r.Circular:
		return "the start is after the end"
	}
	return ""
}

func (g *Genome) checkCoding(gene *Gene, c *Coding, report func(line int, format string, args ...any)) {
	r := &g.Records[gene.Record]
	if len(r.Bases) == 0 {
		if c.wrong != nil {
			report(c.Line, "%v", c.wrong)
		}
		return
	}
	p, err := r.Translate(c)
	if err != nil {
		report(c.Line, "%v", err)
		return
	}
	if c.Stated != "" && c.Stated != p.Sequence {
		report(c.Line, "the protein that the file states is not what genetic code %d gives: %s", c.Code, proteinDifference(c.Stated, p.Sequence))
		return
	}
	if p.Stops > 0 {
		report(c.Line, "%d stop codons are before the end, by genetic code %d", p.Stops, c.Code)
	}
	begun, goesOn := c.Location.Partial()
	if !begun && !p.Start && c.FirstBase == 1 && len(c.Exceptions) == 0 {
		report(c.Line, "the first codon begins no protein, by genetic code %d", c.Code)
	}
	if !goesOn && !p.Stop {
		report(c.Line, "the last codon is no stop, by genetic code %d", c.Code)
	}
}

// proteinDifference says where two proteins begin to differ.
func proteinDifference(stated, got string) string {
	for i := range min(len(stated), len(got)) {
		if stated[i] != got[i] {
			return fmt.Sprintf("amino acid %d is %q in the file, and %q by the code", i+1, stated[i], got[i])
		}
	}
	return fmt.Sprintf("the file's has %d amino acids, and the code gives %d", len(stated), len(got))
}
