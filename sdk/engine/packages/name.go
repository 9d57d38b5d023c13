package packages

import (
	"path"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

const (
	// maxName is how long a function's name may be.
	maxName = 63
	// maxPath is how long a file's path may be, and maxFolders how deep.
	maxPath    = 200
	maxFolders = 8
)

// ValidName is [biovm.ValidPackageName].
func ValidName(name string) bool { return biovm.ValidPackageName(name) }

// nameRule is what ValidName says, for messages.
const nameRule = "must be 1 to 63 lower-case letters, digits and '_', starting with a letter"

// checkPath says what is wrong with a file's path in a package; empty when
// nothing is.
func checkPath(p string) string {
	switch {
	case p == "":
		return "the name is empty"
	case strings.Contains(p, `\`):
		return "names have slashes, not backslashes"
	case strings.HasPrefix(p, "/"):
		return "the name is absolute; names lead from the package's folder"
	case len(p) > maxPath:
		return "the name is longer than 200 bytes"
	case strings.Count(p, "/") >= maxFolders:
		return "folders nest deeper than 8"
	}
	for segment := range strings.SplitSeq(p, "/") {
		switch {
		case segment == "..":
			return "the name leads out of the package"
		case segment == "" || segment == ".":
			return "the name is not the shortest; write " + path.Clean(p)
		case !plain(segment):
			return "names have letters, digits, '.', '_' and '-' only, and begin with a letter, a digit or '_'"
		case strings.HasSuffix(segment, "."):
			return "names do not end with a '.'"
		}
	}
	return ""
}

func plain(segment string) bool {
	for i, c := range []byte(segment) {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
		if !letter && (i == 0 || c != '.' && c != '-') {
			return false
		}
	}
	return true
}
