// Package ledger sums up what a whole plan makes of shared chassis.
//
// Terraform asks the provider about one resource at a time, and each may fit
// where all together do not. The ledger lives as long as one configuration of
// the provider, which for Terraform is one walk over the configuration: it
// starts from what is in the data directory and follows what each resource's
// plan changes.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// quiet is how long a plan that does not fit waits for the rest of the plan to
// make room: Terraform plans resources in no particular order, and tells
// nobody when it is done. A plan that fits never waits.
const quiet = 300 * time.Millisecond

// atpSlack forgives the rounding of sums of ATP shares, in percent.
const atpSlack = 1e-9

// A VM is what a plan makes of one VM.
type VM struct {
	// Name is the VM's name as [NameOn] has it; empty while it is not known.
	Name string
	// UUID is the VM's; empty for one that is to be made.
	UUID string
	// Spec and State are as planned.
	Spec  biovm.Spec
	State string
	// Grant is what it is to hold, and Capacity and MaxVMs what a chassis of
	// its kind has.
	Grant    biovm.Resources
	Capacity biovm.Resources
	MaxVMs   int
	// Changed: its growth may change, apart from the grant's doing.
	Changed bool

	// pending: it is there, and its maker has not confirmed it.
	pending bool
}

// Ledger is one plan's. It is safe for concurrent use.
type Ledger struct {
	statuses func(context.Context) ([]biovm.Status, error)

	mu sync.Mutex // guards what follows
	// base is what is in the data directory, by name; nil before it is read.
	base map[string]VM
	// planned is what the plan makes of VMs, by name, freed what it destroys.
	planned map[string]VM
	freed   map[string]bool
	// moved is closed and made anew when something changes.
	moved chan struct{}
	// applying: an apply is under way, where the engine decides.
	applying bool
	// unnamed counts the VMs whose names are not known yet.
	unnamed int
	// claimed are the UUIDs of VMs that have got an allocation by an apply,
	// allocated those for which the plan has one.
	claimed   map[string]bool
	allocated map[string]bool
	// named are the names of VMs that the plan makes, doubtful those of them
	// that VMs have of which Terraform has not said anything yet. As long as
	// there is one, the VM that was the first to have one waits.
	named    map[string]bool
	doubtful []named
	// seen are the UUIDs of VMs that are in Terraform's state.
	seen map[string]bool
	// waiting are the shared chassis that a VM waits for room on.
	waiting map[string]bool
	// hosts are the pools that the plan makes or changes.
	hosts map[string]bool
}

// New returns an empty ledger over the VMs that statuses lists.
func New(statuses func(context.Context) ([]biovm.Status, error)) *Ledger {
	return &Ledger{
		statuses: statuses, planned: map[string]VM{}, freed: map[string]bool{}, moved: make(chan struct{}),
		claimed: map[string]bool{}, allocated: map[string]bool{}, named: map[string]bool{}, seen: map[string]bool{}, waiting: map[string]bool{},
		hosts: map[string]bool{},
	}
}

// Apply says that an apply is under way: what its resources plan once more has
// been judged as a plan before, and what is to be freed may not be free yet.
func (l *Ledger) Apply() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.applying = true
	l.wake()
}

// Claim says that an apply makes the allocation of a VM. It is false when the
// same apply has made one already: two would undo each other for ever.
func (l *Ledger) Claim(uuid string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.claimed[uuid] {
		return false
	}
	l.claimed[uuid] = true
	return true
}

// Allocate says that the plan has an allocation of a VM. It is false when it
// has another one.
func (l *Ledger) Allocate(uuid string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.allocated[uuid] && !l.applying {
		return false
	}
	l.allocated[uuid] = true
	return true
}

// Unclaim says that an apply destroys the allocation of a VM.
func (l *Ledger) Unclaim(uuid string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.claimed, uuid)
}

// Free says that the plan destroys a VM.
func (l *Ledger) Free(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.planned, name)
	l.freed[name] = true
	l.wake()
}

// See says that Terraform's state has a VM.
func (l *Ledger) See(uuid string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen[uuid] = true
	l.wake()
}

// Plan puts down what the plan makes of a VM. When its chassis is shared and
// cannot carry all that is planned for it, the error holds
// [biovm.CapacityError]s, or a [biovm.FieldError] when others plan a chassis of
// another kind under the same name; the VM is then not counted.
func (l *Ledger) Plan(ctx context.Context, v VM) error {
	chassis := v.Spec.SharedChassis
	if chassis == "" {
		l.put(v)
		return nil
	}
	if err := l.load(ctx); err != nil {
		return err
	}
	waits := false
	err := l.settle(ctx, func() error {
		err := l.fits(v)
		// One VM of a chassis waits and judges for all, lest those that wait
		// keep Terraform from coming to those that make room.
		if err != nil && (waits || !l.waiting[chassis]) {
			waits, l.waiting[chassis] = true, true
			return err
		}
		l.enter(v)
		return nil
	})
	if waits {
		l.mu.Lock()
		delete(l.waiting, chassis)
		l.mu.Unlock()
	}
	return err
}

