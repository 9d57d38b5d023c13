// Package peers_test runs clients that nobody here wrote against the simulator:
// npm's xen-api over JSON-RPC and over XML-RPC, and Debian's XenAPI.py.
package peers_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// pythonModule is where Debian's package puts the client.
const pythonModule = "/usr/lib/python3/dist-packages/os_xenapi/client/XenAPI.py"

// need is a file or program that a peer cannot do without. It skips the test
// when that is missing, and fails it in CI, where the install script has run.
func need(t *testing.T, what string, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("BIOXEN_CI") == "1":
		t.Fatalf("%s is missing: run sdk/xapi/xapitest/peers/install (%v)", what, err)
	default:
		t.Skipf("%s is missing: sdk/xapi/xapitest/peers/install installs it", what)
	}
}

// xenAPI is npm's module, where the install script puts it.
func xenAPI(t *testing.T) string {
	t.Helper()
	_, err := exec.LookPath("node")
	need(t, "node", err)
	dir := os.Getenv("BIOXEN_PEERS")
	if dir == "" {
		cache, err := os.UserCacheDir()
		need(t, "a cache folder", err)
		dir = filepath.Join(cache, "bioxen", "peers")
	}
	module := filepath.Join(dir, "node_modules", "xen-api", "index.mjs")
	_, err = os.Stat(module)
	need(t, "npm's xen-api", err)
	return module
}

// run runs a peer with the pool's certificates as authorities, and returns the
// address that it printed last.
func run(t *testing.T, s *xapitest.Server, program string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, s.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+file, "SSL_CERT_FILE="+file, "NO_PROXY=*", "no_proxy=*")
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s\nthe last calls: %+v", program, args[0], err, out.String(), complaints.String(), last(s.Journal()))
	}
	if complaints.Len() > 0 {
		t.Errorf("%s %s complains:\n%s", program, args[0], complaints.String())
	}
	lines := strings.Fields(out.String())
	if len(lines) == 0 {
		t.Fatalf("%s %s printed no address", program, args[0])
	}
	return lines[len(lines)-1]
}

func last(calls []xapitest.Call) []xapitest.Call {
	const shown = 5
	return calls[max(0, len(calls)-shown):]
}

// saw fails the test unless the journal has every method, by the protocol, and
// no call that the simulator does not know.
func saw(t *testing.T, s *xapitest.Server, protocol xapitest.Protocol, methods ...string) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range s.Journal() {
		if c.Protocol != protocol && c.Protocol != xapitest.HTTP {
			t.Errorf("%s came by %s, want %s", c.Method, c.Protocol, protocol)
		}
		if c.Code == "MESSAGE_METHOD_UNKNOWN" || c.Code == "MESSAGE_PARAMETER_COUNT_MISMATCH" || c.Code == "INTERNAL_ERROR" {
			t.Errorf("%s failed with %s", c.Method, c.Code)
		}
		seen[c.Method] = true
	}
	for _, m := range methods {
		if !seen[m] {
			t.Errorf("the journal has no %s", m)
		}
	}
}

func TestXenAPIOfNPM(t *testing.T) {
	t.Parallel()
	module := xenAPI(t)
	for _, transport := range []struct {
		name     string
		protocol xapitest.Protocol
	}{{"json-rpc", xapitest.JSON2}, {"xml-rpc", xapitest.XML}, {"auto", xapitest.JSON2}} {
		for _, template := range []string{xapitest.TemplateDefault, xapitest.TemplateDebian} {
			t.Run(transport.name+" "+template, func(t *testing.T) {
				t.Parallel()
				s := xapitest.NewServer(t, xapitest.SingleHost())
				address := run(t, s, "node", "testdata/xen-api.mjs", module, s.URL(), xapitest.Username, xapitest.Password, transport.name, template)
				if !strings.HasPrefix(address, "10.77.") {
					t.Errorf("got address %q, want one of 10.77.0.0/16", address)
				}
				saw(t, s, transport.protocol, "session.login_with_password", "system.listMethods", "pool.get_all_records", "VM.get_all_records",
					"event.inject", "event.from", "Async.VM.clone", "Async.VM.provision", "VM.set_memory_limits", "PUT /import_raw_vdi",
					"Async.VM.start", "Async.VM.clean_shutdown", "Async.VM.destroy", "Async.VDI.destroy", "task.destroy", "session.logout")
			})
		}
	}
}

// TestXenAPIOfNPMFindsTheMaster begins at a supporter.
func TestXenAPIOfNPMFindsTheMaster(t *testing.T) {
	t.Parallel()
	module := xenAPI(t)
	s := xapitest.NewServer(t, xapitest.Pool(2))
	run(t, s, "node", "testdata/xen-api.mjs", module, s.MemberURL(1), xapitest.Username, xapitest.Password, "auto", xapitest.TemplateDebian)
	if first := s.Journal()[0]; first.Code != "HOST_IS_SLAVE" {
		t.Errorf("the first call ended with %q, want HOST_IS_SLAVE", first.Code)
	}
}

func TestXenAPIOfPython(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3" // Debian's, which has Debian's modules
	_, err := os.Stat(pythonModule)
	need(t, "python3-os-xenapi", err)
	for _, template := range []string{xapitest.TemplateDefault, xapitest.TemplateDebian} {
		t.Run(template, func(t *testing.T) {
			t.Parallel()
			s := xapitest.NewServer(t, xapitest.SingleHost())
			address := run(t, s, python, "testdata/xenapi.py", s.URL(), xapitest.Username, xapitest.Password, template)
			if !strings.HasPrefix(address, "10.77.") {
				t.Errorf("got address %q, want one of 10.77.0.0/16", address)
			}
			saw(t, s, xapitest.XML, "session.login_with_password", "pool.get_all", "VM.get_all_records", "event.inject", "event_from", "event.from",
				"Async.VM.clone", "VM.provision", "VM.set_memory_limits", "Async.VM.start", "VM.clean_shutdown", "VM.destroy",
				"Async.VDI.destroy", "task.destroy", "session.logout")
		})
	}
}
