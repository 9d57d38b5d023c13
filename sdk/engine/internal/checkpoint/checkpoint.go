// Package checkpoint writes and reads the checkpoints of models that are a
// configuration, some numbers and a simulator: the lac operon's, a plasmid's. It
// is pure.
//
// A checkpoint is its form, the length of the configuration as eight bytes, the
// configuration as JSON, the numbers as eight bytes each, all little-endian, and
// then what the simulator wrote.
package checkpoint

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// word is how many bytes a number takes.
const word = 8

// A Form is what a kind of checkpoint begins with, and of what it is.
type Form struct {
	Magic string // begins the checkpoint; its last byte is the version
	Of    string // such as "a lac operon", for errors
	Words int    // how many numbers there are
}

// Write makes a checkpoint. There must be as many numbers as the form says.
func (f Form) Write(config any, words []uint64, simulator []byte) ([]byte, error) {
	if len(words) != f.Words {
		return nil, fmt.Errorf("write a checkpoint of %s: %d numbers, want %d", f.Of, len(words), f.Words)
	}
	text, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("write the configuration of %s: %w", f.Of, err)
	}
	data := []byte(f.Magic)
	data = binary.LittleEndian.AppendUint64(data, uint64(len(text)))
	data = append(data, text...)
	for _, w := range words {
		data = binary.LittleEndian.AppendUint64(data, w)
	}
	return append(data, simulator...), nil
}

// Read takes a checkpoint apart: it fills in the configuration and returns the
// numbers and what the simulator wrote.
func (f Form) Read(data []byte, config any) (words []uint64, simulator []byte, err error) {
	if len(data) < len(f.Magic)+word || string(data[:len(f.Magic)]) != f.Magic {
		return nil, nil, fmt.Errorf("is not a checkpoint of %s of this version", f.Of)
	}
	data = data[len(f.Magic):]
	size := binary.LittleEndian.Uint64(data)
	data = data[word:]
	if size > uint64(len(data)) || uint64(len(data))-size < uint64(word*f.Words) { //nolint:gosec // a form has some numbers
		return nil, nil, errors.New("ends too soon")
	}
	if err := json.Unmarshal(data[:size], config); err != nil {
		return nil, nil, fmt.Errorf("configuration: %w", err)
	}
	data = data[size:]
	for range f.Words {
		words = append(words, binary.LittleEndian.Uint64(data))
		data = data[word:]
	}
	return words, data, nil
}

// Amount reads a number that cannot be negative or infinite.
func Amount(w uint64) (float64, error) {
	x := math.Float64frombits(w)
	if !(x >= 0) || math.IsInf(x, 0) {
		return 0, fmt.Errorf("a number %v where none can be", x)
	}
	return x, nil
}

// Wrong says what is wrong with data that are no such checkpoint.
func Wrong(data []byte, err error) error {
	return &biovm.FieldError{Path: "checkpoint", Value: strconv.Itoa(len(data)) + " bytes", Reason: err.Error()}
}
