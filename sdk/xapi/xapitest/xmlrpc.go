package xapitest

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// maxNesting bounds how deep values of a call may nest.
const maxNesting = 32

// decodeXML reads an XML-RPC call.
func decodeXML(body []byte) (rpc, error) {
	d := &xmlReader{d: xml.NewDecoder(bytes.NewReader(body))}
	d.d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	c, err := d.call()
	if err != nil {
		return rpc{}, fmt.Errorf("xapitest: malformed XML-RPC: %w", err)
	}
	return c, nil
}

// An xmlReader pulls values out of XML.
type xmlReader struct{ d *xml.Decoder }

// next returns the next tag, and the text before it.
func (r *xmlReader) next() (xml.Token, string, error) {
	var text strings.Builder
	for {
		t, err := r.d.Token()
		if err != nil {
			return nil, "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			return t.Copy(), text.String(), nil
		case xml.EndElement:
			return t, text.String(), nil
		}
	}
}

// open demands the start of one of the elements, or the end of the one around
// them, for which it returns "".
func (r *xmlReader) open(names ...string) (string, error) {
	t, _, err := r.next()
	if err != nil {
		return "", err
	}
	if s, ok := t.(xml.StartElement); ok {
		if slices.Contains(names, s.Name.Local) {
			return s.Name.Local, nil
		}
		return "", fmt.Errorf("<%s> where %s should be", s.Name.Local, strings.Join(names, " or "))
	}
	return "", nil
}

// text reads the text up to the end of the element.
func (r *xmlReader) text() (string, error) {
	t, text, err := r.next()
	if err != nil {
		return "", err
	}
	if s, ok := t.(xml.StartElement); ok {
		return "", fmt.Errorf("<%s> where text should be", s.Name.Local)
	}
	return text, nil
}

func (r *xmlReader) end() error {
	name, err := r.open()
	if err == nil && name != "" {
		err = fmt.Errorf("<%s> where an end should be", name)
	}
	return err
}

func (r *xmlReader) call() (rpc, error) {
	c := rpc{protocol: XML}
	if name, err := r.open("methodCall"); err != nil || name == "" {
		return c, errors.Join(err, errors.New("no methodCall"))
	}
	for {
		name, err := r.open("methodName", "params")
		switch {
		case err != nil:
			return c, err
		case name == "":
			if c.method == "" {
				return c, errors.New("no methodName")
			}
			return c, nil
		case name == "methodName":
			if c.method, err = r.text(); err != nil {
				return c, err
			}
			c.method = strings.TrimSpace(c.method)
		default:
			if c.params, err = r.params(); err != nil {
				return c, err
			}
		}
	}
}

func (r *xmlReader) params() ([]any, error) {
	params := []any{}
	for {
		name, err := r.open("param")
		if err != nil || name == "" {
			return params, err
		}
		if name, err = r.open("value"); err != nil || name == "" {
			return nil, errors.Join(err, errors.New("a param without a value"))
		}
		v, err := r.value(0)
		if err == nil {
			err = r.end()
		}
		if err != nil {
			return nil, err
		}
		params = append(params, v)
	}
}

// value reads what is in <value>, whose start was read, and its end.
func (r *xmlReader) value(depth int) (any, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("values nest deeper than %d", maxNesting)
	}
	t, text, err := r.next()
	if err != nil {
		return nil, err
	}
	start, ok := t.(xml.StartElement)
	if !ok {
		return text, nil // untyped means string
	}
	var v any
	switch start.Name.Local {
	case "array":
		v, err = r.array(depth)
	case "struct":
		v, err = r.structure(depth)
	default:
		v, err = r.leaf(start.Name.Local)
	}
	if err != nil {
		return nil, err
	}
	return v, r.end()
}

func (r *xmlReader) leaf(name string) (any, error) {
	s, err := r.text()
	if err != nil {
		return nil, err
	}
	switch name {
	case "string", "dateTime.iso8601":
		return s, nil
	case "int", "i4", "i8", "double":
		s = strings.TrimSpace(s)
		if _, err := strconv.ParseFloat(s, 64); err != nil {
			return nil, fmt.Errorf("<%s>%.20q is not a number", name, s)
		}
		return number(s), nil
	case "boolean":
		switch strings.TrimSpace(s) {
		case "0":
			return false, nil
		case "1":
			return true, nil
		}
		return nil, fmt.Errorf("<boolean>%.20q: want 0 or 1", s)
	case "base64":
		b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
		return string(b), err
	case "nil":
		return nil, nil //nolint:nilnil // nil is the value
	}
	return nil, fmt.Errorf("<%s> is not a type of XML-RPC", name)
}

