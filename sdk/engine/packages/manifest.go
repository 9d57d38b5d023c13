package packages

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
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
	// maxKeys is how many '=' and '[' it may have, wherever they are.
	maxKeys = 5000
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
	if err := joined(m.check()); err != nil {
		return Manifest{}, err
	}
	return m, nil
}

// maxProblems is how many problems of a package are told.
const maxProblems = 20

// joined joins what is wrong with a package. Of very many problems it tells
// some, and how many more there are.
func joined(errs []error) error {
	if more := len(errs) - maxProblems; more > 0 {
		errs = append(errs[:maxProblems:maxProblems], &ArchiveError{Reason: fmt.Sprintf("there are %d more problems", more)})
	}
	return errors.Join(errs...)
}

// parseDraft reads a manifest that may lack anything.
func parseDraft(b []byte) (Manifest, error) {
	if len(b) > maxManifest {
		return Manifest{}, &ManifestError{Reason: fmt.Sprintf("is %d bytes long, and %d are allowed", len(b), maxManifest)}
	}
	if !utf8.Valid(b) {
		return Manifest{}, &ManifestError{Reason: "is not UTF-8"}
	}
	if bytes.HasPrefix(b, []byte("\ufeff")) {
		return Manifest{}, &ManifestError{Line: 1, Col: 1, Reason: "begins with a byte order mark; save it as UTF-8 without one"}
	}
	// The library takes as long for each key as there are keys.
	if n := bytes.Count(b, []byte("=")) + bytes.Count(b, []byte("[")); n > maxKeys {
		return Manifest{}, &ManifestError{Reason: fmt.Sprintf("has more than %d keys, tables and lists; a package has %d files at most", maxKeys, MaxFiles)}
	}
	if err := checkKeys(b); err != nil {
		return Manifest{}, err
	}
	var m Manifest
	d := toml.NewDecoder(bytes.NewReader(b)).DisallowUnknownFields()
	err := d.Decode(&m)
	var strict *toml.StrictMissingError
	switch {
	case errors.As(err, &strict):
		var errs []error
		for i := range strict.Errors {
			e := &strict.Errors[i]
			line, col := e.Position()
			errs = append(errs, noSuchKey(line, col, dotted(e.Key()...)))
		}
		return Manifest{}, joined(errs)
	case err != nil:
		return Manifest{}, malformed(err)
	}
	return m, nil
}

func noSuchKey(line, col int, key string) error {
	return &ManifestError{Line: line, Col: col, Key: key, Reason: "there is no such key" + biovm.Near(near.Names(key, keys(), nearNames))}
}

// malformed is what the TOML library says.
func malformed(err error) error {
	reason := printable(strings.TrimPrefix(err.Error(), "toml: "))
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, col := wrong.Position()
		return &ManifestError{Line: line, Col: col, Key: dotted(wrong.Key()...), Reason: reason}
	}
	return &ManifestError{Reason: reason}
}

// checkKeys refuses a manifest with very many keys that are none: the library
// takes as long to find the place of each as to read all.
func checkKeys(b []byte) error {
	var all map[string]any
	if err := toml.Unmarshal(b, &all); err != nil {
		return malformed(err)
	}
	known := keys()
	var unknown []string
	n := 0
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(known, key) {
			unknown, n = append(unknown, dotted(key)), n+leaves(all[key])
		}
	}
	if requires, ok := all["requires"].(map[string]any); ok {
		for _, key := range slices.Sorted(maps.Keys(requires)) {
			if !slices.Contains(known, "requires."+key) {
				unknown, n = append(unknown, dotted("requires", key)), n+leaves(requires[key])
			}
		}
	}
	if n <= maxProblems {
		return nil
	}
	errs := make([]error, len(unknown))
	for i, key := range unknown {
		errs[i] = noSuchKey(0, 0, key)
	}
	return joined(errs)
}

// leaves counts the values within a value.
func leaves(v any) int {
	table, ok := v.(map[string]any)
	if !ok {
		return 1
	}
	n := 1
	for _, inner := range table {
		n += leaves(inner)
	}
	return n
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
		key := dotted("requires", "packages", name)
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
		key := dotted("files", name)
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
		key, file := dotted("entry_points", fn), m.EntryPoints[fn]
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
	if !utf8.ValidString(s) {
		return "is not UTF-8"
	}
	if strings.ContainsFunc(s, isHostile) {
		return "must be one line, without control characters"
	}
	return ""
}

// isHostile reports whether a character could make a line look other than it
// is: controls of terminals and of the direction of writing, ends of lines.
func isHostile(c rune) bool {
	return unicode.IsControl(c) || unicode.In(c, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// printable escapes what is hostile.
func printable(s string) string {
	var b strings.Builder
	for _, c := range s {
		if isHostile(c) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(c), "'"))
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// dotted is a key as TOML has it, fit for a message.
func dotted(segments ...string) string {
	names := make([]string, 0, len(segments))
	for _, s := range segments {
		if !isBare(s) {
			s = strconv.Quote(shorten(s))
		}
		names = append(names, s)
	}
	const most = 10
	if len(names) > most {
		names = append(names[:most:most], "...")
	}
	return strings.Join(names, ".")
}

func isBare(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return s != "" && len(s) <= maxName
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
