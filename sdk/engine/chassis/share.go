package chassis

import (
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// Limits are what may be allocated to a VM at most. Spec holds the VM's own
// settings, not merged with defaults: max_atp and max_ribosomes hold as they
// are set there, even beyond what the chassis has, which admission refuses in
// its own words. Unset ones follow the kind:
//
//   - on an ecoli chassis of its own, the type's limits ([biovm.Defaults]);
//   - otherwise, ribosomes: the fair share ([Kind.Capacity] over MaxVMs; on a
//     shared ecoli chassis the smaller of the two); ATP: the type's limit, on
//     a shared chassis 100/MaxVMs if that is less.
//
// RNA polymerases and genome space are limited by the capacity alone, priority
// by [biovm.MaxPriority]. An unknown type has a limit of 0 where none is set.
func (k Kind) Limits(t biovm.BiologicalType, spec biovm.Config, shared bool) biovm.Resources {
	limits := k.Capacity()
	limits.Priority = biovm.MaxPriority
	limits.ATP, limits.Ribosomes = k.typeLimits(t, shared)
	if v := spec.ResourceLimits.MaxATP; v != nil {
		limits.ATP = *v
	}
	if v := spec.ResourceLimits.MaxRibosomes; v != nil {
		limits.Ribosomes = *v
	}
	return limits
}

// typeLimits are the limits of a VM whose settings say nothing.
func (k Kind) typeLimits(t biovm.BiologicalType, shared bool) (atp float64, ribosomes int) {
	d := biovm.Defaults(t).ResourceLimits
	if d.MaxATP == nil || d.MaxRibosomes == nil {
		return 0, 0
	}
	atp = *d.MaxATP
	if shared {
		atp = min(atp, atpPercent/float64(k.MaxVMs))
	}
	return atp, k.share(*d.MaxRibosomes, k.Capacity().Ribosomes, shared)
}

// share is what a VM gets of a resource by default: typical is what its type
// gets on an ecoli chassis of its own.
func (k Kind) share(typical, capacity int, shared bool) int {
	fair := capacity / k.MaxVMs
	switch {
	case k.Kind != biovm.ChassisEColi:
		return fair
	case shared:
		return min(typical, fair)
	}
	return typical
}

// Config returns the settings that hold: the VM's own over the limits that
// follow from the chassis (see [Kind.Limits]) over [biovm.Defaults].
func (k Kind) Config(t biovm.BiologicalType, spec biovm.Config, shared bool) biovm.Config {
	limits := k.Limits(t, spec, shared)
	cfg := biovm.Merge(biovm.Defaults(t), spec)
	cfg.ResourceLimits = biovm.ResourceLimits{MaxATP: &limits.ATP, MaxRibosomes: &limits.Ribosomes}
	return cfg
}

// Grant is what a VM holds when nothing was allocated to it: ATP and ribosomes
// as its limits allow (but no more than the chassis has in all), polymerases
// by the same rule, the room that its genome takes, in kilobases, and
// [biovm.DefaultPriority]. On a shared chassis settings may lower the grant,
// but not raise it above the fair share: a higher limit is leave to allocate
// more, not a claim on what others need. What they hold is for admission to
// check.
func (k Kind) Grant(t biovm.BiologicalType, genomeKB int, spec biovm.Config, shared bool) biovm.Resources {
	most, limits := k.Capacity(), k.Limits(t, spec, shared)
	capacity := most
	if shared {
		most.ATP, most.Ribosomes = k.typeLimits(t, shared)
	}
	return biovm.Resources{
		ATP:           min(limits.ATP, most.ATP),
		Ribosomes:     min(limits.Ribosomes, most.Ribosomes),
		RNAPolymerase: k.share(polymeraseUnits(t), capacity.RNAPolymerase, shared),
		MemoryKB:      genomeKB,
		Priority:      biovm.DefaultPriority,
	}
}

// polymeraseUnits are the RNA polymerases that a type gets on an ecoli chassis
// of its own, in its units of 62.5: for the minimal cells enough to cover the
// 187 that JCVI-syn3A has, for E. coli the share that it gets of ribosomes.
func polymeraseUnits(t biovm.BiologicalType) int {
	switch t {
	case biovm.Syn3A, biovm.MinimalCell:
		return 3
	case biovm.EColi:
		return 30
	}
	return 0
}
