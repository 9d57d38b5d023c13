package biovm

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
)

// A Config holds a VM's settings. A nil field is not set; [Merge] fills it from
// elsewhere, in the end from [Defaults]. Which settings an organism has is
// decided by its type; [Config.Validate] refuses the others.
type Config struct {
	ResourceLimits ResourceLimits `json:"resource_limits,omitzero"`

	// GenomeOptimization (syn3a): analyses report the parsimonious flux
	// distribution instead of any optimal one.
	GenomeOptimization *bool `json:"genome_optimization,omitempty"`
	// MinimalMode (syn3a): the cell takes no foreign DNA.
	MinimalMode *bool `json:"minimal_mode,omitempty"`
	// OperonManagement (ecoli): operons can be managed.
	OperonManagement *bool `json:"operon_management,omitempty"`
	// PlasmidSupport (ecoli): the cell can hold plasmids.
	PlasmidSupport *bool `json:"plasmid_support,omitempty"`
	// BasicFunctionsOnly (minimal_cell): processes may only use the built-ins
	// for status, flux balance and knock-outs.
	BasicFunctionsOnly *bool `json:"basic_functions_only,omitempty"`
	// FunctionValidation (minimal_cell): start verifies that DNA replication,
	// protein synthesis and energy production are supported.
	FunctionValidation *bool `json:"function_validation,omitempty"`
}

// ResourceLimits bound what may be allocated to a VM, whatever its chassis
// has left.
type ResourceLimits struct {
	// MaxATP is in percent of the cell's reference regeneration, above 0, at
	// most 100.
	MaxATP *float64 `json:"max_atp,omitempty"`
	// MaxRibosomes is in the chassis' allocatable units, at least 1.
	MaxRibosomes *int `json:"max_ribosomes,omitempty"`
}

// Defaults returns the settings of an organism that nobody changed: the limits
// of its type on an E. coli chassis of its own, and its type's flags. On
// another chassis the engine derives the limits that are not set from what
// the chassis has to give. An unknown type has no settings.
func Defaults(t BiologicalType) Config {
	switch t {
	case Syn3A:
		return Config{
			ResourceLimits:     ResourceLimits{MaxATP: new(70.0), MaxRibosomes: new(15)},
			GenomeOptimization: new(true), MinimalMode: new(true),
		}
	case EColi:
		return Config{
			ResourceLimits:   ResourceLimits{MaxATP: new(90.0), MaxRibosomes: new(30)},
			OperonManagement: new(true), PlasmidSupport: new(true),
		}
	case MinimalCell:
		return Config{
			ResourceLimits:     ResourceLimits{MaxATP: new(60.0), MaxRibosomes: new(12)},
			BasicFunctionsOnly: new(true), FunctionValidation: new(true),
		}
	}
	return Config{}
}

// OptimizePreset is what [ResourceManager.OptimizeForBiologicalType] allocates:
// upstream's preset for the organism, 60 % and 10 units for syn3a, 80 % and 25
// for ecoli, 50 % and 8 for minimal_cell. Real advice is [ResourceManager.Recommendations].
func OptimizePreset(t BiologicalType) Allocation {
	switch t {
	case Syn3A:
		return Allocation{ATP: new(60.0), Ribosomes: new(10)}
	case EColi:
		return Allocation{ATP: new(80.0), Ribosomes: new(25)}
	case MinimalCell:
		return Allocation{ATP: new(50.0), Ribosomes: new(8)}
	}
	return Allocation{}
}

// flag is one of a Config's switches, by its JSON name.
type flag struct {
	name  string
	value *bool
}

func (c Config) flags() []flag {
	return []flag{
		{"genome_optimization", c.GenomeOptimization},
		{"minimal_mode", c.MinimalMode},
		{"operon_management", c.OperonManagement},
		{"plasmid_support", c.PlasmidSupport},
		{"basic_functions_only", c.BasicFunctionsOnly},
		{"function_validation", c.FunctionValidation},
	}
}

