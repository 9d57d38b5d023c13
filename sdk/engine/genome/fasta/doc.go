// Package fasta reads and writes FASTA files: a line that begins with > and has
// a name and a description, and lines of letters after it. It is shaped like
// encoding/csv: [Reader.Read] gives records until its error is [io.EOF].
//
// The input may be packed with gzip, which the content tells; a sequence may be
// on one line or on many, and lines may end in CR and LF. Lower case, by which
// some files mask repeats, stays as it is. Errors are [genome.LineError]s.
//
// A [Reader] holds one record at a time, of which [Reader.MaxRecord] bounds the
// memory. With [Reader.OnSequence] it hands out the sequence in pieces and holds
// nothing of it.
package fasta
