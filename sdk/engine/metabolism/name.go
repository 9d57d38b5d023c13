package metabolism

import (
	"fmt"
	"strings"
)

// An UnknownError says that a question names something that the model does
// not have, and what it may have meant.
type UnknownError struct {
	Kind string   // "gene", "reaction" or "exchange"
	Name string   // as given
	Near []string // the most similar names that the model has, best first; may be empty
}

// Error names the thing and the nearest names.
func (e *UnknownError) Error() string {
	text := fmt.Sprintf("unknown %s %q", e.Kind, e.Name)
	if len(e.Near) == 0 {
		return text
	}
	return text + ": did you mean " + strings.Join(e.Near, ", ") + "?"
}

// nearNames is how many names an [UnknownError] suggests.
const nearNames = 3