// Validate checks the settings for a VM of type t and reports all problems at
// once, as [FieldError]s whose paths start at the settings, as in
// resource_limits.max_atp.
func (c Config) Validate(t BiologicalType) error {
	var errs []error
	if a := c.ResourceLimits.MaxATP; a != nil && !(*a > 0 && *a <= 100) {
		errs = append(errs, &FieldError{Path: "resource_limits.max_atp", Value: *a, Reason: "must be above 0 and at most 100 percent"})
	}
	if r := c.ResourceLimits.MaxRibosomes; r != nil && *r < 1 {
		errs = append(errs, &FieldError{Path: "resource_limits.max_ribosomes", Value: *r, Reason: "must be at least 1 unit"})
	}
	known := Defaults(t).flags()
	for i, f := range c.flags() {
		if f.value != nil && known[i].value == nil {
			errs = append(errs, &FieldError{Path: f.name, Value: *f.value, Reason: fmt.Sprintf("is not a setting of %s; its settings are resource_limits%s", t, settings(known))})
		}
	}
	return errors.Join(errs...)
}

func settings(flags []flag) string {
	var s strings.Builder
	for _, f := range flags {
		if f.value != nil {
			s.WriteString(", " + f.name)
		}
	}
	return s.String()
}

// Merge returns base with what over sets put in its place. It changes neither.
// An empty Config on either side changes nothing, and merging is associative.
func Merge(base, over Config) Config {
	return Config{
		ResourceLimits: ResourceLimits{
			MaxATP:       first(over.ResourceLimits.MaxATP, base.ResourceLimits.MaxATP),
			MaxRibosomes: first(over.ResourceLimits.MaxRibosomes, base.ResourceLimits.MaxRibosomes),
		},
		GenomeOptimization: first(over.GenomeOptimization, base.GenomeOptimization),
		MinimalMode:        first(over.MinimalMode, base.MinimalMode),
		OperonManagement:   first(over.OperonManagement, base.OperonManagement),
		PlasmidSupport:     first(over.PlasmidSupport, base.PlasmidSupport),
		BasicFunctionsOnly: first(over.BasicFunctionsOnly, base.BasicFunctionsOnly),
		FunctionValidation: first(over.FunctionValidation, base.FunctionValidation),
	}
}

// first copies the first of two values that is there.
func first[T any](a, b *T) *T {
	switch {
	case a != nil:
		return new(*a)
	case b != nil:
		return new(*b)
	}
	return nil
}

// maxConfigBytes bounds what [LoadConfig] reads; real settings take less than
// a kilobyte.
const maxConfigBytes = 1 << 20

// LoadConfig reads settings from their JSON form. Unknown settings, numbers
// that are not finite and anything after the settings are errors; whether they
// suit an organism says [Config.Validate]. Package bioxen reads YAML as well.
func LoadConfig(r io.Reader) (Config, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxConfigBytes+1))
	if err != nil {
		return Config{}, fmt.Errorf("read config: %w", err)
	}
	if len(data) > maxConfigBytes {
		return Config{}, fmt.Errorf("read config: %w: longer than %d bytes", ErrInvalid, maxConfigBytes)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var c Config
	if err := dec.Decode(&c); err != nil {
		return Config{}, fmt.Errorf("read config: %w: %w", ErrInvalid, misread(err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Config{}, fmt.Errorf("read config: %w: something follows the settings", ErrInvalid)
	}
	return c, nil
}

// misread words a decoder's error for who wrote the settings.
func misread(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		allowed := map[reflect.Kind]string{
			reflect.Float64: "a finite number", reflect.Int: "a whole number", reflect.Bool: "true or false", reflect.Struct: "an object of settings",
		}[wrong.Type.Kind()]
		return &FieldError{Path: cmp.Or(wrong.Field, "settings"), Reason: fmt.Sprintf("is a JSON %s, and must be %s", wrong.Value, allowed)}
	}
	if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		names := []string{"resource_limits (max_atp, max_ribosomes)"}
		for _, f := range (Config{}).flags() {
			names = append(names, f.name)
		}
		return fmt.Errorf("there is no setting %s; there are %s", name, strings.Join(names, ", "))
	}
	if errors.Is(err, io.EOF) {
		return errors.New("there is nothing in it; write {} to set nothing")
	}
	return err
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
