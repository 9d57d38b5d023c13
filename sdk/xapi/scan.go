package xapi

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// The functions of this file walk over JSON that is known to be valid, once and
// without copying it: a large pool's records are megabytes, of which most
// fields are not looked at.

// members calls each for the members of an object, in order, until one fails;
// false when raw is not an object.
func members(raw []byte, each func(key, value json.RawMessage) error) (bool, error) {
	if len(raw) == 0 || raw[0] != '{' {
		return false, nil
	}
	i := blanks(raw, 1)
	for i < len(raw) && raw[i] != '}' {
		end := value(raw, i)
		key := raw[i:end]
		i = blanks(raw, end)
		i = blanks(raw, i+1) // the colon
		end = value(raw, i)
		if err := each(key, raw[i:end]); err != nil {
			return true, err
		}
		i = separator(raw, end)
	}
	return true, nil
}

// items calls each for the items of an array, in order, until one fails; false
// when raw is not an array.
func items(raw []byte, each func(item json.RawMessage) error) (bool, error) {
	if len(raw) == 0 || raw[0] != '[' {
		return false, nil
	}
	i := blanks(raw, 1)
	for i < len(raw) && raw[i] != ']' {
		end := value(raw, i)
		if err := each(raw[i:end]); err != nil {
			return true, err
		}
		i = separator(raw, end)
	}
	return true, nil
}

// separator returns where the next member or item begins, or the closing
// bracket.
func separator(raw []byte, i int) int {
	i = blanks(raw, i)
	if i < len(raw) && raw[i] == ',' {
		i = blanks(raw, i+1)
	}
	return i
}

func blanks(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\t' || raw[i] == '\r') {
		i++
	}
	return i
}

// value returns where the value that begins at i ends.
func value(raw []byte, i int) int {
	depth := 0
	for ; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			i = closingQuote(raw, i)
			if depth == 0 {
				return min(i+1, len(raw))
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth <= 1 {
				return i + depth // its own bracket, or that of what it is in
			}
			depth--
		case ',', ':', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return len(raw)
}

// closingQuote returns where the string ends that begins at i.
func closingQuote(raw []byte, i int) int {
	for i++; i < len(raw); i++ {
		switch raw[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(raw)
}

// jsonString returns a string's text; false when raw is not a string.
func jsonString(raw json.RawMessage) (string, bool) {
	const quotes = 2
	if len(raw) < quotes || raw[0] != '"' {
		return "", false
	}
	if text := raw[1 : len(raw)-1]; bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text) {
		return string(text), true
	}
	var s string
	return s, json.Unmarshal(raw, &s) == nil
}
