package provider_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

const oneCell = `resource "bioxen_vm" "cell" {
  name            = "cell"
  biological_type = "syn3a"
}
`

const database = "bioxen.db"

// A data directory that cannot be used is one clear error, and stays as it is.
func TestDataDirectory(t *testing.T) {
	t.Parallel()
	newer := func(t *testing.T, dir string) {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(dir, database))
		if err != nil {
			t.Fatal(err)
		}
		const userVersion = 60 // its place in SQLite's file header
		binary.BigEndian.PutUint32(data[userVersion:], 99)
		if err := os.WriteFile(filepath.Join(dir, database), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	garbage := func(t *testing.T, dir string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, database), bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name  string
		spoil func(t *testing.T, dir string)
		want  string
	}{
		{"newer database", newer, `(?s)The data directory cannot be used.*version\s+99.*upgrade\s+bioxen`},
		{"corrupt database", garbage, `(?s)The data directory cannot be used.*bioxen\.db\s+is\s+damaged.*backup`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := workspace(t)
			w.Write(t, "main.tf", oneCell)
			// Not the workspace's own, which must be consistent at the end.
			dir := filepath.Join(t.TempDir(), "spoilt")
			w.Write(t, "provider.tf", "provider \"bioxen\" {\n  data_dir = \""+filepath.ToSlash(dir)+"\"\n}\n")
			w.Apply(t)
			tt.spoil(t, dir)
			before, err := os.ReadFile(filepath.Join(dir, database))
			if err != nil {
				t.Fatal(err)
			}
			out, err := w.Try(t.Context(), "plan")
			expectError(t, out, err, tt.want)
			if !strings.Contains(out, "data_dir = ") {
				t.Errorf("the error is not shown at data_dir:\n%s", out)
			}
			after, err := os.ReadFile(filepath.Join(dir, database))
			if err != nil || !bytes.Equal(before, after) {
				t.Errorf("the database was changed, error %v", err)
			}
		})
	}
	t.Run("a file", func(t *testing.T) {
		t.Parallel()
		w := workspace(t)
		w.Write(t, "main.tf", oneCell)
		w.Write(t, "provider.tf", "provider \"bioxen\" {\n  data_dir = \"${path.root}/main.tf\"\n}\n")
		out, err := w.Try(t.Context(), "plan")
		expectError(t, out, err, `(?s)The data directory cannot be used.*main\.tf`)
	})
}

// TestReadOnly runs the provider as a user who may not write: root may always.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no read-only directories")
	}
	w := workspace(t)
	w.Write(t, "main.tf", oneCell)
	w.Apply(t)
	open := func(perm, file os.FileMode) {
		if err := os.Chmod(w.Data, perm); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(w.Data, database), file); err != nil {
			t.Fatal(err)
		}
	}
	open(0o555, 0o444)
	t.Cleanup(func() { open(0o700, 0o600) })
	cmd := w.Command(t.Context(), "terraform", "plan", "-no-color")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	asNobody(t, cmd, w)
	err := cmd.Run()
	expectError(t, out.String(), err, `(?s)The data directory cannot be used.*writable`)
}

// The data directory may be known only after an apply: what needs it waits.
func TestUnknownDataDirectory(t *testing.T) {
	t.Parallel()
	w := workspace(t)
	w.Write(t, "main.tf", oneCell+`
resource "terraform_data" "where" {
  input = "`+filepath.ToSlash(w.Data)+`"
}

provider "bioxen" {
  data_dir = terraform_data.where.output
}
`)
	w.Apply(t)
	client := acctest.Open(t, w.Data)
	if _, err := client.Get(t.Context(), "cell"); err != nil {
		t.Errorf("the VM is not where data_dir said: %v", err)
	}
	w.Terraform(t, "destroy", "-auto-approve")
}

func expectError(t *testing.T, out string, err error, want string) {
	t.Helper()
	if err == nil || !regexp.MustCompile(want).MatchString(out) {
		t.Errorf("got error %v and\n%s\nwant an error that matches %s", err, out, want)
	}
	if strings.Contains(out, "panic") || strings.Contains(out, "goroutine ") {
		t.Errorf("the provider panicked:\n%s", out)
	}
}
