package diagnose

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// AttributePath leads to the attribute that a field error is about. It is the
// only place that knows how requests of package biovm and attributes of this
// provider are named alike: fields have their attributes' names, but for a
// VM's id, which is name, a process' limits.timeout, which is timeout, and the
// fields of a package, whose range is version_range. Knock-outs and packages are
// sets, whose elements are addressed by value.
func AttributePath(e *biovm.FieldError) path.Path {
	steps := split(e.Path)
	switch {
	case len(steps) == 0:
		return path.Empty()
	case steps[0] == "id":
		steps[0] = "name"
	case steps[0] == "limits":
		steps = slices.Delete(steps, 0, 1)
	case steps[0] == "package":
		if steps = steps[1:]; len(steps) == 1 && steps[0] == "range" {
			steps[0] = "version_range"
		}
	case steps[0] == "model_file" || steps[0] == "model" || steps[0] == "genome":
		steps = steps[:1] // Terraform shows a line for an object, for what is in it the block
	case (steps[0] == "knockouts" || steps[0] == "packages" || steps[0] == "reactions") && len(steps) > 1: // sets
		if name, ok := e.Value.(string); ok {
			return path.Root(steps[0]).AtSetValue(types.StringValue(name))
		}
		steps = steps[:1]
	}
	if len(steps) == 0 {
		return path.Empty()
	}
	p := path.Root(steps[0])
	for _, s := range steps[1:] {
		if steps[0] == "medium" || steps[0] == "triggers" {
			p = p.AtMapKey(s)
			continue
		}
		p = p.AtName(s)
	}
	return p
}

// split cuts a path such as config.resource_limits.max_atp or medium["EX_o2_e"]
// into its steps.
func split(s string) []string {
	var steps []string
	for s != "" {
		switch s[0] {
		case '.':
			s = s[1:]
		case '[':
			end := "]"
			if s = s[1:]; strings.HasPrefix(s, `"`) {
				s, end = s[1:], `"]`
			}
			inside, rest, _ := strings.Cut(s, end)
			steps, s = append(steps, inside), rest
		default:
			end := strings.IndexAny(s, ".[")
			if end < 0 {
				end = len(s)
			}
			steps, s = append(steps, s[:end]), s[end:]
		}
	}
	return steps
}
