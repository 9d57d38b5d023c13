package biovm

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// A Spec says what VM to make. ID and BiologicalType are needed; the rest has
// defaults.
type Spec struct {
	// ID is the VM's name.
	ID ID `json:"id"`
	// BiologicalType is the organism.
	BiologicalType BiologicalType `json:"biological_type"`
	// VMType says where it runs; empty means [Basic].
	VMType VMType `json:"vm_type,omitempty"`
	// Chassis is the kind of host cell; empty means [ChassisEColi].
	Chassis ChassisKind `json:"chassis,omitempty"`
	// SharedChassis names a chassis that VMs of one data directory share, made
	// on first use and gone with its last VM. Empty means that the VM has its
	// chassis for itself.
	SharedChassis string `json:"shared_chassis,omitempty"`
	// Config holds settings that differ from [Defaults].
	Config Config `json:"config,omitzero"`
	// Medium says what the cell finds around it: exchange reactions of its
	// network with the largest uptake, in mmol per gram dry weight and hour.
	// It replaces the organism's default medium; what it leaves out is not
	// there. Nil means the default medium, an empty map that there is nothing.
	Medium map[string]float64 `json:"medium,omitzero"`
	// Knockouts lists genes that the cell lacks, by locus, alias or symbol.
	Knockouts []string `json:"knockouts,omitempty"`
	// Model is a metabolic network that takes the place of the organism's own:
	// SBML Level 3 with flux balance constraints, or the JSON of COBRApy and
	// BiGG, plain or packed with gzip. Its objective must be the growth of a
	// cell. Genome table, settings and the constants of translation stay those
	// of BiologicalType. Nil means the organism's own network.
	Model *Source `json:"model,omitempty"`
	// Packages lists packages of the catalogue that processes can load, as
	// "media" or "media@^1.0". Others come by [VM.InstallPackage].
	Packages []string `json:"packages,omitempty"`
	// Genome is a genome that takes the place of the organism's own: GenBank, or
	// GFF3, plain or packed with gzip. Its genes are found in the organism's table
	// by locus tag, alias and name; at least half of those must be there. What it
	// lacks, or has as pseudogenes, is lost to the network as with Knockouts; what
	// the organism does not know takes genome space and ribosomes. Nil means the
	// organism's own genome.
	Genome *Source `json:"genome,omitempty"`
	// Seed starts the VM's random stream.
	Seed int64 `json:"seed,omitempty"`
	// XCPng says what virtual machine an [XCPng] VM gets; nil means the driver's
	// defaults. Other VM types have none.
	XCPng *XCPngSpec `json:"xcpng,omitempty"`
}

// WithDefaults returns the spec with VMType and Chassis filled in, and
// Knockouts and Packages sorted and each there once. Config stays as it is: which limits
// hold depends on the chassis, and is the engine's to say.
func (s Spec) WithDefaults() Spec {
	if s.VMType == "" {
		s.VMType = Basic
	}
	if s.Chassis == "" {
		s.Chassis = ChassisEColi
	}
	s.Medium = maps.Clone(s.Medium)
	s.Knockouts = slices.Compact(slices.Sorted(slices.Values(s.Knockouts)))
	s.Packages = slices.Compact(slices.Sorted(slices.Values(s.Packages)))
	return s.WithOwnParts()
}

// Validate checks what can be known without organisms, genes and chassis, and
// reports all problems at once as [FieldError]s.
func (s Spec) Validate() error {
	var errs []error
	if _, err := ParseID(string(s.ID)); err != nil {
		errs = append(errs, err)
	}
	_, typeErr := ParseBiologicalType(string(s.BiologicalType))
	errs = append(errs, typeErr)
	if s.VMType != "" {
		_, err := ParseVMType(string(s.VMType))
		errs = append(errs, err)
	}
	if s.Chassis != "" {
		_, err := ParseChassisKind(string(s.Chassis))
		errs = append(errs, err)
	}
	if s.SharedChassis != "" {
		errs = append(errs, checkName("shared_chassis", s.SharedChassis))
	}
	if s.XCPng != nil {
		if s.VMType != XCPng {
			errs = append(errs, &FieldError{Path: "xcpng", Reason: "belongs to a VM of vm_type \"xcpng\" only"})
		}
		errs = append(errs, s.XCPng.validate()...)
	}
	if typeErr == nil {
		for _, e := range FieldErrors(s.Config.Validate(s.BiologicalType)) {
			errs = append(errs, &FieldError{Path: "config." + e.Path, Value: e.Value, Reason: e.Reason})
		}
	}
	for _, p := range s.Parts() {
		errs = append(errs, p.Validate())
	}
	errs = append(errs, s.validatePackages()...)
	return errors.Join(append(errs, s.validateEnvironment()...)...)
}

func (s Spec) validateEnvironment() []error {
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(s.Medium)) {
		if v := s.Medium[id]; !finite(v) || v < 0 {
			errs = append(errs, &FieldError{Path: fmt.Sprintf("medium[%q]", id), Value: v, Reason: "the largest uptake must be a finite number, 0 or more, in mmol/gDW/h"})
		}
	}
	for i, g := range s.Knockouts {
		if g == "" {
			errs = append(errs, &FieldError{Path: fmt.Sprintf("knockouts[%d]", i), Value: g, Reason: "must name a gene"})
		}
	}
	return errs
}

// Equal reports whether two specs ask for the same VM, defaults filled in.
func (s Spec) Equal(t Spec) bool {
	s, t = s.WithDefaults(), t.WithDefaults()
	return s.ID == t.ID && s.BiologicalType == t.BiologicalType && s.VMType == t.VMType &&
		s.Chassis == t.Chassis && s.SharedChassis == t.SharedChassis && s.Seed == t.Seed &&
		(s.Medium == nil) == (t.Medium == nil) && maps.Equal(s.Medium, t.Medium) &&
		slices.Equal(s.Knockouts, t.Knockouts) && slices.Equal(s.Packages, t.Packages) && s.Config.equal(t.Config) &&
		same(s.Model, t.Model) && same(s.Genome, t.Genome) && same(s.XCPng, t.XCPng)
}

func (c Config) equal(d Config) bool {
	if !same(c.ResourceLimits.MaxATP, d.ResourceLimits.MaxATP) || !same(c.ResourceLimits.MaxRibosomes, d.ResourceLimits.MaxRibosomes) {
		return false
	}
	theirs := d.flags()
	for i, f := range c.flags() {
		if !same(f.value, theirs[i].value) {
			return false
		}
	}
	return true
}

func same[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
