package xapi_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// The facts are the lines of xapi's data model that the client relies on. With
// the whole model beside the clone, "go test -run TestModel -update" writes
// them, and the test compares them to it.
var update = flag.Bool("update", false, "write testdata/model.txt anew from the data model beside the clone")

const factsFile = "testdata/model.txt"

// A model is what is known of the API.
type model struct {
	methods map[string]method            // by name
	fields  map[string]map[string]string // type, by class and name
	enums   map[string][]string
	errors  map[string]bool
}

// A method has parameters after the session, by type, those that may be left
// out with a question mark, and a result.
type method struct {
	params []string
	result string
}

// takes reports whether it may be called with n parameters.
func (m method) takes(n int) bool {
	return n <= len(m.params) && !slices.ContainsFunc(m.params[n:], func(p string) bool { return !strings.HasSuffix(p, "?") })
}

func (m method) String() string { return "(" + strings.Join(m.params, ", ") + ") " + m.result }

// wholeModel reads the data model of xapi 26.1, nil when it is not there.
func wholeModel(t *testing.T) *model {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "xapi", "xapi-model-26.1.core.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Classes map[string]struct {
			Fields   map[string][]string `json:"fields"`
			Messages map[string]struct {
				Params [][]string `json:"params"`
				Result string     `json:"result"`
			} `json:"messages"`
		} `json:"classes"`
		Enums  map[string][]string `json:"enums"`
		Errors []string            `json:"all_error_codes"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	m := &model{methods: map[string]method{}, fields: map[string]map[string]string{}, enums: file.Enums, errors: map[string]bool{}}
	for name, class := range file.Classes {
		m.fields[name] = map[string]string{}
		for field, f := range class.Fields {
			m.fields[name][field] = f[0]
		}
		for message, f := range class.Messages {
			var params []string
			for _, p := range f.Params {
				optional := ""
				if len(p) > 2 {
					optional = "?"
				}
				params = append(params, p[1]+optional)
			}
			m.methods[name+"."+message] = method{params, f.Result}
		}
	}
	for _, code := range file.Errors {
		m.errors[code] = true
	}
	return m
}

// knownModel reads the facts.
func knownModel(t *testing.T) *model {
	t.Helper()
	raw, err := os.ReadFile(factsFile)
	if err != nil {
		t.Fatal(err)
	}
	m := &model{methods: map[string]method{}, fields: map[string]map[string]string{}, enums: map[string][]string{}, errors: map[string]bool{}}
	for line := range strings.Lines(string(raw)) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, value, _ := strings.Cut(rest, ": ")
		switch kind {
		case "method":
			params, result, _ := strings.Cut(strings.TrimPrefix(value, "("), ") ")
			var types []string
			if params != "" {
				types = strings.Split(params, ", ")
			}
			m.methods[name] = method{types, result}
		case "field":
			class, field, _ := strings.Cut(name, ".")
			if m.fields[class] == nil {
				m.fields[class] = map[string]string{}
			}
			m.fields[class][field] = value
		case "enum":
			m.enums[name] = strings.Fields(value)
		case "error":
			m.errors[name] = true
		}
	}
	return m
}

// records are the client's, by class.
func records() map[string]reflect.Type {
	return map[string]reflect.Type{
		"pool": reflect.TypeFor[xapi.Pool](), "host": reflect.TypeFor[xapi.Host](), "host_metrics": reflect.TypeFor[xapi.HostMetrics](),
		"VM": reflect.TypeFor[xapi.VM](), "VM_metrics": reflect.TypeFor[xapi.VMMetrics](), "VM_guest_metrics": reflect.TypeFor[xapi.VMGuestMetrics](),
		"VBD": reflect.TypeFor[xapi.VBD](), "VDI": reflect.TypeFor[xapi.VDI](), "SR": reflect.TypeFor[xapi.SR](), "PBD": reflect.TypeFor[xapi.PBD](),
		"VIF": reflect.TypeFor[xapi.VIF](), "network": reflect.TypeFor[xapi.Network](), "PIF": reflect.TypeFor[xapi.PIF](),
		"task": reflect.TypeFor[xapi.Task](), "event": reflect.TypeFor[xapi.Event](), "Certificate": reflect.TypeFor[xapi.Certificate](),
	}
}

// constructed are the fields that the client sends besides, in constructors.
func constructed() map[string][]string {
	qos := []string{"qos_algorithm_type", "qos_algorithm_params"}
	return map[string][]string{
		"VDI": {"name_description", "xenstore_data", "sm_config", "tags"},
		"VBD": append([]string{"unpluggable"}, qos...),
		"VIF": append([]string{"other_config", "locking_mode"}, qos...),
	}
}

// enums are the values that the client knows.
func enums() map[string][]string {
	return map[string][]string{
		"vm_power_state":   {xapi.PowerHalted, xapi.PowerPaused, xapi.PowerRunning, xapi.PowerSuspended},
		"task_status_type": {xapi.TaskPending, xapi.TaskSuccess, xapi.TaskFailure, xapi.TaskCancelling, xapi.TaskStopped},
		"vbd_type":         {xapi.VBDDisk, xapi.VBDCD}, "vbd_mode": {xapi.VBDReadOnly, xapi.VBDReadWrite},
		"vif_locking_mode": {"network_default"}, "vdi_type": {"user"}, "event_operation": {"add", "mod", "del"},
		"vm_operations": {"destroy"}, "certificate_type": {"host"},
	}
}

// typeOf is a Go type in the words of the data model.
func typeOf(t reflect.Type) string {
	if _, class, ok := strings.Cut(t.String(), "Ref["); ok && t.Kind() == reflect.String {
		for name, record := range records() {
			if strings.HasSuffix(class, record.String()+"]") || strings.HasSuffix(class, "."+record.Name()+"]") {
				return name + " ref"
			}
		}
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "datetime"
	case t == reflect.TypeFor[json.RawMessage]():
		return "record"
	}
	switch t.Kind() { //nolint:exhaustive // the others are in no record
	case reflect.String, reflect.Bool:
		return t.Kind().String()
	case reflect.Int64:
		return "int"
	case reflect.Float64:
		return "float"
	case reflect.Slice:
		return typeOf(t.Elem()) + " set"
	case reflect.Map:
		return "(" + typeOf(t.Key()) + " -> " + typeOf(t.Elem()) + ") map"
	}
	return "unknown " + t.String()
}

// plain makes strings of what the client keeps as strings: enumerations.
func plain(wire string) string {
	return regexp.MustCompile(`enum \w+`).ReplaceAllString(strings.Replace(wire, "<class> record", "record", 1), "string")
}

func TestModelRecords(t *testing.T) {
	t.Parallel()
	known := knownModel(t)
	for class, record := range records() {
		for f := range record.Fields() {
			name := f.Tag.Get("xapi")
			want, ok := known.fields[class][name]
			if got := typeOf(f.Type); !ok || got != plain(want) {
				t.Errorf("%s.%s is %s here, want %q", class, name, got, want)
			}
		}
	}
	for name, values := range enums() {
		for _, v := range values {
			if !slices.Contains(known.enums[name], v) {
				t.Errorf("enum %s has %v, not %q", name, known.enums[name], v)
			}
		}
	}
	for _, code := range errorCodes(t) {
		if !known.errors[code] && !strings.HasPrefix(code, "SR_BACKEND_FAILURE_") { // those are the storage's own
			t.Errorf("the data model has no error %s", code)
		}
	}
}

// errorCodes are the constants of errors.go.
func errorCodes(t *testing.T) (codes []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "errors.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			if id, ok := spec.Type.(*ast.Ident); ok && id.Name == "ErrorCode" {
				codes = append(codes, literal(spec.Values[0]))
			}
		}
		return true
	})
	return codes
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return s
}

// methodsInSource are the methods that the client's source names.
func methodsInSource(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`^[A-Za-z_]+\.[a-z][A-Za-z_]+$`)
	found := map[string]bool{}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok && name.MatchString(literal(e)) {
				found[literal(e)] = true
			}
			return true
		})
	}
	delete(found, "session.login") // a prefix
	return slices.Sorted(maps.Keys(found))
}

// Every method of the source is in the facts, and those of the facts are used:
// each is called here, with as many parameters as it has, of their types.
func TestModelMethods(t *testing.T) {
	t.Parallel()
	known := knownModel(t)
	for _, name := range methodsInSource(t) {
		if _, ok := known.methods[name]; !ok {
			t.Errorf("the source names %s, which the facts don't have", name)
		}
	}
	called := map[string]bool{}
	for _, call := range everything(t) {
		name := strings.TrimPrefix(call.Method, "Async.")
		if strings.Contains(name, " /") {
			continue
		}
		m, ok := known.methods[name]
		if !ok || !m.takes(len(call.Params)) {
			t.Errorf("%s was called with %d parameters, want %v", call.Method, len(call.Params), m)
			continue
		}
		called[name] = true
		for i, p := range call.Params {
			if !hasType(known, p, strings.TrimSuffix(m.params[i], "?")) {
				t.Errorf("%s: parameter %d is %T %v, want %s", call.Method, i, p, p, m.params[i])
			}
		}
	}
	for name := range known.methods {
		if !called[name] {
			t.Errorf("%s is among the facts and was never called", name)
		}
	}
}

// hasType reports whether a JSON value is one of a type of the data model.
func hasType(known *model, v any, wire string) bool {
	if class, ok := strings.CutSuffix(wire, " record"); ok {
		record, ok := v.(map[string]any)
		for field, value := range record {
			want, listed := known.fields[class][field]
			ok = ok && listed && hasType(known, value, want)
		}
		return ok
	}
	switch wire = plain(wire); {
	case wire == "string" || wire == "datetime":
		return reflect.ValueOf(v).Kind() == reflect.String
	case strings.HasSuffix(wire, " ref"):
		s, ok := v.(string)
		return ok && strings.HasPrefix(s, "OpaqueRef:")
	case wire == "int":
		n, err := strconv.ParseInt(fmt.Sprint(v), 10, 64)
		return err == nil && n >= 0
	case wire == "float":
		_, err := strconv.ParseFloat(fmt.Sprint(v), 64)
		return err == nil
	case wire == "bool":
		return reflect.ValueOf(v).Kind() == reflect.Bool
	case strings.HasSuffix(wire, " set"):
		return reflect.ValueOf(v).Kind() == reflect.Slice
	case strings.HasSuffix(wire, " map"):
		return reflect.ValueOf(v).Kind() == reflect.Map
	}
	return false
}

// facts are the lines of the whole model that the client relies on.
func facts(t *testing.T, whole *model, methods []string) []string {
	t.Helper()
	var lines []string
	for _, name := range methods {
		lines = append(lines, fmt.Sprintf("method %s: %s", name, whole.methods[name]))
	}
	for class, record := range records() {
		for f := range record.Fields() {
			name := f.Tag.Get("xapi")
			lines = append(lines, fmt.Sprintf("field %s.%s: %s", class, name, whole.fields[class][name]))
		}
		for _, name := range constructed()[class] {
			lines = append(lines, fmt.Sprintf("field %s.%s: %s", class, name, whole.fields[class][name]))
		}
	}
	for name := range enums() {
		lines = append(lines, fmt.Sprintf("enum %s: %s", name, strings.Join(whole.enums[name], " ")))
	}
	for _, code := range errorCodes(t) {
		if whole.errors[code] {
			lines = append(lines, "error "+code)
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

func TestModelFacts(t *testing.T) {
	t.Parallel()
	whole := wholeModel(t)
	if whole == nil {
		t.Skip("the whole data model is not beside the clone: the facts are not compared to it")
	}
	methods := slices.Collect(maps.Keys(knownModel(t).methods))
	if *update {
		methods = methodsInSource(t)
		for _, call := range everything(t) {
			if name := strings.TrimPrefix(call.Method, "Async."); !strings.Contains(name, " /") {
				methods = append(methods, name)
			}
		}
	}
	want := strings.Join(facts(t, whole, methods), "\n") + "\n"
	if *update {
		if err := os.WriteFile(factsFile, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(factsFile)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Errorf("%s (-data model +facts):\n%s", factsFile, d)
	}
}
