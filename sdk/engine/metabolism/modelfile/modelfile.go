package modelfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/cobrajson"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/sbml"
)

// A Format is how a model is written down.
type Format int

// The formats.
const (
	SBML      Format = iota + 1 // Level 3 with flux balance constraints
	COBRAJSON                   // the JSON of COBRApy and BiGG
)

// ErrFormat is in the error for what is in no format that is known.
var ErrFormat = errors.New("not a model in SBML or in the JSON of COBRApy, plain or packed with gzip")

// String names the format.
func (f Format) String() string {
	switch f {
	case SBML:
		return "SBML"
	case COBRAJSON:
		return "COBRA JSON"
	}
	return fmt.Sprintf("Format(%d)", int(f))
}

// FormatOf tells by the end of a file's name (.xml, .sbml or .json, after which
// .gz may follow) in which format to write it, and whether packed.
func FormatOf(name string) (f Format, packed bool, err error) {
	plain, packed := strings.CutSuffix(strings.ToLower(name), ".gz")
	switch {
	case strings.HasSuffix(plain, ".json"):
		return COBRAJSON, packed, nil
	case strings.HasSuffix(plain, ".xml"), strings.HasSuffix(plain, ".sbml"):
		return SBML, packed, nil
	}
	return 0, false, fmt.Errorf("%s: the name should end in .json, .xml or .sbml, or one of these and .gz", name)
}

// Read reads a model. The name, such as the file's, is for errors only. It may
// take more of the input than the model. A model without a goal is one too: see
// [metabolism.Goal]. Errors wrap [ErrFormat], [metabolism.LineError] or that of
// the input.
func Read(r io.Reader, name string) (*metabolism.Model, Format, error) {
	m, f, err := read(r)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", name, err)
	}
	return m, f, nil
}

func read(r io.Reader) (*metabolism.Model, Format, error) {
	const window = 64 << 10
	in := bufio.NewReaderSize(r, window)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, 0, fmt.Errorf("unpacking: %w", err)
		}
		in = bufio.NewReaderSize(z, window)
	}
	start, err := in.Peek(window)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, err
	}
	start = bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\uFEFF")))
	var m *metabolism.Model
	switch {
	case bytes.HasPrefix(start, []byte("{")):
		m, err = cobrajson.Read(in)
		return m, COBRAJSON, err
	case bytes.HasPrefix(start, []byte("<")):
		m, err = sbml.Read(in)
		return m, SBML, err
	}
	return nil, 0, ErrFormat
}

// Write writes a model in a format, packed with gzip when asked. It fails when
// the writer does, or when the format cannot hold the model.
func Write(w io.Writer, m *metabolism.Model, f Format, packed bool) error {
	write := sbml.Write
	switch f {
	case SBML:
	case COBRAJSON:
		write = cobrajson.Write
	default:
		return fmt.Errorf("%v is no format: want %v or %v", f, SBML, COBRAJSON)
	}
	if !packed {
		return write(w, m)
	}
	z := gzip.NewWriter(w)
	if err := write(z, m); err != nil {
		return err
	}
	return z.Close()
}
