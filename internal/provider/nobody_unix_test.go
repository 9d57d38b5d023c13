//go:build unix

package provider_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
)

// asNobody makes root run a command as nobody, in a workspace that nobody may
// write. Other users run it themselves.
func asNobody(t *testing.T, cmd *exec.Cmd, w *acctest.Workspace) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	const nobody = 65534
	top := filepath.Dir(w.Dir)
	for dir := top; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	err := filepath.WalkDir(w.Dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, nobody, nobody)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(top, "terraform.rc"), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(cmd.Env, "HOME="+w.Dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
}
