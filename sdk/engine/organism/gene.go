package organism

// A Gene is one row of an organism's gene table.
type Gene struct {
	Locus   string // canonical: JCVISYN3A_nnnn, or a b-number
	Symbol  string // such as dnaA; empty when it has none
	Product string
	// Start and End are the first and last base on the accession, from 1, both
	// included; 0 for genes that only the network names.
	Start, End int
	Strand     int    // +1 or -1; 0 for genes that only the network names
	Type       string // CDS, tRNA, rRNA, ncRNA, tmRNA, pseudogene, or model: only the network names it
	Category   string // functional category; empty when the source has none
	// Essentiality is the class that an experiment gave the gene. Of syn3a and
	// minimal_cell (transposon insertion): E essential, Q quasi-essential,
	// N non-essential. Of ecoli (knock-outs): L essential on rich medium and on
	// glucose minimal medium, M on glucose minimal medium only, N a CDS in
	// neither list. Empty when it was not tested.
	Essentiality string
	ProteinCount float64 // copies per cell; -1 when not measured
	InModel      bool    // the metabolic network has the gene
	Aliases      []string
}

// Length is the number of bases from start to end.
func (g *Gene) Length() int {
	if g.Start == 0 {
		return 0
	}
	return g.End - g.Start + 1
}

// EssentialInVivo reports whether the experiment found that the cell does not
// live, or not live well, without the gene: classes E and Q, L and M.
func (g *Gene) EssentialInVivo() bool {
	switch g.Essentiality {
	case "E", "Q", "L", "M":
		return true
	}
	return false
}

// Genes lists the genes of the genome in the order of their coordinates.
func (o *Organism) Genes() []Gene { return o.genes }

// ModelOnlyGenes lists what the metabolic network treats as a gene and the
// genome's annotation does not: of ecoli, iML1515's pseudo-gene s0001 and
// b4104. [Organism.Gene] finds them too.
func (o *Organism) ModelOnlyGenes() []Gene { return o.modelOnly }

// EssentialInVivo lists the loci of the genes that the experiment found
// essential on the default medium, in the order of [Organism.Genes].
func (o *Organism) EssentialInVivo() []string {
	var loci []string
	for i := range o.genes {
		if o.genes[i].EssentialInVivo() {
			loci = append(loci, o.genes[i].Locus)
		}
	}
	return loci
}

// A Count says how many genes of a type a genome has.
type Count struct {
	Type string
	N    int
}

// GeneCounts counts the genes by type, CDS first, then by number and name.
func (o *Organism) GeneCounts() []Count { return countGenes(o.genes) }
