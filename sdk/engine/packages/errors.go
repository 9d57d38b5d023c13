package packages

import (
	"fmt"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A ManifestError says what is wrong with a manifest, and where.
type ManifestError struct {
	// Line and Col are from 1; 0 when the manifest lacks something.
	Line, Col int
	// Key is the dotted key that it is about; empty for text that is no TOML.
	Key    string
	Reason string
}

func (e *ManifestError) Error() string {
	var b strings.Builder
	b.WriteString(ManifestName)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Col)
	}
	b.WriteString(": ")
	if e.Key != "" {
		b.WriteString(e.Key + ": ")
	}
	b.WriteString(e.Reason)
	return b.String()
}

// Is makes every ManifestError an [biovm.ErrInvalid].
func (e *ManifestError) Is(target error) bool { return target == biovm.ErrInvalid }

// An ArchiveError says why an archive or folder cannot be read as a package.
type ArchiveError struct {
	// Entry is the name in the archive or folder; empty when it is about the
	// whole.
	Entry  string
	Reason string
}

func (e *ArchiveError) Error() string {
	if e.Entry == "" {
		return "package: " + e.Reason
	}
	return fmt.Sprintf("package: %q: %s", e.Entry, e.Reason)
}

// Is makes every ArchiveError an [biovm.ErrInvalid].
func (e *ArchiveError) Is(target error) bool { return target == biovm.ErrInvalid }

// A FileError says that a file is not what the manifest lists.
type FileError struct {
	Package string // its name
	Path    string
	Reason  string
}

func (e *FileError) Error() string {
	return fmt.Sprintf("package %s: file %q: %s", e.Package, e.Path, e.Reason)
}

// Is makes every FileError an [biovm.ErrInvalid].
func (e *FileError) Is(target error) bool { return target == biovm.ErrInvalid }

// An UnknownError says that a required package is nowhere to be had.
type UnknownError struct {
	Requirement Requirement
	// Near are names that may have been meant.
	Near []string
}

func (e *UnknownError) Error() string {
	by := ""
	if e.Requirement.By != "" {
		by = ", which " + e.Requirement.By + " requires"
	}
	return fmt.Sprintf("no package %q is to be had%s; it is not in the catalogue, not installed and was not given%s",
		e.Requirement.Name, by, biovm.Near(e.Near))
}

// Is makes every UnknownError an [biovm.ErrInvalid].
func (e *UnknownError) Is(target error) bool { return target == biovm.ErrInvalid }

// A ConflictError says that no version of a package fits all that is required
// of it.
type ConflictError struct {
	Package string
	// Requirements are those that cannot be met together, by who requires.
	Requirements []Requirement
	// Versions are those that are to be had, the highest first.
	Versions []string
	// Engine is this engine's version when it is what no version fits.
	Engine string
}

func (e *ConflictError) Error() string {
	var parts []string
	for _, r := range e.Requirements {
		parts = append(parts, fmt.Sprintf("%s requires %s", r.by(), r.rangeText()))
	}
	versions := strings.Join(e.Versions, ", ")
	if e.Engine != "" {
		return fmt.Sprintf("package %s: no version (%s) is for this engine, which is %s; %s", e.Package, versions, e.Engine, strings.Join(parts, ", "))
	}
	return fmt.Sprintf("package %s: no version fits: %s; there is %s", e.Package, strings.Join(parts, ", but "), versions)
}

// Is makes every ConflictError an [biovm.ErrInvalid].
func (e *ConflictError) Is(target error) bool { return target == biovm.ErrInvalid }

// A CycleError says that packages require each other in a circle.
type CycleError struct {
	// Packages are the names in order; the first is the last again.
	Packages []string
}

func (e *CycleError) Error() string {
	return "packages require each other in a circle: " + strings.Join(e.Packages, " requires ")
}

// Is makes every CycleError an [biovm.ErrInvalid].
func (e *CycleError) Is(target error) bool { return target == biovm.ErrInvalid }
