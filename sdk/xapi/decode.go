package xapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// decode fills dst, a pointer, from an answer's JSON. It follows the server's
// habits rather than encoding/json's: integers may come as strings and never
// pass through a float, floats may be NaN or infinite, times have the
// server's forms, "" stands for void, and records may lack fields or have more
// of them than the Go type knows, as older and newer servers' do.
func decode(raw json.RawMessage, dst any) error {
	raw = bytes.TrimSpace(raw)
	if !json.Valid(raw) {
		return fmt.Errorf("%w: result: it is not JSON", ErrProtocol)
	}
	d := decoder{fields: map[reflect.Type]map[string]int{}}
	return d.value(raw, reflect.ValueOf(dst).Elem(), path{name: "result"})
}

// A decoder decodes one answer.
type decoder struct {
	// fields are the records' by type and name on the wire.
	fields map[reflect.Type]map[string]int
}

// A path says where in an answer a value is. It is written out only when
// something is wrong there.
type path struct {
	above *path
	name  string
}

func (p path) String() string {
	if p.above == nil {
		return p.name
	}
	return p.above.String() + p.name
}

func (d *decoder) value(raw json.RawMessage, dst reflect.Value, at path) error {
	switch dst.Type() {
	case reflect.TypeFor[time.Time]():
		return decodeTime(raw, dst, at)
	case reflect.TypeFor[json.RawMessage]():
		dst.SetBytes(bytes.Clone(raw))
		return nil
	}
	switch dst.Kind() {
	case reflect.String:
		s, ok := jsonString(raw)
		if !ok {
			return mismatch(at, "a string", raw)
		}
		dst.SetString(s)
	case reflect.Bool:
		b, err := strconv.ParseBool(scalar(raw))
		if err != nil {
			return mismatch(at, "a boolean", raw)
		}
		dst.SetBool(b)
	case reflect.Int64:
		n, err := strconv.ParseInt(scalar(raw), 10, 64)
		if err != nil {
			return mismatch(at, "a 64-bit integer", raw)
		}
		dst.SetInt(n)
	case reflect.Float64:
		f, err := parseFloat(scalar(raw))
		if err != nil {
			return mismatch(at, "a number", raw)
		}
		dst.SetFloat(f)
	case reflect.Slice:
		return d.set(raw, dst, at)
	case reflect.Map:
		return d.mapping(raw, dst, at)
	case reflect.Struct:
		return d.record(raw, dst, at)
	default:
		return fmt.Errorf("%s: a Go value of kind %s is not one that answers decode into", at, dst.Kind())
	}
	return nil
}

// scalar returns a number or boolean, quoted or not, without its quotes.
func scalar(raw json.RawMessage) string {
	if s, ok := jsonString(raw); ok {
		return s
	}
	return string(raw)
}

func parseFloat(s string) (float64, error) {
	switch s {
	case "NaN", "nan":
		return math.NaN(), nil
	case "Infinity", "inf":
		return math.Inf(1), nil
	case "-Infinity", "-inf":
		return math.Inf(-1), nil
	}
	return strconv.ParseFloat(s, 64)
}

func (d *decoder) set(raw json.RawMessage, dst reflect.Value, at path) error {
	out := reflect.MakeSlice(dst.Type(), 0, 0)
	ok, err := items(raw, func(item json.RawMessage) error {
		i := out.Len()
		out = reflect.Append(out, reflect.Zero(dst.Type().Elem()))
		if err := d.value(item, out.Index(i), at); err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
		return nil
	})
	if !ok {
		return mismatch(at, "a set", raw)
	}
	dst.Set(out)
	return err
}

func (d *decoder) mapping(raw json.RawMessage, dst reflect.Value, at path) error {
	t := dst.Type()
	out := reflect.MakeMap(t)
	key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
	ok, err := members(raw, func(k, item json.RawMessage) error {
		key.SetZero()
		value.SetZero()
		if err := d.value(k, key, path{&at, " key"}); err != nil {
			return err
		}
		if err := d.value(item, value, path{&at, "[…]"}); err != nil {
			return err
		}
		out.SetMapIndex(key, value)
		return nil
	})
	if !ok {
		return mismatch(at, "a map", raw)
	}
	dst.Set(out)
	return err
}

func (d *decoder) record(raw json.RawMessage, dst reflect.Value, at path) error {
	fields := d.fieldsOf(dst.Type())
	ok, err := members(raw, func(k, item json.RawMessage) error {
		i, known := fields[string(k)]
		if !known || string(item) == "null" {
			return nil
		}
		return d.value(item, dst.Field(i), path{&at, "." + string(bytes.Trim(k, `"`))})
	})
	if !ok {
		return mismatch(at, "a record", raw)
	}
	return err
}

// fieldsOf returns the indices of a record's fields by their quoted names on
// the wire.
func (d *decoder) fieldsOf(t reflect.Type) map[string]int {
	fields, ok := d.fields[t]
	if !ok {
		fields = map[string]int{}
		for i := range t.NumField() {
			if name := t.Field(i).Tag.Get("xapi"); name != "" && name != "-" {
				fields[`"`+name+`"`] = i
			}
		}
		d.fields[t] = fields
	}
	return fields
}

// timeLayouts are the forms in which servers write times: without dashes, with
// or without a zone, and dashed as RFC 3339 has it.
func timeLayouts() []string {
	return []string{"20060102T15:04:05Z07:00", "20060102T15:04:05", time.RFC3339, "2006-01-02T15:04:05"}
}

func decodeTime(raw json.RawMessage, dst reflect.Value, at path) error {
	s, ok := jsonString(raw)
	if !ok {
		return mismatch(at, "a time", raw)
	}
	t, err := ParseTime(s)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	dst.Set(reflect.ValueOf(t))
	return nil
}

// ParseTime reads a time as servers write it. Without a zone it is taken as
// UTC. "Never", which servers write as the start of 1970, is the zero time.
func ParseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range timeLayouts() {
		if t, err := time.Parse(layout, s); err == nil {
			if t.Unix() == 0 {
				return time.Time{}, nil
			}
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%w: %.40q is not a time such as 20250319T04:16:24Z", ErrProtocol, s)
}

func mismatch(at path, want string, raw json.RawMessage) error {
	return fmt.Errorf("%w: %s: want %s, got %s", ErrProtocol, at, want, shape(raw))
}

// shape says what a JSON value is without saying what is in it, which may be
// nobody's business.
func shape(raw json.RawMessage) string {
	switch {
	case len(raw) == 0:
		return "nothing"
	case raw[0] == '"':
		return "a string"
	case raw[0] == '[':
		return "a set"
	case raw[0] == '{':
		return "a record"
	}
	return clip(raw)
}

// quoteNonFinite puts quotes around the bare NaN, Infinity and -Infinity that
// servers write outside strings, which JSON does not have. It returns its
// argument when there is nothing to quote.
func quoteNonFinite(body []byte) []byte {
	if !bytes.Contains(body, []byte("NaN")) && !bytes.Contains(body, []byte("Infinity")) {
		return body
	}
	var out []byte
	kept := 0
	inString := false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case !inString && (c == 'N' || c == 'I' || c == '-'):
			for _, word := range []string{"NaN", "Infinity", "-Infinity"} {
				if bytes.HasPrefix(body[i:], []byte(word)) {
					out = append(append(append(append(out, body[kept:i]...), '"'), word...), '"')
					i += len(word) - 1
					kept = i + 1
					break
				}
			}
		}
	}
	if out == nil {
		return body
	}
	return append(out, body[kept:]...)
}
