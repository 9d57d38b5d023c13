package organism

import (
	"sync"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// An Organism is one biological type: its genome, its metabolic network and
// the constants of its expression. It is immutable and safe for concurrent
// use; the slices that its methods return are shared and to be read only.
type Organism struct {
	kind      biovm.BiologicalType
	version   string
	genes     []Gene
	modelOnly []Gene
	expressed map[string]Transcript
	model     *metabolism.Model
	facts     []Fact
	constants Constants
	sources   []Source
	names     func() *nameIndex

	// Of one with a network of the user's; see [Organism.WithModel].
	key, custom, noATP string

	// Of one with a genome of the user's; see [Organism.WithGenome].
	replica   string // its accession
	typeGenes []Gene // of the type; nil when they are genes
	missing   []Gene
	foreign   []foreignGene
}

// A Source says where a part of an organism's tables comes from.
type Source struct {
	What     string // what was taken
	Citation string
	Licence  string
}

// loaders build each organism once, when it is first asked for.
//
//nolint:gochecknoglobals // a read-only table; what its functions return is immutable
var loaders = newLoaders()

func newLoaders() map[biovm.BiologicalType]func() (*Organism, error) {
	syn3a := sync.OnceValues(func() (*Organism, error) { return load(data, biovm.Syn3A) })
	return map[biovm.BiologicalType]func() (*Organism, error){
		biovm.Syn3A:       syn3a,
		biovm.EColi:       sync.OnceValues(func() (*Organism, error) { return load(data, biovm.EColi) }),
		biovm.MinimalCell: sync.OnceValues(func() (*Organism, error) { return loadMinimalCell(data, syn3a) }),
	}
}

// Types lists the organisms, always in the order of
// [biovm.BiologicalTypes].
func Types() []biovm.BiologicalType { return biovm.BiologicalTypes() }

// Of returns an organism. It is built at the first call and the same value
// ever after. An unknown type gives a [*biovm.FieldError], which is a
// [biovm.ErrInvalid].
func Of(t biovm.BiologicalType) (*Organism, error) {
	loader, ok := loaders[t]
	if !ok {
		_, err := biovm.ParseBiologicalType(string(t))
		return nil, err
	}
	return loader()
}

// Type is the name by which users ask for the organism.
func (o *Organism) Type() biovm.BiologicalType { return o.kind }

// Name is the organism's name, such as JCVI-syn3A.
func (o *Organism) Name() string { return o.text(keyName) }

// Strain is the strain that was sequenced; of a genome of the user's, what its
// file says of the organism.
func (o *Organism) Strain() string { return o.text(keyStrain) }

// Accession is the genome's accession with its version, such as CP016816.2.
// Gene coordinates refer to it. Of a genome of the user's it is that of its first
// record.
func (o *Organism) Accession() string { return o.text(keyAccession) }

// Medium describes the medium that the network's own bounds stand for.
func (o *Organism) Medium() string { return o.text(keyMedium) }

// ModelVersion names the model and the exact tables behind it, such as
// syn3a-iMB155-2019.1+0123456789ab: the digits begin the SHA-256 of the
// embedded tables, so any change of a fact changes the version.
func (o *Organism) ModelVersion() string { return o.version }

// GenomeBP is the length of the genome in base pairs. For minimal_cell the
// bases that lie only in lost genes do not count. A genome of the user's has those
// of all its records.
func (o *Organism) GenomeBP() int { return int(o.constants.GenomeBP) }

// Model is the metabolic network; its genes are the loci of [Organism.Genes],
// and those of [Organism.ModelOnlyGenes].
func (o *Organism) Model() *metabolism.Model { return o.model }

// Constants are the numbers of the organism that calculations need.
func (o *Organism) Constants() Constants { return o.constants }

// Facts is the whole table of constants with units and citations, in the
// table's order.
func (o *Organism) Facts() []Fact { return o.facts }

// Sources names what the organism's tables are made of.
func (o *Organism) Sources() []Source { return o.sources }

func (o *Organism) text(key string) string {
	for _, f := range o.facts {
		if f.Key == key {
			return f.Value
		}
	}
	return ""
}
