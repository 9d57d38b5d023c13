package remote

import "io"

// ReadEvents is readEvents.
func ReadEvents(r io.Reader, take func(kind string, data []byte) error) error {
	return readEvents(r, take)
}

// ErrBroken is errBroken.
func ErrBroken() error { return errBroken }
