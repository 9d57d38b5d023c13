package xapitest

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// What goes over the wire is one of: string, stamp, bool, int64, int32,
// float64, []string, []any, map[string]string, map[string]any, record. Decoders
// give string, bool, number, []any, map[string]any and nil.
type (
	// stamp is a time in the server's form.
	stamp string
	// number is a number as somebody wrote it.
	number string
	// record is an object's fields, in the order of its class.
	record struct {
		class  *class
		fields map[string]any
	}
)

const (
	nullRef = "OpaqueRef:NULL"
	// never is the time of what has not happened.
	never = "19700101T00:00:00Z"
)

func stampOf(t time.Time) stamp { return stamp(t.UTC().Format("20060102T15:04:05Z")) }

// plain turns a value into strings, numbers, []any and map[string]any, for
// journals and faults.
func plain(v any) any {
	switch v := v.(type) {
	case stamp:
		return string(v)
	case []string:
		out := make([]any, len(v))
		for i, s := range v {
			out[i] = s
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plain(e)
		}
		return out
	case map[string]string:
		out := make(map[string]any, len(v))
		for k, s := range v {
			out[k] = s
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = plain(e)
		}
		return out
	case record:
		return plain(v.fields)
	case number:
		if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return n
		}
		if f, err := strconv.ParseFloat(string(v), 64); err == nil {
			return f
		}
		return string(v)
	}
	return v
}

// names returns a record's fields in their order, then those that its class
// does not have.
func (r record) names() []string {
	out := make([]string, 0, len(r.fields))
	for _, f := range r.class.fields {
		if _, ok := r.fields[f.name]; ok {
			out = append(out, f.name)
		}
	}
	if len(out) < len(r.fields) {
		for _, name := range slices.Sorted(maps.Keys(r.fields)) {
			if r.class.field(name) == nil {
				out = append(out, name)
			}
		}
	}
	return out
}

// wireForms turns Go values into what a decoder would give.
func wireForms(params []any) []any {
	out := make([]any, len(params))
	for i, p := range params {
		out[i] = wireForm(p)
	}
	return out
}

func wireForm(v any) any {
	switch v := v.(type) {
	case int:
		return number(strconv.Itoa(v))
	case int64:
		return number(strconv.FormatInt(v, 10))
	case float64:
		return number(strconv.FormatFloat(v, 'g', -1, 64))
	case []string:
		return plain(v)
	case map[string]string:
		return plain(v)
	case []any:
		return wireForms(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = wireForm(e)
		}
		return out
	}
	return v
}
