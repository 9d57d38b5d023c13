package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider"
)

// Build builds the provider's program into dir and returns its path.
func Build(dir string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	return build(root, filepath.Join(dir, "terraform-provider-bioxen"), ".")
}

// BuildCommand builds the bioxen command into dir, as guests on this machine can
// run it, and returns its path.
func BuildCommand(dir string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	return build(root, filepath.Join(dir, "bioxen"), "./cmd/bioxen")
}

func build(root, bin, pkg string) (string, error) {
	cmd := exec.CommandContext(context.Background(), "go", "build", "-o", bin, pkg) //nolint:gosec // a fixed program
	cmd.Dir, cmd.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, out)
	}
	return bin, nil
}

// moduleRoot is the folder that has go.mod, at or above the working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("there is no go.mod at or above the working directory")
		}
		dir = parent
	}
}

// Root is the repository's folder.
func Root(t *testing.T) string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// Workspace is a folder with a configuration, on which terraform runs as users
// run it: with the provider as a program of its own.
type Workspace struct {
	// Dir is the folder, and Data the data directory.
	Dir, Data string
	// Replace changes what is written into files, when it is not nil.
	Replace func(string) string

	env []string
}

// NewWorkspace makes an empty workspace that uses the provider at binary. The
// data directory must be consistent when the test ends.
func NewWorkspace(t *testing.T, binary string) *Workspace {
	t.Helper()
	top := t.TempDir()
	w := &Workspace{Dir: filepath.Join(top, "work"), Data: filepath.Join(top, "data")}
	cliConfig := filepath.Join(top, "terraform.rc")
	overrides := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n}\n",
		provider.Address, filepath.ToSlash(filepath.Dir(binary)))
	if err := errors.Join(os.Mkdir(w.Dir, 0o700), os.WriteFile(cliConfig, []byte(overrides), 0o600)); err != nil {
		t.Fatal(err)
	}
	w.env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+cliConfig, "BIOXEN_DATA_DIR="+w.Data, "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1")
	w.Write(t, "versions.tf", "terraform {\n  required_providers {\n    bioxen = { source = \"bioxen/bioxen\" }\n  }\n}\n")
	t.Cleanup(func() { Verify(t, w.Data) })
	return w
}

// Setenv sets an environment variable for the commands to come.
func (w *Workspace) Setenv(name, value string) { w.env = append(w.env, name+"="+value) }

// Write writes a file of the configuration.
func (w *Workspace) Write(t *testing.T, name, content string) {
	t.Helper()
	if w.Replace != nil {
		content = w.Replace(content)
	}
	path := filepath.Join(w.Dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// Command is a command in the workspace that was not started yet.
func (w *Workspace) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // what tests run
	cmd.Dir, cmd.Env = w.Dir, w.env
	return cmd
}

// Try runs terraform and returns what it printed on both streams.
func (w *Workspace) Try(ctx context.Context, args ...string) (string, error) {
	var out bytes.Buffer
	cmd := w.Command(ctx, "terraform", append(args, "-no-color")...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// Terraform runs terraform, which must succeed.
func (w *Workspace) Terraform(t *testing.T, args ...string) string {
	t.Helper()
	out, err := w.Try(t.Context(), args...)
	if err != nil {
		t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// Apply applies the configuration, and then plans again: nothing may be left
// to do.
func (w *Workspace) Apply(t *testing.T, args ...string) {
	t.Helper()
	w.Terraform(t, append([]string{"apply", "-auto-approve"}, args...)...)
	w.NothingToDo(t)
}

// NothingToDo fails the test when a plan has changes.
func (w *Workspace) NothingToDo(t *testing.T) {
	t.Helper()
	if out, err := w.Try(t.Context(), "plan", "-detailed-exitcode"); err != nil {
		t.Errorf("a plan after the apply has changes: %v\n%s", err, out)
	}
}

// An Instance is a resource in the state.
type Instance struct {
	Address string
	Type    string
	Mode    string
	// Attributes is their compact JSON, nulls left out.
	Attributes map[string]any
}

// State reads the state as terraform stores it.
func (w *Workspace) State(t *testing.T) []Instance {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(w.Dir, "terraform.tfstate"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Mode, Type, Name string
			Instances        []struct {
				IndexKey   any            `json:"index_key"`
				Attributes map[string]any `json:"attributes"`
			}
		}
	}
	if err := json.Unmarshal(data, &state); err != nil {
		t.Fatalf("read the state: %v", err)
	}
	var all []Instance
	for _, r := range state.Resources {
		for _, i := range r.Instances {
			address := r.Type + "." + r.Name
			if i.IndexKey != nil {
				address += fmt.Sprintf("[%v]", i.IndexKey)
			}
			all = append(all, Instance{Address: address, Type: r.Type, Mode: r.Mode, Attributes: withoutNulls(i.Attributes)})
		}
	}
	return all
}

func withoutNulls(m map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		switch v := v.(type) {
		case nil:
		case map[string]any:
			out[k] = withoutNulls(v)
		default:
			out[k] = v
		}
	}
	return out
}
