package operon

import (
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A Control says who decides over a promoter. The zero value leaves it to the
// cell.
type Control int

const (
	// Regulated means that the cell's own regulators decide.
	Regulated Control = iota
	// Induced means that the promoter is clamped open, whatever the medium.
	Induced
	// Repressed means that the promoter is clamped shut.
	Repressed
)

func controlNames() []string { return []string{"regulated", "induced", "repressed"} }

// String gives the control in a word.
func (c Control) String() string {
	if names := controlNames(); c >= 0 && int(c) < len(names) {
		return names[c]
	}
	return fmt.Sprintf("Control(%d)", int(c))
}

// Check returns a [biovm.FieldError] for a control that is none.
func (c Control) Check() error {
	if c < Regulated || c > Repressed {
		return &biovm.FieldError{Path: "control", Value: int(c), Reason: fmt.Sprintf("must be one of %q", controlNames())}
	}
	return nil
}

// MarshalText writes what String says.
func (c Control) MarshalText() ([]byte, error) { return []byte(c.String()), c.Check() }

// UnmarshalText reads what MarshalText writes.
func (c *Control) UnmarshalText(text []byte) error {
	for i, name := range controlNames() {
		if name == string(text) {
			*c = Control(i)
			return nil
		}
	}
	return &biovm.FieldError{Path: "control", Value: string(text), Reason: fmt.Sprintf("must be one of %q", controlNames())}
}

// An Action is what can be done to an operon.
type Action int

// The actions.
const (
	// Induce clamps the promoter open.
	Induce Action = iota + 1
	// Repress clamps the promoter shut.
	Repress
	// KnockOut takes the operon's genes out of the cell, for good: metabolism
	// loses the reactions that cannot do without them.
	KnockOut
	// Release gives the promoter back to the cell's regulators.
	Release
)

func actionNames() []string { return []string{"induce", "repress", "knock_out", "release"} }

// String gives the action in a word.
func (a Action) String() string {
	if names := actionNames(); a >= Induce && int(a) <= len(names) {
		return names[a-Induce]
	}
	return fmt.Sprintf("Action(%d)", int(a))
}

// ParseAction reads what String writes, and "knockout".
func ParseAction(name string) (Action, error) {
	for i, known := range actionNames() {
		if name == known || name == "knockout" && known == "knock_out" {
			return Action(i) + Induce, nil
		}
	}
	return 0, &biovm.FieldError{Path: "action", Value: name, Reason: fmt.Sprintf("must be one of %q", actionNames())}
}
