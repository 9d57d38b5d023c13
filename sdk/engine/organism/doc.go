// Package organism has the cells that BioXen ships: genome table, metabolic
// network and expression constants of each biological type, as embedded tables
// of published facts.
//
//	cell, err := organism.Of(biovm.Syn3A)
//	gene, ok := cell.Gene("dnaA")     // also JCVISYN3A_0001, MMSYN1_0001
//	model := cell.Model()             // iMB155, ready for sdk/engine/metabolism
//
// The tables are in data/, one folder per organism, each with a SOURCES.md that
// names citation and licence; internal/gendata makes them (make gen-data).
// minimal_cell has no gene table of its own: it is syn3a without the genes of
// class N.
//
// An [Organism] is immutable: what its methods return is shared and to be read
// only. The package is pure: it reads nothing but what is embedded.
package organism
