package provider_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// passphrase is a password that nothing else could contain, and wrongPassphrase
// one that is refused.
const (
	passphrase      = "planted-Qx7dR2-secret"
	wrongPassphrase = "planted-Zk3wT9-wrong"
)

// A spy collects what processes of this machine show of themselves to others.
type spy struct {
	mu   sync.Mutex // guards seen
	seen bytes.Buffer
}

// watch looks at the command lines, and the environment of the provider's
// processes, until ctx ends.
func (s *spy) watch(ctx context.Context) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for ctx.Err() == nil {
		<-tick.C
		files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, file := range files {
			if line, err := os.ReadFile(file); err == nil {
				s.mu.Lock()
				s.seen.Write(append(line, '\n'))
				s.mu.Unlock()
			}
		}
	}
}

// scan reports which files below folders, and which of the texts, have one of the
// secrets.
func scan(t *testing.T, folders []string, texts map[string]string, secrets ...string) (found []string) {
	t.Helper()
	holds := func(text string) bool {
		for _, s := range secrets {
			if strings.Contains(text, s) {
				return true
			}
		}
		return false
	}
	for name, text := range texts {
		if holds(text) {
			found = append(found, name)
		}
	}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			content, err := plainOf(path)
			if holds(content) {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// plainOf is what is in a file; of an archive, as saved plans are, what is in its
// files.
func plainOf(path string) (string, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		content, err := os.ReadFile(path)
		return string(content), err
	}
	defer archive.Close()
	var all strings.Builder
	for _, file := range archive.File {
		r, err := file.Open()
		if err != nil {
			return "", err
		}
		if _, err := io.Copy(&all, r); err != nil {
			return "", err
		}
		if err := r.Close(); err != nil {
			return "", err
		}
	}
	return all.String(), nil
}

// No password and no private key is in the state, a plan, the TRACE log, an error
// or a command line; in the data directory none is readable.
func TestXCPngSecrets(t *testing.T) {
	t.Parallel()
	w, _ := guests(t, lab.Options{Agent: agentProgram(t)}, xapitest.Credentials("root", passphrase))
	w.Setenv("TF_VAR_xcpng_password", passphrase)
	w.Setenv("TF_LOG", "TRACE")
	w.Setenv("TF_LOG_PATH", filepath.Join(w.Dir, "trace.log"))
	copyExample(t, w, filepath.Join(acctest.Root(t), "examples", "xcpng"), ".")

	var watcher spy
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { watcher.watch(ctx) })
	texts := map[string]string{}
	texts["plan"] = w.Terraform(t, "plan", "-out=saved.tfplan")
	texts["apply"] = w.Terraform(t, "apply", "saved.tfplan")
	texts["show"] = w.Terraform(t, "show", "-json")
	w.Terraform(t, "plan", "-out=second.tfplan")
	texts["show plan"] = w.Terraform(t, "show", "-json", "second.tfplan")

	// A login that is refused, and the same by the provider's block, where the
	// password is an ordinary value.
	w.Setenv("TF_VAR_xcpng_password", wrongPassphrase)
	w.Write(t, "main.tf", "terraform {\n  required_providers {\n    bioxen = { source = \"bioxen/bioxen\" }\n  }\n}\n"+crowdOf(1))
	out, err := w.Try(t.Context(), "plan", "-out=third.tfplan")
	if err == nil {
		t.Error("a wrong password is no error")
	}
	texts["refusal"] = out
	w.Setenv("TF_VAR_xcpng_password", passphrase)
	texts["apply by block"] = w.Terraform(t, "apply", "-auto-approve")
	texts["destroy"] = w.Terraform(t, "destroy", "-auto-approve")
	stop()
	wg.Wait()
	texts["command lines"] = watcher.seen.String()
	if !strings.Contains(texts["command lines"], "terraform-provider-bioxen") {
		t.Error("the provider was not among the processes: the test shows nothing of them")
	}

	key, err := os.ReadFile(filepath.Join(w.Data, "xcpng", "id_ed25519"))
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Split(strings.TrimSpace(string(key)), "\n")[2] // a line of it that is its own
	if found := scan(t, []string{w.Dir, w.Data}, texts, passphrase, wrongPassphrase); len(found) > 0 {
		t.Errorf("a password is in %q", found)
	}
	if found := scan(t, []string{w.Dir}, texts, body); len(found) > 0 {
		t.Errorf("the private key is in %q", found)
	}

	// What the search would find.
	w.Write(t, "planted.txt", "x"+passphrase+"x")
	texts["planted"] = body
	w.Write(t, "main.tf", "output \"planted\" {\n  value = \""+passphrase+"\"\n}\n")
	w.Terraform(t, "plan", "-out=planted.tfplan")
	found := scan(t, []string{w.Dir}, texts, passphrase, body)
	for _, want := range []string{"planted", filepath.Join(w.Dir, "planted.txt"), filepath.Join(w.Dir, "planted.tfplan")} {
		if !slices.Contains(found, want) {
			t.Errorf("of the secrets that were planted, that in %s was not found; found are %q", want, found)
		}
	}
	if info, err := os.Stat(filepath.Join(w.Dir, "trace.log")); err != nil || info.Size() < 10_000 {
		t.Errorf("the log is %v, %v; want one to search", info, err)
	}
}
