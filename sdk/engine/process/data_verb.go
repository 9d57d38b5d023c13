package process

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"path"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
)

// dataName is how the built-in that reads data is called.
const dataName = "data"

func dataVerb() verb {
	return verb{
		name: dataName, basic: true,
		doc: `data(name, numbers=[])

Reads a file of a package that is installed in the VM.

Arguments:
  name     @package//path; within a package a path from the file's own folder
           does as well, or one from the package's, after //
  numbers  columns of a table whose cells are numbers; an empty one is None

Returns by the name's ending:
  .json   the value
  .tsv    a list of dicts, a row each: the first line names the columns, tabs
          part the cells, lines that begin with # are left out
  others  the text

Example:
  len(data("@media//media.tsv", numbers=["uptake"]))`,
		call: (*run).data,
	}
}

func (r *run) data(c *call) (starlark.Value, error) {
	var name string
	var columns starlark.Value = starlark.NewList(nil)
	if err := c.unpack("name", &name, "numbers?", &columns); err != nil {
		return nil, err
	}
	numbers, err := c.names("numbers", columns)
	if err != nil {
		return nil, err
	}
	at, err := r.library.find(caller(r.thread), name)
	if err != nil {
		return nil, c.refuse("%v", err)
	}
	content := r.use(at)
	if err := r.pay(len(content)); err != nil {
		return nil, err
	}
	ending := path.Ext(at.path)
	if len(numbers) > 0 && ending != ".tsv" {
		return nil, c.refuse("%s has no columns of numbers; only .tsv has", at)
	}
	var v starlark.Value
	switch ending {
	case ".json":
		v, err = r.decode(bytes.TrimPrefix(content, []byte(byteOrderMark)))
	case ".tsv":
		v, err = r.table(strings.TrimPrefix(string(content), byteOrderMark), numbers)
	default:
		return text(string(content)), nil
	}
	if err != nil && r.failure == nil {
		return nil, c.refuse("%s: %v", at, err)
	}
	return v, err
}

// byteOrderMark is what some editors begin a file with. It is no part of the
// first column's name.
const byteOrderMark = "\ufeff"

const (
	// dictBytes is about what a dict takes, and entryBytes a further entry of it.
	dictBytes, entryBytes = 512, 64
)

// table reads a table with a line of names.
func (r *run) table(content string, numbers []string) (starlark.Value, error) {
	var columns []string
	var isNumber []bool
	var rows []starlark.Value
	n := 0
	for line := range strings.Lines(content) {
		n++
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if line == "" || line[0] == '#' {
			continue
		}
		cells := strings.Split(line, "\t")
		if columns == nil {
			var err error
			if columns, isNumber, err = columnsOf(cells, numbers); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			continue
		}
		if len(cells) != len(columns) {
			return nil, fmt.Errorf("line %d has %d cells, and there are %d columns", n, len(cells), len(columns))
		}
		if err := r.work(len(cells) + (dictBytes+entryBytes*len(cells))/bytesPerStep); err != nil {
			return nil, err
		}
		row := starlark.NewDict(len(cells))
		for i, cell := range cells {
			v, err := cellOf(cell, isNumber[i])
			if err != nil {
				return nil, fmt.Errorf("line %d: %s: %w", n, columns[i], err)
			}
			if err := row.SetKey(text(columns[i]), v); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
	return starlark.NewList(rows), nil
}

// columnsOf are the columns that a table's first line names, and which of them
// hold numbers.
func columnsOf(names, numbers []string) ([]string, []bool, error) {
	at := make(map[string]int, len(names))
	for i, name := range names {
		if _, twice := at[name]; twice {
			return nil, nil, fmt.Errorf("two columns are called %q", shortened(name))
		}
		at[name] = i
	}
	isNumber := make([]bool, len(names))
	for _, name := range numbers {
		i, ok := at[name]
		if !ok {
			return nil, nil, fmt.Errorf("there is no column %q%s", shortened(name), biovm.Near(near.Names(name, names, nearNames)))
		}
		isNumber[i] = true
	}
	return names, isNumber, nil
}

func cellOf(cell string, isNumber bool) (starlark.Value, error) {
	switch {
	case !isNumber:
		return text(cell), nil
	case cell == "":
		return starlark.None, nil
	}
	f, err := strconv.ParseFloat(cell, 64)
	if err != nil || !json.Valid([]byte(cell)) {
		return nil, fmt.Errorf("%q is no number", shortened(cell))
	}
	return number(f), nil
}

// decode reads a JSON text.
func (r *run) decode(content []byte) (starlark.Value, error) {
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	v, err := r.decodeValue(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("byte %d: something follows the value", d.InputOffset())
	}
	return v, nil
}

func (r *run) decodeValue(d *json.Decoder, depth int) (starlark.Value, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("the value nests deeper than %d", maxDepth)
	}
	if err := r.work(1); err != nil {
		return nil, err
	}
	token, err := d.Token()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("byte %d: %w", d.InputOffset(), err)
	}
	switch v := token.(type) {
	case json.Delim:
		if v == '{' {
			return r.decodeObject(d, depth)
		}
		return r.decodeArray(d, depth)
	case bool:
		return starlark.Bool(v), nil
	case string:
		return text(v), nil
	case json.Number:
		return jsonNumber(v.String())
	}
	return starlark.None, nil
}

// jsonNumber reads an integer with all its digits, or a float.
func jsonNumber(s string) (starlark.Value, error) {
	if !strings.ContainsAny(s, ".eE") {
		if len(s) > maxIntBits/bitsPerDigit {
			return nil, fmt.Errorf("the integer would have more than %d bits", maxIntBits)
		}
		if i, ok := new(big.Int).SetString(s, 10); ok {
			return starlark.MakeBigInt(i), nil
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil, fmt.Errorf("%q is too large a number", shortened(s))
	}
	return number(f), nil
}

func (r *run) decodeObject(d *json.Decoder, depth int) (starlark.Value, error) {
	if err := r.work(dictBytes / bytesPerStep); err != nil {
		return nil, err
	}
	dict := starlark.NewDict(0)
	for d.More() {
		key, err := r.decodeValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		v, err := r.decodeValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		if err := dict.SetKey(key, v); err != nil {
			return nil, err
		}
	}
	return dict, end(d)
}

func (r *run) decodeArray(d *json.Decoder, depth int) (starlark.Value, error) {
	var list []starlark.Value
	for d.More() {
		v, err := r.decodeValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return starlark.NewList(list), end(d)
}

// end reads the bracket that closes.
func end(d *json.Decoder) error {
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("byte %d: %w", d.InputOffset(), err)
	}
	return nil
}
