package packages

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"slices"
	"unicode/utf8"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
)

// A Package is a package whose files are what its manifest lists. It does not
// change and is safe for concurrent use.
type Package struct {
	manifest Manifest
	files    map[string][]byte // all, the manifest too
	digest   string
}

// Manifest says what the package is. The caller must not change its maps.
func (p *Package) Manifest() Manifest { return p.manifest }

// Name is the package's name.
func (p *Package) Name() string { return p.manifest.Name }

// Version is the package's version.
func (p *Package) Version() string { return p.manifest.Version }

// Digest identifies what is in the package: the SHA-256, in hexadecimal, of
// the sorted list of all files with their length and SHA-256. It does not
// depend on how the package was packed.
func (p *Package) Digest() string { return p.digest }

// Paths lists all files, sorted, the manifest among them.
func (p *Package) Paths() []string { return slices.Sorted(maps.Keys(p.files)) }

// File is a file's content, by its path, which the caller must not change.
func (p *Package) File(name string) ([]byte, bool) {
	b, ok := p.files[name]
	return b, ok
}

// Readme is the text of README.md; empty when there is none.
func (p *Package) Readme() string { return string(p.files["README.md"]) }

// String is the name and version.
func (p *Package) String() string { return p.manifest.Name + " " + p.manifest.Version }

// verified makes a package of files, or says what is wrong with them.
func verified(files map[string][]byte) (*Package, error) {
	text, ok := files[ManifestName]
	if !ok {
		return nil, &ArchiveError{Reason: "there is no " + ManifestName + near1(files)}
	}
	m, err := ParseManifest(text)
	if err != nil {
		return nil, err
	}
	if err := joined(m.verify(files)); err != nil {
		return nil, err
	}
	return &Package{manifest: m, files: files, digest: digest(files)}, nil
}

// near1 hints at a manifest with a slip in its name, or in a folder.
func near1(files map[string][]byte) string {
	var bases []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Base(name) == ManifestName {
			return "; it is at " + name
		}
		bases = append(bases, name)
	}
	return biovm.Near(near.Names(ManifestName, bases, 1))
}

// verify compares the files with what is listed.
func (m Manifest) verify(files map[string][]byte) []error {
	var errs []error
	bad := func(name, format string, args ...any) {
		errs = append(errs, &FileError{Package: m.Name, Path: name, Reason: fmt.Sprintf(format, args...)})
	}
	for _, name := range slices.Sorted(maps.Keys(m.Files)) {
		content, ok := files[name]
		if !ok {
			bad(name, "is listed and not there")
			continue
		}
		if sum := sumOf(content); sum != m.Files[name] {
			bad(name, "has the SHA-256 %s, and the manifest says %s", sum, m.Files[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if _, listed := m.Files[name]; !listed && name != ManifestName {
			bad(name, "is there and not listed under [files]")
		}
	}
	return append(errs, m.checkContents(files)...)
}

// checkContents refuses files that no process could use.
func (m Manifest) checkContents(files map[string][]byte) []error {
	var errs []error
	code := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content := files[name]
		if path.Ext(name) == ".star" {
			code += len(content)
		}
		switch {
		case !utf8.Valid(content):
			errs = append(errs, &FileError{Package: m.Name, Path: name, Reason: "is not UTF-8; packages hold text"})
		case path.Ext(name) == ".star" && len(content) > maxCode:
			errs = append(errs, &FileError{Package: m.Name, Path: name, Reason: fmt.Sprintf("is %d bytes long, and %d are allowed for code", len(content), maxCode)})
		}
	}
	if code > MaxCodeBytes {
		errs = append(errs, &ArchiveError{Reason: fmt.Sprintf("the code is %d bytes long, and %d are allowed", code, MaxCodeBytes)})
	}
	return errs
}

// maxCode is how many bytes a file of code may have, as a program may.
const maxCode = 1 << 20

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// digest is the canonical digest of files.
func digest(files map[string][]byte) string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "bioxen-package 1\n") // a hash takes everything
	for _, name := range slices.Sorted(maps.Keys(files)) {
		_, _ = fmt.Fprintf(h, "%s %d %s\n", name, len(files[name]), sumOf(files[name]))
	}
	return hex.EncodeToString(h.Sum(nil))
}
