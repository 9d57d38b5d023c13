// Package acctest runs the real terraform against the provider, offline and in
// temporary data directories. Only tests use it.
package acctest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"sync"
	"testing"

	fwprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
)

// Main is what a package's TestMain calls: it makes sure that there is a
// terraform, and that neither the user's settings nor the network get in. What is
// missing it says on stderr.
func Main(m *testing.M, stderr io.Writer) int {
	if _, err := exec.LookPath("terraform"); err != nil {
		_, _ = fmt.Fprintln(stderr, "terraform is not on PATH: install Terraform 1.11 or newer; acceptance tests run the real program:", err)
		return 1
	}
	// Terraform and providers live for a second: a quarter of their time goes into
	// collecting garbage, of which there is room for all.
	debug.SetGCPercent(400)
	err := os.Setenv("GOGC", "400")
	// An inherited configuration may name plugins or a file that is not there.
	err = errors.Join(err, os.Setenv("CHECKPOINT_DISABLE", "1"))
	for _, name := range []string{
		"TF_CLI_CONFIG_FILE", "BIOXEN_DATA_DIR", "BIOXEN_AGENT", "BIOXEN_ENDPOINT", "BIOXEN_TOKEN", "BIOXEN_CA_CERT", "BIOXEN_PINS",
		"BIOXEN_XCPNG_HOST", "BIOXEN_XCPNG_URL", "BIOXEN_XCPNG_USERNAME", "BIOXEN_XCPNG_PASSWORD", "BIOXEN_XCPNG_CA", "BIOXEN_XCPNG_PINS",
	} {
		err = errors.Join(err, os.Unsetenv(name))
	}
	temp, tempErr := ownTemp()
	if err := errors.Join(err, tempErr); err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return 1
	}
	code := m.Run()
	if err := os.RemoveAll(temp); err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return 1
	}
	return code
}

// ownTemp makes a folder for the temporary files of this process and of those
// that it starts, because plugins that are killed leave their sockets there.
// Some of them run as another user.
func ownTemp() (string, error) {
	const anybody = 0o777 | os.ModeSticky
	dir, err := os.MkdirTemp("", "bioxen-acc-")
	if err != nil {
		return "", err
	}
	return dir, errors.Join(os.Chmod(dir, anybody), os.Setenv("TMPDIR", dir))
}

// Env is a data directory and the provider, in this process, that uses it. A
// test has one; when it ends, the directory must be consistent.
type Env struct {
	// Dir is the data directory.
	Dir string

	mu      sync.Mutex // guards current
	current *provider.Provider
}

// New makes an empty data directory for a test.
func New(t *testing.T) *Env {
	t.Helper()
	e := &Env{Dir: filepath.Join(t.TempDir(), "data")}
	t.Cleanup(func() {
		if err := e.close(); err != nil {
			t.Errorf("close the provider: %v", err)
		}
		Verify(t, e.Dir)
	})
	return e
}

// Verify fails the test when the data directory, if it is there, is not
// consistent.
func Verify(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return
	}
	ctx := context.WithoutCancel(t.Context()) // which has ended in a cleanup
	eng, err := engine.Open(ctx, engine.Options{Dir: dir})
	if err != nil {
		t.Errorf("open %s to verify it: %v", dir, err)
		return
	}
	if err := errors.Join(eng.Verify(ctx), eng.Close()); err != nil {
		t.Errorf("the data directory is not consistent: %v", err)
	}
}

// Config puts a configuration of the provider before HCL.
func (e *Env) Config(hcl string) string {
	return fmt.Sprintf("provider \"bioxen\" {\n  data_dir = %q\n}\n\n%s\n", e.Dir, hcl)
}

// Run runs the steps as a test of the provider.
func (e *Env) Run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){"bioxen": e.serve},
		Steps:                    steps,
	})
}

// serve starts the provider anew, as Terraform starts a process for each
// command, and ends the one before.
func (e *Env) serve() (tfprotov6.ProviderServer, error) {
	if err := e.close(); err != nil {
		return nil, err
	}
	p := provider.New("test")
	e.mu.Lock()
	e.current = p
	e.mu.Unlock()
	return providerserver.NewProtocol6WithError(fwprovider.Provider(p))()
}

func (e *Env) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.current == nil {
		return nil
	}
	err := e.current.Close()
	e.current = nil
	return err
}

// Client opens the data directory as another program does, until the test
// ends.
func (e *Env) Client(t *testing.T) *bioxen.Client {
	t.Helper()
	return Open(t, e.Dir)
}

// Open opens a data directory until the test ends.
func Open(t *testing.T, dir string) *bioxen.Client {
	t.Helper()
	c, err := bioxen.Open(t.Context(), bioxen.Options{DataDir: dir})
	if err != nil {
		t.Fatalf("open %s: %v", dir, err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close %s: %v", dir, err)
		}
	})
	return c
}

// VM finds a VM outside of Terraform.
func (e *Env) VM(t *testing.T, name string) biovm.VM {
	t.Helper()
	v, err := e.Client(t).Get(t.Context(), name)
	if err != nil {
		t.Fatalf("find vm %q: %v", name, err)
	}
	return v
}

// Destroy is for a step's PreConfig: it destroys a VM behind Terraform's back.
func (e *Env) Destroy(t *testing.T, name string) func() {
	return func() {
		t.Helper()
		if err := e.VM(t, name).Destroy(t.Context()); err != nil {
			t.Fatalf("destroy vm %q: %v", name, err)
		}
	}
}
