package biovm

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A PackageVersion says which package, exactly.
type PackageVersion struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	// Digest is the SHA-256 of what is in the package, in hexadecimal; it does
	// not depend on how the package is packed.
	Digest string `json:"digest"`
}

// A Package is one that is installed in a VM.
type Package struct {
	PackageVersion

	Description string   `json:"description"`
	Licence     string   `json:"licence"`
	Authors     []string `json:"authors,omitempty"`
	// Requires are ranges of versions of other packages, by name.
	Requires map[string]string `json:"requires,omitempty"`
	// EntryPoints are the functions for users, and the files that define them.
	EntryPoints map[string]string `json:"entry_points,omitempty"`
	// Request is what installed it by hand; nil when nothing did: then the
	// VM's spec lists it, or others require it.
	Request *PackageRequest `json:"request,omitempty"`
	// InSpec says that the VM's spec lists it.
	InSpec bool `json:"in_spec"`
	// Missing names a required package that is not there yet, of a package that
	// is only checked: it must be there before this one is installed.
	Missing string `json:"missing,omitempty"`
	// RequiredBy are the installed packages that require it, sorted.
	RequiredBy []string `json:"required_by,omitempty"`
}

// A PackageRequest asks for a package.
type PackageRequest struct {
	// Source is the name of a package in the engine's catalogue, or where the
	// package is: a path on the machine of the caller, of a .tar.gz or a folder,
	// or the https URL of a .tar.gz. A path that could be a name begins with ./.
	Source string `json:"source"`
	// Range is a range of versions that will do, as ^1.2; empty is any.
	Range string `json:"range,omitempty"`
	// SHA256 is the SHA-256 of the .tar.gz, in 64 lower-case hexadecimal digits;
	// needed for a URL. A package of the catalogue and a folder have none.
	SHA256 string `json:"sha256,omitempty"`
}

// maxRange bounds a range of versions, in bytes.
const maxRange = 128

// ValidPackageName reports whether a package can be called so: 1 to 63
// lower-case letters, digits and '_', starting with a letter.
func ValidPackageName(name string) bool {
	const most = 63
	for i, c := range []byte(name) {
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return name != "" && len(name) <= most
}

// ParsePackageRequest reads NAME or NAME@RANGE, for a package of the catalogue;
// all else is a path or URL.
func ParsePackageRequest(s string) PackageRequest {
	if name, versions, ok := strings.Cut(s, "@"); ok && ValidPackageName(name) {
		return PackageRequest{Source: name, Range: versions}
	}
	return PackageRequest{Source: s}
}

// FromCatalogue reports whether the package is one of the engine's catalogue.
func (r PackageRequest) FromCatalogue() bool { return ValidPackageName(r.Source) }

// String is the request as ParsePackageRequest reads it.
func (r PackageRequest) String() string {
	if r.Range == "" {
		return r.Source
	}
	return r.Source + "@" + r.Range
}

// Part is the request's source as that of a file.
func (r PackageRequest) Part() Part {
	return Part{Name: "package", Source: &Source{Source: r.Source, SHA256: r.SHA256}}
}

// Validate checks what can be known without the package, and reports all
// problems at once as [FieldError]s.
func (r PackageRequest) Validate() error {
	var errs []error
	if !r.FromCatalogue() {
		errs = append(errs, r.Part().Validate())
	} else if r.SHA256 != "" {
		errs = append(errs, &FieldError{Path: "package.sha256", Value: r.SHA256, Reason: "is for archives; a package of the catalogue has none. A path that could be a name begins with ./"})
	}
	if reason := checkRange(r.Range); reason != "" {
		errs = append(errs, &FieldError{Path: "package.range", Value: r.Range, Reason: reason})
	}
	return errors.Join(errs...)
}

// checkRange says what is wrong with the form of a range; what it means is the
// engine's to say.
func checkRange(s string) string {
	switch {
	case len(s) > maxRange:
		return fmt.Sprintf("must not be longer than %d bytes", maxRange)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl):
		return "must be text without control characters"
	}
	return ""
}

// validatePackages checks the packages that a spec lists.
func (s Spec) validatePackages() []error {
	var errs []error
	at := map[string]int{}
	for i, text := range s.Packages {
		bad := func(reason string) {
			errs = append(errs, &FieldError{Path: fmt.Sprintf("packages[%d]", i), Value: text, Reason: reason})
		}
		r := ParsePackageRequest(text)
		_, versions, ranged := strings.Cut(text, "@")
		switch {
		case !r.FromCatalogue():
			bad(`must be the name of a package of the catalogue, as "media", or a name with a range of versions, as "media@^1.0"`)
		case ranged && versions == "":
			bad("has no range after the @; leave the @ out for any version")
		case checkRange(r.Range) != "":
			bad("its range " + checkRange(r.Range))
		}
		if first, twice := at[r.Source]; twice {
			bad(fmt.Sprintf("names the same package as packages[%d]", first))
		} else {
			at[r.Source] = i
		}
	}
	return errs
}
