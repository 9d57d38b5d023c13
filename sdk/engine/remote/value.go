package remote

import (
	"encoding/json"
	"fmt"
)

// encodeValue keeps what a value prints as, and the types that callers look at.
func encodeValue(v any) (value json.RawMessage, kind string) {
	switch v.(type) {
	case nil:
		return nil, ""
	case string:
		kind = "string"
	case int:
		kind = "int"
	case int64:
		kind = "int64"
	case float64:
		kind = "float"
	case bool:
		kind = "bool"
	default:
		kind, v = "text", fmt.Sprint(v)
	}
	value, err := json.Marshal(v)
	if err == nil {
		return value, kind
	}
	// A float that JSON has no form for.
	value, _ = json.Marshal(fmt.Sprint(v)) // text always has one
	return value, "text"
}

// printed is a value of which only its looks came over.
type printed string

// String returns them.
func (p printed) String() string { return string(p) }

func decodeValue(value json.RawMessage, kind string) any {
	switch kind {
	case "":
		return nil
	case "string":
		return decodeAs[string](value)
	case "int":
		return decodeAs[int](value)
	case "int64":
		return decodeAs[int64](value)
	case "float":
		return decodeAs[float64](value)
	case "bool":
		return decodeAs[bool](value)
	}
	return decodeAs[printed](value)
}

// decodeAs is a value of the type, or what it looks like when it is none.
func decodeAs[T any](value json.RawMessage) any {
	var v T
	if json.Unmarshal(value, &v) != nil {
		return printed(value)
	}
	return v
}
