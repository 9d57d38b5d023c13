package xapitest_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

func TestTLSPolicy(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.CertificatePEM())
	for _, tt := range []struct {
		name   string
		config *tls.Config
		ok     bool
	}{
		{"as Go is", &tls.Config{}, true},
		{"TLS 1.3 only", &tls.Config{MinVersion: tls.VersionTLS13}, false},
		{"TLS 1.1 only", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, false},
		{"without P-384", &tls.Config{CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256}}, false},
		{"with CBC", &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA}}, false},
		{"AES-128-GCM", &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}, true},
	} {
		for i := range 2 {
			config := tt.config.Clone()
			config.RootCAs = roots
			conn, err := tls.Dial("tcp", strings.TrimPrefix(s.MemberURL(i), "https://"), config)
			if (err == nil) != tt.ok {
				t.Errorf("%s to member %d: got %v, want success %v", tt.name, i, err, tt.ok)
			}
			if err != nil {
				continue
			}
			if n := conn.ConnectionState().PeerCertificates[0].PublicKey; n == nil {
				t.Error("no public key")
			}
			conn.Close()
		}
	}
	if s.Fingerprint(0) == s.Fingerprint(1) {
		t.Error("two members have one certificate")
	}
}

func TestSlave(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(3))
	m := dialWire(t, s)
	w := newWire(t, s, s.MemberURL(2))
	w.fails([]string{"HOST_IS_SLAVE", "127.0.0.1"}, "session.login_with_password", xapitest.Username, xapitest.Password, "1.0", "x")
	w.session = m.session
	w.fails([]string{"HOST_IS_SLAVE", "127.0.0.1"}, "VM.get_all")
	const ask, give = "x-xenapi-request-host-certificate-thumbprint", "x-xenapi-response-host-certificate-thumbprint"
	body := `{"method":"VM.get_all","params":["x"],"id":1}`
	if got := w.post("/jsonrpc", body, ask, "sha-256:master").header.Get(give); got != s.Fingerprint(0) {
		t.Errorf("got thumbprint %q, want the master's %q", got, s.Fingerprint(0))
	}
	if w.post("/jsonrpc", body).header.Get(give) != "" {
		t.Error("a thumbprint that nobody asked for")
	}
	certificates := m.record("Certificate.get_all_records")
	if len(certificates) != 3 {
		t.Errorf("got %d certificates, want 3", len(certificates))
	}
	for _, h := range s.Inventory().Hosts {
		pem := m.text("host.get_server_certificate", h.Ref)
		if !strings.Contains(string(s.CertificatePEM()), pem) {
			t.Errorf("the certificate of %s is none of the members'", h.Name)
		}
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost(), xapitest.SessionLimit(2))
	w := dialWire(t, s)
	o := newWire(t, s, s.URL())
	o.fails([]string{"SESSION_AUTHENTICATION_FAILED", "root", "Authentication failure"}, "session.login_with_password", "root", "wrong")
	var sessions []string
	for range 3 {
		sessions = append(sessions, o.text("session.login_with_password", xapitest.Username, xapitest.Password, "1.0", "many"))
	}
	o.session = sessions[0] // the oldest of its originator is evicted, and no other
	o.fails([]string{"SESSION_INVALID", sessions[0]}, "VM.get_all")
	w.must("VM.get_all")
	for _, ref := range sessions[1:] {
		o.session = ref
		o.must("session.logout")
		o.fails([]string{"SESSION_INVALID", ref}, "session.logout")
	}
	calls := s.Journal()
	for _, c := range calls {
		for _, p := range c.Params {
			if p == xapitest.Password || strings.HasPrefix(c.Originator, "OpaqueRef") {
				t.Errorf("the journal holds a secret: %+v", c)
			}
		}
	}
	if n := s.Calls("session.login_with_password"); n != 5 {
		t.Errorf("the journal has %d logins, want 5", n)
	}
}

