//go:build !linux

package lab

import (
	"context"
	"errors"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A Lab boots real guests, on Linux only.
type Lab struct{ xapitest.Nobody }

var errLinux = errors.New("guests need Linux: its namespaces")

// Available says that there is no lab here.
func Available() error { return errLinux }

// New skips the test.
func New(t testing.TB, _ Options) *Lab {
	t.Helper()
	t.Skipf("no lab: %v", errLinux)
	return nil
}

// ErrNotRunning is what Exec returns.
var ErrNotRunning = errors.New("no guest runs in the VM")

// Exec fails.
func (*Lab) Exec(context.Context, string, ...string) ([]byte, error) { return nil, ErrNotRunning }

// Disk is empty.
func (*Lab) Disk(string) string { return "" }

// Console is empty.
func (*Lab) Console(string) string { return "" }
