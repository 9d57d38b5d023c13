package biovm

import "context"

// A VM is one biological virtual machine.
//
//	created --start--> running --pause--> paused --resume--> running
//	                   running --stop---> stopped --start--> running
//	                   paused  --stop---> stopped
//
// Destroy is allowed in every state, error included, which allows nothing
// else. Processes execute in the running state. A call that the state does
// not allow fails with [ErrState] and changes nothing.
//
// A VM holds its grant from its creation to its destruction, running or not:
// what it was given is never lost to others while it stands still.
//
// Methods are safe for concurrent use; executions of one VM run one after the
// other. The context bounds the call, not the VM: canceling it never stops a
// VM that has started. Errors are [OpError]s around the sentinels of this
// package; a VM that is gone answers [ErrNotFound].
//
// Optional abilities are interfaces of their own, and a VM that lacks one does not
// implement it: [Allocator], for which there is [NewResourceManager],
// [GeneCatalog], [PackageKeeper], [Recorder], [Updater], [Transcriber],
// [OperonManager] and [PlasmidHost].
type VM interface {
	ID() ID
	Type() VMType
	BiologicalType() BiologicalType

	Start(ctx context.Context) error
	Pause(ctx context.Context) error
	Resume(ctx context.Context) error
	Stop(ctx context.Context) error
	// Destroy ends the VM and gives its grant back. A VM that is gone is
	// destroyed already: no error.
	Destroy(ctx context.Context) error

	// Status says what the VM is and holds, without solving anything.
	Status(ctx context.Context) (Status, error)
	// Execute runs a process in the running VM. It fails with a
	// [ProcessError] or [LimitError] by the process' own doing; the VM goes
	// on.
	Execute(ctx context.Context, p Process) (Result, error)
	// InstallPackage installs a package, and what it requires, for the VM's
	// processes to load, from the catalogue, a path or an https URL. It makes the
	// whole change or nothing of it. A package that cannot be had or does not fit
	// is an [ErrInvalid], with a [FieldError] at package.source, package.range or
	// package.sha256. Of one that is installed and fits the request, nothing
	// changes; a request with another source takes the place of the one before.
	InstallPackage(ctx context.Context, r PackageRequest) (Package, error)
	// Metrics computes the VM's figures.
	Metrics(ctx context.Context) (Metrics, error)
}

// A GeneCatalog is a VM that knows its organism's genes.
type GeneCatalog interface {
	// Genes lists the genes that the cell has: its organism's less its
	// knock-outs.
	Genes(ctx context.Context) ([]Gene, error)
	// EssentialGenes predicts and looks up what the cell cannot lose.
	EssentialGenes(ctx context.Context) (EssentialGenes, error)
}

// A PackageKeeper is a VM that tells what is installed in it, and lets go of it.
type PackageKeeper interface {
	// Packages lists the installed packages, by name.
	Packages(ctx context.Context) ([]Package, error)
	// UpdatePackages brings packages to the highest versions that fit what was
	// asked for, all of them when none is named, and returns those that
	// changed. Those that were installed from a path or URL stay as they are.
	UpdatePackages(ctx context.Context, names ...string) ([]Package, error)
	// RemovePackage removes a package that was installed by hand, and what
	// nobody requires any more. It is refused as an [ErrInvalid], with their
	// names, while others require it or the VM's spec lists it. One that is not
	// there is removed already: no error, unless no package can be called so.
	RemovePackage(ctx context.Context, name string) error
}

// An Updater is a VM whose spec can change while it is there.
type Updater interface {
	// Update makes the whole change or nothing of it.
	Update(ctx context.Context, c Change) error
}

// A Recorder is a VM whose executions can be kept.
type Recorder interface {
	// ExecuteRecorded runs a process as Execute does and keeps a record of
	// it. The record is pending, as a VM is (see [Driver]), until it is
	// confirmed.
	ExecuteRecorded(ctx context.Context, p Process, triggers map[string]string) (Record, error)
	// Record finds a record of the VM by its ID.
	Record(ctx context.Context, id string) (Record, error)
	// Records lists the VM's records, oldest first.
	Records(ctx context.Context) ([]Record, error)
	// ConfirmRecord takes the pending mark off.
	ConfirmRecord(ctx context.Context, id string) error
	// DeleteRecord forgets a record; one that is gone is no error.
	DeleteRecord(ctx context.Context, id string) error
}
