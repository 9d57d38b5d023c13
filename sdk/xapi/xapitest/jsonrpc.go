package xapitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// An rpc is a call as it arrived.
type rpc struct {
	protocol Protocol
	id       json.RawMessage // JSON's, given back as it came
	method   string
	params   []any
	// marks end up in the other_config of the task that the call makes.
	marks map[string]string
}

// decodeJSON reads a JSON-RPC call of version 1.0 or 2.0. As at xapi, a call
// needs an id that is a number or a string, whatever its version.
func decodeJSON(body []byte) (rpc, error) {
	var in struct {
		Version json.RawMessage   `json:"jsonrpc"`
		Method  *string           `json:"method"`
		Params  []json.RawMessage `json:"params"`
		ID      json.RawMessage   `json:"id"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return rpc{}, fmt.Errorf("xapitest: malformed JSON-RPC: %w", err)
	}
	c := rpc{protocol: JSON1, id: in.ID}
	if in.Version != nil {
		if !bytes.Equal(in.Version, []byte(`"2.0"`)) {
			return rpc{}, errors.New(`xapitest: JSON-RPC version: want "2.0" or none`)
		}
		c.protocol = JSON2
	}
	if in.Method == nil {
		return rpc{}, errors.New("xapitest: JSON-RPC call without a method")
	}
	if len(in.ID) == 0 || in.ID[0] != '"' && in.ID[0] != '-' && (in.ID[0] < '0' || in.ID[0] > '9') {
		return rpc{}, errors.New("xapitest: JSON-RPC id: want a number or a string")
	}
	c.method = *in.Method
	for _, raw := range in.Params {
		v, err := decodeJSONValue(raw)
		if err != nil {
			return rpc{}, err
		}
		c.params = append(c.params, v)
	}
	return c, nil
}

func decodeJSONValue(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("xapitest: malformed JSON-RPC parameter: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("xapitest: malformed JSON-RPC parameter: more than one value")
	}
	return numbers(v), nil
}

// numbers turns json.Number into number, all the way down.
func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		return number(v)
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	}
	return v
}

// encodeJSON writes the answer to a call.
func encodeJSON(c rpc, result any, fail *Failure) []byte {
	var b []byte
	switch {
	case c.protocol == JSON2 && fail != nil:
		b = append(b, `{"jsonrpc":"2.0","error":{"code":1,"message":`...)
		b = appendJSON(b, fail.Code)
		b = append(b, `,"data":`...)
		b = appendJSON(b, fail.Params)
		b = append(b, `},"id":`...)
	case c.protocol == JSON2:
		b = append(b, `{"jsonrpc":"2.0","result":`...)
		b = appendJSON(b, result)
		b = append(b, `,"id":`...)
	case fail != nil:
		b = append(b, `{"result":null,"error":`...)
		b = appendJSON(b, append([]string{fail.Code}, fail.Params...))
		b = append(b, `,"id":`...)
	default:
		b = append(b, `{"result":`...)
		b = appendJSON(b, result)
		b = append(b, `,"error":null,"id":`...)
	}
	return append(append(b, c.id...), '}')
}

// appendJSON writes a value as xapi does: integers bare, floats that are not
// finite bare too, which is not JSON.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, `""`...)
	case string:
		return appendQuoted(b, v)
	case stamp:
		return appendQuoted(b, string(v))
	case bool:
		return strconv.AppendBool(b, v)
	case int32:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case number:
		return append(b, v...)
	case float64:
		return appendFloat(b, v)
	case []string:
		return appendSeq(b, '[', ']', v, appendQuoted)
	case []any:
		return appendSeq(b, '[', ']', v, appendJSON)
	case map[string]string:
		return appendSeq(b, '{', '}', slices.Sorted(maps.Keys(v)), func(b []byte, k string) []byte {
			return appendQuoted(append(appendQuoted(b, k), ':'), v[k])
		})
	case map[string]any:
		return appendSeq(b, '{', '}', slices.Sorted(maps.Keys(v)), func(b []byte, k string) []byte {
			return appendJSON(append(appendQuoted(b, k), ':'), v[k])
		})
	case record:
		return appendSeq(b, '{', '}', v.names(), func(b []byte, k string) []byte {
			return appendJSON(append(appendQuoted(b, k), ':'), v.fields[k])
		})
	}
	return appendQuoted(b, fmt.Sprint(v))
}

func appendSeq[T any](b []byte, open, end byte, items []T, one func([]byte, T) []byte) []byte {
	b = append(b, open)
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, item)
	}
	return append(b, end)
}

func appendFloat(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "NaN"...)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	}
	n := len(b)
	b = strconv.AppendFloat(b, f, 'g', -1, 64)
	if !bytes.ContainsAny(b[n:], ".eE") {
		b = append(b, ".0"...)
	}
	return b
}

func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			switch {
			case c == '"' || c == '\\':
				b = append(b, '\\', c)
			case c == '\n':
				b = append(b, `\n`...)
			case c < ' ' || c == 0x7f:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			default:
				b = append(b, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		b = utf8.AppendRune(b, r)
		i += n
	}
	return append(b, '"')
}
