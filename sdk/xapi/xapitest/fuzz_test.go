package xapitest

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
)

// FuzzXML decodes calls, and writes back what they hold: that must be XML, and
// decode to the same.
func FuzzXML(f *testing.F) {
	for _, s := range []string{
		`<?xml version="1.0"?><methodCall><methodName>VM.start</methodName><params><param><value>s</value></param><param><value><boolean>1</boolean></value></param></params></methodCall>`,
		`<methodCall><methodName>a</methodName><params><param><value><struct><member><name>k</name><value><array><data><value><i4>1</i4></value></data></array></value></member></struct></value></param></params></methodCall>`,
		`<methodCall><methodName>a</methodName><params><param><value><double>nan</double></value></param><param><value><nil/></value></param></params></methodCall>`,
		`<methodCall><methodName>a</methodName><params><param><value><base64>/w==</base64></value></param></params></methodCall>`,
		`<methodCall><params/></methodCall>`, `<methodCall`, ``,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := decodeXML([]byte(text))
		if err != nil {
			return
		}
		out := encodeXML(rpc{protocol: XML}, c.params, nil)
		var v struct {
			XMLName xml.Name
			Rest    string `xml:",innerxml"`
		}
		if err := xml.Unmarshal(out, &v); err != nil {
			t.Fatalf("%q comes out as what is no XML: %v\n%s", text, err, out)
		}
	})
}

// FuzzJSON decodes calls, and writes back what they hold: that must be JSON.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`{"jsonrpc":"2.0","method":"VM.start","params":["s",1,true,null,{"a":[1.5,"\u0000"]}],"id":1}`,
		`{"method":"VM.start","params":[],"id":"x"}`, `{"method":"a","id":-1}`, `{"id":1}`, `[]`, `{"method":"a","params":[1e999],"id":1}`, ``,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := decodeJSON([]byte(text))
		if err != nil {
			return
		}
		if out := encodeJSON(c, c.params, nil); !json.Valid(out) {
			t.Fatalf("%q comes out as what is no JSON: %s", text, out)
		}
		if out := encodeJSON(c, nil, failure(c.method, c.method)); !json.Valid(out) {
			t.Fatalf("an error is no JSON: %s", out)
		}
	})
}

// FuzzTypes reads a type, and holds a value against it. What fits must fit
// again, as it came out.
func FuzzTypes(f *testing.F) {
	for _, s := range [][2]string{
		{"string", `"a"`},
		{"int", `"9223372036854775807"`},
		{"float", `1`},
		{"bool", `true`},
		{"datetime", `"19700101T00:00:00Z"`},
		{"enum vm_power_state", `"Halted"`},
		{"VM ref set", `["a"]`},
		{"(string -> (int -> float) map) map", `{"a":{"1":2}}`},
		{"VM record", `{}`},
		{"(a ->", `1`},
		{"int set set set", `[[[1]]]`},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		of, err := parseType(name)
		if err != nil {
			return
		}
		if again, err := parseType(of.String()); err != nil || again.String() != of.String() {
			t.Fatalf("type %q is written %q, and read %q, %v", name, of, again, err)
		}
		v, err := decodeJSONValue([]byte(value))
		if err != nil {
			return
		}
		first, err := of.coerce("p", v)
		if err != nil {
			if asFailure(err).Code == "" {
				t.Fatalf("an error without a code: %v", err)
			}
			return
		}
		if _, err := of.coerce("p", wireForm(plain(first))); err != nil && !strings.Contains(name, "record") {
			t.Fatalf("%s fits %s and comes out as %v, which does not: %v", value, name, first, err)
		}
	})
}

// FuzzExpression reads expressions, and asks them of an object.
func FuzzExpression(f *testing.F) {
	for _, s := range []string{`true`, `not not field "uuid" = "x"`, `(true or false) and field 'a'='b'`, `field "a`, `((((`, ``} {
		f.Add(s)
	}
	db := newDatabase(1)
	o := db.create("network", nil)
	f.Fuzz(func(_ *testing.T, text string) {
		if e, err := parseExpression(classes()["VM"], text); err == nil {
			e(o)
		}
	})
}
