package source_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

// entries lists what is in a .tar.gz.
func entries(t *testing.T, archive []byte) []string {
	t.Helper()
	gz, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for r := tar.NewReader(gz); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.Name)
	}
}

func fill(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A folder is packed into the same bytes wherever it is and whenever its files
// were written.
func TestStageFolder(t *testing.T) {
	t.Parallel()
	files := map[string]string{"bioxen-package.toml": "x", "lib/a.star": "y", ".git/config": "z", ".hidden": "z"}
	s := shelf{}
	var sums []string
	for range 2 {
		dir := t.TempDir()
		fill(t, dir, files)
		old := time.Unix(int64(1000*len(sums)), 0)
		if err := os.Chtimes(filepath.Join(dir, "lib", "a.star"), old, old); err != nil {
			t.Fatal(err)
		}
		got, err := source.Reader{}.StagePackage(t.Context(), s, biovm.PackageRequest{Source: dir, Range: "^1"})
		if err != nil || got.Source != dir || got.Range != "^1" {
			t.Fatalf("StagePackage = %+v, %v", got, err)
		}
		sums = append(sums, got.SHA256)
	}
	if sums[0] != sums[1] || len(s) != 1 {
		t.Errorf("two sums %v of one package", sums)
	}
	if got := entries(t, s[sums[0]]); !slices.Equal(got, []string{"bioxen-package.toml", "lib/a.star"}) {
		t.Errorf("packed %v, want what does not begin with a dot", got)
	}
	dir := t.TempDir()
	fill(t, dir, files)
	if err := os.Symlink("/etc/hosts", filepath.Join(dir, "link")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	_, err := source.Reader{}.StagePackage(t.Context(), s, biovm.PackageRequest{Source: dir})
	if !slices.Equal(paths(err), []string{"package.source"}) || !strings.Contains(err.Error(), "link: packages have files and folders only") {
		t.Errorf("a folder with a link: %v, want a problem at package.source", err)
	}
	_, err = source.Reader{}.StagePackage(t.Context(), s, biovm.PackageRequest{Source: dir, SHA256: hello})
	if !slices.Equal(paths(err), []string{"package.sha256"}) {
		t.Errorf("a folder with a sum: %v, want a problem at package.sha256", err)
	}
}

func TestStageArchive(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	t.Cleanup(server.Close)
	r := source.Reader{Transport: server.Client().Transport}
	s := shelf{}
	path := written(t, "hello")
	for _, from := range []string{path, server.URL + "/p.tar.gz"} {
		got, err := r.StagePackage(t.Context(), s, biovm.PackageRequest{Source: from, SHA256: hello})
		if err != nil || got.SHA256 != hello || string(s[hello]) != "hello" {
			t.Errorf("%s: staged %+v, %v", from, got, err)
		}
		clear(s)
	}
	for _, q := range []struct {
		request biovm.PackageRequest
		path    string
	}{
		{biovm.PackageRequest{Source: server.URL, SHA256: strings.Repeat("0", 64)}, "package.sha256"},
		{biovm.PackageRequest{Source: path, SHA256: strings.Repeat("0", 64)}, "package.sha256"},
		{biovm.PackageRequest{Source: path + "x"}, "package.source"},
		{biovm.PackageRequest{Source: server.URL}, "package.sha256"},
	} {
		if _, err := r.StagePackage(t.Context(), s, q.request); !slices.Equal(paths(err), []string{q.path}) {
			t.Errorf("%+v: %v, want a problem at %s", q.request, err, q.path)
		}
	}
	if _, err := r.StagePackage(t.Context(), s, biovm.PackageRequest{Source: path + "x"}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v, want that it does not exist", err)
	}
	if got, err := r.StagePackage(t.Context(), nil, biovm.PackageRequest{Source: "media", Range: "^1"}); err != nil || got.SHA256 != "" {
		t.Errorf("one of the catalogue: %+v, %v, want it as it is", got, err)
	}
}

// What packs very well is packed so that an engine does not take it for a bomb,
// wherever in a folder it is.
func TestStageDenseFolder(t *testing.T) {
	t.Parallel()
	noise, state := make([]byte, 3<<20), uint64(1)
	for i := range noise {
		state = state*6364136223846793005 + 1442695040888963407
		noise[i] = ' ' + byte(state>>58)
	}
	zeros := strings.Repeat("0\t", 2<<20)
	for name, files := range map[string]map[string]string{
		"a table of zeros": {"a.tsv": zeros}, "zeros, then noise": {"a.tsv": zeros, "b.txt": string(noise)},
		"noise, then zeros": {"a.txt": string(noise), "b.tsv": zeros + zeros}, "in one file": {"a.tsv": zeros + string(noise)},
	} {
		dir := t.TempDir()
		fill(t, dir, files)
		s := shelf{}
		got, err := source.Reader{}.StagePackage(t.Context(), s, biovm.PackageRequest{Source: dir})
		if err != nil {
			t.Fatal(err)
		}
		packed := bytes.NewReader(s[got.SHA256])
		gz, err := gzip.NewReader(packed)
		if err != nil {
			t.Fatal(err)
		}
		unpacked, piece := 0, make([]byte, 4096)
		for {
			n, err := gz.Read(piece)
			unpacked += n
			if read := int(packed.Size()) - packed.Len(); unpacked > 1<<20 && unpacked > 100*read {
				t.Errorf("%s: %d bytes packed unpack to %d", name, read, unpacked)
				break
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
