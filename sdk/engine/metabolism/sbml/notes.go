package sbml

import (
	"encoding/xml"
	"strings"
)

// notes are what files from before fbc say in paragraphs such as
// <p>GENE_ASSOCIATION: b0001 or b0002</p>.
type notes struct {
	gene, formula, charge, subsystem string
}

// notes takes the element that was started last.
func (s *stream) notes() (notes, error) {
	var n notes
	var b strings.Builder
	within := false
	for outside := s.depth - 1; s.depth > outside; {
		t, err := s.token()
		if err != nil {
			return n, s.ended(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "p" {
				within = true
				b.Reset()
			}
		case xml.CharData:
			if within {
				if b.Len()+len(t) > MaxToken {
					return n, s.errorf("a text is longer than %d bytes", MaxToken)
				}
				b.Write(t)
			}
		case xml.EndElement:
			if within && t.Name.Local == "p" {
				n.take(b.String())
				within = false
			}
		}
	}
	return n, nil
}

func (n *notes) take(paragraph string) {
	key, value, ok := strings.Cut(paragraph, ":")
	if value = strings.TrimSpace(value); !ok || value == "" {
		return
	}
	switch strings.ToUpper(strings.TrimSpace(key)) {
	case "GENE_ASSOCIATION", "GENE ASSOCIATION":
		n.gene = value
	case "FORMULA":
		n.formula = value
	case "CHARGE":
		n.charge = value
	case "SUBSYSTEM":
		n.subsystem = value
	}
}
