package biovm

import (
	"fmt"
	"slices"
	"strings"
)

// An ID is a VM's name, unique in a data directory: 1 to 63 letters, digits,
// hyphens and underscores, starting with a letter or digit.
type ID string

// maxIDLength is how many characters a name may have.
const maxIDLength = 63

// ParseID checks a VM's name. The rule leaves out what shells, URLs and XAPI
// would need quoted.
func ParseID(s string) (ID, error) {
	letter := func(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' }
	ok := s != "" && len(s) <= maxIDLength && letter(s[0])
	for i := range len(s) {
		ok = ok && (letter(s[i]) || s[i] == '-' || s[i] == '_')
	}
	if !ok {
		return "", &FieldError{Path: "id", Value: s, Reason: "a name is 1 to 63 letters, digits, '-' and '_', and starts with a letter or digit"}
	}
	return ID(s), nil
}

// checkName checks the name of what else is called as VMs are.
func checkName(path, s string) error {
	if _, err := ParseID(s); err != nil {
		return &FieldError{Path: path, Value: s, Reason: "must be a name as VMs have it: 1 to 63 letters, digits, '-' and '_', starting with a letter or digit"}
	}
	return nil
}

// A BiologicalType names an organism that a VM can run.
type BiologicalType string

// The organisms that BioXen ships.
const (
	Syn3A       BiologicalType = "syn3a"        // JCVI-syn3A, the minimal cell
	EColi       BiologicalType = "ecoli"        // Escherichia coli K-12 MG1655
	MinimalCell BiologicalType = "minimal_cell" // JCVI-syn3A without its non-essential genes
)

// BiologicalTypes lists the supported organisms, always in the same order.
func BiologicalTypes() []BiologicalType { return []BiologicalType{Syn3A, EColi, MinimalCell} }

// ParseBiologicalType checks the name of an organism.
func ParseBiologicalType(s string) (BiologicalType, error) {
	return parse("biological_type", BiologicalType(s), BiologicalTypes())
}

// A VMType names where a VM runs.
type VMType string

// The places where a VM can run.
const (
	Basic VMType = "basic" // on the local, embedded engine
	XCPng VMType = "xcpng" // inside its own XCP-ng virtual machine
)

// VMTypes lists the VM types, always in the same order. Whether a driver for
// one is there says [Factory.Drivers].
func VMTypes() []VMType { return []VMType{Basic, XCPng} }

// ParseVMType checks the name of a VM type.
func ParseVMType(s string) (VMType, error) { return parse("vm_type", VMType(s), VMTypes()) }

// A ChassisKind names a host cell whose machinery VMs use.
type ChassisKind string

// The kinds of chassis.
const (
	ChassisEColi      ChassisKind = "ecoli"
	ChassisYeast      ChassisKind = "yeast"
	ChassisOrthogonal ChassisKind = "orthogonal"
)

// ChassisKinds lists the kinds of chassis, always in the same order.
func ChassisKinds() []ChassisKind {
	return []ChassisKind{ChassisEColi, ChassisYeast, ChassisOrthogonal}
}

// ParseChassisKind checks the name of a kind of chassis.
func ParseChassisKind(s string) (ChassisKind, error) {
	return parse("chassis", ChassisKind(s), ChassisKinds())
}

func parse[T ~string](path string, v T, allowed []T) (T, error) {
	if slices.Contains(allowed, v) {
		return v, nil
	}
	return "", &FieldError{Path: path, Value: string(v), Reason: "must be one of " + quoted(allowed)}
}

func quoted[T ~string](names []T) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = fmt.Sprintf("%q", string(n))
	}
	return strings.Join(q, ", ")
}
