// Package genomefile reads genomes from files of any format that is known: GenBank,
// GFF3 with or without sequences, and FASTA, plain or packed with gzip. The
// content tells which it is.
//
//	g, format, err := genomefile.Read(file, "syn3A.gb")
//
// Annotation and sequences that are in two files are put together with
// [Combine]. To read one record at a time, or features and sequence as they
// come, use the packages of the formats.
package genomefile
