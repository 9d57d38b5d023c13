package biovm

import "context"

// A Driver creates and finds VMs on one kind of back end. Implementations live
// in packages below this one and pass biovmtest.TestDriver.
//
// A VM that Create made is pending, and belongs to the process that made it,
// until [Confirmer].Confirm. When that process dies before it could put down
// that the VM is there, Create with an equal spec adopts the VM instead of
// failing with [ErrExists]: so a caller that keeps its own books, as Terraform
// does, converges after a crash at any moment. [Factory.Create] confirms at
// once.
//
// Check and Create read the files that a spec names, where the VM's engine does not
// have their content, and complete the spec with their sums; see [Source].
//
// Drivers are safe for concurrent use.
type Driver interface {
	// Info describes the driver. It does no I/O and never changes.
	Info() DriverInfo
	// Check reports everything that is wrong with a spec that can be known
	// before creating it: structure, organism, genes, limits, and what the
	// chassis has left now. Problems are [FieldError]s and [CapacityError]s,
	// joined. A VM of the same name does not disturb it.
	Check(ctx context.Context, spec Spec) error
	// Create makes a VM. On error nothing is left behind.
	Create(ctx context.Context, spec Spec) (VM, error)
	// Get finds a VM, made by whatever process, by its name or UUID, or
	// fails with [ErrNotFound].
	Get(ctx context.Context, ref string) (VM, error)
	// List returns all VMs, by name.
	List(ctx context.Context) ([]VM, error)
	// Close releases the driver. VMs live on.
	Close() error
}

// DriverInfo describes a driver.
type DriverInfo struct {
	VMType VMType `json:"vm_type"`
	// Description is one sentence for people.
	Description string `json:"description"`
}

// A Confirmer is a VM that its driver marked pending.
type Confirmer interface {
	// Confirm takes the mark off; on a VM without one it does nothing.
	Confirm(ctx context.Context) error
}
