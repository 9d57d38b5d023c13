// Package genome reads what is on a genome: its genes and their proteins, its
// composition, codon usage, open reading frames and restriction sites, and how
// its genes differ from those of another.
//
//	g, _, err := genomefile.Read(file, "syn3A.gb")
//	for i := range g.Genes {
//		protein, err := g.Protein(&g.Genes[i])
//		...
//	}
//
// The packages below it read and write files: genbank, fasta and gff3, each a
// record at a time; genomefile tells them apart and makes a [Genome]. They share
// the types of this package: [Record], [Feature], [Location] and [LineError].
//
// Positions count from 1 and include both ends. Bases may be codes for several
// (IUPAC), in upper or lower case. Proteins are translated by NCBI's genetic
// codes 1, 4 (mycoplasmas, such as JCVI-syn3A: UGA is tryptophan) and 11.
//
// The packages are pure: they read from the readers that they are given, and
// nothing else.
package genome
