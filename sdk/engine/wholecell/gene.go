package wholecell

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A protein is a gene that is translated, and what becomes of it.
type protein struct {
	locus    string
	symbol   string
	residues float64
	amino    [20]int
	bases    [4]int
	role     string
	rates    Rates
	steps    float64 // seconds that a ribosome takes
	birth    float64 // copies in a newborn cell
	foreign  bool    // it is not one of the organism's own

	messenger expression.Species // messengers of the gene
	bound     expression.Species // ribosomes that translate it
	nascent   expression.Species // proteins that wait for the membrane; of membrane proteins only
	folded    expression.Species // proteins that are where they belong
}

// A unit is what is transcribed as one piece: a protein gene, a gene of stable
// RNA, or an operon of ribosomal RNA.
type unit struct {
	name        string
	start, end  int // on the accession, from 1
	bases       [4]int
	first       string
	rate        float64 // transcripts per second and copy, in a newborn cell
	seconds     float64 // that a polymerase takes
	polymerases float64 // that transcribe a copy on average
	foreign     bool    // it is none of the organism's own

	copies   expression.Species   // of the unit, on all chromosomes
	bound    expression.Species   // polymerases that transcribe it
	products []expression.Species // what a transcript adds one to
}

// A stable is an RNA that does not decay.
type stable struct {
	locus   string
	bases   [4]int
	birth   float64
	foreign bool
	carries int // the amino acid whose transfer RNA it is, -1 for others
	species expression.Species
}

// genome sorts an organism's genes by what becomes of them, but for those that
// are lost.
type genome struct {
	proteins []protein
	stables  []stable // those outside operons first
	// units are those of the proteins, in their order, then those of stable RNA
	// outside operons, in their order, then the operons.
	units   []unit
	operons [][]int // stables of each operon of ribosomal RNA
	foreign map[string]bool
}

func genomeOf(o *organism.Organism, lost map[string]bool) (*genome, error) {
	g := &genome{foreign: map[string]bool{}}
	genes := slices.Clone(o.TypeGenes())
	for _, x := range foreigners(o) {
		genes = append(genes, x)
		g.foreign[x.Locus] = true
	}
	for i := range genes {
		x, ok := o.Transcript(genes[i].Locus)
		if !ok {
			return nil, fmt.Errorf("%w: %s has no table of expression, which a living cell needs; syn3a and minimal_cell have one", biovm.ErrUnsupported, o.Type())
		}
		if genes[i].Type == "CDS" && x.Residues() > 0 && !lost[genes[i].Locus] {
			if err := affordable(&genes[i], &x, o); err != nil {
				return nil, err
			}
			g.addProtein(&genes[i], &x)
		}
	}
	for i := range genes {
		x, _ := o.Transcript(genes[i].Locus)
		switch {
		case lost[genes[i].Locus]:
		case isStable(genes[i].Type):
			g.addStable(&genes[i], &x)
		}
	}
	g.addOperons(o, lost)
	return g, nil
}

func (g *genome) addProtein(x *organism.Gene, t *organism.Transcript) {
	p := protein{
		locus: x.Locus, symbol: x.Symbol, residues: float64(t.Residues()), amino: t.AminoAcids, bases: t.Bases, role: t.Role, rates: RatesOf(t),
		birth: birthCount(x), foreign: g.foreign[x.Locus],
	}
	if p.foreign {
		p.birth = t.Promoter
	}
	p.steps = proteinSteps(p.residues) / elongation
	g.proteins = append(g.proteins, p)
	g.units = append(g.units, unit{
		name: x.Locus, start: x.Start, end: x.End, bases: t.Bases, first: t.First,
		rate: p.rates.Transcription, polymerases: p.rates.Polymerases, seconds: p.rates.Polymerases / p.rates.Transcription,
		foreign: p.foreign,
	})
}

// birthCount is how many copies of its protein a newborn cell has: as counted;
// 10, the published model's guess, where they were not counted; and one where
// none was found.
func birthCount(x *organism.Gene) float64 {
	const unmeasured = 10
	if x.ProteinCount < 0 {
		return unmeasured
	}
	return max(1, x.ProteinCount)
}

// addStable adds a gene of stable RNA. Of RNA that is no transfer RNA a newborn
// cell has as many as charged ones by the law, per gene of those.
func (g *genome) addStable(x *organism.Gene, t *organism.Transcript) {
	const transferGenes, kinds = 29, 20
	s := stable{locus: x.Locus, bases: t.Bases, birth: chargedTRNA * kinds / transferGenes, carries: -1}
	if s.foreign = g.foreign[x.Locus]; s.foreign {
		s.birth = 0 // what codon a foreign tRNA reads is not known: it adds to no pool
	} else if code, ok := strings.CutPrefix(x.Symbol, "tRNA-"); ok {
		s.carries = slices.Index(aminoCodes, strings.ToLower(code))
		s.birth = transferRNA
	}
	g.stables = append(g.stables, s)
	speed := stableSpeed * activeShare * ownPolymerases / modelGenes
	g.addStableUnit(x.Locus, []*organism.Gene{x}, []*organism.Transcript{t}, speed, stableSpeed)
}

// addStableUnit adds a unit of genes that lie side by side, in the order of
// their places. Speed is what all of its polymerases transcribe, each so much, in
// nt/s.
func (g *genome) addStableUnit(name string, genes []*organism.Gene, parts []*organism.Transcript, speed, each float64) {
	u := unit{name: name, start: genes[0].Start, end: genes[len(genes)-1].End, first: parts[0].First, polymerases: speed / each, foreign: g.foreign[name]}
	if genes[0].Strand < 0 {
		u.first = parts[len(parts)-1].First
	}
	for _, t := range parts {
		for k := range u.bases {
			u.bases[k] += t.Bases[k]
		}
	}
	u.rate = speed / transcriptSteps(u.bases, u.first, nucleotides(), newbornVolume(defaultRadius))
	u.seconds = u.polymerases / u.rate
	g.units = append(g.units, u)
}

// addOperons adds the operons of ribosomal RNA: genes of it that lie side by
// side. One whose genes are not all there is lost.
func (g *genome) addOperons(o *organism.Organism, lost map[string]bool) {
	const adjacent = 500 // bases between genes of an operon, at most
	genes := o.TypeGenes()
	var run []*organism.Gene
	flush := func() {
		if len(run) > 0 && !slices.ContainsFunc(run, func(x *organism.Gene) bool { return lost[x.Locus] }) {
			g.addOperon(o, run)
		}
		run = nil
	}
	for i := range genes {
		x := &genes[i]
		if x.Type != "rRNA" {
			continue
		}
		if len(run) > 0 && (x.Start-run[len(run)-1].End > adjacent || x.Strand != run[0].Strand) {
			flush()
		}
		run = append(run, x)
	}
	flush()
}

func (g *genome) addOperon(o *organism.Organism, run []*organism.Gene) {
	parts := make([]*organism.Transcript, len(run))
	members := make([]int, len(run))
	for i, x := range run {
		t, _ := o.Transcript(x.Locus)
		parts[i], members[i] = &t, len(g.stables)
		g.stables = append(g.stables, stable{locus: x.Locus, bases: t.Bases, carries: -1})
	}
	g.operons = append(g.operons, members)
	g.addStableUnit("rrn:"+run[0].Locus, run, parts, operonPolymerases*operonSpeed, operonSpeed)
}

// operonUnits are the units of the operons, in their order.
func (g *genome) operonUnits() []unit { return g.units[len(g.units)-len(g.operons):] }
