// Package gff3 reads and writes annotation in the Generic Feature Format,
// version 3: nine columns a line, attributes of the form name=value, directives
// that begin with ##, and sequences in FASTA after ##FASTA. It follows the
// specification of the Sequence Ontology, version 1.26. It is shaped like
// encoding/csv: [Reader.Read] gives lines until its error is [io.EOF], and
// [Reader.Sequences] then the sequences.
//
// [Features] puts together what lines say of the same feature (by ID), and the
// tree that Parent makes of them.
//
// The input may be packed with gzip, which the content tells. Errors are
// [genome.LineError]s. A file without ##gff-version is read too: NCBI has made
// some.
package gff3
