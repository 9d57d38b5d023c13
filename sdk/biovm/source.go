package biovm

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Source says which file a part of a VM is made of. What counts is the
// content: it is read when the VM is made, kept with it, and named by its sum.
// The file may be gone afterwards, or be another one.
type Source struct {
	// Source is where the file is: a path on the machine of the caller, relative
	// to the working directory, or an https URL. It may be empty when SHA256 is
	// there, for content that the VM's engine has already.
	Source string `json:"source,omitempty"`
	// SHA256 is the SHA-256 of the file's bytes, as they are (packed, if the
	// file is), in 64 lower-case hexadecimal digits. Of a path it may be left
	// out: then the file is taken as it is found. A VM's status always has it.
	SHA256 string `json:"sha256,omitempty"`
}

// MaxSourceBytes bounds a file that a VM is made of, in bytes. The largest
// published networks take 60 MB as plain SBML, and a tenth of that packed.
const MaxSourceBytes = 64 << 20

// maxSource bounds where a file is, in bytes: the longest path that Linux knows.
const maxSource = 4096

// IsURL reports whether the file is to be had from the network.
func (s Source) IsURL() bool { return strings.Contains(s.Source, "://") }

// sumDigits is the length of a SHA-256 in hexadecimal.
const sumDigits = 64

// ValidSHA256 reports whether a text has the form of a SHA-256: 64 lower-case
// hexadecimal digits.
func ValidSHA256(sum string) bool {
	return len(sum) == sumDigits && strings.Trim(sum, "0123456789abcdef") == ""
}

// CheckFile reports what is wrong with a file that is to be kept under a sum: the
// sum's form, as a [FieldError] at sha256, or the file's size. Whether the sum is
// the file's it does not look at.
func CheckFile(sha256 string, content []byte) error {
	if !ValidSHA256(sha256) {
		return &FieldError{Path: "sha256", Value: sha256, Reason: fmt.Sprintf("must be %d lower-case hexadecimal digits", sumDigits)}
	}
	if len(content) == 0 {
		return fmt.Errorf("%w: the file is empty", ErrInvalid)
	}
	if len(content) > MaxSourceBytes {
		return fmt.Errorf("%w: a file may have %d bytes, and this one has %d", ErrInvalid, MaxSourceBytes, len(content))
	}
	return nil
}

// A Part is a part of a spec that is made of a file.
type Part struct {
	// Name is the part's, as paths in [FieldError]s begin: "model" or "genome". It
	// is empty for a file that is no part of something, whose fields are the paths.
	Name string
	// Source is the spec's own: who changes it changes the spec.
	Source *Source
}

// Path is that of a field of the part's source in [FieldError]s.
func (p Part) Path(field string) string {
	if p.Name == "" {
		return field
	}
	return p.Name + "." + field
}

// Validate reports what is wrong with where the part is from, as [FieldError]s.
func (p Part) Validate() error {
	var errs []error
	s := p.Source
	bad := func(field, value, reason string) {
		errs = append(errs, &FieldError{Path: p.Path(field), Value: value, Reason: reason})
	}
	switch {
	case s.Source == "" && s.SHA256 == "":
		bad("source", s.Source, "must be the path of a file, or an https URL")
	case len(s.Source) > maxSource:
		bad("source", s.Source[:16]+"...", fmt.Sprintf("must not be longer than %d bytes", maxSource))
	case !utf8.ValidString(s.Source) || strings.ContainsFunc(s.Source, unicode.IsControl):
		bad("source", s.Source, "must be text without control characters")
	case s.IsURL():
		u, err := url.Parse(s.Source)
		switch {
		case err == nil && u.User != nil:
			bad("source", u.Redacted(), "must not hold a user or a password: it is kept with the VM, and shown")
		case err != nil || !strings.EqualFold(u.Scheme, "https") || u.Host == "":
			bad("source", s.Source, "must be the path of a file, or an https URL as https://example.org/file.gz")
		case s.SHA256 == "":
			bad("sha256", s.SHA256, "is needed for a URL: the SHA-256 of the file that is meant")
		}
	}
	if s.SHA256 != "" && !ValidSHA256(s.SHA256) {
		bad("sha256", s.SHA256, fmt.Sprintf("must be %d lower-case hexadecimal digits, as sha256sum and Terraform's filesha256 give them", sumDigits))
	}
	return errors.Join(errs...)
}

// Parts lists the parts of the spec that are made of files, in a fixed order.
func (s Spec) Parts() []Part {
	var parts []Part
	if s.Model != nil {
		parts = append(parts, Part{"model", s.Model})
	}
	if s.Genome != nil {
		parts = append(parts, Part{"genome", s.Genome})
	}
	return parts
}

// WithOwnParts returns the spec with sources of its own: changing those that its
// [Spec.Parts] have leaves the caller's as they are.
func (s Spec) WithOwnParts() Spec {
	if s.Model != nil {
		s.Model = new(*s.Model)
	}
	if s.Genome != nil {
		s.Genome = new(*s.Genome)
	}
	return s
}
