package xapitest_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A wire speaks to a simulator without a client of ours.
type wire struct {
	t       testing.TB
	s       *xapitest.Server
	http    *http.Client
	url     string
	session string
}

// dialWire logs in at the pool's master, and out when the test ends.
func dialWire(t testing.TB, s *xapitest.Server) *wire {
	t.Helper()
	w := newWire(t, s, s.URL())
	w.session = w.text("session.login_with_password", xapitest.Username, xapitest.Password, "1.0", "wire")
	t.Cleanup(func() { _, _ = w.call("session.logout") }) // the test may have lost it
	return w
}

func newWire(t testing.TB, s *xapitest.Server, url string) *wire {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.CertificatePEM())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(transport.CloseIdleConnections)
	return &wire{t: t, s: s, http: &http.Client{Transport: transport}, url: url}
}

// An answer is what came over HTTP.
type answer struct {
	status int
	header http.Header
	text   string
}

// post sends a body and returns the answer.
func (w *wire) post(path, body string, header ...string) answer {
	w.t.Helper()
	req, err := http.NewRequestWithContext(context.WithoutCancel(w.t.Context()), http.MethodPost, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := w.http.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(raw)}
}

// call calls a method with the session, and returns its result or its error as
// code and parameters.
func (w *wire) call(method string, params ...any) (result any, failed []string) {
	w.t.Helper()
	if w.session != "" && !strings.HasPrefix(method, "system.") {
		params = append([]any{w.session}, params...)
	}
	if params == nil {
		params = []any{}
	}
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": method, "params": params, "id": 1})
	if err != nil {
		w.t.Fatal(err)
	}
	text := w.post("/jsonrpc", string(body)).text
	var answer struct {
		Result any `json:"result"`
		Error  *struct {
			Message string   `json:"message"`
			Data    []string `json:"data"`
		} `json:"error"`
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&answer); err != nil {
		w.t.Fatalf("%s: %v in %s", method, err, text)
	}
	if answer.Error != nil {
		return nil, append([]string{answer.Error.Message}, answer.Error.Data...)
	}
	return answer.Result, nil
}

// must calls a method that must succeed.
func (w *wire) must(method string, params ...any) any {
	w.t.Helper()
	result, failed := w.call(method, params...)
	if failed != nil {
		w.t.Fatalf("%s%v fails: %v", method, params, failed)
	}
	return result
}

func (w *wire) text(method string, params ...any) string {
	w.t.Helper()
	s, ok := w.must(method, params...).(string)
	if !ok {
		w.t.Fatalf("%s: not a string", method)
	}
	return s
}

// fails calls a method that must fail like that.
func (w *wire) fails(want []string, method string, params ...any) {
	w.t.Helper()
	result, failed := w.call(method, params...)
	if diff := cmp.Diff(want, failed); diff != "" {
		w.t.Errorf("%s%v: result %v, error (-want +got):\n%s", method, params, result, diff)
	}
}

func (w *wire) record(method string, params ...any) map[string]any {
	w.t.Helper()
	m, ok := w.must(method, params...).(map[string]any)
	if !ok {
		w.t.Fatalf("%s: not a struct", method)
	}
	return m
}

func (w *wire) list(method string, params ...any) []any {
	w.t.Helper()
	l, ok := w.must(method, params...).([]any)
	if !ok {
		w.t.Fatalf("%s: not a set", method)
	}
	return l
}

// template finds a template by its name.
func (w *wire) template(name string) string {
	w.t.Helper()
	refs := w.list("VM.get_by_name_label", name)
	if len(refs) != 1 {
		w.t.Fatalf("template %q: got %v", name, refs)
	}
	return fmt.Sprint(refs[0])
}

// vm makes a halted VM of a template, and removes it with its disks in the end.
func (w *wire) vm(template string) string {
	w.t.Helper()
	vm := w.text("VM.clone", w.template(template), "a")
	w.t.Cleanup(func() { w.remove(vm) })
	w.must("VM.provision", vm)
	return vm
}

