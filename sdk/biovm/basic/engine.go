package basic

import (
	"context"
	"iter"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// An Engine is a hypervisor as this driver needs it: *engine.Engine in the
// same process, or a client of one that runs elsewhere. A ref is a VM's name
// or UUID. Errors wrap biovm's sentinels.
type Engine interface {
	// Check reports all that is wrong with a spec, the live capacity of its
	// chassis included; a VM of the same name counts as not there.
	Check(ctx context.Context, spec biovm.Spec) error
	// Quote says what a VM would hold. Asking for more than its limits, or
	// than a chassis of its kind has at all, is an error; what others hold of
	// a shared one does not matter.
	Quote(ctx context.Context, spec biovm.Spec, a biovm.Allocation) (biovm.Quote, error)
	// HoldFile reports whether a file that VMs can be made of is there, by its
	// SHA-256, and has it stay until Close; PutFile brings one, to stay likewise
	// and as long as a VM is made of it. Specs that Check, Quote and Create get
	// name files that are there.
	HoldFile(ctx context.Context, sha256 string) (bool, error)
	PutFile(ctx context.Context, sha256 string, content []byte) error
	// Create makes a VM, pending and owned by this process, or adopts a
	// pending one of equal spec whose owner is gone.
	Create(ctx context.Context, spec biovm.Spec) (biovm.Status, error)
	Confirm(ctx context.Context, ref string) error
	Status(ctx context.Context, ref string) (biovm.Status, error)
	// Statuses returns all VMs, by name.
	Statuses(ctx context.Context) ([]biovm.Status, error)
	// Operate applies OpStart, OpPause, OpResume, OpStop or OpDestroy.
	Operate(ctx context.Context, ref string, op biovm.Op) error
	Update(ctx context.Context, ref string, c biovm.Change) error

	Allocate(ctx context.Context, ref string, a biovm.Allocation) (biovm.Resources, error)
	ResetAllocation(ctx context.Context, ref string) (biovm.Resources, error)
	Usage(ctx context.Context, ref string) (biovm.Usage, error)
	Available(ctx context.Context, ref string) (biovm.Resources, error)
	Recommendations(ctx context.Context, ref string) ([]biovm.Recommendation, error)
	Metrics(ctx context.Context, ref string) (biovm.Metrics, error)
	Genes(ctx context.Context, ref string) ([]biovm.Gene, error)
	EssentialGenes(ctx context.Context, ref string) (biovm.EssentialGenes, error)

	Execute(ctx context.Context, ref string, p biovm.Process) (biovm.Result, error)
	// ExecuteRecorded keeps a record of a successful execution, pending until it is confirmed;
	// it adopts a pending one of equal process and triggers whose owner is
	// gone, if the VM's spec and grant are what they were.
	ExecuteRecorded(ctx context.Context, ref string, p biovm.Process, triggers map[string]string) (biovm.Record, error)
	// Record finds a record of any VM by its ID.
	Record(ctx context.Context, id string) (biovm.Record, error)
	Records(ctx context.Context, ref string) ([]biovm.Record, error)
	ConfirmRecord(ctx context.Context, id string) error
	DeleteRecord(ctx context.Context, id string) error

	// CheckProcess reads the code as the cell of a spec would, without running
	// it.
	CheckProcess(ctx context.Context, spec biovm.Spec, p biovm.Process) error
	// OrganismGenes lists an organism's genes.
	OrganismGenes(ctx context.Context, t biovm.BiologicalType) ([]biovm.Gene, error)
	// Chassis lists every chassis that a VM is on, by name.
	Chassis(ctx context.Context) ([]biovm.ChassisStatus, error)
	Capabilities(ctx context.Context) (biovm.Capabilities, error)
	// Watch yields the events after the one numbered after, then waits for
	// more until ctx ends, which ends the sequence without an error.
	Watch(ctx context.Context, after int64) iter.Seq2[biovm.Event, error]
	// LastEvent is the newest event's number; 0 when there is none.
	LastEvent(ctx context.Context) (int64, error)
	Close() error
}
