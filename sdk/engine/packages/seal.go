package packages

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Seal returns the manifest of the package in a folder with its [files] table
// as the folder has it, and the rest, comments and all, as it is. The table
// moves to the end. What the package is then is verified.
func Seal(folder fs.FS) ([]byte, error) {
	files, err := readFolder(folder)
	if err != nil {
		return nil, err
	}
	text, ok := files[ManifestName]
	if !ok {
		return nil, &ArchiveError{Reason: "there is no " + ManifestName + near1(files)}
	}
	if _, err := parseDraft(text); err != nil {
		return nil, err
	}
	sealed := withoutFiles(text)
	if rest, err := parseDraft(sealed); err != nil || len(rest.Files) > 0 {
		return nil, &ManifestError{Key: "files", Reason: "cannot be renewed as it is written: a table that begins with a line [files], and no such line elsewhere, can"}
	}
	sealed = append(sealed, "[files]\n"...)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name != ManifestName {
			sealed = fmt.Appendf(sealed, "%q = %q\n", name, sumOf(files[name]))
		}
	}
	files = maps.Clone(files)
	files[ManifestName] = sealed
	if _, err := verified(files); err != nil {
		return nil, err
	}
	return sealed, nil
}

// withoutFiles is a manifest without its [files] table, ending with an empty
// line. Text within quotes of several lines is told from a table because the
// result is read again.
func withoutFiles(text []byte) []byte {
	var kept []byte
	within := false
	for line := range bytes.Lines(text) {
		if trimmed := strings.TrimSpace(string(line)); strings.HasPrefix(trimmed, "[") {
			within = trimmed == "[files]" || strings.HasPrefix(trimmed, "[files] ") || strings.HasPrefix(trimmed, "[files]#")
		}
		if !within {
			kept = append(kept, line...)
		}
	}
	return append(bytes.TrimRight(kept, "\n"), "\n\n"...)
}

// Scaffold returns the files of a new package, by path, to be written to an
// empty folder. The package is one that can be installed.
func Scaffold(name, description string) (map[string][]byte, error) {
	if !ValidName(name) {
		return nil, &ManifestError{Key: "name", Reason: fmt.Sprintf("%q %s", shorten(name), nameRule)}
	}
	if reason := checkLine(description); reason != "" {
		return nil, &ManifestError{Key: "description", Reason: reason}
	}
	files := map[string][]byte{
		"README.md":    fmt.Appendf(nil, scaffoldReadme, name, description),
		name + ".star": fmt.Appendf(nil, scaffoldCode, name),
	}
	manifest := fmt.Appendf(nil, scaffoldManifest, name, description, name)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		manifest = fmt.Appendf(manifest, "%q = %q\n", path, sumOf(files[path]))
	}
	files[ManifestName] = manifest
	if _, err := verified(files); err != nil {
		return nil, err
	}
	return files, nil
}

const scaffoldManifest = `name        = %q
version     = "0.1.0"
description = %q
licence     = "Apache-2.0"
authors     = []

[requires]
engine = ">=0.1.0"

# Packages whose code this one loads, with the versions that will do:
# [requires.packages]
# media = "^1.0"

# The functions that are for users, and the files that define them.
[entry_points]
growth = "%s.star"

# The SHA-256 of every other file: bioxen package verify --write renews it.
[files]
`

const scaffoldCode = `"""%s says how the cell grows."""

def growth():
    """Returns the cell's growth rate under its grant, 1/h."""
    return fba()["growth_rate"]
`

const scaffoldReadme = "# %[1]s\n\n%[2]s.\n\n```python\nload(\"@%[1]s//%[1]s.star\", \"growth\")\n\ngrowth()\n```\n"
