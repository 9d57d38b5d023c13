package sshx

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReceiverInShells runs what takes uploads in all shells that there are:
// guests have one or the other.
func TestReceiverInShells(t *testing.T) {
	t.Parallel()
	const content = "some content"
	h := sha256.Sum256([]byte(content))
	sum := hex.EncodeToString(h[:])
	asked := 0
	for _, shell := range [][]string{{"dash"}, {"bash"}, {"bash", "--posix"}, {"busybox", "sh"}, {"zsh"}, {"ksh"}} {
		if _, err := exec.LookPath(shell[0]); err != nil {
			continue
		}
		asked++
		for _, c := range []struct {
			size, sum, target string
			code              int
		}{
			{"12", sum, "f", 0}, {"11", sum, "f", 65}, {"13", sum, "f", 65}, {"12", strings.Repeat("0", 64), "f", 66}, {"12", sum, "d", 64}, {"12", sum, "none/f", 1},
		} {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "d"), 0o700); err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(dir, c.target)
			cmd := exec.CommandContext(t.Context(), shell[0], append(shell[1:], "-c", receiver, "sh", filepath.Join(filepath.Dir(name), ".part"), name, c.size, c.sum, "0750")...)
			cmd.Stdin = strings.NewReader(content)
			out, err := cmd.CombinedOutput()
			code := 0
			if e, ok := errors.AsType[*exec.ExitError](err); ok {
				code = e.ExitCode()
			}
			if code != c.code && (c.code != 1 || code == 0) {
				t.Errorf("%v, %+v: got status %d, want %d: %s", shell, c, code, c.code, out)
			}
			list, err := filepath.Glob(filepath.Join(dir, ".*"))
			if err != nil || len(list) != 0 {
				t.Errorf("%v, %+v: it leaves %q", shell, c, list)
			}
			info, err := os.Stat(filepath.Join(dir, "f"))
			if good := err == nil && info.Mode() == 0o750; good != (c.code == 0) {
				t.Errorf("%v, %+v: the file is %v, %v", shell, c, info, err)
			}
		}
	}
	if asked == 0 {
		t.Skip("there is no POSIX shell here")
	}
	t.Logf("%d shells", asked)
}
