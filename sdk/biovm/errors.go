package biovm

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// What a caller may branch on, with [errors.Is].
var (
	// ErrNotFound: no VM, chassis or record of that name is there.
	ErrNotFound = errors.New("not found")
	// ErrExists: the name is taken.
	ErrExists = errors.New("already exists")
	// ErrState: the VM's state does not allow the call.
	ErrState = errors.New("wrong state")
	// ErrNoCapacity: the chassis does not have what was asked for.
	ErrNoCapacity = errors.New("not enough capacity")
	// ErrUnsupported: this kind of VM, or this build, cannot do it.
	ErrUnsupported = errors.New("not supported")
	// ErrInvalid: the request is wrong in itself; see [FieldError].
	ErrInvalid = errors.New("invalid")
	// ErrLimit: a process used up one of its limits; the VM goes on. See [LimitError].
	ErrLimit = errors.New("limit reached")
	// ErrProcess: a process failed by its own doing; the VM goes on. See [ProcessError].
	ErrProcess = errors.New("process failed")
)

// An OpError says which operation on which VM went wrong.
type OpError struct {
	Op  string // start, create, list records of, ...
	VM  ID     // empty when it was about no VM, or about one without a name
	Err error
}

func (e *OpError) Error() string {
	if e.VM == "" {
		return fmt.Sprintf("%s: %v", strings.TrimSuffix(strings.TrimSuffix(e.Op, " of"), " for"), e.Err)
	}
	return fmt.Sprintf("%s vm %q: %v", e.Op, string(e.VM), e.Err)
}

func (e *OpError) Unwrap() error { return e.Err }

// A FieldError says which part of a request is wrong. It is an [ErrInvalid].
type FieldError struct {
	// Path leads to the field in the request's JSON form, as in
	// config.resource_limits.max_atp, medium["EX_o2_e"] or knockouts[0].
	Path string
	// Value is what was found there.
	Value any
	// Reason says what was allowed and what to do.
	Reason string
}

func (e *FieldError) Error() string {
	v := fmt.Sprintf("%v", e.Value)
	if s, ok := e.Value.(string); ok {
		v = fmt.Sprintf("%q", s)
	}
	if e.Value == nil {
		return fmt.Sprintf("%s: %s", e.Path, e.Reason)
	}
	return fmt.Sprintf("%s: %s: %s", e.Path, v, e.Reason)
}

// Is makes every FieldError an [ErrInvalid].
func (e *FieldError) Is(target error) bool { return target == ErrInvalid }

// FieldErrors returns every [FieldError] in err's tree, in order.
func FieldErrors(err error) []*FieldError {
	var found []*FieldError
	var walk func(error)
	walk = func(err error) {
		switch e := err.(type) { //nolint:errorlint // this walks the tree that errors.As would stop in at the first
		case *FieldError:
			found = append(found, e)
		case interface{ Unwrap() []error }:
			for _, part := range e.Unwrap() {
				walk(part)
			}
		case interface{ Unwrap() error }:
			walk(e.Unwrap())
		}
	}
	walk(err)
	return found
}

// A CapacityError says what a chassis lacks. It is an [ErrNoCapacity].
type CapacityError struct {
	Resource string  // ribosomes, atp, rna_polymerase, memory_kb or vms
	Want     float64 // asked for
	Free     float64 // left for it
	Capacity float64 // in all, the hypervisor's overhead taken off
	Chassis  string  // the chassis' name, or its kind when the VM has it for itself
}

func (e *CapacityError) Error() string {
	plain := func(x float64) string { // a million is not 1e+06, and 2^63 not 9223372036854776000
		if x == math.Trunc(x) {
			return strconv.FormatFloat(x, 'f', 0, 64)
		}
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return fmt.Sprintf("not enough %s: want %s, free %s of %s on chassis %q", e.Resource, plain(e.Want), plain(e.Free), plain(e.Capacity), e.Chassis)
}

// Is makes every CapacityError an [ErrNoCapacity].
func (e *CapacityError) Is(target error) bool { return target == ErrNoCapacity }

// A ProcessError is what a process did wrong, and where. It is an
// [ErrProcess], or an [ErrInvalid] when the code never ran.
type ProcessError struct {
	Message   string
	Line, Col int    // of the process code, from 1; 0 when unknown
	Backtrace string // innermost call last; empty for errors found before the run
	Checked   bool   // found by reading the code, before it ran
	// Package names the package that the code loads from and that is not there.
	Package string `json:",omitempty"`
}

func (e *ProcessError) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Col, e.Message)
}

// Is makes every ProcessError an [ErrProcess], or an [ErrInvalid] when it was
// found before the run.
func (e *ProcessError) Is(target error) bool {
	if e.Checked {
		return target == ErrInvalid
	}
	return target == ErrProcess
}

// A LimitError says which of its limits a process used up. It is an
// [ErrLimit].
type LimitError struct {
	Limit   string // steps, wall time, output or result
	Allowed string // how much there was, with its unit
	Setting string // what to raise
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("the process used up its %s: %s allowed; make it shorter or raise %s", e.Limit, e.Allowed, e.Setting)
}

// Is makes every LimitError an [ErrLimit].
func (e *LimitError) Is(target error) bool { return target == ErrLimit }

// Near words a hint of the nearest names, empty when there are none, for the
// end of an error's message.
func Near(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(names, ", ") + "?"
}
