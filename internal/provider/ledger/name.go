package ledger

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// NameOn is how the ledger calls a VM: by its name in the data directory, or by
// its pool's and its own, which is unique there. host is empty for the former.
func NameOn(host, name string) string {
	if host == "" || name == "" {
		return name
	}
	return host + "/" + name // no name has a slash
}

// shortName is a VM's own name.
func shortName(name string) string {
	return strings.TrimPrefix(name[strings.LastIndexByte(name, '/')+1:], genomePrefix)
}

// Of is a VM as it is, before the plan.
func Of(s biovm.Status) VM {
	v := VM{Name: string(s.ID), UUID: s.UUID, Spec: s.Spec, State: string(s.State), Grant: s.Grant, pending: s.Pending}
	if s.XCPng != nil {
		v.Name = NameOn(s.XCPng.Host, string(s.ID))
		v.Spec.SharedChassis = "" // its chassis is in its own guest
	}
	return v
}

// maxNames is how many names an error lists besides the first.
const maxNames = 5

// A named VM, or genome, has a name that the plan takes.
type named struct {
	name, place string
	vm          VM
}

// noun is what it is.
func (n named) noun() string {
	if strings.HasPrefix(n.name, genomePrefix) {
		return "genome"
	}
	return "vm"
}

// genomePrefix begins how the ledger calls genomes, and their UUIDs, which they do
// not have: no name of a VM has a space.
const genomePrefix = "genome "

// NameOfGenome is how the ledger calls a genome, to see and free it by; empty for
// no name.
func NameOfGenome(name string) string {
	if name == "" {
		return ""
	}
	return genomePrefix + name
}

// Name takes the name of a VM that the plan makes, or reports, as
// [biovm.ErrExists], that it is taken: by one that the plan makes too, or by
// one that is there, is confirmed and is none of Terraform's. What others have
// taken may be about them, see judge.
func (l *Ledger) Name(ctx context.Context, name string) error {
	if err := l.load(ctx); err != nil {
		return err
	}
	l.mu.Lock()
	there, ok := l.base[name]
	l.mu.Unlock()
	return l.take(ctx, named{name, "in the data directory", there}, ok)
}

// NameVM is Name for a VM on a pool; all are those that are there.
func (l *Ledger) NameVM(ctx context.Context, host, name string, all []biovm.Status) error {
	n := named{name: NameOn(host, name), place: fmt.Sprintf("on pool %q", host)}
	found := false
	for _, s := range all {
		if string(s.ID) == name {
			n.vm, found = Of(s), true
		}
	}
	return l.take(ctx, n, found)
}

// NameGenome is Name for a genome; there is the one that has the name, nil for none.
func (l *Ledger) NameGenome(ctx context.Context, name string, there *biovm.Genome) error {
	n := named{name: NameOfGenome(name), place: "in the data directory"}
	if there != nil {
		n.vm = VM{Name: n.name, UUID: n.name, pending: there.Pending}
	}
	return l.take(ctx, n, there != nil)
}

func (l *Ledger) take(ctx context.Context, n named, isThere bool) error {
	doubtful, err := l.enterName(n, isThere)
	if err != nil || !doubtful {
		return err
	}
	return l.judge(ctx, n)
}

// enterName takes a name. It is doubtful when it is still to be seen whether
// Terraform knows the VM that has it now, and nobody waits to see.
func (l *Ledger) enterName(n named, isThere bool) (doubtful bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.named[n.name] && !l.applying {
		return false, fmt.Errorf("%s %q: %w: another bioxen_%[1]s of this configuration has the name", n.noun(), shortName(n.name), biovm.ErrExists)
	}
	l.named[n.name] = true
	if !isThere || !l.foreign(n) {
		return false, nil
	}
	l.doubtful = append(l.doubtful, n)
	l.wake() // for who judges
	return len(l.doubtful) == 1, nil
}

// foreign reports whether Terraform is not known to know the VM that has the
// name. The caller holds mu.
func (l *Ledger) foreign(n named) bool {
	return !n.vm.pending && !l.freed[n.name] && !l.seen[n.vm.UUID]
}

// judge waits for all names that are doubtful. One VM, that of n, waits and
// judges for all, lest those that wait keep Terraform from coming to those that
// it knows.
func (l *Ledger) judge(ctx context.Context, n named) error {
	err := l.settle(ctx, func() error {
		l.doubtful = slices.DeleteFunc(l.doubtful, func(n named) bool { return !l.foreign(n) })
		return taken(n, l.doubtful)
	})
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.doubtful = nil
	}
	return err
}

// taken is the error that there are VMs of some names, said to the VM of one.
func taken(to named, all []named) error {
	if len(all) == 0 {
		return nil
	}
	byName := func(a, b named) int { return strings.Compare(a.name, b.name) }
	others := slices.SortedFunc(slices.Values(all), byName)
	first := others[0]
	for _, n := range others {
		if n.name == to.name {
			first = n
		}
	}
	others = slices.DeleteFunc(others, func(n named) bool { return n.name == first.name })
	var listed []string
	for _, n := range others[:min(len(others), maxNames)] {
		called := strconv.Quote(shortName(n.name))
		if n.noun() != first.noun() {
			called = n.noun() + " " + called
		}
		listed = append(listed, called)
	}
	also := strings.Join(listed, ", ")
	if more := len(others) - len(listed); more > 0 {
		also += fmt.Sprintf(" and %d more", more)
	}
	if also != "" {
		also = " (and likewise " + also + ")"
	}
	// Of a tainted VM that was not refreshed, and of one that
	// create_before_destroy replaces, Terraform says nothing.
	return fmt.Errorf("%s %q%s: %w %s, and Terraform has not read it from its state (replacing what is tainted takes a refresh)",
		first.noun(), shortName(first.name), also, biovm.ErrExists, first.place)
}

// MakeHost says that the plan has a pool, which may be kept by the apply only.
func (l *Ledger) MakeHost(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hosts[name] = true
	l.wake()
}

// HasHost reports whether the plan has a pool. It waits a while for one that it
// does not have yet.
func (l *Ledger) HasHost(ctx context.Context, name string) bool {
	return l.settle(ctx, func() error {
		if l.hosts[name] {
			return nil
		}
		return biovm.ErrNotFound
	}) == nil
}
