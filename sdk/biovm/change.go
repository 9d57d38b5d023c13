package biovm

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A Change says what to change of a VM that is there. Nil leaves a part as it
// is; the whole change is made or nothing is. In JSON a medium of null is the
// organism's default, and what is not there stays.
type Change struct {
	// Config replaces the settings.
	Config *Config `json:"config,omitempty"`
	// Medium replaces the medium; a nil map in it brings back the default.
	Medium *map[string]float64 `json:"medium,omitzero"`
	// Knockouts replaces the lost genes.
	Knockouts *[]string `json:"knockouts,omitzero"`
	// Packages replaces the packages that the spec lists.
	Packages *[]string `json:"packages,omitzero"`
	// Seed starts the VM's random stream anew.
	Seed *int64 `json:"seed,omitempty"`
	// ModelSource replaces where the VM's model is said to be from. The model
	// itself stays as it is: another one makes another cell, which is another VM.
	ModelSource *string `json:"model_source,omitempty"`
	// GenomeSource does so for the VM's genome.
	GenomeSource *string `json:"genome_source,omitempty"`
	// XCPng replaces what is said of an xcpng VM's virtual machine. What cannot
	// change in place is refused as a [FieldError], what needs a restart that
	// is not allowed as well.
	XCPng *XCPngSpec `json:"xcpng,omitempty"`
}

// Apply returns the spec as the change leaves it.
func (c Change) Apply(s Spec) Spec {
	if c.Config != nil {
		s.Config = *c.Config
	}
	if c.Medium != nil {
		s.Medium = *c.Medium
	}
	if c.Knockouts != nil {
		s.Knockouts = *c.Knockouts
	}
	if c.Packages != nil {
		s.Packages = *c.Packages
	}
	if c.Seed != nil {
		s.Seed = *c.Seed
	}
	if c.ModelSource != nil && s.Model != nil {
		s.Model = &Source{Source: *c.ModelSource, SHA256: s.Model.SHA256}
	}
	if c.GenomeSource != nil && s.Genome != nil {
		s.Genome = &Source{Source: *c.GenomeSource, SHA256: s.Genome.SHA256}
	}
	if c.XCPng != nil {
		s.XCPng = new(*c.XCPng)
	}
	return s.WithDefaults()
}

// MarshalJSON keeps what a pointer to nothing says: the default medium, no
// knock-outs or no packages.
func (c Change) MarshalJSON() ([]byte, error) {
	type plain Change // without this method
	var wire struct {
		plain

		Medium    *json.RawMessage `json:"medium,omitempty"`
		Knockouts *[]string        `json:"knockouts,omitempty"`
		Packages  *[]string        `json:"packages,omitempty"`
	}
	wire.plain = plain(c)
	if c.Medium != nil {
		medium, err := json.Marshal(*c.Medium) // null for a nil map
		if err != nil {
			return nil, fmt.Errorf("encode change: medium: %w", err)
		}
		wire.Medium = new(json.RawMessage(medium))
	}
	if c.Knockouts != nil {
		wire.Knockouts = new(append([]string{}, *c.Knockouts...))
	}
	if c.Packages != nil {
		wire.Packages = new(append([]string{}, *c.Packages...))
	}
	b, err := json.Marshal(wire)
	if err != nil {
		return nil, fmt.Errorf("encode change: %w", err)
	}
	return b, nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Change) UnmarshalJSON(b []byte) error {
	type plain Change
	var wire struct {
		plain

		Medium json.RawMessage `json:"medium"`
	}
	if err := json.Unmarshal(b, &wire); err != nil {
		return fmt.Errorf("decode change: %w", err)
	}
	*c = Change(wire.plain)
	switch {
	case wire.Medium == nil: // not there
	case bytes.Equal(wire.Medium, []byte("null")):
		c.Medium = new(map[string]float64(nil))
	default:
		c.Medium = new(map[string]float64{})
		if err := json.Unmarshal(wire.Medium, c.Medium); err != nil {
			return fmt.Errorf("decode change: medium: %w", err)
		}
	}
	return nil
}
