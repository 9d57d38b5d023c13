package main

import "strconv"

// A constant is one row of an organism's table of constants.
type constant struct {
	key, value, unit, source string
}

func constantTable(constants []constant) ([]byte, error) {
	rows := make([][]string, len(constants))
	for i, c := range constants {
		rows[i] = []string{c.key, c.value, c.unit, c.source}
	}
	return table([]string{"key", "value", "unit", "source"}, rows)
}

// Where values come from, as the tables cite it.
const (
	citeBreuer  = "Breuer et al. 2019, eLife 8:e36842, doi:10.7554/eLife.36842"
	citeGenBank = "GenBank CP016816.2"
	citeThorn   = "Thornburg et al. 2022, Cell 185:345-360, doi:10.1016/j.cell.2021.12.025"
	citeMonk    = "Monk et al. 2017, Nat. Biotechnol. 35:904-908, doi:10.1038/nbt.3956"
	citeRefSeq  = "NCBI RefSeq NC_000913.3"
	citeDennis  = "Dennis & Bremer 2008, EcoSal Plus 3(1), doi:10.1128/ecosal.5.2.3"
	citeBaba    = "Baba et al. 2006, Mol. Syst. Biol. 2:2006.0008, doi:10.1038/msb4100050"
	citeJoyce   = "Joyce et al. 2006, J. Bacteriol. 188:8259-8271, doi:10.1128/JB.00740-06"
	citeSchmidt = "Schmidt et al. 2016, Nat. Biotechnol. 34:104-110, doi:10.1038/nbt.3418"
	citeBlatt   = "Blattner et al. 1997, Science 277:1453-1462, doi:10.1126/science.277.5331.1453"
)

// atpSource says how the reference of the ATP share was found; it depends on
// the network alone, and a test of the tables solves it again.
const atpSource = "computed: the least total production of atp_c (sum over reactions, either direction) among the flux distributions of greatest growth, of the network on its default medium"

func syn3aConstants(genomeBP, aminoAcids, gc string) []constant {
	return []constant{
		{"name", "JCVI-syn3A", "", citeBreuer},
		{"strain", "synthetic bacterium JCVI-Syn3A", "", citeGenBank},
		{"accession", "CP016816.2", "", "GenBank"},
		{"release", "iMB155-2019.1", "", "model, year of its publication, revision of these tables"},
		{"model", "iMB155", "", citeBreuer},
		{"objective", "EX_biomass_c", "", citeBreuer},
		{"medium", "defined medium of the model: every component may be taken up, glucose at most 7.4 and glycerol at most 0.193 mmol/gDW/h", "", citeBreuer},
		{"genome_bp", genomeBP, "bp", citeGenBank},
		{"gc_fraction", gc, "1", "counted in " + citeGenBank},
		{"amino_acids_per_cell", aminoAcids, "aa", "sum over the CDS of genes.tsv of proteins per cell times codons without the stop; counts: " + citeBreuer},
		{"translation_rate", "6.499145129", "aa/s/ribosome", "3269 aa/s over 503 ribosomes of a newborn cell by the rate laws and counts of " + citeThorn},
		{"atp_reference", "27.3658332255531", "mmol/gDW/h", atpSource},
		{"ribosomes_per_cell", "503", "1", "cryo-electron tomograms, " + citeThorn},
		{"rna_polymerases_per_cell", "187", "1", "RpoA count of the proteome, " + citeBreuer},
		{"doubling_time", "105", "min", "measured, " + citeThorn},
		{"temperature", "37", "degC", citeBreuer},
	}
}

// originConstants are what replication needs of the genome and the newborn
// cell. They are those of the whole genome in minimal_cell too.
func originConstants(boxes []int, sequence string) []constant {
	return []constant{
		{"accession_bp", strconv.Itoa(len(sequence)), "bp", "length of the accession, which gene coordinates refer to, " + citeGenBank},
		{"oric", strconv.Itoa(boxes[0]), "bp", "place of the DnaA box TTATNCACA between dnaA and dnaN, " + citeGenBank},
		{"dnaa_boxes", strconv.Itoa(len(boxes)), "1", "sites TTATNCACA on both strands, that of the origin among them, counted in " + citeGenBank},
		{"cell_radius", "200", "nm", "of a newborn cell, cryo-electron tomograms, " + citeThorn},
	}
}

func minimalCellConstants(genomeBP, aminoAcids, gc string) []constant {
	derived := "derived from syn3a's tables: "
	return []constant{
		{"name", "JCVI-syn3A without its non-essential genes", "", "derived; no such strain is published"},
		{"strain", "in silico, from synthetic bacterium JCVI-Syn3A", "", "derived"},
		{"accession", "CP016816.2", "", "GenBank; gene coordinates are those of the whole genome"},
		{"release", "iMB155-2019.1", "", "model, year of its publication, revision of these tables"},
		{"model", "iMB155-minimal", "", derived + "iMB155 without the class N genes and the reactions that need them"},
		{"objective", "EX_biomass_c", "", citeBreuer},
		{"medium", "defined medium of the model, as for syn3a", "", citeBreuer},
		{"genome_bp", genomeBP, "bp", derived + "genome length less the bases that lie in class N genes only"},
		{"gc_fraction", gc, "1", "counted in those bases of " + citeGenBank},
		{"amino_acids_per_cell", aminoAcids, "aa", derived + "amino acids per cell of the genes that stay"},
		{"translation_rate", "6.499145129", "aa/s/ribosome", "as syn3a, " + citeThorn},
		{"atp_reference", "20.8871447563183", "mmol/gDW/h", atpSource},
		{"ribosomes_per_cell", "503", "1", "as syn3a, " + citeThorn},
		{"rna_polymerases_per_cell", "187", "1", "as syn3a, " + citeBreuer},
		{"temperature", "37", "degC", "as syn3a, " + citeBreuer},
	}
}

func ecoliConstants() []constant {
	return []constant{
		{"name", "Escherichia coli", "", citeRefSeq},
		{"strain", "K-12 substr. MG1655", "", citeRefSeq},
		{"accession", "NC_000913.3", "", "NCBI RefSeq"},
		{"release", "iML1515-2017.1", "", "model, year of its publication, revision of these tables"},
		{"model", "iML1515", "", citeMonk},
		{"objective", "BIOMASS_Ec_iML1515_core_75p37M", "", citeMonk},
		{"medium", "aerobic glucose minimal medium of the model: glucose at most 10 mmol/gDW/h", "", citeMonk},
		{"genome_bp", "4641652", "bp", citeRefSeq},
		{"gc_fraction", "0.508", "1", citeBlatt},
		{"amino_acids_per_cell", "1190000000", "aa", "at a doubling time of 60 min, " + citeDennis},
		{"translation_rate", "15.3", "aa/s/ribosome", "18 aa/s elongation times 0.85 active ribosomes, at a doubling time of 60 min, " + citeDennis},
		{"atp_reference", "93.0476032840807", "mmol/gDW/h", atpSource},
		{"ribosomes_per_cell", "15000", "1", "at a doubling time of 60 min, " + citeDennis},
		{"rna_polymerases_per_cell", "3500", "1", "at a doubling time of 60 min, " + citeDennis},
		{"doubling_time", "60", "min", "the growth that the counts per cell belong to, " + citeDennis},
		{"temperature", "37", "degC", citeDennis},
	}
}