// remove ends a VM with its disks, if it is still there.
func (w *wire) remove(vm string) {
	w.t.Helper()
	i := w.s.Inventory()
	for _, v := range i.VMs {
		if v.Ref != vm {
			continue
		}
		for _, b := range i.VBDs {
			if b.VM == vm && b.Type == "Disk" {
				defer func() { _, _ = w.s.Do(context.Background(), "VDI.destroy", b.VDI) }()
			}
		}
		if v.PowerState != "Halted" {
			_, _ = w.s.Do(context.Background(), "VM.hard_shutdown", vm)
		}
		_, _ = w.s.Do(context.Background(), "VM.destroy", vm)
	}
}

func TestJSONForms(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	for _, tt := range []struct {
		name, body, want string
		status           int
	}{
		{"2.0", `{"jsonrpc":"2.0","method":"system.isAlive","params":["S"],"id":"x"}`, `{"jsonrpc":"2.0","error":{"code":1,"message":"SESSION_INVALID","data":["S"]},"id":"x"}`, 200},
		{"1.0", `{"method":"VM.get_all","params":["S"],"id":7}`, `{"result":null,"error":["SESSION_INVALID","S"],"id":7}`, 200},
		{"1.0 result", `{"method":"VM.get_by_name_label","params":["SESSION","none"],"id":7}`, `{"result":[],"error":null,"id":7}`, 200},
		{"void", `{"jsonrpc":"2.0","method":"pool.sync_database","params":["SESSION"],"id":7}`, `{"jsonrpc":"2.0","result":"","id":7}`, 200},
		{"another version", `{"jsonrpc":"3.0","method":"VM.get_all","params":[],"id":7}`, "", 500},
		{"no id", `{"jsonrpc":"2.0","method":"VM.get_all","params":[]}`, "", 500},
		{"null id", `{"jsonrpc":"2.0","method":"VM.get_all","params":[],"id":null}`, "", 500},
		{"no JSON", `<methodCall/>`, "", 500},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := w.post("/jsonrpc", strings.ReplaceAll(tt.body, "SESSION", w.session))
			if got.status != tt.status {
				t.Errorf("got status %d, want %d", got.status, tt.status)
			}
			want := "application/json"
			if tt.status != 200 {
				want = "text/html"
			} else if got.text != tt.want {
				t.Errorf("got  %s\nwant %s", got.text, tt.want)
			}
			if typ := got.header.Get("Content-Type"); typ != want {
				t.Errorf("got content type %q, want %q", typ, want)
			}
		})
	}
}

