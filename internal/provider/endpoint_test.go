package provider_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

// A server is a "bioxen serve" of a test.
type server struct {
	dir    string // its data directory
	socket string
	url    string // over TLS
	token  string
	ca     string // the certificate, which is its own authority
	pin    string
}

// serve starts "bioxen serve" on a unix socket and over TLS, until the test ends.
func serve(t *testing.T) server {
	t.Helper()
	binary, err := agent()
	if err != nil {
		t.Fatal(err)
	}
	top := t.TempDir()
	s := server{dir: filepath.Join(top, "data"), socket: filepath.Join(top, "s")}
	var made struct{ Token, Line string }
	out, err := exec.CommandContext(t.Context(), binary, "token", "-o", "json", "test").Output()
	if err == nil {
		err = json.Unmarshal(out, &made)
	}
	cert, key := filepath.Join(top, "cert.pem"), filepath.Join(top, "key.pem")
	s.token = made.Token
	if err := errors.Join(err, s.certify(cert, key), os.WriteFile(filepath.Join(top, "tokens"), []byte(made.Line+"\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), binary, "serve", "--data-dir", s.dir, "--socket", s.socket,
		"--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key, "--token-file", filepath.Join(top, "tokens"))
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // at the test's end
	log, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // it is told to end by then
	// The log says where it listens; what comes after is nobody's.
	lines := bufio.NewScanner(log)
	for s.url == "" && lines.Scan() {
		if at := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(lines.Text()); at != "" {
			s.url = "https://" + at
		}
	}
	if s.url == "" {
		t.Fatal("bioxen serve ended before it said where it listens")
	}
	go func() { // ends with the process
		for lines.Scan() {
		}
	}()
	return s
}

// certify makes a certificate for this machine, and its key.
func (s *server) certify(certFile, keyFile string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "bioxen"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.ca, s.pin = string(ca), xapi.Fingerprint(cert)
	return errors.Join(os.WriteFile(certFile, ca, 0o600), os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
}

// at puts the provider's block into a workspace.
func at(t *testing.T, w *acctest.Workspace, attributes ...string) {
	t.Helper()
	w.Write(t, "provider.tf", "provider \"bioxen\" {\n  "+strings.Join(attributes, "\n  ")+"\n}\n")
}

// All that works in a data directory works at a daemon, by its socket and over
// TLS, and it is the daemon's data directory that has it.
func TestEndpoint(t *testing.T) {
	t.Parallel()
	s := serve(t)
	endpoint := func(url string) string { return fmt.Sprintf("endpoint = %q", url) }
	for name, attributes := range map[string][]string{
		"unix": {endpoint("unix://" + filepath.ToSlash(s.socket))},
		"pin":  {endpoint(s.url), fmt.Sprintf("token = %q", s.token), fmt.Sprintf("pins = [%q]", s.pin)},
		"ca":   {endpoint(s.url), fmt.Sprintf("token = %q", s.token), "ca_cert_pem = <<-EOT\n" + s.ca + "EOT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := workspace(t)
			at(t, w, attributes...)
			network, err := os.ReadFile(networkFile(t))
			if err != nil {
				t.Fatal(err)
			}
			w.Write(t, "network.json", string(network))
			w.Write(t, "main.tf", fmt.Sprintf(`resource "bioxen_vm" "cell" {
  name            = %[1]q
  biological_type = "syn3a"
  knockouts       = ["JCVISYN3A_0876"]
}

# What the daemon cannot read is brought to it.
resource "bioxen_vm" "own" {
  name            = "own-${bioxen_vm.cell.name}"
  biological_type = "ecoli"
  knockouts       = ["acidB"]
  model           = { source = "network.json" }

  lifecycle {
    postcondition {
      condition     = self.free_growth_rate == 0.4
      error_message = "It grows at ${self.free_growth_rate}."
    }
  }
}

resource "bioxen_resource_allocation" "cell" {
  vm_id     = bioxen_vm.cell.id
  ribosomes = 7
}

resource "bioxen_process" "cell" {
  vm_id    = bioxen_vm.cell.id
  code     = "fba()['growth_rate']"
  triggers = { growth = bioxen_resource_allocation.cell.growth_rate }
}

data "bioxen_capabilities" "daemon" {}
`, name))
			w.Apply(t)
			w.Terraform(t, "state", "rm", "bioxen_vm.cell")
			w.Terraform(t, "import", "bioxen_vm.cell", name)
			w.NothingToDo(t)
			if v, err := acctest.Open(t, s.dir).Get(t.Context(), name); err != nil || v.Type() != biovm.Basic {
				t.Errorf("the daemon's data directory has %v, %v; want the VM", v, err)
			}
			if _, err := os.Stat(w.Data); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the data directory of the environment was made: %v", err)
			}
			w.Terraform(t, "destroy", "-auto-approve")
		})
	}
	t.Run("environment", func(t *testing.T) {
		t.Parallel()
		w := workspace(t)
		w.Write(t, "main.tf", strings.ReplaceAll(oneCell, `"cell"`, `"environment"`))
		w.Setenv("BIOXEN_ENDPOINT", s.url)
		out, err := w.Try(t.Context(), "plan") // with the workspace's BIOXEN_DATA_DIR
		expectError(t, out, err, `(?s)BIOXEN_DATA_DIR and\s+BIOXEN_ENDPOINT`)
		// Pools are a data directory's: the block goes before the environment.
		pools := workspace(t)
		at(t, pools, `xcpng = { lab = {} }`)
		pools.Write(t, "main.tf", oneCell)
		pools.Setenv("BIOXEN_ENDPOINT", s.url)
		pools.Terraform(t, "plan")
		w.Setenv("BIOXEN_DATA_DIR", "")
		w.Setenv("BIOXEN_TOKEN", s.token)
		w.Setenv("BIOXEN_PINS", s.pin)
		w.Apply(t)
		w.Terraform(t, "destroy", "-auto-approve")
	})
}

// What is wrong with a daemon is said once, at its attribute.
func TestEndpointRefused(t *testing.T) {
	t.Parallel()
	s := serve(t)
	url, token, pin := fmt.Sprintf("endpoint = %q", s.url), fmt.Sprintf("token = %q", s.token), fmt.Sprintf("pins = [%q]", s.pin)
	other := []string{fmt.Sprintf("endpoint = %q", newer(t))}
	for name, test := range map[string]struct {
		attributes []string
		message    string
	}{
		"wrong token":      {[]string{url, `token = "wrong"`, pin}, `(?s)token = .*daemon refuses the\s+token`},
		"no token":         {[]string{url, pin}, `(?s)token.*bioxen token`},
		"another pin":      {[]string{url, token, `pins = ["` + strings.Repeat("0", 64) + `"]`}, `(?s)pins = .*not\s+trusted`},
		"no authority":     {[]string{url, token}, `(?s)certificate`},
		"bad pin":          {[]string{url, token, `pins = ["00"]`}, `(?s)pins\[0\].*64\s+hexadecimal`},
		"in the clear":     {[]string{`endpoint = "http://127.0.0.1:1"`, token}, `(?s)endpoint = .*must be\s+https`},
		"nobody":           {[]string{`endpoint = "unix:///nowhere/bioxen.sock"`}, `(?s)endpoint = .*no such file`},
		"another version":  {other, `(?s)endpoint = .*speaks versions.*older`},
		"two places":       {[]string{url, token, pin, `data_dir = "x"`}, `(?s)data_dir`},
		"pools":            {[]string{url, token, pin, `xcpng = { lab = {} }`}, `(?s)xcpng`},
		"token for nobody": {[]string{`token = "x"`}, `(?s)token = "x".*for\s+an\s+endpoint`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := workspace(t)
			at(t, w, test.attributes...)
			w.Write(t, "main.tf", oneCell)
			out, err := w.Try(t.Context(), "plan")
			expectError(t, out, err, test.message)
			if n := strings.Count(out, "Error: "); n != 1 {
				t.Errorf("%d errors, want one:\n%s", n, out)
			}
			if strings.Contains(out, s.token) {
				t.Error("the token is in the message")
			}
		})
	}
	t.Run("xcpng", func(t *testing.T) {
		t.Parallel()
		w := workspace(t)
		at(t, w, url, token, pin)
		w.Write(t, "main.tf", strings.Replace(oneCell, "}", "  vm_type = \"xcpng\"\n  xcpng = { host = \"lab\" }\n}", 1)+
			"resource \"bioxen_xcpng_host\" \"lab\" {\n  name = \"lab\"\n  url = \"https://x\"\n  username = \"root\"\n}\n")
		out, err := w.Try(t.Context(), "plan")
		expectError(t, out, err, `(?s)vm_type = "xcpng".*data\s+directory`)
		expectError(t, out, err, `(?s)A daemon keeps no pools.*data\s+directory`)
	})
}

// newer is a daemon of a release that speaks another version of the API.
func newer(t *testing.T) (endpoint string) {
	t.Helper()
	e, err := engine.Open(t.Context(), engine.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "s")
	l, err := daemon.ListenUnix(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	d := daemon.New(daemon.Options{Engine: e, Version: "v99", API: remote.APIRange{Min: 99, Max: 99}})
	go func() { ended <- d.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, e.Close()); err != nil {
			t.Error(err)
		}
	})
	return "unix://" + filepath.ToSlash(path)
}
