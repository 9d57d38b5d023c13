package genomefile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome/gff3"
)

// Annotated makes records, without sequences, of the lines of a GFF3 file.
// Lines of the same ID are one feature; attributes become qualifiers by the
// names that GenBank has for them; a part of a gene that has no locus tag takes
// that of the gene, or its ID.
func Annotated(directives []gff3.Directive, lines []*gff3.Record) ([]genome.Record, error) {
	features, err := gff3.Features(lines)
	if err != nil {
		return nil, err
	}
	a := annotation{index: map[string]int{}}
	for i := range directives {
		d := &directives[i]
		switch d.Name {
		case "sequence-region":
			region, err := d.Region()
			if err != nil {
				return nil, &genome.LineError{Line: d.Line, Err: err}
			}
			a.record(region.SeqID).Length = region.End
		case "species":
			a.species = d.Text
		}
	}
	for _, f := range features {
		if whole(f) {
			a.about(f)
		}
	}
	for _, f := range features {
		a.feature(f)
	}
	for i := range a.records {
		if a.records[i].Organism == "" {
			a.records[i].Organism = a.species
		}
	}
	return a.records, nil
}

type annotation struct {
	records []genome.Record
	index   map[string]int
	species string
}

func (a *annotation) record(id string) *genome.Record {
	i, ok := a.index[id]
	if !ok {
		i = len(a.records)
		a.index[id] = i
		a.records = append(a.records, genome.Record{ID: id})
	}
	return &a.records[i]
}

// whole reports whether a feature is the sequence itself.
func whole(f *gff3.Feature) bool {
	switch f.Parts[0].Type {
	case "region", "chromosome", "contig", "supercontig", "scaffold", "plasmid", "databank_entry":
		return f.Parts[0].Start == 1
	}
	return false
}

// about takes what the feature of the whole sequence says of it.
func (a *annotation) about(f *gff3.Feature) {
	part := f.Parts[0]
	rec := a.record(part.SeqID)
	rec.Circular = rec.Circular || part.Get("Is_circular") == "true"
	rec.Length = max(rec.Length, part.End)
	rec.Molecule = strings.TrimPrefix(part.Get("mol_type"), "genomic ")
	if strain := part.Get("strain"); rec.Organism == "" && strain != "" {
		rec.Organism = strings.TrimSpace(part.Get("organism") + " strain " + strings.TrimSpace(strain+" "+part.Get("substrain")))
	}
}

// keys are what features are called in GenBank's table, where that differs.
func keyOf(f *gff3.Feature) string {
	switch kind := f.Parts[0].Type; kind {
	case "pseudogene", "ncRNA_gene", "tRNA_gene", "rRNA_gene", "protein_coding_gene", "pseudogenic_tRNA", "pseudogenic_rRNA":
		return "gene"
	case "antisense_RNA", "SRP_RNA", "RNase_P_RNA", "telomerase_RNA", "autocatalytically_spliced_intron", "hammerhead_ribozyme", "lnc_RNA":
		return "ncRNA"
	case "direct_repeat", "tandem_repeat":
		return "repeat_region"
	case "mobile_genetic_element":
		return "mobile_element"
	case "origin_of_replication":
		return "rep_origin"
	case "sequence_feature":
		return "misc_feature"
	case "transcript":
		return "misc_RNA"
	case "region":
		return "source"
	default:
		return kind
	}
}

func (a *annotation) feature(f *gff3.Feature) {
	rec := a.record(f.Parts[0].SeqID)
	g := genome.Feature{Key: keyOf(f), Location: location(f, rec), Line: f.Parts[0].Line}
	for _, at := range f.Parts[0].Attributes {
		for _, value := range at.Values {
			if q, ok := qualifierOf(at.Name, value); ok {
				g.Qualifiers = append(g.Qualifiers, q)
			}
		}
	}
	if kind := f.Parts[0].Type; strings.HasPrefix(kind, "pseudogen") && !g.Has("pseudo") {
		g.Qualifiers = append(g.Qualifiers, genome.Qualifier{Name: "pseudo", Form: genome.Flag})
	}
	inherit(f, &g)
	if g.Key == "CDS" {
		if phase := f.Parts[first(f)].Phase; phase > 0 {
			g.Qualifiers = append(g.Qualifiers, genome.Qualifier{Name: "codon_start", Value: strconv.Itoa(phase + 1), Form: genome.Bare})
		}
	}
	rec.Features = append(rec.Features, g)
}

