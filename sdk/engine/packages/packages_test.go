package packages_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

// folder makes a package's folder: the head of a manifest, and files, which it
// lists.
func folder(head string, files map[string]string) fstest.MapFS {
	f := fstest.MapFS{}
	manifest := head + "\n[files]\n"
	for name, content := range files {
		f[name] = &fstest.MapFile{Data: []byte(content)}
		manifest += fmt.Sprintf("%q = %q\n", name, sum(content))
	}
	f[packages.ManifestName] = &fstest.MapFile{Data: []byte(manifest)}
	return f
}

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// head is a manifest's head.
func head(name, version string, more ...string) string {
	return fmt.Sprintf("name = %q\nversion = %q\ndescription = \"For a test\"\nlicence = \"MIT\"\n%s\n", name, version, strings.Join(more, "\n"))
}

// pkg makes a package; more are lines of its manifest.
func pkg(t testing.TB, name, version string, more ...string) *packages.Package {
	t.Helper()
	p, err := packages.ReadFolder(folder(head(name, version, more...), map[string]string{"a.star": "def f():\n    return 1\n"}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// An entry is one of an archive.
type entry struct {
	name, content, link string
	kind                byte
}

// archive packs entries as they are.
func archive(t testing.TB, entries []entry) []byte {
	t.Helper()
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	w := tar.NewWriter(gz)
	for _, e := range entries {
		if e.kind == 0 {
			e.kind = tar.TypeReg
		}
		h := &tar.Header{Typeflag: e.kind, Name: e.name, Linkname: e.link, Size: int64(len(e.content)), Mode: 0o644}
		if e.kind != tar.TypeReg {
			h.Size = 0
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if e.kind == tar.TypeReg {
			if _, err := io.WriteString(w, e.content); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(w.Close(), gz.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// manifest is the text of a folder's manifest.
func manifest(f fstest.MapFS) string { return string(f[packages.ManifestName].Data) }

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	f := folder(head("one", "1.2.3", "[entry_points]\nf = \"lib/a.star\""), map[string]string{"lib/a.star": "def f():\n    return 1\n", "README.md": "# one\n"})
	f[".git/config"] = &fstest.MapFile{Data: []byte("not part of it")}
	p, err := packages.ReadFolder(f)
	if err != nil {
		t.Fatal(err)
	}
	if p.Name() != "one" || p.Version() != "1.2.3" || p.Readme() != "# one\n" || len(p.Paths()) != 3 {
		t.Errorf("read %v with %v, want one 1.2.3 with three files", p, p.Paths())
	}
	var first, second bytes.Buffer
	if err := errors.Join(p.WriteArchive(&first), p.WriteArchive(&second)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same package was written as different bytes")
	}
	q, err := packages.ReadArchive(&first)
	if err != nil {
		t.Fatal(err)
	}
	if q.Digest() != p.Digest() || len(p.Digest()) != 64 {
		t.Errorf("digest %s in the archive, %s in the folder, want one SHA-256", q.Digest(), p.Digest())
	}
	if diff := cmp.Diff(p.Manifest(), q.Manifest()); diff != "" {
		t.Errorf("manifest (-folder +archive):\n%s", diff)
	}
	// Other archivers put a folder around it, or "./" before, and entries for
	// folders.
	for _, prefix := range []string{"one-1.2.3/", "./"} {
		var entries []entry
		entries = append(entries, entry{name: prefix, kind: tar.TypeDir}, entry{name: prefix + "lib/", kind: tar.TypeDir})
		for _, name := range p.Paths() {
			content, _ := p.File(name)
			entries = append(entries, entry{name: prefix + name, content: string(content)})
		}
		q, err := packages.ReadArchive(bytes.NewReader(archive(t, entries)))
		if err != nil || q.Digest() != p.Digest() {
			t.Errorf("with %q before each name: %v, want the same package", prefix, err)
		}
	}
	// A changed byte is another digest.
	other, err := packages.ReadFolder(folder(head("one", "1.2.3"), map[string]string{"a.star": "x = 1\n"}))
	if err != nil || other.Digest() == p.Digest() {
		t.Errorf("another package: %v, digest %s", err, other.Digest())
	}
}

func TestManifestErrors(t *testing.T) {
	t.Parallel()
	valid := head("one", "1.0.0")
	for _, tt := range []struct{ text, want string }{
		{"name = ", "bioxen-package.toml:1:"},
		{valid + "licens = \"MIT\"\n", `bioxen-package.toml:6:1: licens: there is no such key; did you mean licence`},
		{valid + "[requires]\nengin = \"1\"\n", `requires.engin: there is no such key; did you mean requires.engine`},
		{valid + "authors = \"me\"\n", "bioxen-package.toml:6:"},
		{"name = \"One\"\nversion = \"1.0.0\"\ndescription = \"x\"\nlicence = \"MIT\"\n", `name: "One" must be 1 to 63 lower-case letters`},
		{head("one", "1.0"), `version: "1.0" is no semantic version`},
		{head("one", "1.0.0+build"), "build metadata"},
		{"name = \"one\"\nversion = \"1.0.0\"\nlicence = \"MIT\"\n", "description: is missing"},
		{valid + "[requires]\nengine = \"newest\"\n", `requires.engine: "newest" is no range`},
		{valid + "[requires.packages]\ntwo = \"^\"\n", `requires.packages.two: "^" is no range`},
		{valid + "[requires.packages]\none = \"1\"\n", "does not require itself"},
		{valid + "[requires.packages]\n\"Two-b\" = \"1\"\n", "a package's name must be"},
		{valid + "[files]\n\"../a\" = \"" + sum("") + "\"\n", "leads out of the package"},
		{valid + "[files]\n\"a\\\\b\" = \"" + sum("") + "\"\n", "not backslashes"},
		{valid + "[files]\n\"/a\" = \"" + sum("") + "\"\n", "is absolute"},
		{valid + "[files]\na = \"abc\"\n", `"abc" is no SHA-256`},
		{valid + "[files]\na = \"" + sum("") + "\"\nA = \"" + sum("") + "\"\n", "upper and lower case only"},
		{valid + "[files]\n\"bioxen-package.toml\" = \"" + sum("") + "\"\n", "does not list itself"},
		{valid + "[entry_points]\nf = \"b.star\"\n[files]\n\"a.star\" = \"" + sum("") + "\"\n", `no file "b.star"; did you mean a.star?`},
		{valid + "[entry_points]\n_f = \"a.star\"\n[files]\n\"a.star\" = \"" + sum("") + "\"\n", "must be the name of a function"},
		{valid + "[entry_points]\nf = \"a.txt\"\n[files]\n\"a.txt\" = \"" + sum("") + "\"\n", "is no .star file"},
		{"\xff", "is not UTF-8"},
	} {
		_, err := packages.ParseManifest([]byte(tt.text))
		var e *packages.ManifestError
		if !errors.As(err, &e) || !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want a manifest error with %q", tt.text, err, tt.want)
		}
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	whole := func() fstest.MapFS {
		return folder(head("one", "1.0.0"), map[string]string{"a.star": "x = 1\n", "b.tsv": "n\n"})
	}
	for _, tt := range []struct {
		name, want string
		damage     func(fstest.MapFS)
	}{
		{"changed", `file "a.star": has the SHA-256`, func(f fstest.MapFS) { f["a.star"].Data = []byte("x = 2\n") }},
		{"missing", `file "b.tsv": is listed and not there`, func(f fstest.MapFS) { delete(f, "b.tsv") }},
		{"more", `file "c.star": is there and not listed`, func(f fstest.MapFS) { f["c.star"] = &fstest.MapFile{Data: []byte("y = 1\n")} }},
		{"no manifest", "there is no bioxen-package.toml", func(f fstest.MapFS) { delete(f, packages.ManifestName) }},
		{"deep", "there is no bioxen-package.toml; it is at in/bioxen-package.toml", func(f fstest.MapFS) {
			f["in/bioxen-package.toml"] = f[packages.ManifestName]
			delete(f, packages.ManifestName)
		}},
		{"link", `"l.star": is a symbolic link`, func(f fstest.MapFS) { f["l.star"] = &fstest.MapFile{Mode: 0o777 | 1<<27} }},
		{"case", "upper and lower case only", func(f fstest.MapFS) { f["A.star"] = &fstest.MapFile{Data: []byte("x = 1\n")} }},
		{"blank", "letters, digits", func(f fstest.MapFS) { f["a b.star"] = &fstest.MapFile{Data: []byte("x = 1\n")} }},
	} {
		f := whole()
		tt.damage(f)
		_, err := packages.ReadFolder(f)
		if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
	long := map[string]string{}
	for i := range 5 {
		long[fmt.Sprintf("f%d.star", i)] = "# " + strings.Repeat("x", 1<<20-3) + "\n"
	}
	if _, err := packages.ReadFolder(folder(head("one", "1.0.0"), long)); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "the code is 5242880 bytes long, and 4194304 are allowed") {
		t.Errorf("much code: error %v, want one about its length", err)
	}
	binary := folder(head("one", "1.0.0"), map[string]string{"a.bin": "\xff\xfe"})
	if _, err := packages.ReadFolder(binary); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("a binary file: error %v, want one about UTF-8", err)
	}
}

func TestHostileArchives(t *testing.T) {
	t.Parallel()
	m := entry{name: packages.ManifestName, content: manifest(folder(head("one", "1.0.0"), map[string]string{"a.star": "x = 1\n"}))}
	a := entry{name: "a.star", content: "x = 1\n"}
	if _, err := packages.ReadArchive(bytes.NewReader(archive(t, []entry{m, a}))); err != nil {
		t.Fatal(err)
	}
	many := []entry{m, a}
	for i := range packages.MaxFiles {
		many = append(many, entry{name: fmt.Sprintf("f%d", i)})
	}
	folders := []entry{m, a}
	for i := range 2 * packages.MaxFiles {
		folders = append(folders, entry{name: fmt.Sprintf("d%d/", i), kind: tar.TypeDir})
	}
	for _, tt := range []struct {
		name, want string
		entries    []entry
	}{
		{"up", "leads out of the package", []entry{m, {name: "../a.star", content: "x"}}},
		{"up within", "leads out of the package", []entry{m, {name: "lib/../../a.star", content: "x"}}},
		{"absolute", "is absolute", []entry{m, {name: "/etc/passwd", content: "x"}}},
		{"backslash", "not backslashes", []entry{m, {name: `..\a.star`, content: "x"}}},
		{"drive", "letters, digits", []entry{m, {name: "C:a.star", content: "x"}}},
		{"hidden", "letters, digits", []entry{m, {name: ".ssh", content: "x"}}},
		{"symlink", "symbolic link", []entry{m, {name: "a.star", kind: tar.TypeSymlink, link: "/etc/passwd"}}},
		{"hard link", "hard link", []entry{m, {name: "a.star", kind: tar.TypeLink, link: "bioxen-package.toml"}}},
		{"device", "a device", []entry{m, {name: "a.star", kind: tar.TypeChar}}},
		{"pipe", "a pipe", []entry{m, {name: "a.star", kind: tar.TypeFifo}}},
		{"twice", "is there twice", []entry{m, a, a}},
		{"case", "upper and lower case only", []entry{m, a, {name: "A.star", content: "x = 1\n"}}},
		{"folder case", "upper and lower case only", []entry{m, {name: "lib/a", content: "x"}, {name: "Lib/b", content: "x"}}},
		{"file and folder", "is a file and a folder", []entry{m, a, {name: "a.star/b", content: "x"}}},
		{"folder and file", "is a file and a folder", []entry{m, {name: "a.star/b", content: "x"}, a}},
		{"deep", "nest deeper", []entry{m, {name: strings.Repeat("d/", 20) + "a", content: "x"}}},
		{"long", "longer than", []entry{m, {name: strings.Repeat("d", 250), content: "x"}}},
		{"many", "more than 1000 files", many},
		{"folders", "more than 1000 folders", folders},
		{"bomb", "times its size", []entry{m, {name: "a.star", content: strings.Repeat("\x00", packages.MaxFileBytes-1)}}},
		{"large", "and 8388608 are allowed", []entry{m, {name: "a.star", content: strings.Repeat("\x00", packages.MaxFileBytes+1)}}},
	} {
		_, err := packages.ReadArchive(bytes.NewReader(archive(t, tt.entries)))
		if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
}

func TestDamagedArchives(t *testing.T) {
	t.Parallel()
	whole := archive(t, []entry{
		{name: packages.ManifestName, content: manifest(folder(head("one", "1.0.0"), map[string]string{"a.star": "x = 1\n"}))},
		{name: "a.star", content: "x = 1\n"},
	})
	for _, tt := range []struct {
		name, want string
		bytes      []byte
	}{
		{"empty", "it is no .tar.gz", nil},
		{"text", "it is no .tar.gz", []byte("hello, this is no archive at all")},
		{"cut", "ends too early", whole[:len(whole)/2]},
		{"followed", "something follows", append(bytes.Clone(whole), "more"...)},
		{"two", "something follows", append(bytes.Clone(whole), whole...)},
	} {
		_, err := packages.ReadArchive(bytes.NewReader(tt.bytes))
		if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.name, err, tt.want)
		}
	}
	// What the reader fails with comes through, and is not the archive's fault.
	broken := errors.New("the line is cut")
	_, err := packages.ReadArchive(io.MultiReader(bytes.NewReader(whole[:20]), &failing{broken}))
	if !errors.Is(err, broken) || errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("a reader that fails: error %v, want %v", err, broken)
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// An archive of more bytes than are allowed is not read to its end.
func TestEndlessArchive(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	go func() { // ends when the reader is closed
		gz, err := gzip.NewWriterLevel(w, gzip.NoCompression)
		if err != nil {
			_ = w.CloseWithError(err)
			return
		}
		tw := tar.NewWriter(gz)
		for i := 0; err == nil; i++ {
			if err = tw.WriteHeader(&tar.Header{Name: fmt.Sprintf("f%d", i), Size: 1 << 20, Mode: 0o644}); err == nil {
				_, err = tw.Write(make([]byte, 1<<20))
			}
		}
		_ = w.CloseWithError(err)
	}()
	_, err := packages.ReadArchive(r)
	if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "larger than the 16777216 bytes") {
		t.Errorf("error %v, want one about the archive's size", err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestSealAndScaffold(t *testing.T) {
	t.Parallel()
	files, err := packages.Scaffold("my_screen", "What grows")
	if err != nil {
		t.Fatal(err)
	}
	f := fstest.MapFS{}
	for name, content := range files {
		f[name] = &fstest.MapFile{Data: content}
	}
	p, err := packages.ReadFolder(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.CheckCode(nil); err != nil {
		t.Error(err)
	}
	// A changed file, a new one, and the comments of the manifest.
	f["my_screen.star"].Data = append(f["my_screen.star"].Data, "\nx = 1\n"...)
	f["table.tsv"] = &fstest.MapFile{Data: []byte("a\n1\n")}
	if _, err := packages.ReadFolder(f); !errors.Is(err, biovm.ErrInvalid) {
		t.Fatalf("a changed package: error %v, want an invalid one", err)
	}
	sealed, err := packages.Seal(f)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(sealed), "# The functions that are for users") || strings.Count(string(sealed), "[files]") != 1 {
		t.Errorf("sealed manifest:\n%s\nwant its comments and one [files]", sealed)
	}
	f[packages.ManifestName].Data = sealed
	if _, err := packages.ReadFolder(f); err != nil {
		t.Error(err)
	}
	again, err := packages.Seal(f)
	if err != nil || !bytes.Equal(again, sealed) {
		t.Errorf("sealed again, %v:\n%s\nwant\n%s", err, again, sealed)
	}
	// What cannot be renewed is told of as it is there.
	for _, files := range []string{"[ files ]\na = \"b\"\n", "[\"files\"]\na = \"b\"\n", "files = {a = \"b\"}\n", "files.a = \"b\"\n", "authors = [\"\"\"\n[files]\n\"\"\"]\n"} {
		f[packages.ManifestName].Data = []byte(head("my_screen", "1.0.0") + files)
		if _, err := packages.Seal(f); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "files: cannot be renewed as it is written") {
			t.Errorf("%q: error %v, want one that says so", files, err)
		}
	}
	if _, err := packages.Scaffold("My Screen", "x"); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("a bad name: error %v, want an invalid one", err)
	}
}

func TestCheckCode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ code, want string }{
		{"def f():\n    return growth()\n", "@one//a.star:2:12: unknown name growth"},
		{"load(\"b.star\", \"f\")\n", `load: package one has no file "b.star"`},
		{"load(\"@two//a.star\", \"f\")\n", `package one needs package "two", which is not installed`},
		{"load(\"@media//media.star\", \"on\")\n", "package one does not require package media"},
		{"load(\"a.star\", \"f\")\n", "load each other in a circle: @one//a.star loads @one//a.star"},
		{"x = data(\"t.tsv\")\n", `data: package one has no file "t.tsv"`},
		{"def g(:\n", "@one//a.star:1:"},
		{"g = 1\n", "a.star defines no f"},
	} {
		p, err := packages.ReadFolder(folder(head("one", "1.0.0", "[entry_points]\nf = \"a.star\""), map[string]string{"a.star": tt.code}))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.CheckCode(catalogue(t)); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want one with %q", tt.code, err, tt.want)
		}
	}
}

func catalogue(t testing.TB) []*packages.Package {
	t.Helper()
	all, err := packages.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Whatever a package can be, its archive is one that can be read.
func TestArchiveOfAnyPackage(t *testing.T) {
	t.Parallel()
	noise, state := make([]byte, packages.MaxFileBytes), uint64(1)
	for i := range noise { // of 64 characters, so that it packs to three quarters
		state = state*6364136223846793005 + 1442695040888963407
		noise[i] = ' ' + byte(state>>58)
	}
	zeros := strings.Repeat("0\t", packages.MaxFileBytes/2)
	for _, tt := range []struct {
		name, want string
		files      map[string]string
	}{
		{"packs very well", "", map[string]string{"zeros.tsv": zeros}},
		{"packs very well at first", "", map[string]string{"a.tsv": zeros, "b.txt": string(noise)}},
		{"is too large", "larger than the 16777216 bytes", map[string]string{"a.txt": string(noise), "b.txt": string(noise[1:]), "c.txt": string(noise[2:])}},
	} {
		p, err := packages.ReadFolder(folder(head("one", "1.0.0"), tt.files))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		err = p.WriteArchive(&b)
		if tt.want != "" {
			if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.want) || b.Len() > 0 {
				t.Errorf("a package that %s: error %v with %d bytes written, want one with %q and none", tt.name, err, b.Len(), tt.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("a package that %s: %v", tt.name, err)
			continue
		}
		q, err := packages.ReadArchive(&b)
		if err != nil || q.Digest() != p.Digest() {
			t.Errorf("a package that %s, read again: %v", tt.name, err)
		}
	}
}

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
