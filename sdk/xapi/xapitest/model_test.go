package xapitest

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The facts are a copy of the data model's lines about what the simulator has.
// With the whole model at hand, "go test -run TestModel -update" writes them.
var update = flag.Bool("update", false, "write testdata/model.txt anew from the data model beside the clone")

const factsFile = "testdata/model.txt"

// wholeModel reads the whole data model of xapi 26.1, nil when it is not there.
func wholeModel(t *testing.T) *dataModel {
	t.Helper()
	file := filepath.Join("..", "..", "..", "..", "shared", "data", "xapi", "xapi-model-26.1.core.json")
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	m := &dataModel{}
	if err := json.Unmarshal(raw, m); err != nil {
		t.Fatal(err)
	}
	return m
}

type dataModel struct {
	Enums   map[string][]string `json:"enums"`
	Classes map[string]struct {
		Fields   map[string][]string `json:"fields"`
		Messages map[string]struct {
			Params   [][]string `json:"params"`
			Session  bool       `json:"session"`
			Result   string     `json:"result"`
			Implicit bool       `json:"implicit"`
		} `json:"messages"`
	} `json:"classes"`
	Codes []string `json:"all_error_codes"`
}

// lines writes the model's part about what is wanted as lines.
func (m *dataModel) lines(want map[string]bool) []string {
	var out []string
	add := func(key, line string) {
		if want[key] {
			out = append(out, line)
		}
	}
	for name, values := range m.Enums {
		add("enum "+name, "enum "+name+": "+strings.Join(slices.Sorted(slices.Values(values)), " "))
	}
	for class, c := range m.Classes {
		for name, f := range c.Fields {
			access := map[string]string{"RW": "rw", "RO/runtime": "ro", "RO/constructor": "new"}[f[1]]
			add("field "+class+"."+name, fmt.Sprintf("field %s.%s: %s %s", class, name, f[0], access))
		}
		for name, msg := range c.Messages {
			var params []string
			for _, p := range msg.Params {
				optional := ""
				if len(p) > 2 && p[2] == "optional" {
					optional = "?"
				}
				params = append(params, p[0]+optional+": "+p[1])
			}
			open := ""
			if !msg.Session {
				open = " without a session"
			}
			add("method "+class+"."+name, fmt.Sprintf("method %s.%s(%s) %s%s", class, name, strings.Join(params, ", "), msg.Result, open))
		}
	}
	for _, code := range m.Codes {
		add("code "+code, "code "+code)
	}
	slices.Sort(out)
	return out
}

// simulated writes what the simulator has as lines, by key. Accessors, which
// follow from the fields, are left out unless all is true.
func simulated(all bool) map[string]string {
	lines := map[string]string{}
	for name := range enumerations() {
		lines["enum "+name] = "enum " + name + ": " + strings.Join(slices.Sorted(slices.Values(enumValues(name))), " ")
	}
	implicit := map[string]bool{}
	for _, m := range accessors() {
		implicit[m.name] = true
	}
	empty := emptyClasses() // the core model does not have them
	for class, c := range classes() {
		if _, ok := empty[class]; ok {
			continue
		}
		for _, f := range c.fields {
			lines["field "+class+"."+f.name] = fmt.Sprintf("field %s.%s: %s %s", class, f.name, f.typ, f.access)
		}
	}
	for name, m := range methods() {
		class, _, _ := strings.Cut(name, ".")
		if _, ok := empty[class]; ok || implicit[name] && !all {
			continue
		}
		var params []string
		for _, p := range m.params {
			optional := ""
			if p.optional {
				optional = "?"
			}
			params = append(params, p.name+optional+": "+p.typ.String())
		}
		open := ""
		if m.open {
			open = " without a session"
		}
		result := m.result.String()
		if name == "event.from" {
			result = "an event batch"
		}
		lines["method "+name] = fmt.Sprintf("method %s(%s) %s%s", name, strings.Join(params, ", "), result, open)
	}
	for _, code := range codesInSource() {
		lines["code "+code] = "code " + code
	}
	return lines
}

// codesInSource are the error codes that the simulator answers with, read from
// its source.
func codesInSource() []string {
	found := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || strings.HasSuffix(file, "_test.go") {
			continue
		}
		for part := range strings.SplitSeq(string(text), `failure("`) {
			// Storage managers have codes of their own, which the model does not list.
			if code, _, ok := strings.Cut(part, `"`); ok && !strings.HasPrefix(code, "SR_BACKEND_FAILURE_") && code != "" && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" {
				found[code] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func keys(lines map[string]string) map[string]bool {
	out := map[string]bool{}
	for k := range lines {
		out[k] = true
	}
	return out
}

func readFacts(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile(factsFile)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(raw)), "\n")
}

// TestModel holds the simulator's tables against the facts.
func TestModel(t *testing.T) {
	t.Parallel()
	have := simulated(false)
	if *update {
		model := wholeModel(t)
		if model == nil {
			t.Fatal("-update needs the data model beside the clone")
		}
		text := strings.Join(model.lines(keys(have)), "\n") + "\n"
		if err := os.WriteFile(factsFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	facts := readFacts(t)
	if diff := cmp.Diff(facts, slices.Sorted(maps.Values(have))); diff != "" {
		t.Errorf("the simulator differs from %s (-facts +simulator):\n%s", factsFile, diff)
	}
}

// TestWholeModel holds the facts, and what follows from the fields, against the
// data model.
func TestWholeModel(t *testing.T) {
	t.Parallel()
	model := wholeModel(t)
	if model == nil {
		t.Skip("../shared/data/xapi is not beside the clone: the facts and the accessors were not held against the data model")
	}
	have := simulated(false)
	facts := readFacts(t)
	if diff := cmp.Diff(model.lines(keys(have)), facts); diff != "" {
		t.Errorf("%s differs from the data model (-model +facts):\n%s", factsFile, diff)
	}
	all := simulated(true)
	// xapi has this method of every class, and hides it from the model but of one.
	maps.DeleteFunc(all, func(key, _ string) bool {
		return strings.HasSuffix(key, ".get_all_records_where") && key != "method message.get_all_records_where"
	})
	if diff := cmp.Diff(model.lines(keys(all)), slices.Sorted(maps.Values(all))); diff != "" {
		t.Errorf("the simulator differs from the data model (-model +simulator):\n%s", diff)
	}
	// Every field has its accessors, and no class lacks one that the model has,
	// but for what only hosts' own programs call.
	without := []string{"console.create", "console.destroy"}
	for class, c := range model.Classes {
		for name, m := range c.Messages {
			if _, ok := all["method "+class+"."+name]; m.Implicit && !ok && !slices.Contains(without, class+"."+name) {
				t.Errorf("the model has %s.%s, which is implicit; the simulator has not", class, name)
			}
		}
	}
}