// inherit gives a feature the locus tag and the name of the gene that it is of.
func inherit(f *gff3.Feature, g *genome.Feature) {
	top, deep := f, 0
	for len(top.Parents) > 0 && deep < 16 {
		top = top.Parents[0]
		deep++
	}
	if key := keyOf(top); key != "gene" || g.Key == "source" {
		return
	}
	tag := top.Parts[0].Get("locus_tag")
	if tag == "" {
		tag = strings.TrimPrefix(strings.TrimPrefix(top.ID, "gene-"), "gene:")
	}
	if tag != "" && !g.Has("locus_tag") {
		g.Qualifiers = append(g.Qualifiers, genome.Qualifier{Name: "locus_tag", Value: tag})
	}
	name := top.Parts[0].Get("gene")
	if name == "" {
		name = top.Parts[0].Get("Name")
	}
	if name != "" && name != tag && !g.Has("gene") {
		g.Qualifiers = append(g.Qualifiers, genome.Qualifier{Name: "gene", Value: name})
	}
}

// qualifierOf is what GenBank calls an attribute; false for what is of GFF3
// only.
func qualifierOf(name, value string) (genome.Qualifier, bool) {
	q := genome.Qualifier{Name: name, Value: value}
	switch name {
	case "ID", "Parent", "Name", "part", "gbkey", "Is_circular", "partial", "start_range", "end_range", "Target", "Gap":
		return q, false
	case "Dbxref", "Ontology_term":
		q.Name = "db_xref"
	case "Note":
		q.Name = "note"
	case "Alias":
		q.Name = "gene_synonym"
	case "pseudo":
		return genome.Qualifier{Name: name, Form: genome.Flag}, value == "true"
	case "exception":
		if value == "ribosomal slippage" {
			return genome.Qualifier{Name: "ribosomal_slippage", Form: genome.Flag}, true
		}
	case "transl_table", "transl_except", "codon_start":
		q.Form = genome.Bare
	}
	return q, true
}

// first is the part of a feature that is read first.
func first(f *gff3.Feature) int {
	at := 0
	for i, p := range f.Parts {
		if p.Strand != '-' && p.Start < f.Parts[at].Start || p.Strand == '-' && p.End > f.Parts[at].End {
			at = i
		}
	}
	return at
}

// location puts the parts of a feature into the order in which they are read.
// What goes on over the last base of a circular sequence, and has an end beyond
// it, is joined of both.
func location(f *gff3.Feature, rec *genome.Record) genome.Location {
	minus, mixed := f.Parts[0].Strand == '-', false
	for _, p := range f.Parts {
		mixed = mixed || (p.Strand == '-') != minus
	}
	lines := slices.Clone(f.Parts)
	if !mixed {
		slices.SortStableFunc(lines, func(x, y *gff3.Record) int { return x.Start - y.Start })
	}
	var parts []genome.Location
	for _, p := range lines {
		for _, l := range span(p, rec, len(lines) == 1) {
			l.Complement = mixed && p.Strand == '-'
			parts = append(parts, l)
		}
	}
	if len(parts) == 1 {
		parts[0].Complement = minus
		return parts[0]
	}
	return genome.Location{Kind: genome.Join, Parts: parts, Complement: minus && !mixed}
}

// span is the place of a line, in two parts when it is over the origin.
func span(p *gff3.Record, rec *genome.Record, alone bool) []genome.Location {
	l := genome.Location{Kind: genome.Range, Start: p.Start, End: p.End}
	before, after := p.Get("start_range") != "", p.Get("end_range") != ""
	if !before && !after && alone && p.Get("partial") == "true" {
		before, after = true, true
	}
	if before {
		l.StartMark = '<'
	}
	if after {
		l.EndMark = '>'
	}
	if !rec.Circular || p.Start > rec.Length || p.End <= rec.Length || p.End > 2*rec.Length {
		return []genome.Location{l}
	}
	over := l
	l.End, l.EndMark = rec.Length, 0
	over.Start, over.StartMark, over.End = 1, 0, p.End-rec.Length
	return []genome.Location{l, over}
}