func (r *xmlReader) array(depth int) (any, error) {
	if name, err := r.open("data"); err != nil || name == "" {
		return []any{}, err
	}
	items := []any{}
	for {
		name, err := r.open("value")
		if err != nil {
			return nil, err
		}
		if name == "" {
			return items, r.end()
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		items = append(items, v)
	}
}

func (r *xmlReader) structure(depth int) (any, error) {
	m := map[string]any{}
	for {
		name, err := r.open("member")
		if err != nil || name == "" {
			return m, err
		}
		key, value, err := r.member(depth)
		if err != nil {
			return nil, err
		}
		m[key] = value
	}
}

func (r *xmlReader) member(depth int) (key string, value any, err error) {
	for {
		name, err := r.open("name", "value")
		switch {
		case err != nil || name == "":
			return key, value, err
		case name == "name":
			key, err = r.text()
		default:
			value, err = r.value(depth + 1)
		}
		if err != nil {
			return "", nil, err
		}
	}
}

// encodeXML writes the answer to a call, compactly: some parsers take white
// space for a value.
func encodeXML(c rpc, result any, fail *Failure) []byte {
	b := []byte(`<?xml version="1.0"?><methodResponse><params><param>`)
	switch {
	case fail != nil:
		b = append(b, `<value><struct><member><name>Status</name><value>Failure</value></member><member><name>ErrorDescription</name>`...)
		b = appendXML(b, append([]string{fail.Code}, fail.Params...))
		b = append(b, `</member></struct></value>`...)
	case c.method == "system.listMethods": // as at xapi, without the struct around
		b = appendXML(b, result)
	default:
		b = append(b, `<value><struct><member><name>Status</name><value>Success</value></member><member><name>Value</name>`...)
		b = appendXML(b, result)
		b = append(b, `</member></struct></value>`...)
	}
	return append(b, `</param></params></methodResponse>`...)
}

// appendXML writes a value as xapi does: integers untyped, but for 32-bit ones.
func appendXML(b []byte, v any) []byte {
	b = append(b, "<value>"...)
	switch v := v.(type) {
	case nil:
	case string:
		b = appendEscaped(b, v)
	case stamp:
		b = append(append(append(b, "<dateTime.iso8601>"...), v...), "</dateTime.iso8601>"...)
	case bool:
		bit := byte('0')
		if v {
			bit = '1'
		}
		b = append(append(append(b, "<boolean>"...), bit), "</boolean>"...)
	case int32:
		b = append(strconv.AppendInt(append(b, "<i4>"...), int64(v), 10), "</i4>"...)
	case int64:
		b = strconv.AppendInt(b, v, 10)
	case number:
		b = append(b, v...)
	case float64:
		b = append(appendFloat(append(b, "<double>"...), v), "</double>"...)
	case []string:
		b = appendArray(b, len(v), func(i int) any { return v[i] })
	case []any:
		b = appendArray(b, len(v), func(i int) any { return v[i] })
	case map[string]string:
		b = appendStruct(b, slices.Sorted(maps.Keys(v)), func(k string) any { return v[k] })
	case map[string]any:
		b = appendStruct(b, slices.Sorted(maps.Keys(v)), func(k string) any { return v[k] })
	case record:
		b = appendStruct(b, v.names(), func(k string) any { return v.fields[k] })
	default:
		b = appendEscaped(b, fmt.Sprint(v))
	}
	return append(b, "</value>"...)
}

func appendArray(b []byte, n int, item func(int) any) []byte {
	b = append(b, "<array><data>"...)
	for i := range n {
		b = appendXML(b, item(i))
	}
	return append(b, "</data></array>"...)
}

func appendStruct(b []byte, names []string, value func(string) any) []byte {
	b = append(b, "<struct>"...)
	for _, k := range names {
		b = append(appendEscaped(append(b, "<member><name>"...), k), "</name>"...)
		b = append(appendXML(b, value(k)), "</member>"...)
	}
	return append(b, "</struct>"...)
}

func appendEscaped(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r < ' ' && r != '\t' && r != '\n' && r != '\r':
			b = append(b, ' ') // XML has no way to write it
		default:
			b = append(b, string(r)...)
		}
	}
	return b
}
