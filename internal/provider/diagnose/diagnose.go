// Package diagnose turns the SDK's errors into Terraform diagnostics: each
// problem apart, at the attribute it is about, with what to do.
package diagnose

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

// A Noun is a resource, data source or the provider itself: it says which
// attributes problems can be shown at.
type Noun struct {
	// Attributes are the top-level attributes that field errors may be about.
	Attributes []string
	// Capacity is the attribute for what a chassis lacks, by resource; the
	// empty resource stands for all others.
	Capacity map[string]path.Path
	// Code is where the process code is.
	Code path.Path
	// Fallback is the attribute for all else; empty for the whole resource.
	Fallback path.Path
	// Listing is the command that lists what could have been found; empty for that
	// of VMs.
	Listing string
	// Removal is the command that destroys what has a name; empty for that of VMs.
	Removal string
	// Reword, where not nil, has a field error in the words of the configuration.
	Reword func(biovm.FieldError) biovm.FieldError
}

// Add adds what is wrong by err, which may hold several problems, to diags.
// summary says in a few words what could not be done.
func (n Noun) Add(diags *diag.Diagnostics, summary string, err error) {
	for _, problem := range problems(err) {
		at, detail := n.describe(problem)
		detail = sanitize(detail)
		if len(at.Steps()) == 0 {
			diags.AddError(summary, detail)
			continue
		}
		diags.AddAttributeError(at, summary, detail)
	}
}

// describe says where a problem is to be shown, and in which words.
func (n Noun) describe(err error) (path.Path, string) {
	switch e := err.(type) { //nolint:errorlint // problems have been taken out of their wrapping
	case *biovm.FieldError:
		if n.Reword != nil {
			e = new(n.Reword(*e))
		}
		at := AttributePath(e)
		if root, _ := at.Steps().NextStep(); !slices.Contains(n.Attributes, rootName(root)) {
			return n.Fallback, sentence(e.Error())
		}
		named := *e
		if e.Path == "id" || e.Path == "limits.timeout" || strings.HasPrefix(e.Path, "package.") {
			named.Path = at.String() // as the configuration calls it
		}
		return at, sentence(named.Error())
	case *biovm.CapacityError:
		at, ok := n.Capacity[e.Resource]
		if !ok {
			at = n.Capacity[""]
		}
		return at, sentence(e.Error()) + " " + roomAdvice(e)
	case *biovm.ProcessError:
		detail := sentence(e.Error())
		if e.Backtrace != "" {
			detail += "\n\n" + e.Backtrace
		}
		return n.Code, detail
	case *biovm.LimitError:
		if e.Setting == "limits.timeout" {
			named := *e
			named.Setting = "timeout"
			return n.Code, sentence(named.Error())
		}
		// No attribute raises the others.
		return n.Code, sentence("the process used up its " + e.Limit + ": " + e.Allowed + " allowed; make it shorter")
	}
	return n.Fallback, sentence(err.Error()) + n.advice(err)
}

func rootName(s path.PathStep) string {
	if name, ok := s.(path.PathStepAttributeName); ok {
		return string(name)
	}
	return ""
}

func roomAdvice(e *biovm.CapacityError) string {
	switch {
	case e.Want > e.Capacity:
		return "No chassis of its kind has that much: ask for less, or choose another kind of chassis."
	case e.Resource == "vms":
		return "Put the VM on another shared chassis or on one of its own, or destroy a VM that is there."
	}
	return "Ask for less, lower what other VMs on the chassis hold, or use another chassis."
}

// advice tells the way out of what a caller may branch on.
func (n Noun) advice(err error) string {
	switch {
	case errors.Is(err, biovm.ErrExists):
		how := ""
		if n.Removal != "" {
			how = " (" + n.Removal + ")"
		}
		if e, ok := errors.AsType[*biovm.OpError](err); ok && e.VM != "" && how == "" {
			how = " (bioxen vm destroy)"
		}
		return " Import what is there (terraform import), choose another name, or destroy it first" + how + "; with create_before_destroy the name must change too."
	case errors.Is(err, context.DeadlineExceeded):
		return " The timeout was reached; timeouts in the configuration can extend it."
	case errors.Is(err, biovm.ErrNotFound):
		return " What is there, " + cmp.Or(n.Listing, "bioxen vm list") + " shows; what was destroyed outside of Terraform, a new plan makes anew."
	}
	return ""
}

// problems takes err apart: errors that are about a field, a resource of the
// chassis or a process come alone, others with the words around them.
func problems(err error) []error {
	if err == nil {
		return nil
	}
	if typed(err) {
		return []error{err}
	}
	if e, ok := err.(*source.FileError); ok { //nolint:errorlint // this very error
		return []error{e.Field} // which has said all
	}
	parts := unwrap(err)
	if !slices.ContainsFunc(parts, hasTyped) {
		if joined(err, parts) {
			return slices.Concat(each(parts, problems)...)
		}
		return []error{err}
	}
	var found []error
	for _, p := range parts {
		if !sentinel(p) {
			found = append(found, problems(p)...)
		}
	}
	return found
}

func each(errs []error, fn func(error) []error) [][]error {
	out := make([][]error, len(errs))
	for i, e := range errs {
		out[i] = fn(e)
	}
	return out
}

// joined reports whether err only lists its parts, adding no words.
func joined(err error, parts []error) bool {
	if len(parts) < 2 {
		return false
	}
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = p.Error()
	}
	return err.Error() == strings.Join(texts, "\n")
}

func typed(err error) bool {
	switch err.(type) { //nolint:errorlint // looks at this very error
	case *biovm.FieldError, *biovm.CapacityError, *biovm.ProcessError, *biovm.LimitError:
		return true
	}
	return false
}

func hasTyped(err error) bool {
	return typed(err) || slices.ContainsFunc(unwrap(err), hasTyped)
}

func unwrap(err error) []error {
	switch e := err.(type) { //nolint:errorlint // walks the tree step by step
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return []error{inner}
		}
	}
	return nil
}

// sentinel reports whether err is one of those that only class other errors.
func sentinel(err error) bool {
	return slices.Contains([]error{
		biovm.ErrInvalid, biovm.ErrNoCapacity, biovm.ErrProcess, biovm.ErrLimit, biovm.ErrState, biovm.ErrUnsupported,
	}, err)
}

// CapacityErrors returns every [biovm.CapacityError] in err's tree, in order.
func CapacityErrors(err error) []*biovm.CapacityError {
	var found []*biovm.CapacityError
	for _, p := range problems(err) {
		if c, ok := errors.AsType[*biovm.CapacityError](p); ok {
			found = append(found, c)
		}
	}
	return found
}

// maxDetail bounds a diagnostic, in bytes: Terraform shows all of it.
const maxDetail = 8 << 10

// sanitize takes out what could confuse a terminal.
func sanitize(s string) string {
	if len(s) > maxDetail {
		s = strings.ToValidUTF8(s[:maxDetail], "") + " ..."
	}
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

// sentence makes an error's words a sentence.
func sentence(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	switch first, _, _ := strings.Cut(s, " "); {
	case first == "vm":
		r[0], r[1] = 'V', 'M'
	case !strings.ContainsAny(first, "_.:["): // names of fields stay as they are
		r[0] = unicode.ToUpper(r[0])
	}
	s = string(r)
	if !strings.ContainsAny(s[len(s)-1:], ".?!") {
		s += "."
	}
	return s
}
