package engine

import (
	"errors"
	"fmt"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/chassis"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// terms are what holds for a VM of some spec by its organism, its kind of
// chassis and its settings, whatever else is on the chassis.
type terms struct {
	spec     biovm.Spec         // defaults filled in
	organism *organism.Organism // of the type, as it is shipped
	kind     chassis.Kind
	capacity biovm.Resources
	limits   biovm.Resources
	config   biovm.Config
	genomeKB int
	// own sums up the genome that the spec names, once its file was read; nil
	// when it names none.
	own *biovm.GenomeSummary
}

func termsOf(spec biovm.Spec) (terms, error) {
	t := terms{spec: spec.WithDefaults()}
	var err error
	if t.organism, err = organism.Of(spec.BiologicalType); err != nil {
		return terms{}, err
	}
	if t.kind, err = chassis.Of(t.spec.Chassis); err != nil {
		return terms{}, err
	}
	t.capacity = t.kind.Capacity()
	t.limits = t.kind.Limits(spec.BiologicalType, spec.Config, t.shared())
	t.config = t.kind.Config(spec.BiologicalType, spec.Config, t.shared())
	return t.withGenome(nil), nil
}

// termsOfVM are those of a VM that is there, whose genome is known.
func termsOfVM(vm store.VM) (terms, error) {
	t, err := termsOf(vm.Spec)
	return t.withGenome(vm.Genome), err
}

// withGenome is what holds with a genome of the user's; nil is the organism's.
func (t terms) withGenome(own *biovm.GenomeSummary) terms {
	if t.own = own; t.organism != nil {
		const kb = 1000
		t.genomeKB = (t.genome().BasePairs + kb - 1) / kb
	}
	return t
}

func (t terms) shared() bool { return t.spec.SharedChassis != "" }

// chassisName is how errors call the chassis.
func (t terms) chassisName() string {
	if t.shared() {
		return t.spec.SharedChassis
	}
	return string(t.kind.Kind)
}

// grant is what the VM holds under an allocation, or all that is wrong with
// the allocation: values that are none, above the VM's limits, or beyond the
// whole chassis.
func (t terms) grant(a biovm.Allocation) (biovm.Resources, error) {
	g := t.defaultGrant()
	set(&g.ATP, a.ATP)
	set(&g.Ribosomes, a.Ribosomes)
	set(&g.RNAPolymerase, a.RNAPolymerase)
	set(&g.MemoryKB, a.MemoryKB)
	set(&g.Priority, a.Priority)

	err := a.Validate()
	if err != nil {
		return biovm.Resources{}, err
	}
	errs := []error{t.checkLimits(a)}
	if g.MemoryKB < t.genomeKB {
		errs = append(errs, &biovm.FieldError{Path: "memory_kb", Value: g.MemoryKB, Reason: fmt.Sprintf("the genome of %s takes %d kb; allocate at least that", t.spec.BiologicalType, t.genomeKB)})
	}
	if err := errors.Join(errs...); err != nil {
		return biovm.Resources{}, err
	}
	return g, t.fits(g, biovm.Resources{})
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func (t terms) defaultGrant() biovm.Resources {
	return t.kind.Grant(t.spec.BiologicalType, t.genomeKB, t.spec.Config, t.shared())
}

// checkLimits refuses what is above the VM's own limits, and names the
// setting to raise.
func (t terms) checkLimits(a biovm.Allocation) error {
	var errs []error
	refuse := func(path string, value any, limit any, unit, setting string, configured bool) {
		why := "its type's limit"
		switch {
		case configured:
			why = "the limit that its settings give it"
		case t.shared():
			why = fmt.Sprintf("a fair share of chassis %q", t.spec.SharedChassis)
		case t.kind.Kind != biovm.ChassisEColi:
			why = fmt.Sprintf("a fair share of a chassis of kind %q", t.kind.Kind)
		}
		errs = append(errs, &biovm.FieldError{Path: path, Value: value, Reason: fmt.Sprintf(
			"this vm may have %v %s at most, %s; raise config.resource_limits.%s to allocate more", limit, unit, why, setting)})
	}
	l := t.spec.Config.ResourceLimits
	if a.ATP != nil && *a.ATP > t.limits.ATP {
		refuse("atp", *a.ATP, t.limits.ATP, "percent", "max_atp", l.MaxATP != nil)
	}
	if a.Ribosomes != nil && *a.Ribosomes > t.limits.Ribosomes {
		refuse("ribosomes", *a.Ribosomes, t.limits.Ribosomes, "units", "max_ribosomes", l.MaxRibosomes != nil)
	}
	return errors.Join(errs...)
}

// percentSlack forgives the rounding of sums of ATP shares, such as three
// times 33.3 and 0.1, in percent.
const percentSlack = 1e-9

// fits reports all resources of which the chassis has too little for a grant,
// others holding taken of it, as [biovm.CapacityError]s.
func (t terms) fits(g, taken biovm.Resources) error {
	var errs []error
	check := func(resource string, want, taken, capacity, slack float64) {
		if free := max(capacity-taken, 0); want > free+slack {
			errs = append(errs, &biovm.CapacityError{Resource: resource, Want: want, Free: free, Capacity: capacity, Chassis: t.chassisName()})
		}
	}
	check("ribosomes", float64(g.Ribosomes), float64(taken.Ribosomes), float64(t.capacity.Ribosomes), 0)
	check("atp", g.ATP, taken.ATP, t.capacity.ATP, percentSlack)
	check("rna_polymerase", float64(g.RNAPolymerase), float64(taken.RNAPolymerase), float64(t.capacity.RNAPolymerase), 0)
	check("memory_kb", float64(g.MemoryKB), float64(taken.MemoryKB), float64(t.capacity.MemoryKB), 0)
	return errors.Join(errs...)
}

// lower returns the allocation with what is above the VM's limits brought
// down to them.
func (t terms) lower(a biovm.Allocation) biovm.Allocation {
	if a.ATP != nil {
		a.ATP = new(min(*a.ATP, t.limits.ATP))
	}
	if a.Ribosomes != nil {
		a.Ribosomes = new(min(*a.Ribosomes, t.limits.Ribosomes))
	}
	return a
}

// modelVersion says which tables, genome and network the VM's numbers come from.
func (t terms) modelVersion() string {
	var genome, model string
	if t.spec.Genome != nil {
		genome = t.spec.Genome.SHA256
	}
	if t.spec.Model != nil {
		model = t.spec.Model.SHA256
	}
	return t.organism.VersionOf(genome, model)
}

// genome sums up the cell's DNA.
func (t terms) genome() biovm.GenomeSummary {
	if t.own != nil {
		return *t.own
	}
	lost := map[string]bool{}
	for _, name := range t.spec.Knockouts {
		if g, ok := t.organism.Gene(name); ok && g.Start > 0 {
			lost[g.Locus] = true
		}
	}
	return biovm.GenomeSummary{BasePairs: t.organism.GenomeBP(), Genes: len(t.organism.Genes()), KnockedOut: len(lost)}
}
