package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "bioxen-provider-")
	if err == nil {
		err = os.Chmod(dir, 0o755) // some tests run the program as another user
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program = sync.OnceValues(func() (string, error) { return acctest.Build(dir) })
	agent = sync.OnceValues(func() (string, error) {
		elsewhere := filepath.Join(dir, "agent") // a bioxen beside the provider would be put into guests
		if err := os.Mkdir(elsewhere, 0o755); err != nil {
			return "", err
		}
		return acctest.BuildCommand(elsewhere)
	})
	return acctest.Main(m, os.Stderr)
}

// program builds the provider when the first test asks for it.
var program func() (string, error)

// agent builds the bioxen command when the first test asks for it.
var agent func() (string, error)

// agentProgram is the bioxen command, for guests.
func agentProgram(t *testing.T) string {
	t.Helper()
	if lab.Available() != nil {
		return "" // the test will be skipped
	}
	path, err := agent()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// workspace makes an empty workspace that uses the built provider.
func workspace(t *testing.T) *acctest.Workspace {
	t.Helper()
	binary, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return acctest.NewWorkspace(t, binary)
}
