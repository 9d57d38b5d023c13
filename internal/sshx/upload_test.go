package sshx_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx/sshtest"
)

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// names lists a folder.
func names(t testing.TB, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

// eventually fails the test unless a condition comes true.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(10 * time.Second); !ok(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("never came true: %s", what)
		}
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	s := sshtest.New(t, sshtest.Options{})
	c := dial(t, s.Target(), sshx.Options{})
	big := make([]byte, 5<<20)
	_, _ = rand.NewChaCha8([32]byte{4}).Read(big)
	dir := t.TempDir()
	name := filepath.Join(dir, "it's $(a) name")
	for _, f := range []struct {
		content []byte
		mode    fs.FileMode
	}{{big, 0o755}, {nil, 0o640}, {[]byte("x"), 0o400}, {[]byte("over a file that is read-only"), 0o600}} {
		if err := c.Upload(t.Context(), name, bytes.NewReader(f.content), int64(len(f.content)), strings.ToUpper(sum(f.content)), f.mode); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(got, f.content) {
			t.Errorf("got %d bytes, %v, want %d", len(got), err, len(f.content))
		}
		info, err := os.Stat(name)
		if err != nil || info.Mode() != f.mode {
			t.Errorf("got mode %v, %v, want %v", info.Mode(), err, f.mode)
		}
	}
	if got := names(t, dir); got != filepath.Base(name) {
		t.Errorf("the folder has %q", got)
	}
}

// Nothing remains of an upload that fails, and what was there stays.
func TestUploadFailures(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("0123456789"), 10_000)
	size := int64(len(content))
	good := sum(content)
	broken := errors.New("broken input")
	for name, c := range map[string]struct {
		path string // below the folder
		r    io.Reader
		size int64
		sum  string
		is   error
		want string
	}{
		"too short":       {"f", bytes.NewReader(content[1:]), size, good, io.ErrUnexpectedEOF, "1 bytes are missing"},
		"too long":        {"f", io.MultiReader(bytes.NewReader(content), strings.NewReader("x")), size, good, nil, "more to read than the size says"},
		"another content": {"f", strings.NewReader(strings.Repeat("9", int(size))), size, good, sshx.ErrCorrupt, "want " + good},
		"broken":          {"f", io.MultiReader(bytes.NewReader(content[:100]), failing{broken}), size, good, broken, "broken input"},
		"broken at once":  {"f", failing{broken}, size, good, broken, "broken input"},
		"a folder":        {"d", bytes.NewReader(content), size, good, nil, "a folder has that name"},
		"no folder":       {"n/f", bytes.NewReader(content), size, good, nil, "ended with status 1: "},
		"not clean":       {"../x/./f", bytes.NewReader(content), size, good, nil, ""},
		"odd sum":         {"f", bytes.NewReader(content), size, "12", nil, `"12" is not a SHA-256`},
		"negative":        {"f", bytes.NewReader(content), -1, good, nil, "negative"},
		"NUL":             {"f\x00", bytes.NewReader(content), size, good, nil, "NUL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sshtest.New(t, sshtest.Options{})
			conn := dial(t, s.Target(), sshx.Options{})
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "d"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "f"), []byte("before"), 0o600); err != nil {
				t.Fatal(err)
			}
			err := conn.Upload(t.Context(), dir+"/"+c.path, c.r, c.size, c.sum, 0o600)
			if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
			eventually(t, "the shell has ended", func() bool { return s.Running() == 0 })
			if got := names(t, dir); got != "d f" {
				t.Errorf("the folder has %q, want \"d f\"", got)
			}
			if got, _ := os.ReadFile(filepath.Join(dir, "f")); string(got) != "before" {
				t.Errorf("what was there is now %.20q", got)
			}
			if got := names(t, filepath.Join(dir, "d")); got != "" {
				t.Errorf("something went into the folder: %s", got)
			}
		})
	}
}

// The end of the context, and of the connection, in the middle.
func TestUploadIsCutOff(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*sshtest.Server, context.CancelFunc){
		"context":    func(_ *sshtest.Server, cancel context.CancelFunc) { cancel() },
		"connection": func(s *sshtest.Server, _ context.CancelFunc) { s.Hangup() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sshtest.New(t, sshtest.Options{})
			c := dial(t, s.Target(), sshx.Options{})
			dir := t.TempDir()
			r, w := io.Pipe()
			defer w.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			result := make(chan error, 1)
			go func() { result <- c.Upload(ctx, dir+"/f", r, 1<<20, sum(nil), 0o755) }()
			if _, err := w.Write(make([]byte, 100)); err != nil {
				t.Fatal(err)
			}
			part := func() string {
				list, err := filepath.Glob(dir + "/.f.*.part")
				if err != nil || len(list) != 1 {
					return ""
				}
				return list[0]
			}
			eventually(t, "there is a temporary file", func() bool { return part() != "" })
			if info, err := os.Stat(part()); err != nil || info.Mode() != 0o600 {
				t.Errorf("the temporary file: got %v, %v, want mode 0600", info.Mode(), err)
			}
			end(s, cancel)
			if err := <-result; err == nil || name == "context" && !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want an error", err)
			}
			eventually(t, "the temporary file is gone", func() bool { return names(t, dir) == "" })
		})
	}
}
