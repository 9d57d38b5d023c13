package biovm

import (
	"context"
	"errors"
	"fmt"
)

// Resources are amounts of what a chassis has to give: what a VM holds (its
// grant), what is left, or what there is.
type Resources struct {
	// ATP is in percent: of the cell's reference regeneration for a grant, of
	// the 100 that a chassis has otherwise.
	ATP float64 `json:"atp"`
	// Ribosomes and RNAPolymerase are in the chassis' allocatable units.
	Ribosomes     int `json:"ribosomes"`
	RNAPolymerase int `json:"rna_polymerase"`
	// MemoryKB is genome space in kilobases.
	MemoryKB int `json:"memory_kb"`
	// Priority, 1 to 5, weighs the VM's share of the host's cores. A chassis
	// has none to give; there it is 0.
	Priority int `json:"priority,omitempty"`
}

// The priorities that a VM may have.
const (
	MinPriority     = 1
	DefaultPriority = 3
	MaxPriority     = 5
)

// An Allocation asks for a grant. A nil field asks for nothing in particular:
// an amount that was allocated before stays, otherwise the default holds.
type Allocation struct {
	ATP           *float64 `json:"atp,omitempty"`
	Ribosomes     *int     `json:"ribosomes,omitempty"`
	RNAPolymerase *int     `json:"rna_polymerase,omitempty"`
	MemoryKB      *int     `json:"memory_kb,omitempty"`
	Priority      *int     `json:"priority,omitempty"`
}

// Validate checks what holds on every chassis, and reports all problems at
// once as [FieldError]s.
func (a Allocation) Validate() error {
	var errs []error
	if a.ATP != nil && !(*a.ATP > 0 && *a.ATP <= 100) {
		errs = append(errs, &FieldError{Path: "atp", Value: *a.ATP, Reason: "must be above 0 and at most 100 percent"})
	}
	for _, n := range []struct {
		path  string
		value *int
	}{{"ribosomes", a.Ribosomes}, {"rna_polymerase", a.RNAPolymerase}, {"memory_kb", a.MemoryKB}} {
		if n.value != nil && *n.value < 1 {
			errs = append(errs, &FieldError{Path: n.path, Value: *n.value, Reason: "must be at least 1"})
		}
	}
	if p := a.Priority; p != nil && (*p < MinPriority || *p > MaxPriority) {
		errs = append(errs, &FieldError{Path: "priority", Value: *p, Reason: fmt.Sprintf("must be %d to %d", MinPriority, MaxPriority)})
	}
	return errors.Join(errs...)
}

// Over returns a with what under sets where a sets nothing.
func (a Allocation) Over(under Allocation) Allocation {
	return Allocation{
		ATP:           first(a.ATP, under.ATP),
		Ribosomes:     first(a.Ribosomes, under.Ribosomes),
		RNAPolymerase: first(a.RNAPolymerase, under.RNAPolymerase),
		MemoryKB:      first(a.MemoryKB, under.MemoryKB),
		Priority:      first(a.Priority, under.Priority),
	}
}

// Usage says what a VM holds of its chassis and what it makes of it.
type Usage struct {
	Grant Resources `json:"grant"`
	// Limits are what may be allocated at most: by the VM's settings, and for
	// polymerases and genome space by the chassis.
	Limits Resources `json:"limits"`
	// ATPPercent is the ATP regeneration that the growing cell uses, in
	// percent of its reference.
	ATPPercent float64 `json:"atp_percent"`
	// Ribosomes is how many units translation at the present growth rate
	// keeps busy.
	Ribosomes float64 `json:"ribosomes"`
	// MemoryKB is the DNA that the cell holds.
	MemoryKB int `json:"memory_kb"`
}

// A Recommendation is a change of the grant that was solved for: applied, it
// gives the growth rate it names.
type Recommendation struct {
	Allocation Allocation `json:"allocation"`
	// Reason says why, in words, with the shadow price behind it.
	Reason string `json:"reason"`
	// GrowthRate is what the cell grows at under the allocation, in 1/h, and
	// Change the difference to now.
	GrowthRate float64 `json:"growth_rate"`
	Change     float64 `json:"change"`
	// ShadowPrice is the growth rate that one more unit of the resource would
	// bring at the margin, in 1/h per unit; 0 when it does not bind.
	ShadowPrice float64 `json:"shadow_price"`
}

// An Allocator is a VM whose grant can be seen and changed.
type Allocator interface {
	// Allocate changes the grant, whole or not at all, and returns what the VM
	// then holds. Above a limit it fails with a [FieldError] that names the
	// setting to raise, beyond what the chassis has left with
	// [ErrNoCapacity].
	Allocate(ctx context.Context, a Allocation) (Resources, error)
	// ResetAllocation forgets what was allocated: the defaults hold again.
	ResetAllocation(ctx context.Context) (Resources, error)
	// Usage says what the VM holds and uses.
	Usage(ctx context.Context) (Usage, error)
	// Available says what the VM could hold at most: its grant and what its
	// chassis has left.
	Available(ctx context.Context) (Resources, error)
	// Recommendations lists changes of the grant worth making, best first.
	Recommendations(ctx context.Context) ([]Recommendation, error)
}

// A ResourceManager allocates a chassis' resources to one VM. It is safe for
// concurrent use.
type ResourceManager struct {
	Allocator

	organism BiologicalType
}

// NewResourceManager returns the manager of vm's resources, or
// [ErrUnsupported] for a VM that has none to manage.
func NewResourceManager(vm VM) (*ResourceManager, error) {
	a, ok := vm.(Allocator)
	if !ok {
		return nil, &OpError{Op: "manage resources of", VM: vm.ID(), Err: fmt.Errorf("%w: a %s vm has no allocatable resources", ErrUnsupported, vm.Type())}
	}
	return &ResourceManager{Allocator: a, organism: vm.BiologicalType()}, nil
}

// AllocateATP allocates a share of ATP, in percent.
func (m *ResourceManager) AllocateATP(ctx context.Context, percent float64) error {
	_, err := m.Allocate(ctx, Allocation{ATP: &percent})
	return err
}

// AllocateRibosomes allocates ribosomes, in the chassis' units.
func (m *ResourceManager) AllocateRibosomes(ctx context.Context, units int) error {
	_, err := m.Allocate(ctx, Allocation{Ribosomes: &units})
	return err
}

// OptimizeForBiologicalType allocates [OptimizePreset] of the VM's organism.
func (m *ResourceManager) OptimizeForBiologicalType(ctx context.Context) (Resources, error) {
	return m.Allocate(ctx, OptimizePreset(m.organism))
}
