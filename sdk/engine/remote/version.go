package remote

import (
	"fmt"
	"strconv"
)

// The versions of the API that this build speaks.
const (
	APIMin = 1
	APIMax = 1
)

// The headers of every call: the versions that the client speaks, as in "1-2",
// its build, and its session where it has one.
const (
	HeaderAPI     = "Bioxen-Api"
	HeaderBuild   = "Bioxen-Build"
	HeaderSession = "Bioxen-Session"
)

// An APIRange is the versions of the API that a side speaks.
type APIRange struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Speaks is the range of this build.
func Speaks() APIRange { return APIRange{Min: APIMin, Max: APIMax} }

// String writes the range as HeaderAPI has it.
func (r APIRange) String() string { return strconv.Itoa(r.Min) + "-" + strconv.Itoa(r.Max) }

// ParseAPIRange reads what String writes; false when it is not that.
func ParseAPIRange(s string) (APIRange, bool) {
	var r APIRange
	n, err := fmt.Sscanf(s, "%d-%d", &r.Min, &r.Max)
	return r, n == 2 && err == nil && r.Min <= r.Max
}

// Common reports whether the sides have a version in common.
func (r APIRange) Common(o APIRange) bool { return r.Min <= o.Max && o.Min <= r.Max }

// ServerInfo is what a daemon says of itself, to anybody.
type ServerInfo struct {
	Version string   `json:"version"` // its release
	API     APIRange `json:"api"`
	OS      string   `json:"os"`
	Arch    string   `json:"arch"`
}

// Health is how a daemon is.
type Health struct {
	Status string `json:"status"` // ok
	VMs    int    `json:"vms"`
}

// A VersionError says that the two sides have no version of the API in common.
type VersionError struct {
	Client, Server       string // builds
	ClientAPI, ServerAPI APIRange
}

// Error names both and says which to replace.
func (e *VersionError) Error() string {
	older := "the daemon"
	if e.ClientAPI.Max < e.ServerAPI.Min {
		older = "this side"
	}
	return fmt.Sprintf("this is bioxen %s, which speaks versions %s of the API, and the daemon is bioxen %s, which speaks %s: replace %s, which is the older one",
		e.Client, e.ClientAPI, e.Server, e.ServerAPI, older)
}
