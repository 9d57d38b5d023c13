package process

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/starlark"
)

// maxText is how many bytes the text of a value may take: measuring one takes
// time.
const maxText = 1 << 23

// errEndless says that a value's text is too long or nests too deep.
var errEndless = fmt.Errorf("the value's text is longer than %d bytes, or nests deeper than %d", maxText, maxDepth)

// textSize is at most how many bytes the text of a value takes, or an error
// when that is more than the limit.
func textSize(v starlark.Value, limit int) (int, error) {
	m := measure{limit: limit}
	err := m.value(v)
	return m.bytes, err
}

// A measure adds up the text of a value.
type measure struct {
	bytes, limit int
	open         []starlark.Value
}

const (
	// scalarBytes is more than the text of a number, truth value or function
	// name takes, and quoteFactor how much longer quoting makes a string.
	scalarBytes = 32
	quoteFactor = 4
	// bitsPerDigit is below log2(10).
	bitsPerDigit = 3
)

func (m *measure) add(n int) error {
	if m.bytes += n; m.bytes > m.limit {
		return errEndless
	}
	return nil
}

func (m *measure) value(v starlark.Value) error {
	switch v := v.(type) {
	case starlark.String:
		if len(m.open) == 0 {
			return m.add(len(v))
		}
		return m.add(quoteFactor*len(v) + len(`""`))
	case starlark.Bytes:
		return m.add(quoteFactor*len(v) + len(`b""`))
	case starlark.Int:
		return m.add(scalarBytes + bits(v)/bitsPerDigit)
	case *starlark.Dict:
		return m.enter(v, func() error {
			for k, held := range v.Entries() {
				if err := errors.Join(m.value(k), m.value(held), m.add(len(": , "))); err != nil {
					return errEndless
				}
			}
			return nil
		})
	case *starlark.List, starlark.Tuple, *starlark.Set:
		list, _ := v.(starlark.Iterable)
		return m.enter(v, func() error {
			for held := range starlark.Elements(list) {
				if err := errors.Join(m.value(held), m.add(len(", "))); err != nil {
					return errEndless
				}
			}
			return nil
		})
	case *starlark.Function:
		return m.add(scalarBytes + len(v.Name()))
	}
	return m.add(2 * scalarBytes)
}

func (m *measure) enter(v starlark.Value, each func() error) error {
	if err := m.add(len("set([])")); err != nil || len(m.open) >= maxDepth {
		return errEndless
	}
	if _, tuple := v.(starlark.Tuple); tuple {
		v = nil
	} else if slices.Contains(m.open, v) {
		return nil // Starlark writes ...
	}
	m.open = append(m.open, v)
	err := each()
	m.open = m.open[:len(m.open)-1]
	return err
}

// writing charges for the text of values.
func (r *run) writing(values []starlark.Value) error {
	total := 0
	for _, v := range values {
		n, err := textSize(v, maxText-total)
		if err != nil {
			return err
		}
		total += n
	}
	return r.pay(total)
}

// formatting charges for a template filled with arguments, each of which may
// be asked for at every mark.
func (r *run) formatting(template, mark string, args ...starlark.Value) error {
	marks := 1 + strings.Count(template, mark)
	total := len(template)
	for _, v := range args {
		n, err := textSize(v, maxText)
		if err != nil {
			return err
		}
		total += n
	}
	if total > maxMake/marks {
		return fmt.Errorf("the text could become longer than the %d bytes that are allowed at once", maxMake)
	}
	return r.pay(total * marks)
}

// shown is a value's text for a message.
func (r *run) shown(v starlark.Value) string {
	const most = 200
	if _, err := textSize(v, most); err != nil {
		return "of type " + v.Type()
	}
	return v.String()
}
