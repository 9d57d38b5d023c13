package packages_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

// A file with holes would be large at no cost.
func TestSparseFiles(t *testing.T) {
	t.Parallel()
	// archive/tar writes none: this is an entry of GNU tar --sparse --format=pax.
	hole := strings.Repeat("\x00", 1<<20)
	f := folder(head("one", "1.0.0"), map[string]string{"hole.txt": hole})
	records := "22 GNU.sparse.major=0\n22 GNU.sparse.minor=1\n27 GNU.sparse.size=1048576\n26 GNU.sparse.numblocks=0\n19 GNU.sparse.map=\n"
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	w := tar.NewWriter(gz)
	header := func(h *tar.Header, content string) {
		h.Mode, h.Size = 0o644, int64(len(content))
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	header(&tar.Header{Typeflag: tar.TypeReg, Name: packages.ManifestName}, manifest(f))
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	// The records come before the entry that they are about, in one of their own.
	for _, raw := range [][]byte{rawHeader("PaxHeaders/hole.txt", 'x', len(records)), padded(records), rawHeader("hole.txt", '0', 0), make([]byte, 1024)} {
		if _, err := gz.Write(raw); err != nil {
			t.Fatal(err)
		}
	}
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := packages.ReadArchive(&b)
	if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), `"hole.txt": is a sparse file`) {
		t.Errorf("error %v, want one about a sparse file", err)
	}
}

// rawHeader is an entry's header as tar writes it.
func rawHeader(name string, kind byte, size int) []byte {
	h := make([]byte, 512)
	copy(h, name)
	copy(h[100:], "0000644\x00")
	copy(h[108:], "0000000\x000000000\x00")
	copy(h[124:], fmt.Sprintf("%011o\x00%011o\x00", size, 0))
	copy(h[148:], "        ")
	h[156] = kind
	copy(h[257:], "ustar\x0000")
	sum := 0
	for _, b := range h {
		sum += int(b)
	}
	copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
	return h
}

// padded is content as tar writes it, in blocks.
func padded(content string) []byte {
	return append([]byte(content), make([]byte, (512-len(content)%512)%512)...)
}

// What a package does wrong a thousand times is told a few times, soon, and no
// terminal obeys it.
func TestHostileManifests(t *testing.T) {
	t.Parallel()
	valid := head("one", "1.0.0")
	var keys, points, tables strings.Builder
	for i := range 4900 {
		fmt.Fprintf(&keys, "k%d = 1\n", i)
		fmt.Fprintf(&points, "f%d = \"b.star\"\n", i)
		fmt.Fprintf(&tables, "[requires.t%d]\n", i)
	}
	for _, tt := range []struct{ name, text, want string }{
		{"many keys", valid + keys.String(), "bioxen-package.toml: k0: there is no such key"},
		{"many tables", valid + tables.String(), "bioxen-package.toml: requires.t0: there is no such key"},
		{"keys of a key", valid + "[x]\n" + keys.String(), "bioxen-package.toml: x: there is no such key"},
		{"many entry points", valid + "[entry_points]\n" + points.String(), "there are 4880 more problems"},
		{"deep", valid + strings.Repeat("a.", 50_000) + "a = 1\n", "bioxen-package.toml: a: there is no such key"},
		{"nested", valid + "authors = " + strings.Repeat("[", 100_000), "more than 5000 keys, tables and lists"},
		{"nested less", valid + "authors = " + strings.Repeat("[", 4000), "bioxen-package.toml:6:"},
		{"more keys", valid + strings.Repeat(keys.String(), 4), "more than 5000 keys, tables and lists"},
		{"control in a key", valid + "\"\\u001b[31mX\" = 1\n", `bioxen-package.toml:6:1: "\x1b[31mX": there is no such key`},
		{"control in an entry point", valid + "[entry_points]\n\"\\u001b[31mX\" = \"a.star\"\n", `entry_points."\x1b[31mX": must be the name`},
		{"control in a requirement", valid + "[requires.packages]\n\"\\u001b[31mX\" = \"1\"\n", `requires.packages."\x1b[31mX": a package's name`},
		{"control in a double", "\"\\u001b[31mX\" = 1\n\"\\u001b[31mX\" = 1\n", `\x1b[31mX`},
		{"a terminal's control", strings.ReplaceAll(valid, "For a test", "\\u009b31mred"), "description: must be one line, without control characters"},
		{"right to left", strings.ReplaceAll(valid, "For a test", "\\u202Egnp"), "description: must be one line, without control characters"},
		{"two lines", strings.ReplaceAll(valid, "For a test", "a\\u2028b"), "description: must be one line, without control characters"},
		{"byte order mark", "\ufeff" + valid, "bioxen-package.toml:1:1: begins with a byte order mark"},
	} {
		_, err := packages.ParseManifest([]byte(tt.text))
		var e *packages.ManifestError
		if !errors.As(err, &e) || !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %.300v, want a manifest error with %q", tt.name, err, tt.want)
			continue
		}
		if text := err.Error(); len(text) > 5000 || strings.ContainsAny(text, "\x1b\u009b\u202e") {
			t.Errorf("%s: error of %d bytes, %.300q, want a short one without controls", tt.name, len(text), text)
		}
	}
	// Names of people are in all scripts.
	if _, err := packages.ParseManifest([]byte(valid + "authors = [\"Łukasz Żal\", \"佐藤\", \"نوید\u200cرضا\"]\n")); err != nil {
		t.Error(err)
	}
}

// A thousand files that load each other, of which the last is wrong, are told
// once, where it is.
func TestLongChains(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ last, want string }{
		{"x = nothing\n", "@one//f0998.star:1:5: unknown name nothing"},
		{"load(\"f0000.star\", w = \"v\")\nv = w\n", "load each other in a circle: @one//f0000.star loads @one//f0001.star"},
	} {
		files := map[string]string{"f0998.star": tt.last}
		for i := range 998 {
			files[fmt.Sprintf("f%04d.star", i)] = fmt.Sprintf("load(\"f%04d.star\", w = \"v\")\nv = w\n", i+1)
		}
		p, err := packages.ReadFolder(folder(head("one", "1.0.0"), files))
		if err != nil {
			t.Fatal(err)
		}
		err = p.CheckCode(nil)
		if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.want) || len(err.Error()) > 1000 {
			t.Errorf("%q at the end: error of %d bytes, %.300v, want a short one with %q", tt.last, len(err.Error()), err, tt.want)
		}
	}
}

// Entry points of files that load each other are looked for once.
func TestManyEntryPoints(t *testing.T) {
	t.Parallel()
	files := map[string]string{"f0899.star": "v = 1\n"}
	for i := range 899 {
		files[fmt.Sprintf("f%04d.star", i)] = fmt.Sprintf("load(\"f%04d.star\", w = \"v\")\nv = w\n", i+1)
	}
	points := []string{"[entry_points]", "v = \"f0000.star\""}
	for i := range 3900 {
		points = append(points, fmt.Sprintf("some_rather_long_name_%04d = \"f0000.star\"", i))
	}
	p, err := packages.ReadFolder(folder(head("one", "1.0.0", points...), files))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	err = p.CheckCode(nil)
	if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "there are 3880 more problems") {
		t.Errorf("error %.300v, want one of 20 problems and 3880 more", err)
	}
	if took := time.Since(start); took > 30*time.Second { // a second at most, and took minutes
		t.Errorf("it took %v to tell", took)
	}
}
