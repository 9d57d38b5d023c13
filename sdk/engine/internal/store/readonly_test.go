//go:build unix

package store_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// nobody is a user whom no permission is waived for.
const nobody = 65534

// TestReadOnlyDirectory runs itself again as another user when it is root, for
// whom no directory is read-only.
func TestReadOnlyDirectory(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv("BIOXEN_TEST_READ_ONLY"); dir != "" {
		tryReadOnly(t, dir)
		return
	}
	dir := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(dir, "used"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertVM(ctx, newVM("a")) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	chmod(t, dir, 0o555, 0o444)
	t.Cleanup(func() { chmod(t, dir, 0o755, 0o644) })
	if os.Getuid() != 0 {
		tryReadOnly(t, dir)
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("running a test as another user needs /proc/self/exe; run the tests as a user who is not root")
	}
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^TestReadOnlyDirectory$", "-test.v")
	child.Env = append(os.Environ(), "BIOXEN_TEST_READ_ONLY="+dir, "GOCOVERDIR="+os.DevNull)
	child.Dir = "/"
	child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), "PASS: TestReadOnlyDirectory") {
		t.Errorf("as user %d: %v\n%s", nobody, err, out)
	}
}

func tryReadOnly(t *testing.T, dir string) {
	t.Helper()
	for _, name := range []string{"used", "empty", "missing"} {
		path := filepath.Join(dir, name)
		_, err := store.Open(t.Context(), path, store.Options{})
		if !strings.Contains(fmt.Sprint(err), path) || !strings.Contains(fmt.Sprint(err), "not writable") {
			t.Errorf("open %s: got %v, want it to say that it is not writable", name, err)
		}
	}
}

func chmod(t *testing.T, root string, dirs, files os.FileMode) {
	t.Helper()
	if err := os.Chmod(root, 0o755); err != nil {
		t.Error(err)
	}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || path == root {
			return err
		}
		mode := files
		if d.IsDir() {
			mode = dirs
		}
		return os.Chmod(path, mode)
	})
	if err != nil {
		t.Error(err)
	}
	if err := os.Chmod(root, dirs); err != nil {
		t.Error(err)
	}
}
