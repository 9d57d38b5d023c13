// Package genbank reads and writes GenBank flat files: records of NCBI's GenBank
// and RefSeq, and what other programs write in that format. It is shaped like
// encoding/csv:
//
//	r := genbank.NewReader(f)
//	for {
//		record, err := r.Read()
//		if err == io.EOF {
//			break
//		}
//		...
//	}
//
// The input may be packed with gzip, which the content tells, and lines may end
// in CR and LF. Errors are [genome.LineError]s with file, record and line.
//
// # Large files
//
// A [Reader] holds one record at a time. With [Reader.OnFeature] and
// [Reader.OnSequence] it hands out features and sequence as they come, and holds
// neither: memory then does not grow with the record. What it holds of one
// record is bounded by [Reader.MaxRecord], whoever wrote the file.
//
// # What is kept
//
// Reading what [Writer] wrote gives the same record, and writing a record that
// was read from a file as NCBI makes them gives the same bytes. As the format
// has it, lines of a text are joined by a space, those of /translation by
// nothing, and doubled quotes are one; a text is broken at spaces only. Comments,
// DBLINK and PRIMARY keep their lines.
package genbank
