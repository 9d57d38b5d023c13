package packages

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
)

// ManifestName is the name of the manifest in a package.
const ManifestName = "bioxen-package.toml"

const (
	// maxManifest is how many bytes a manifest may have.
	maxManifest = 1 << 18
	// maxLine is how long a description, licence or author may be, in bytes.
	maxLine = 300
	// maxAuthors and maxRequires bound lists.
	maxAuthors  = 50
	maxRequires = 50
	// nearNames is how many names an error suggests.
	nearNames = 3
)

// A Manifest says what a package is.
type Manifest struct {
	Name    string `toml:"name"`
	Version string `toml:"version"`
	// Description is a line.
	Description string `toml:"description"`
	// Licence is an SPDX identifier, or a line.
	Licence  string   `toml:"licence"`
	Authors  []string `toml:"authors"`
	Requires Requires `toml:"requires"`
	// EntryPoints are the functions for users, and the files that define them.
	EntryPoints map[string]string `toml:"entry_points"`
	// Files are all files but the manifest, with their SHA-256 in hexadecimal.
	Files map[string]string `toml:"files"`
}

// Requires says what a package needs.
type Requires struct {
	// Engine is a range of versions; empty is any.
	Engine string `toml:"engine"`
	// Packages are ranges of versions by name; an empty one is any.
	Packages map[string]string `toml:"packages"`
}

// ParseManifest reads a manifest. Its errors are [ManifestError]s, joined.
func ParseManifest(b []byte) (Manifest, error) {
	m, err := parseDraft(b)
	if err != nil {
		return Manifest{}, err
	}
	if err := errors.Join(m.check()...); err != nil {
		return Manifest{}, err
	}
	return m, nil
}

// parseDraft reads a manifest that may lack anything.
func parseDraft(b []byte) (Manifest, error) {
	if len(b) > maxManifest {
		return Manifest{}, &ManifestError{Reason: fmt.Sprintf("is %d bytes long, and %d are allowed", len(b), maxManifest)}
	}
	if !utf8.Valid(b) {
		return Manifest{}, &ManifestError{Reason: "is not UTF-8"}
	}
	var m Manifest
	d := toml.NewDecoder(bytes.NewReader(b)).DisallowUnknownFields()
	err := d.Decode(&m)
	var strict *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &strict):
		var errs []error
		for i := range strict.Errors {
			e := &strict.Errors[i]
			line, col := e.Position()
			key := strings.Join(e.Key(), ".")
			errs = append(errs, &ManifestError{Line: line, Col: col, Key: key, Reason: "there is no such key" + biovm.Near(near.Names(key, keys(), nearNames))})
		}
		return Manifest{}, errors.Join(errs...)
	case errors.As(err, &wrong):
		line, col := wrong.Position()
		return Manifest{}, &ManifestError{Line: line, Col: col, Key: strings.Join(wrong.Key(), "."), Reason: strings.TrimPrefix(wrong.Error(), "toml: ")}
	case err != nil:
		return Manifest{}, &ManifestError{Reason: strings.TrimPrefix(err.Error(), "toml: ")}
	}
	return m, nil
}

// keys are all that a manifest may have, but for names of files and functions.
func keys() []string {
	return []string{"name", "version", "description", "licence", "authors", "requires", "requires.engine", "requires.packages", "entry_points", "files"}
}

// check reports what is wrong with a manifest that could be read.
func (m Manifest) check() []error {
	var errs []error
	bad := func(key, format string, args ...any) {
		errs = append(errs, &ManifestError{Key: key, Reason: fmt.Sprintf(format, args...)})
	}
	if !ValidName(m.Name) {
		bad("name", "%q %s", shorten(m.Name), nameRule)
	}
	if _, err := parseVersion(m.Version); err != nil {
		bad("version", "%v", err)
	}
	for _, line := range []struct{ key, value string }{{"description", m.Description}, {"licence", m.Licence}} {
		if reason := checkLine(line.value); reason != "" {
			bad(line.key, "%s", reason)
		}
	}
	if len(m.Authors) > maxAuthors {
		bad("authors", "has %d entries, and %d are allowed", len(m.Authors), maxAuthors)
	}
	for i, a := range m.Authors {
		if reason := checkLine(a); reason != "" {
			bad(fmt.Sprintf("authors[%d]", i), "%s", reason)
		}
	}
	errs = append(errs, m.checkRequires()...)
	return append(errs, m.checkFiles()...)
}

func (m Manifest) checkRequires() []error {
	var errs []error
	bad := func(key, format string, args ...any) {
		errs = append(errs, &ManifestError{Key: key, Reason: fmt.Sprintf(format, args...)})
	}
	if err := CheckRange(m.Requires.Engine); err != nil {
		bad("requires.engine", "%v", err)
	}
	if n := len(m.Requires.Packages); n > maxRequires {
		bad("requires.packages", "has %d entries, and %d are allowed", n, maxRequires)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Requires.Packages)) {
		key := "requires.packages." + shorten(name)
		switch err := CheckRange(m.Requires.Packages[name]); {
		case !ValidName(name):
			bad(key, "a package's name %s", nameRule)
		case name == m.Name:
			bad(key, "a package does not require itself")
		case err != nil:
			bad(key, "%v", err)
		}
	}
	return errs
}

func (m Manifest) checkFiles() []error {
	var errs []error
	bad := func(key, format string, args ...any) {
		errs = append(errs, &ManifestError{Key: key, Reason: fmt.Sprintf(format, args...)})
	}
	if n := len(m.Files); n > MaxFiles {
		bad("files", "has %d entries, and %d are allowed", n, MaxFiles)
	}
	folded := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(m.Files)) {
		key := fmt.Sprintf("files.%q", shorten(name))
		if reason := checkPath(name); reason != "" {
			bad(key, "%s", reason)
		}
		if name == ManifestName {
			bad(key, "the manifest does not list itself")
		}
		if other, ok := folded[strings.ToLower(name)]; ok {
			bad(key, "differs from %q in upper and lower case only", other)
		}
		folded[strings.ToLower(name)] = name
		if sum := m.Files[name]; !isSum(sum) {
			bad(key, "%q is no SHA-256; write its 64 hexadecimal digits in lower case, as `bioxen package verify --write` does", shorten(sum))
		}
	}
	for _, fn := range slices.Sorted(maps.Keys(m.EntryPoints)) {
		key, file := "entry_points."+shorten(fn), m.EntryPoints[fn]
		_, listed := m.Files[file]
		switch {
		case !isIdentifier(fn):
			bad(key, "must be the name of a function that can be loaded: letters, digits and '_', starting with a letter")
		case path.Ext(file) != ".star":
			bad(key, "%q is no .star file", shorten(file))
		case !listed:
			bad(key, "the package has no file %q%s", shorten(file), biovm.Near(near.Names(file, slices.Sorted(maps.Keys(m.Files)), nearNames)))
		}
	}
	return errs
}

// checkLine says what is wrong with a line of text.
func checkLine(s string) string {
	switch {
	case strings.TrimSpace(s) == "":
		return "is missing"
	case len(s) > maxLine:
		return fmt.Sprintf("is %d bytes long, and %d are allowed", len(s), maxLine)
	}
	for _, c := range s {
		if c < ' ' || c == '\x7f' {
			return "must be one line, without control characters"
		}
	}
	return ""
}

func isSum(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && s == strings.ToLower(s) //nolint:mnd // bytes of a SHA-256
}

func isIdentifier(s string) bool {
	for i, c := range []byte(s) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != "" && len(s) <= maxName
}

// shorten keeps a text fit for a message.
func shorten(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}