func TestFailOver(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.Pool(2))
	w := dialWire(t, s)
	token := w.from("", 0, "host").token
	s.FailOver(1)
	if resp, err := w.http.Get(w.url); err == nil {
		resp.Body.Close()
		t.Error("the dead master answers")
	}
	n := newWire(t, s, s.MemberURL(1))
	n.session = w.session
	n.fails([]string{"SESSION_INVALID", w.session}, "VM.get_all")
	n.session = ""
	n.session = n.text("session.login_with_password", xapitest.Username, xapitest.Password, "1.0", "x")
	if got := n.from(token, 30, "host", "host_metrics"); len(got.events) == 0 {
		t.Error("the new master knows nothing of the old one's tokens")
	}
	hosts := s.Inventory().Hosts
	if hosts[0].Live || hosts[0].Master || !hosts[1].Master {
		t.Errorf("got %+v, want the second as master, the first dead", hosts)
	}
	if err := s.Revive(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	w.session = ""
	w.fails([]string{"HOST_IS_SLAVE", "127.0.0.2"}, "session.login_with_password", xapitest.Username, xapitest.Password)
	n.must("pool.designate_new_master", hosts[0].Ref)
	if s.Master() != 0 {
		t.Errorf("got master %d, want 0", s.Master())
	}
	w.session = w.text("session.login_with_password", xapitest.Username, xapitest.Password, "1.0", "wire")
	task := w.text("Async.VM.clone", w.template(xapitest.TemplateDebian), "never")
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.http.CloseIdleConnections()
	s.Pass(10)
	if tasks := s.Inventory().Tasks; len(tasks) != 1 || tasks[0].Ref != task || tasks[0].Status != "cancelled" {
		t.Errorf("got tasks %+v after the restart, want one that is cancelled", tasks)
	}
	if _, err := s.Do(t.Context(), "task.destroy", task); err != nil {
		t.Error(err)
	}
	w.fails([]string{"SESSION_INVALID", w.session}, "VM.get_all")
}

func TestRRD(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	w.must("VM.start", vm, false, false)
	get := func(query string) int {
		resp, err := w.http.Get(w.url + "/rrd_updates?" + query)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	got := []int{get("start=1"), get("session_id=" + w.session), get("session_id=" + w.session + "&start=1&host=true&json=true")}
	if diff := cmp.Diff([]int{http.StatusUnauthorized, http.StatusBadRequest, http.StatusOK}, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

// TestRRDForms reads measurements as XML, which is what comes of no wish, and as
// JSON: by the parameter, and by the header, which wins.
func TestRRDForms(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	w.must("VM.start", vm, false, false)
	want := "AVERAGE:vm:" + w.text("VM.get_uuid", vm) + ":memory"
	for _, tt := range []struct{ query, accept, media string }{
		{"", "", "text/xml"},
		{"&json=true", "", "application/json"},
		{"", "application/json", "application/json"},
		{"&json=true", "text/xml", "text/xml"},
		{"&json=true", "*/*", "application/json"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/rrd_updates?start=1&session_id="+w.session+tt.query, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", tt.accept)
		resp, err := w.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err = errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		var asXML struct {
			Legend []string `xml:"meta>legend>entry"`
			Values []string `xml:"data>row>v"`
		}
		var asJSON struct {
			Meta struct{ Legend []string }
			Data []struct{ Values []string }
		}
		var legend, values []string
		if tt.media == "text/xml" {
			err = xml.Unmarshal(body, &asXML)
			legend, values = asXML.Legend, asXML.Values
		} else if err = json.Unmarshal(body, &asJSON); err == nil && len(asJSON.Data) == 1 {
			legend, values = asJSON.Meta.Legend, asJSON.Data[0].Values
		}
		if got := resp.Header.Get("Content-Type"); err != nil || got != tt.media {
			t.Errorf("%+v: got %s, %v", tt, got, err)
		}
		if len(legend) != len(values) || !slices.Contains(legend, want) {
			t.Errorf("%+v: got %v and %v, want %s among as many as there are values", tt, legend, values, want)
		}
	}
}
