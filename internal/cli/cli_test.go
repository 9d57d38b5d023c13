package cli_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/cli"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// command is a run of the command in a test.
type command struct {
	ctx         context.Context //nolint:containedctx // a test's table
	args        []string
	stdin       string
	interactive bool
	watched     bool
	dataDir     string
	env         map[string]string
}

func (c command) run(t *testing.T) (code int, stdout, stderr string) {
	t.Helper()
	if c.ctx == nil {
		c.ctx = t.Context()
	}
	var out, err bytes.Buffer
	code = cli.Run(c.ctx, cli.Process{
		Args: c.args, Stdin: strings.NewReader(c.stdin), Stdout: &out, Stderr: &err, Interactive: c.interactive, Watched: c.watched,
		Getenv: func(name string) string {
			if name == "BIOXEN_DATA_DIR" {
				return c.dataDir
			}
			return c.env[name]
		},
		Version: "v1.2.3",
	})
	return code, out.String(), err.String()
}

func dataDir(t *testing.T, names ...biovm.ID) string {
	t.Helper()
	dir := t.TempDir()
	c, err := bioxen.Open(t.Context(), bioxen.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		s := biovm.Spec{
			ID: name, BiologicalType: biovm.Syn3A, SharedChassis: "lab",
			Knockouts: []string{"JCVISYN3A_0227"}, Medium: map[string]float64{},
		}
		if _, err := c.Create(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestConfirmation holds that destroying asks, and takes no for an answer.
func TestConfirmation(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer string
		code   int
		stderr string
	}{
		"yes":           {"yes\n", cli.ExitOK, ""},
		"yes, no end":   {"yes", cli.ExitOK, ""},
		"no":            {"no\n", cli.ExitFailure, "bioxen: nothing was destroyed\n"},
		"y":             {"y\n", cli.ExitFailure, "bioxen: nothing was destroyed\n"},
		"an empty line": {"\n", cli.ExitFailure, "bioxen: nothing was destroyed\n"},
		"nobody":        {"", cli.ExitUsage, "bioxen: nobody is there to confirm it: say --yes to destroy a, b\nRun 'bioxen vm destroy --help' for usage.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := dataDir(t, "a", "b", "c")
			destroy := command{args: []string{"vm", "destroy", "a", "b"}, stdin: tt.answer, interactive: true, dataDir: dir}
			code, stdout, stderr := destroy.run(t)
			if code != tt.code || stderr != tt.stderr {
				t.Errorf("answered %q, it exits with %d and says %q; want %d and %q", tt.answer, code, stderr, tt.code, tt.stderr)
			}
			if !strings.Contains(stdout, "Destroy these 2 VMs for good?") || !strings.Contains(stdout, "\na ") || strings.Contains(stdout, "\nc ") {
				t.Errorf("it asks %q, want it to show a and b", stdout)
			}
			_, stdout, _ = command{args: []string{"vm", "list"}, dataDir: dir}.run(t)
			if gone := !strings.Contains(stdout, "\na "); gone != (tt.code == cli.ExitOK) || !strings.Contains(stdout, "\nc ") {
				t.Errorf("answered %q, the list is %q", tt.answer, stdout)
			}
		})
	}
}

// TestInterrupt holds that an interrupt ends the command, and says no more
// than that.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := dataDir(t)
	for _, args := range [][]string{{"run", "syn3a", "-e", "1"}, {"vm", "list"}} {
		code, stdout, stderr := command{ctx: ctx, args: args, dataDir: dir}.run(t)
		if code != cli.ExitFailure || stdout != "" || stderr != "bioxen: interrupted\n" {
			t.Errorf("interrupted, %q exits with %d, prints %q and says %q", args, code, stdout, stderr)
		}
	}
}

// TestShow holds what is shown of a VM that is not as others are.
func TestShow(t *testing.T) {
	t.Parallel()
	dir := dataDir(t, "a")
	code, stdout, stderr := command{args: []string{"vm", "show", "a"}, dataDir: dir}.run(t)
	if code != cli.ExitOK {
		t.Fatalf("it exits with %d and says %q", code, stderr)
	}
	for _, want := range []string{
		"chassis         lab (ecoli)\n", "knock-outs      JCVISYN3A_0227\n", "medium          nothing\n",
		"growth          none, of 0 1/h free\n", "limited by      dead\n", "state           created\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("it shows no %q in:\n%s", want, stdout)
		}
	}
	// A VM that does not run executes nothing.
	code, _, stderr = command{args: []string{"vm", "exec", "a", "-e", "1"}, dataDir: dir}.run(t)
	if want := "bioxen: execute vm \"a\": wrong state: it is created, and execute needs it to be running\n"; code != cli.ExitFailure || stderr != want {
		t.Errorf("vm exec exits with %d and says %q, want %q", code, stderr, want)
	}
}

// brokenWriter is a pipe that nobody reads.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

var errBroken = errors.New("broken pipe")

func TestOutputFails(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"version"}, {"version", "-o", "json"}, {"run", "syn3a", "-e", "1"}, {"run", "syn3a", "-e", "1", "-o", "json"},
	} {
		var stderr bytes.Buffer
		code := cli.Run(t.Context(), cli.Process{Args: args, Stdin: strings.NewReader(""), Stdout: brokenWriter{}, Stderr: &stderr, Getenv: os.Getenv})
		if code != cli.ExitFailure || !strings.Contains(stderr.String(), "broken pipe") {
			t.Errorf("when its output breaks, %q exits with %d and says %q", args, code, stderr.String())
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	_, stdout, _ := command{args: []string{"version"}}.run(t)
	if !strings.HasPrefix(stdout, "bioxen v1.2.3 (go") {
		t.Errorf("version prints %q", stdout)
	}
}

func TestIsTerminal(t *testing.T) {
	t.Parallel()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, f := range []*os.File{null, file} {
		if cli.IsTerminal(f) {
			t.Errorf("IsTerminal(%s) = true", f.Name())
		}
	}
}

// TestPools holds that the pools of the data directory and of the environment are
// asked, and that one which does not answer keeps nobody from seeing the rest.
func TestPools(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	list := command{args: []string{"vm", "list"}, dataDir: dataDir(t, "a"), env: map[string]string{
		"BIOXEN_XCPNG_URL": s.URL(), "BIOXEN_XCPNG_USERNAME": xapitest.Username, "BIOXEN_XCPNG_PASSWORD": xapitest.Password, "BIOXEN_XCPNG_PINS": s.Fingerprint(0),
	}}
	code, stdout, stderr := list.run(t)
	if code != cli.ExitOK || !strings.Contains(stdout, "\na ") || s.Calls("VM.get_all_records") == 0 {
		t.Errorf("it exits with %d, lists %q and says %q after %d reads of the pool; want a, and the pool read", code, stdout, stderr, s.Calls("VM.get_all_records"))
	}
	list.env["BIOXEN_XCPNG_PASSWORD"] = "wrong"
	code, stdout, stderr = list.run(t)
	if code != cli.ExitFailure || !strings.Contains(stdout, "\na ") || !strings.Contains(stderr, `"default"`) {
		t.Errorf("with a wrong password it exits with %d, lists %q and says %q; want a, and an error that names the pool", code, stdout, stderr)
	}
}