func TestXMLForms(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	host := fmt.Sprint(w.list("host.get_all")[0])
	call := func(method string, params ...string) string {
		var b strings.Builder
		b.WriteString("<?xml version='1.0'?>\n<methodCall>\n <methodName>" + method + "</methodName>\n <params>\n")
		for _, p := range append([]string{w.session}, params...) {
			b.WriteString("  <param><value>" + p + "</value></param>\n")
		}
		return b.String() + " </params>\n</methodCall>\n"
	}
	success := func(value string) string {
		return `<?xml version="1.0"?><methodResponse><params><param><value><struct><member><name>Status</name><value>Success</value></member>` +
			`<member><name>Value</name>` + value + `</member></struct></value></param></params></methodResponse>`
	}
	failed := func(parts ...string) string {
		var b strings.Builder
		for _, p := range parts {
			b.WriteString("<value>" + p + "</value>")
		}
		return `<?xml version="1.0"?><methodResponse><params><param><value><struct><member><name>Status</name><value>Failure</value></member>` +
			`<member><name>ErrorDescription</name><value><array><data>` + b.String() + `</data></array></value></member></struct></value></param></params></methodResponse>`
	}
	for _, path := range []string{"/", "/RPC2", "/xmlrpc"} {
		for _, tt := range []struct{ name, body, want string }{
			{"an integer is untyped", call("host.get_API_version_major", host), success("<value>2</value>")},
			{"a string may be typed", call("host.get_API_version_minor", "<string>"+host+"</string>"), success("<value>21</value>")},
			{"a boolean", call("host.get_enabled", host), success("<value><boolean>1</boolean></value>")},
			{"a float", call("VM.get_HVM_shadow_multiplier", w.template(xapitest.TemplateDebian)), success("<value><double>1.0</double></value>")},
			{"a time", call("VM.get_snapshot_time", w.template(xapitest.TemplateDebian)), success("<value><dateTime.iso8601>19700101T00:00:00Z</dateTime.iso8601></value>")},
			{"an empty set", call("VM.get_by_name_label", "none"), success("<value><array><data></data></array></value>")},
			{"an error", call("VM.get_uuid", "a&lt;b"), failed("HANDLE_INVALID", "VM", "a&lt;b")},
			{
				"counts are 32-bit",
				call("event.from", "<array><data><value>message</value></data></array>", "00000000000000000001,00000000000000000001", "<double>0</double>"),
				success("<value><struct><member><name>events</name><value><array><data></data></array></value></member><member><name>token</name><value>TOKEN</value></member>" +
					"<member><name>valid_ref_counts</name><value><struct><member><name>pool</name><value><i4>1</i4></value></member></struct></value></member></struct></value>"),
			},
		} {
			a := w.post(path, tt.body)
			got := a.text
			if i := strings.Index(got, "<name>token</name><value>"); i >= 0 {
				i += len("<name>token</name><value>")
				got = got[:i] + "TOKEN" + got[i+41:]
			}
			// Every class is counted: one shows how.
			got = regexp.MustCompile(`<member><name>[A-Za-z_]+</name><value><i4>\d+</i4></value></member>`).ReplaceAllStringFunc(got, func(m string) string {
				if strings.Contains(m, "<name>pool<") {
					return m
				}
				return ""
			})
			if got != tt.want {
				t.Errorf("%s %s: got\n%s\nwant\n%s", path, tt.name, got, tt.want)
			}
			if typ := a.header.Get("Content-Type"); typ != "text/xml" {
				t.Errorf("%s: got content type %q, want text/xml", path, typ)
			}
		}
	}
	if a := w.post("/", "no XML"); a.status != 500 {
		t.Errorf("malformed XML: got status %d, want 500", a.status)
	}
}

