package biovm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// A Process is a program in the process language: Starlark with the cell's
// verbs as built-ins. The value of its last expression is its result.
type Process struct {
	// Code is the program.
	Code string `json:"code"`
	// Seed replaces the VM's seed for this execution when it is set.
	Seed *int64 `json:"seed,omitempty"`
	// Limits bound the execution.
	Limits Limits `json:"limits,omitzero"`
}

// Limits bound one execution. Using one up is a [LimitError], and the VM goes
// on. Zero means the default.
type Limits struct {
	// Steps is how many Starlark steps the program may take; 100 million by
	// default.
	Steps uint64 `json:"steps,omitempty"`
	// Timeout is the wall time, a minute by default, which starts when the
	// process does, not while it waits for its turn. A result never depends on it.
	Timeout time.Duration `json:"timeout,omitempty"`
	// OutputBytes bounds what is printed, and the result's JSON form
	// likewise; a mebibyte by default.
	OutputBytes int `json:"output_bytes,omitempty"`
}

// DefaultLimits are the limits that hold when nothing else is said.
func DefaultLimits() Limits {
	return Limits{Steps: 100_000_000, Timeout: time.Minute, OutputBytes: 1 << 20}
}

// WithDefaults returns the limits with [DefaultLimits] where they say nothing.
func (l Limits) WithDefaults() Limits {
	d := DefaultLimits()
	if l.Steps == 0 {
		l.Steps = d.Steps
	}
	if l.Timeout == 0 {
		l.Timeout = d.Timeout
	}
	if l.OutputBytes == 0 {
		l.OutputBytes = d.OutputBytes
	}
	return l
}

// maxCodeBytes bounds a program's length, so that a store keeps it whole.
const maxCodeBytes = 1 << 20

// Validate checks what can be known without running or reading the code, and
// reports all problems at once.
func (p Process) Validate() error {
	var errs []error
	switch {
	case len(bytes.TrimSpace([]byte(p.Code))) == 0:
		errs = append(errs, &FieldError{Path: "code", Value: p.Code, Reason: "there is nothing to run; give an expression such as minimal_metabolism_analysis()"})
	case len(p.Code) > maxCodeBytes:
		errs = append(errs, &FieldError{Path: "code", Reason: fmt.Sprintf("is %d bytes long, and %d are allowed", len(p.Code), maxCodeBytes)})
	}
	if p.Limits.Timeout < 0 {
		errs = append(errs, &FieldError{Path: "limits.timeout", Value: p.Limits.Timeout, Reason: "must not be negative"})
	}
	if p.Limits.OutputBytes < 0 {
		errs = append(errs, &FieldError{Path: "limits.output_bytes", Value: p.Limits.OutputBytes, Reason: "must not be negative"})
	}
	return errors.Join(errs...)
}

// A Result is what an execution came to. All but WallSeconds is the same, bit
// for bit, for the same cell, code and seed, on every platform.
type Result struct {
	// Value is the last expression's value as JSON; null when the program does
	// not end in one.
	Value json.RawMessage `json:"value"`
	// Stdout is what the program printed.
	Stdout string `json:"stdout"`
	// Metrics are figures of the execution: growth_rate and free_growth_rate of
	// the VM as it stood, in 1/h, and analyses, the number of flux balance
	// problems asked.
	Metrics map[string]float64 `json:"metrics"`
	// SimulatedSeconds is the biological time that passed, in seconds.
	SimulatedSeconds float64 `json:"simulated_seconds"`
	// Steps is how many Starlark steps the program took.
	Steps uint64 `json:"steps"`
	// Seed is the one that the random stream started from.
	Seed int64 `json:"seed"`
	// ModelVersion says which tables the numbers come from.
	ModelVersion string `json:"model_version"`
	// Packages are those that the program loaded code or data from, by name.
	Packages []PackageVersion `json:"packages,omitempty"`
	// WallSeconds is how long it took here, in seconds.
	WallSeconds float64 `json:"wall_seconds"`
}

// Canonical is the result's JSON form without WallSeconds, for comparing
// executions byte for byte.
func (r Result) Canonical() ([]byte, error) {
	type canonical Result
	b, err := json.Marshal(struct {
		canonical
		WallSeconds float64 `json:"wall_seconds,omitempty"`
	}{canonical: canonical(r)})
	if err != nil {
		return nil, fmt.Errorf("encode result: %w", err)
	}
	return b, nil
}

// A Record is an execution that the engine keeps: what was asked, and what it
// came to.
type Record struct {
	// ID is a UUID, new for every record.
	ID string `json:"id"`
	// VM names the VM, and VMUUID the very one: a VM made anew under the same
	// name has other records.
	VM     ID     `json:"vm"`
	VMUUID string `json:"vm_uuid"`
	// Process is what ran, defaults filled in.
	Process Process `json:"process"`
	// Triggers are the caller's, kept as they are.
	Triggers map[string]string `json:"triggers,omitempty"`
	Result   Result            `json:"result"`
	// CreatedAt is the wall time of the execution.
	CreatedAt time.Time `json:"created_at"`
}
