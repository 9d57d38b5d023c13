package packages

import (
	"fmt"

	"github.com/Masterminds/semver/v3"
)

// maxRange is how long a version or a range may be.
const maxRange = 128

// AnyVersion is the range of every version that is no pre-release.
const AnyVersion = "*"

// parseVersion reads a version as https://semver.org has it. What follows a
// '+' is refused: two packages could differ in it alone.
func parseVersion(s string) (*semver.Version, error) {
	if len(s) > maxRange {
		return nil, fmt.Errorf("is longer than %d bytes", maxRange)
	}
	v, err := semver.StrictNewVersion(s)
	if err != nil {
		return nil, fmt.Errorf("%q is no semantic version; write MAJOR.MINOR.PATCH, as 1.0.0", s)
	}
	if v.Metadata() != "" {
		return nil, fmt.Errorf("%q has build metadata; leave out what follows the +", s)
	}
	return v, nil
}

// parseRange reads a range of versions; an empty one is [AnyVersion].
func parseRange(s string) (*semver.Constraints, error) {
	if s == "" {
		s = AnyVersion
	}
	if len(s) > maxRange {
		return nil, fmt.Errorf("is longer than %d bytes", maxRange)
	}
	c, err := semver.NewConstraint(s)
	if err != nil {
		return nil, fmt.Errorf("%q is no range of versions; write one as ^1.2, ~1.2.3, >=1.0, <2.0 or 1.2.3", s)
	}
	return c, nil
}

// CheckRange says what is wrong with a range of versions; an empty one is
// [AnyVersion].
func CheckRange(s string) error {
	_, err := parseRange(s)
	return err
}

// Fits reports whether a version is in a range. What is neither a version nor
// a range fits nothing.
func Fits(version, versions string) bool {
	v, err := parseVersion(version)
	if err != nil {
		return false
	}
	c, err := parseRange(versions)
	return err == nil && c.Check(v)
}

// fitsEngine reports whether an engine's version is in a range. A build that
// has no version, as of somebody who works on it, fits every range.
func fitsEngine(engine, versions string) bool {
	v, err := semver.NewVersion(engine)
	if err != nil || versions == "" {
		return true
	}
	// A pre-release of an engine can do what its release can.
	release, err := v.SetPrerelease("")
	if err != nil {
		return true
	}
	c, err := parseRange(versions)
	return err == nil && c.Check(&release)
}