func TestDispatch(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	for _, tt := range []struct {
		name   string
		want   []string
		method string
		params []any
	}{
		{"too few", []string{"MESSAGE_PARAMETER_COUNT_MISMATCH", "VM.start", "3", "1"}, "VM.start", []any{vm}},
		{"too many", []string{"MESSAGE_PARAMETER_COUNT_MISMATCH", "VM.start", "3", "4"}, "VM.start", []any{vm, false, false, false}},
		{"asynchronously too", []string{"MESSAGE_PARAMETER_COUNT_MISMATCH", "VM.start", "3", "1"}, "Async.VM.start", []any{vm}},
		{"unknown", []string{"MESSAGE_METHOD_UNKNOWN", "VM.dance"}, "VM.dance", []any{vm}},
		{"no such reference", []string{"HANDLE_INVALID", "VM", "OpaqueRef:none"}, "VM.get_record", []any{"OpaqueRef:none"}},
		{"a reference of another class", []string{"HANDLE_INVALID", "VDI", vm}, "VDI.get_record", []any{vm}},
		{"no such UUID", []string{"UUID_INVALID", "VM", "none"}, "VM.get_by_uuid", []any{"none"}},
		{"a key twice", []string{"MAP_DUPLICATE_KEY", "VM", "other_config", vm, "mac_seed"}, "VM.add_to_other_config", []any{vm, "mac_seed", ""}},
		{"a read-only field", []string{"MESSAGE_METHOD_UNKNOWN", "VM.set_uuid"}, "VM.set_uuid", []any{vm, ""}},
		{"no asynchronous form", []string{"Fault", "No async mode for this operation (rpc: Async.VM.get_record)"}, "Async.VM.get_record", []any{vm}},
	} {
		t.Run(tt.name, func(t *testing.T) { w.fails(tt.want, tt.method, tt.params...) })
	}
	for _, tt := range []struct {
		method string
		params []any
	}{
		{"VM.set_name_label", []any{vm, 1}},
		{"VM.start", []any{vm, "no", false}},
		{"VM.set_VCPUs_max", []any{vm, "many"}},
		{"VM.set_VCPUs_max", []any{vm, 1.5}},
		{"VM.set_tags", []any{vm, "a"}},
		{"VM.set_other_config", []any{vm, map[string]any{"a": 1}}},
		{"VM.set_actions_after_reboot", []any{vm, "explode"}},
		{"VIF.create", []any{map[string]any{"device": "1"}}},
		{"VDI.create", []any{"none"}},
	} {
		if _, failed := w.call(tt.method, tt.params...); len(failed) == 0 || failed[0] != "INTERNAL_ERROR" {
			t.Errorf("%s%v: got %v, want INTERNAL_ERROR for a type that does not fit", tt.method, tt.params, failed)
		}
	}
	w.must("VM.remove_from_other_config", vm, "none") // silent
	w.must("VM.set_VCPUs_max", vm, "4")               // decimal strings will do for integers
	if got := w.must("VM_get_VCPUs_max", vm); got != json.Number("4") {
		t.Errorf("got %v VCPUs by the method's alias, want 4", got)
	}
	w.must("VM.set_tags", vm, []string{"x"})
	w.must("VM.add_tags", vm, "y")
	w.must("VM.add_tags", vm, "y")
	w.must("VM.remove_tags", vm, "x")
	if diff := cmp.Diff([]any{"y"}, w.must("VM.get_tags", vm)); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

// TestInvalidUTF8 sends what no encoder makes.
func TestInvalidUTF8(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	var body bytes.Buffer
	fmt.Fprintf(&body, "<methodCall><methodName>VM.get_by_name_label</methodName><params><param><value>%s</value></param><param><value><base64>/w==</base64></value></param></params></methodCall>", w.session)
	if got := w.post("/", body.String()).text; !strings.Contains(got, "INVALID_VALUE") {
		t.Errorf("got %s, want INVALID_VALUE", got)
	}
}

func TestRecordsWhere(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	for expr, want := range map[string]int{
		`true`:                                   5,
		`false`:                                  0,
		`field "is_default_template" = "true"`:   1,
		`not field "is_default_template"="true"`: 4,
		`field "is_a_template" = "true" and (field "name_label" = "no-guest-tools" or field "is_default_template" = "true")`: 2,
		// The database's names of fields that the API writes with one underscore.
		`field "name__label" = "no-guest-tools"`:                      1,
		`field "VCPUs__max" = "2" and field "is_a_template" = "true"`: 3,
	} {
		if got := len(w.record("VM.get_all_records_where", expr)); got != want {
			t.Errorf("%s: got %d VMs, want %d", expr, got, want)
		}
	}
	if _, failed := w.call("VM.get_all_records_where", `field "a`); len(failed) == 0 {
		t.Error("an expression that is cut off is understood")
	}
	w.fails([]string{"INTERNAL_ERROR", `Db_exn.DBCache_NotFound("missing column", "VM", "nonesuch")`}, "VM.get_all_records_where", `field "nonesuch" = "x"`)
}

// TestJournalLimit: a pool that runs for weeks does not keep all that it was
// asked.
func TestJournalLimit(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost(), xapitest.JournalLimit(10))
	w := dialWire(t, s)
	for range 100 {
		w.must("VM.get_all")
		w.must("host.get_all")
	}
	j := s.Journal()
	if len(j) > 10 || j[len(j)-1].Method != "host.get_all" {
		t.Errorf("got %d calls, the last %s; want at most 10, the last host.get_all", len(j), j[len(j)-1].Method)
	}
}
