package xcpng_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/xcpng"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// programDir is the variable with the folder that the bioxen command is built in,
// when a test needs it.
const programDir = "BIOXEN_XCPNG_PROGRAM"

// withProgramDir makes that folder for as long as the tests run.
func withProgramDir(run func() int) int {
	dir, err := os.MkdirTemp("", "bioxen-agent")
	if err == nil {
		err = os.Setenv(programDir, dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := run()
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// program builds the bioxen command, once, into a folder as [xcpng.Agent] wants
// it.
var program = sync.OnceValues(func() (dir string, err error) {
	dir = os.Getenv(programDir)
	// This machine's processor is the guests'.
	cmd := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "bioxen_linux_"+runtime.GOARCH), "github.com/bioxen/terraform-provider-bioxen/cmd/bioxen")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return dir, fmt.Errorf("build bioxen: %w: %s", err, out)
	}
	return dir, nil
})

// newLabRig makes a pool whose guests are real ones, or skips the test where
// there can be none. has puts the program into their image.
func newLabRig(t testing.TB, has bool, o lab.Options) *rig {
	t.Helper()
	if err := lab.Available(); err != nil {
		if os.Getenv("BIOXEN_CI") == "1" {
			t.Fatalf("no guests: %v", err)
		}
		t.Skipf("no guests: %v", err)
	}
	dir, err := program()
	if err != nil {
		t.Fatal(err)
	}
	if has {
		o.Agent = filepath.Join(dir, "bioxen_linux_"+runtime.GOARCH)
	}
	roomy := xapitest.SingleHost()
	roomy.HostMemory = 256 << 30
	r := newRigOf(t, lab.New(t, o), roomy)
	if !has {
		r.agent = xcpng.Agent{Path: dir}
	}
	return r
}

// TestAgent puts the program into guests that do not have it, by every way.
func TestAgent(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		has  bool
		o    lab.Options
		user string
	}{
		"it is there":                   {true, lab.Options{}, ""},
		"it is uploaded":                {false, lab.Options{}, ""},
		"by another user":               {false, lab.Options{}, "bioxen"},
		"forwarding is forbidden":       {true, lab.Options{ForbidStreamlocal: true}, ""},
		"uploaded, without forwarding":  {false, lab.Options{ForbidStreamlocal: true}, "bioxen"},
		"there, and another user's":     {true, lab.Options{}, "bioxen"},
		"the address changes each time": {true, lab.Options{NewAddress: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newLabRig(t, tt.has, tt.o)
			s := syn3a("a")
			s.XCPng = &biovm.XCPngSpec{SSHUser: tt.user}
			began := time.Now()
			vm := running(t, r.driver(t), s)
			t.Logf("running after %v", time.Since(began).Round(time.Millisecond))
			check := func(when string) {
				t.Helper()
				res, err := vm.Execute(t.Context(), biovm.Process{Code: "fba()['growth_rate'] > 0"})
				if err != nil || string(res.Value) != "true" {
					t.Errorf("%s it answers %s, %v", when, res.Value, err)
				}
			}
			check("at first")
			if err := errors.Join(vm.Stop(t.Context()), vm.Start(t.Context())); err != nil {
				t.Fatal(err)
			}
			check("after a stop")
			if err := errors.Join(vm.Pause(t.Context()), vm.Resume(t.Context())); err != nil {
				t.Fatal(err)
			}
			check("after a pause")
		})
	}
}

// TestBadAgent has programs that guests cannot run.
func TestBadAgent(t *testing.T) {
	t.Parallel()
	r := newLabRig(t, false, lab.Options{})
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := r.agent.Path
	for name, tt := range map[string]struct {
		agent xcpng.Agent
		says  string
	}{
		"none":        {xcpng.Agent{}, "the guest has no bioxen"},
		"no program":  {xcpng.Agent{Path: text}, "is not a program for Linux"},
		"another sum": {xcpng.Agent{Path: good, SHA256: strings.Repeat("0", 64)}, "should have 0000"},
		"not there":   {xcpng.Agent{Path: filepath.Join(good, "none")}, "no such file"},
	} {
		r.agent = tt.agent
		d := r.driver(t)
		if _, err := d.Create(t.Context(), syn3a("a")); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: Create = %v, want it to say %q", name, err, tt.says)
		}
		r.expectNothing(t, name)
	}
}

// TestBadGuestsInLab has real guests that never come to be what they should.
func TestBadGuestsInLab(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		o    lab.Options
		says string
	}{
		"no address":          {lab.Options{NoIP: true}, "wait for the guest's address"},
		"no guest agent":      {lab.Options{NoReport: true}, "no agent in the guest spoke"},
		"no cloud-init":       {lab.Options{NoCloudInit: true}, "published nothing"},
		"no xenstore-write":   {lab.Options{NoXenstoreTools: true}, "published nothing"},
		"no SSH":              {lab.Options{NoSSH: true}, "ssh_timeout"},
		"a man in the middle": {lab.Options{WrongHostKey: true}, "somebody may be between you and it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newLabRig(t, true, tt.o)
			s := syn3a("a")
			s.XCPng = &biovm.XCPngSpec{AddressTimeout: 10 * time.Second, SSHTimeout: 5 * time.Second}
			if tt.o.NoIP || tt.o.NoReport {
				s.XCPng.AddressTimeout = time.Second
			}
			_, err := r.driver(t).Create(t.Context(), s)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Create = %v, want it to say %q", err, tt.says)
			}
			if _, middle := errors.AsType[*sshx.HostKeyError](err); middle != tt.o.WrongHostKey {
				t.Errorf("Create = %v, a HostKeyError: %t", err, middle)
			}
			r.expectNothing(t, fmt.Sprintf("after Create = %v", err))
		})
	}
}