// Grant changes what the plan makes of a VM's grant, and reports what does not
// fit as Plan does. A VM that the plan destroys is left alone.
func (l *Ledger) Grant(ctx context.Context, v VM, g biovm.Resources) error {
	l.mu.Lock()
	if p, ok := l.planned[v.Name]; ok {
		v = p
	}
	freed := l.freed[v.Name] && v.UUID != "" && l.planned[v.Name].UUID != v.UUID
	l.mu.Unlock()
	v.Grant = g
	if freed {
		return nil
	}
	return l.Plan(ctx, v)
}

// Planned returns what the plan makes of the VM of a UUID, if it changes it.
func (l *Ledger) Planned(uuid string) (VM, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, v := range l.planned {
		if v.UUID == uuid {
			return v, true
		}
	}
	return VM{}, false
}

// Made lists the VMs that the plan makes, by name.
func (l *Ledger) Made() []VM {
	l.mu.Lock()
	defer l.mu.Unlock()
	var made []VM
	for _, key := range slices.Sorted(maps.Keys(l.planned)) {
		if v := l.planned[key]; v.UUID == "" {
			made = append(made, v)
		}
	}
	return made
}

func (l *Ledger) put(v VM) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.enter(v)
}

// enter counts a VM. The caller holds mu.
func (l *Ledger) enter(v VM) {
	key := v.Name
	if key == "" {
		l.unnamed++
		key = fmt.Sprintf("unnamed %d", l.unnamed) // no name has a space
	}
	l.planned[key] = v
	l.wake()
}

// wake wakes those who wait for room. The caller holds mu.
func (l *Ledger) wake() {
	close(l.moved)
	l.moved = make(chan struct{})
}

// settle calls check, with mu held, until it finds nothing wrong, the plan has
// been quiet for a while, or an apply turns out to be under way.
func (l *Ledger) settle(ctx context.Context, check func() error) error {
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for {
		l.mu.Lock()
		err := check()
		moved, applying := l.moved, l.applying
		l.mu.Unlock()
		if err == nil || applying {
			return nil
		}
		select {
		case <-moved:
			timer.Reset(quiet)
		case <-timer.C:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// load reads what is in the data directory, once.
func (l *Ledger) load(ctx context.Context) error {
	l.mu.Lock()
	loaded := l.base != nil
	l.mu.Unlock()
	if loaded {
		return nil
	}
	all, err := l.statuses(ctx)
	if err != nil {
		return err
	}
	base := map[string]VM{}
	for _, s := range all {
		base[string(s.ID)] = Of(s)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.base = base
	return nil
}

// fits reports what the chassis of v lacks for it, beside all others. The
// caller holds mu.
func (l *Ledger) fits(v VM) error {
	var taken biovm.Resources
	vms := 0
	for _, other := range l.sharers(v) {
		if other.Spec.Chassis != v.Spec.Chassis {
			return &biovm.FieldError{
				Path: "shared_chassis", Value: v.Spec.SharedChassis,
				Reason: fmt.Sprintf("is of kind %q for vm %q, not %q; say chassis = %q or use another name", other.Spec.Chassis, other.Name, v.Spec.Chassis, other.Spec.Chassis),
			}
		}
		vms++
		taken.ATP += other.Grant.ATP
		taken.Ribosomes += other.Grant.Ribosomes
		taken.RNAPolymerase += other.Grant.RNAPolymerase
		taken.MemoryKB += other.Grant.MemoryKB
	}
	var errs []error
	check := func(resource string, want, taken, capacity, slack float64) {
		if free := max(capacity-taken, 0); want > free+slack {
			errs = append(errs, &biovm.CapacityError{Resource: resource, Want: want, Free: free, Capacity: capacity, Chassis: v.Spec.SharedChassis})
		}
	}
	check("vms", 1, float64(vms), float64(v.MaxVMs), 0)
	check("ribosomes", float64(v.Grant.Ribosomes), float64(taken.Ribosomes), float64(v.Capacity.Ribosomes), 0)
	check("atp", v.Grant.ATP, taken.ATP, v.Capacity.ATP, atpSlack)
	check("rna_polymerase", float64(v.Grant.RNAPolymerase), float64(taken.RNAPolymerase), float64(v.Capacity.RNAPolymerase), 0)
	check("memory_kb", float64(v.Grant.MemoryKB), float64(taken.MemoryKB), float64(v.Capacity.MemoryKB), 0)
	return errors.Join(errs...)
}

// sharers lists the other VMs that are to be on v's chassis, in the order of
// their names so that sums come out the same every time.
func (l *Ledger) sharers(v VM) []VM {
	all := maps.Clone(l.base)
	maps.DeleteFunc(all, func(name string, _ VM) bool { return l.freed[name] })
	maps.Copy(all, l.planned)
	delete(all, v.Name)
	var on []VM
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if all[key].Spec.SharedChassis == v.Spec.SharedChassis {
			on = append(on, all[key])
		}
	}
	return on
}
