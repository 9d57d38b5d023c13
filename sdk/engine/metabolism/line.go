package metabolism

import "strconv"

// A LineError says what is wrong in the file of a model, and where.
type LineError struct {
	Line int // from 1
	Err  error
}

// Error names the line first.
func (e *LineError) Error() string { return "line " + strconv.Itoa(e.Line) + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *LineError) Unwrap() error { return e.Err }
