package xapi

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

type sample struct {
	Text  string            `xapi:"text"`
	Flag  bool              `xapi:"flag"`
	Int   int64             `xapi:"int"`
	Float float64           `xapi:"float"`
	Time  time.Time         `xapi:"time"`
	Refs  []VMRef           `xapi:"refs"`
	Map   map[string]string `xapi:"map"`
	Use   map[int64]float64 `xapi:"use"`
	Raw   json.RawMessage   `xapi:"raw"`
	Ours  string
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in   string
		want sample
	}{
		"nothing":          {`{}`, sample{}},
		"unknown fields":   {`{"new_in_27":{"deep":[1,null]},"text":"x"}`, sample{Text: "x"}},
		"null is missing":  {`{"text":null,"int":null,"map":null}`, sample{}},
		"largest int":      {`{"int":9223372036854775807}`, sample{Int: math.MaxInt64}},
		"above 2^53":       {`{"int":9007199254740993}`, sample{Int: 9007199254740993}},
		"smallest int":     {`{"int":"-9223372036854775808"}`, sample{Int: math.MinInt64}},
		"number as string": {`{"int":"42","float":"0.02"}`, sample{Int: 42, Float: 0.02}},
		"float":            {`{"float":1e-3}`, sample{Float: 0.001}},
		"NaN":              {`{"float":NaN}`, sample{Float: math.NaN()}},
		"infinite":         {`{"float":Infinity}`, sample{Float: math.Inf(1)}},
		"less":             {`{"float":-Infinity}`, sample{Float: math.Inf(-1)}},
		"NaN in a text":    {`{"text":"ratio: NaN, \"-Infinity\" \\","float":NaN}`, sample{Text: `ratio: NaN, "-Infinity" \`, Float: math.NaN()}},
		"NaN in a map":     {`{"use":{"0":NaN,"1":0.5}}`, sample{Use: map[int64]float64{0: math.NaN(), 1: 0.5}}},
		"compact time":     {`{"time":"20250319T04:16:24Z"}`, sample{Time: time.Date(2025, 3, 19, 4, 16, 24, 0, time.UTC)}},
		"dashed time":      {`{"time":"2025-03-19T04:16:24Z"}`, sample{Time: time.Date(2025, 3, 19, 4, 16, 24, 0, time.UTC)}},
		"time with a zone": {`{"time":"20250319T04:16:24+01:00"}`, sample{Time: time.Date(2025, 3, 19, 3, 16, 24, 0, time.UTC)}},
		"time without one": {`{"time":"20250319T04:16:24"}`, sample{Time: time.Date(2025, 3, 19, 4, 16, 24, 0, time.UTC)}},
		"never":            {`{"time":"19700101T00:00:00Z"}`, sample{}},
		"no time":          {`{"time":""}`, sample{}},
		"refs":             {`{"refs":["OpaqueRef:NULL","DummyRef:|a|b"]}`, sample{Refs: []VMRef{nullRef, "DummyRef:|a|b"}}},
		"map":              {`{"map":{"a/b":"c"}}`, sample{Map: map[string]string{"a/b": "c"}}},
		"raw":              {`{"raw":{"a":[1]}}`, sample{Raw: json.RawMessage(`{"a":[1]}`)}},
		"quoted boolean":   {`{"flag":"true"}`, sample{Flag: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got sample
			if err := decode(quoteNonFinite([]byte(test.in)), &got); err != nil {
				t.Fatalf("decode(%s): %v", test.in, err)
			}
			if d := cmp.Diff(test.want, got, cmpopts.EquateNaNs()); d != "" {
				t.Errorf("decode(%s) (-want +got):\n%s", test.in, d)
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`[]`:                          "result: want a record, got a set",
		`{"int":1.5}`:                 "result.int: want a 64-bit integer, got 1.5",
		`{"int":1e3}`:                 "result.int: want a 64-bit integer",
		`{"int":9223372036854775808}`: "result.int: want a 64-bit integer",
		`{"text":7}`:                  "result.text: want a string, got 7",
		`{"flag":"maybe"}`:            "result.flag: want a boolean",
		`{"float":"x"}`:               "result.float: want a number",
		`{"time":"yesterday"}`:        "result.time:",
		`{"time":5}`:                  "result.time: want a time, got 5",
		`{"refs":{}}`:                 "result.refs: want a set, got a record",
		`{"refs":["a",1]}`:            "item 1: not an answer of the management API: result.refs: want a string, got 1",
		`{"map":[]}`:                  "result.map: want a map, got a set",
		`{"map":{"k":1}}`:             `result.map[…]: want a string, got 1`,
		`{"use":{"x":1}}`:             "result.use key: want a 64-bit integer",
		`{"text":` + strings.Repeat("1", 100) + `}`: "got " + strings.Repeat("1", 40) + "…",
	} {
		var got sample
		err := decode([]byte(in), &got)
		if !errors.Is(err, ErrProtocol) || !strings.Contains(err.Error(), want) {
			t.Errorf("decode(%s): got error %v, want ErrProtocol with %q", in, err, want)
		}
	}
	var odd struct {
		C complex128 `xapi:"c"`
	}
	if err := decode([]byte(`{"c":1}`), &odd); err == nil {
		t.Error("decoding into a complex number: no error")
	}
}

// What is scanned is what encoding/json reads, however it is laid out.
func TestScan(t *testing.T) {
	t.Parallel()
	const text = `{ "a" : [ ] , "b":[1 ,"]}\"" , { "c":null}],"d\u0041":{},"e":-1.5e3 , "f" : true }`
	var want map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	got := map[string]json.RawMessage{}
	ok, err := members([]byte(text), func(k, v json.RawMessage) error {
		name, _ := jsonString(k)
		got[name] = v
		return nil
	})
	if d := cmp.Diff(want, got); !ok || err != nil || d != "" {
		t.Errorf("members: %t, %v (-want +got):\n%s", ok, err, d)
	}
	var list []string
	if ok, err := items(got["b"], func(v json.RawMessage) error { list = append(list, string(v)); return nil }); !ok || err != nil {
		t.Errorf("items: %t, %v", ok, err)
	}
	if d := cmp.Diff([]string{"1", `"]}\""`, `{ "c":null}`}, list); d != "" {
		t.Errorf("items (-want +got):\n%s", d)
	}
}

func TestVoidIsAnEmptyString(t *testing.T) {
	t.Parallel()
	got := "x"
	if err := decode([]byte(`""`), &got); err != nil || got != "" {
		t.Errorf(`decode("") = %q, %v; want the empty string`, got, err)
	}
}

func TestQuoteNonFinite(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		``:                           ``,
		`{"a":-5,"b":"NaN"}`:         `{"a":-5,"b":"NaN"}`,
		`[NaN,Infinity,-Infinity]`:   `["NaN","Infinity","-Infinity"]`,
		`["\"NaN",NaN]`:              `["\"NaN","NaN"]`,
		`["\\",NaN]`:                 `["\\","NaN"]`,
		`{"NaN":NaN}`:                `{"NaN":"NaN"}`,
		`["an open string NaN`:       `["an open string NaN`,
		`["ends in a backslash NaN\`: `["ends in a backslash NaN\`,
	} {
		if got := string(quoteNonFinite([]byte(in))); got != want {
			t.Errorf("quoteNonFinite(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestTaskValue(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                               "",
		"<value></value>":                "",
		"<value/>":                       "",
		"<value>OpaqueRef:1-2</value>":   "OpaqueRef:1-2",
		"<value>\n OpaqueRef:1 </value>": "OpaqueRef:1",
		"<value><string>a&amp;b</string></value>": "a&b",
	} {
		got, err := (&Task{Result: in}).value()
		if err != nil || got != want {
			t.Errorf("value of %q = %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"<value><array/></value>", "<nothing/>", "<value>", "{}", strings.Repeat("x", 2<<20)} {
		if got, err := (&Task{Result: in}).value(); !errors.Is(err, ErrProtocol) {
			t.Errorf("value of %.40q = %q, %v; want ErrProtocol", in, got, err)
		}
	}
}

func TestTaskError(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		task Task
		want error // nil: none
	}{
		{Task{Status: TaskSuccess}, nil},
		{Task{Status: TaskSuccess, ErrorInfo: []string{"X"}}, nil}, // the status decides
		{Task{Status: TaskFailure, ErrorInfo: []string{"SR_FULL", "1", "2"}}, SRFull},
		{Task{Status: TaskStopped}, TaskCancelled},
		{Task{Status: TaskStopped, ErrorInfo: []string{"TASK_CANCELLED", "OpaqueRef:t"}}, TaskCancelled},
		{Task{Status: TaskFailure}, ErrProtocol},
	} {
		if err := test.task.err("VM.start"); !errors.Is(err, test.want) {
			t.Errorf("err of %+v = %v, want %v", test.task, err, test.want)
		}
	}
	pending := Task{Status: "something new", Progress: 1, Result: "<value>x</value>"}
	if pending.Done() {
		t.Errorf("%+v is done, want not: its status does not say so", pending)
	}
}

// FuzzScan compares the scanner with encoding/json.
func FuzzScan(f *testing.F) {
	for _, s := range []string{`{"a":[1,2,{"b":"\\"}],"c":{}}`, ` { "a" : "\"" } `, `{}`, `{"a":1,"a":2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var want map[string]json.RawMessage
		if json.Unmarshal(text, &want) != nil || want == nil {
			return
		}
		var got map[string]json.RawMessage
		if err := decode(text, &got); err != nil {
			t.Fatalf("decode(%s): %v", text, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", text, d)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"text":"x","flag":true,"int":1,"float":NaN,"time":"20250319T04:16:24Z","refs":["a"],"map":{"a":"b"},"use":{"0":1}}`))
	f.Add([]byte(`[[[[`))
	f.Add([]byte(`{"int":-Infinity}`))
	f.Fuzz(func(_ *testing.T, body []byte) {
		var one sample
		_ = decode(quoteNonFinite(body), &one)
		var many map[VMRef]VM
		_ = decode(quoteNonFinite(body), &many)
		var batch EventBatch
		_ = decode(quoteNonFinite(body), &batch)
	})
}

// FuzzQuoteNonFinite checks that valid JSON stays what it is, and that what is
// in strings is never touched.
func FuzzQuoteNonFinite(f *testing.F) {
	for _, s := range []string{`{"a":"NaN"}`, `[-1,"-Infinity\\"]`, `"\"Infinity"`, `[NaN]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := quoteNonFinite(body)
		if json.Valid(body) && string(got) != string(body) {
			t.Errorf("quoteNonFinite(%q) = %q, want it unchanged: it is JSON", body, got)
		}
		if again := quoteNonFinite(got); json.Valid(got) && string(again) != string(got) {
			t.Errorf("a second time changes %q into %q", got, again)
		}
	})
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"20250319T04:16:24Z", "2025-03-19T04:16:24+01:00", "19700101T00:00:00Z", "", "0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTime(s)
		if err != nil || got.IsZero() || got.Year() < 1 || got.Year() > 9999 {
			return
		}
		wire, ok := wireValue(got).(string)
		back, err := ParseTime(wire)
		if !ok || err != nil || !back.Equal(got.Truncate(time.Second)) {
			t.Errorf("ParseTime(%q) = %v, sent as %q, read as %v, %v", s, got, wire, back, err)
		}
	})
}

func FuzzTaskResult(f *testing.F) {
	for _, s := range []string{"<value>OpaqueRef:1</value>", "<value><string>x</string></value>", "<value><array><data/></array></value>", "<"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := (&Task{Result: s}).value()
		if err != nil && v != "" {
			t.Errorf("value of %q = %q and %v, want one of them", s, v, err)
		}
	})
}
