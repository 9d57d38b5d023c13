package xapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// decode fills dst, a pointer, from an answer's JSON. It follows the server's
// habits rather than encoding/json's: integers may come as strings and never
// pass through a float, floats may be NaN or infinite, times have the
// server's forms, "" stands for void, and records may lack fields or have more
// of them than the Go type knows, as older and newer servers' do.
func decode(raw json.RawMessage, dst any) error {
	return decodeValue(raw, reflect.ValueOf(dst).Elem(), "result")
}

func decodeValue(raw json.RawMessage, dst reflect.Value, path string) error {
	if _, ok := dst.Interface().(time.Time); ok {
		return decodeTime(raw, dst, path)
	}
	if _, ok := dst.Interface().(json.RawMessage); ok {
		dst.SetBytes(bytes.Clone(raw))
		return nil
	}
	switch dst.Kind() { //nolint:exhaustive // the default names the kinds that records never have
	case reflect.String:
		s, ok := jsonString(raw)
		if !ok {
			return mismatch(path, "a string", raw)
		}
		dst.SetString(s)
	case reflect.Bool:
		b, err := strconv.ParseBool(scalar(raw))
		if err != nil {
			return mismatch(path, "a boolean", raw)
		}
		dst.SetBool(b)
	case reflect.Int64:
		n, err := strconv.ParseInt(scalar(raw), 10, 64)
		if err != nil {
			return mismatch(path, "a 64-bit integer", raw)
		}
		dst.SetInt(n)
	case reflect.Float64:
		f, err := parseFloat(scalar(raw))
		if err != nil {
			return mismatch(path, "a number", raw)
		}
		dst.SetFloat(f)
	case reflect.Slice:
		return decodeSet(raw, dst, path)
	case reflect.Map:
		return decodeMap(raw, dst, path)
	case reflect.Struct:
		return decodeRecord(raw, dst, path)
	default:
		return fmt.Errorf("%s: a Go value of kind %s is not one that answers decode into", path, dst.Kind())
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

func jsonString(raw json.RawMessage) (string, bool) {
	var s string
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		return "", false
	}
	return s, true
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

func decodeSet(raw json.RawMessage, dst reflect.Value, path string) error {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return mismatch(path, "a set", raw)
	}
	out := reflect.MakeSlice(dst.Type(), len(items), len(items))
	for i, item := range items {
		if err := decodeValue(item, out.Index(i), fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	dst.Set(out)
	return nil
}

func decodeMap(raw json.RawMessage, dst reflect.Value, path string) error {
	var items map[string]json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return mismatch(path, "a map", raw)
	}
	t := dst.Type()
	out := reflect.MakeMapWithSize(t, len(items))
	for k, item := range items {
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		name, err := json.Marshal(k)
		if err == nil {
			err = decodeValue(name, key, path+" key")
		}
		if err == nil {
			err = decodeValue(item, value, fmt.Sprintf("%s[%q]", path, k))
		}
		if err != nil {
			return err
		}
		out.SetMapIndex(key, value)
	}
	dst.Set(out)
	return nil
}

func decodeRecord(raw json.RawMessage, dst reflect.Value, path string) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return mismatch(path, "a record", raw)
	}
	t := dst.Type()
	for i := range t.NumField() {
		name := fieldName(t.Field(i))
		item, ok := fields[name]
		if name == "" || !ok || string(item) == "null" {
			continue
		}
		if err := decodeValue(item, dst.Field(i), path+"."+name); err != nil {
			return err
		}
	}
	return nil
}

// fieldName is a struct field's name on the wire, empty when it has none.
func fieldName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("xapi"), ",")
	return name
}

// timeLayouts are the forms in which servers write times: without dashes, with
// or without a zone, and dashed as RFC 3339 has it.
func timeLayouts() []string {
	return []string{"20060102T15:04:05Z07:00", "20060102T15:04:05", time.RFC3339, "2006-01-02T15:04:05"}
}

func decodeTime(raw json.RawMessage, dst reflect.Value, path string) error {
	s, ok := jsonString(raw)
	if !ok {
		return mismatch(path, "a time", raw)
	}
	t, err := ParseTime(s)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
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

func mismatch(path, want string, raw json.RawMessage) error {
	return fmt.Errorf("%w: %s: want %s, got %s", ErrProtocol, path, want, shape(raw))
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
