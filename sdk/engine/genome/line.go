package genome

import (
	"fmt"
	"strconv"
)

// A LineError says what is wrong in a file of sequences, and where.
type LineError struct {
	File   string // as the reader was told; may be empty
	Record string // the name of the record; empty before it is known
	Number int    // of the record, from 1; 0 for what is in none
	Line   int    // from 1; 0 when it is not one line's fault
	Err    error
}

// Error names the file, the record and the line, as far as there are any.
func (e *LineError) Error() string {
	text := ""
	if e.File != "" {
		text = e.File + ": "
	}
	switch {
	case e.Record != "":
		text += fmt.Sprintf("record %.60s: ", e.Record)
	case e.Number > 0:
		text += "record " + strconv.Itoa(e.Number) + ": "
	}
	if e.Line > 0 {
		text += "line " + strconv.Itoa(e.Line) + ": "
	}
	return text + e.Err.Error()
}

// Unwrap returns what is wrong.
func (e *LineError) Unwrap() error { return e.Err }
