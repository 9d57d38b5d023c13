package genome

// A Feature is a part of a sequence with a name and qualities, as the feature
// table of GenBank, EMBL and DDBJ has it.
type Feature struct {
	Key        string // gene, CDS, tRNA, ...
	Location   Location
	Qualifiers []Qualifier
	Line       int // where it begins in its file; 0 when it is from none
}

// A Qualifier is one quality of a feature. Several may have the same name.
type Qualifier struct {
	Name  string
	Value string // without the quotes around it
	Form  Form
}

// A Form is how a qualifier is written down.
type Form uint8

// The forms.
const (
	Quoted Form = iota // /product="ATP synthase"
	Bare               // /codon_start=1
	Flag               // /pseudo
)

// Get is the value of the first qualifier of a name; empty when there is none.
func (f *Feature) Get(name string) string {
	for i := range f.Qualifiers {
		if f.Qualifiers[i].Name == name {
			return f.Qualifiers[i].Value
		}
	}
	return ""
}

// Has reports whether the feature has a qualifier.
func (f *Feature) Has(name string) bool {
	for i := range f.Qualifiers {
		if f.Qualifiers[i].Name == name {
			return true
		}
	}
	return false
}

// All are the values of a qualifier, in their order.
func (f *Feature) All(name string) []string {
	var all []string
	for i := range f.Qualifiers {
		if f.Qualifiers[i].Name == name {
			all = append(all, f.Qualifiers[i].Value)
		}
	}
	return all
}

// A Record is one sequence with its features, whatever the file's format.
type Record struct {
	ID          string // accession with version, or what the file has for it
	Description string
	Organism    string
	Molecule    string // DNA, RNA, ...; empty when the file does not say
	Circular    bool
	// Length is what the file says that the sequence has, in bases; 0 when it
	// says nothing.
	Length   int
	Bases    []byte // empty when the file has none
	Features []Feature
	// Protein: the sequence is of amino acids.
	Protein bool
	Line    int // where it begins in its file; 0 when it is from none
}

// Size is the length of the sequence: what is there, or what the file says
// when nothing is.
func (r *Record) Size() int {
	if len(r.Bases) > 0 {
		return len(r.Bases)
	}
	return r.Length
}
