// Package wholecell is a cell that lives: its genes are transcribed, translated
// and replicated molecule by molecule, its metabolism feeds that, it grows and
// divides, with the machinery that it was granted.
//
//	c, err := wholecell.New(o, wholecell.Config{Seed: 1, Ribosomes: 650})
//	err = c.Advance(ctx, 3600)
//	values, err := c.Observe("atp", "mrna:dnaA", "ribosomes_active")
//
// # What happens
//
// Expression is a network of [expression]: a free polymerase starts on a copy of
// a gene and comes off with a transcript, a ribosome starts on a messenger and
// comes off with a protein, messengers decay, proteins of the membrane are
// translocated, DnaA opens the origin, forks pass gene after gene. Enzymes charge
// the transfer RNA of each amino acid, of which a protein leaves as much uncharged
// as it has residues; ribosomes wait for the scarcest. Each event
// pays: a nucleotide and an ATP per base transcribed, an ATP per base decayed, an
// amino acid and an ATP (to AMP) per tRNA charged, two GTP per residue, an ATP per ten residues
// translocated, an ATP per base pair replicated. What an event needs is there, or
// the event does not happen; more polymerases or ribosomes than were granted are
// never at work. [Cell.Accounts] close to the molecule.
//
// Each second of simulated time ([Config.Exchange]) the cell trades with its
// metabolism, a linear programme of [metabolism] under the granted share of ATP:
// what expression used up goes back as a demand, and what can be supplied of it
// comes. Then the cell weighs itself, assembles machinery, and shares it anew
// among genes and messengers. With twice a newborn cell's protein and two
// chromosomes it divides, and one daughter is followed.
//
// # What is published, and what is simpler here
//
// Rate laws and constants are those of the published whole-cell model of
// JCVI-syn3A (see constants.go), base counts corrected. Simpler are: metabolism,
// which is in a steady state each second, where the published model integrates
// 175 rate laws; free polymerases and ribosomes, which are shared as law.go and
// machinery.go say, where the published model has each gene take its rate
// alone; ribosomal RNA, which is transcribed as two operons, where the published
// model transcribes its genes one by one; tRNA, which is charged ten at a time and
// in one step where the published model takes four, and of which those that
// read different codons of an amino acid are one pool; ribosomes, which assemble at once; lipids, which grow with
// the cell; one round of replication a cycle, whose
// deoxynucleotides are there when they are needed; nascent chains and transcripts,
// whose cost falls due when they are done; proteins, which do not decay, as in
// the published model. Polysomes by the law are a mean number of ribosomes per
// messenger; a messenger that decays lets its ribosomes finish.
//
// # The same bits everywhere
//
// The package is pure: the same config gives the same cell on every platform,
// with a checkpoint in the middle or not, with one worker or many. A program
// built with the tag invariants checks at every event that matter and energy are
// conserved, that nothing is negative, and that no more machinery works than was
// granted.
package wholecell
