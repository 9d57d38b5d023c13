package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"time"

	"github.com/google/uuid"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// Execute runs a process in a running VM and returns what it came to. It waits
// until no other process runs in the VM, in any process of the machine, then
// for a worker of this engine; the process' wall time counts from there. The
// cell is the VM's as it stands when the execution begins. Canceling ctx ends
// the execution with the context's error.
//
// A failed execution is an event too, with its error.
func (e *Engine) Execute(ctx context.Context, ref string, p biovm.Process) (biovm.Result, error) {
	var result biovm.Result
	err := e.do(ctx, string(biovm.OpExecute), ref, func(ctx context.Context, c *call) error {
		r, err := e.execute(ctx, c, ref, execution{process: p})
		result = r.Result
		return err
	})
	if err != nil {
		return biovm.Result{}, err
	}
	return result, nil
}

// ExecuteRecorded runs a process as Execute does and keeps a record of its
// success, pending and owned by this engine until it is confirmed. It adopts a
// pending record of equal process and triggers whose owner is gone, instead of
// running the process again, if the VM has the spec and grant that it had then.
func (e *Engine) ExecuteRecorded(ctx context.Context, ref string, p biovm.Process, triggers map[string]string) (biovm.Record, error) {
	return e.executeRecorded(ctx, ref, p, triggers, e.store.ID())
}

// executeRecorded makes a record that belongs to an owner.
func (e *Engine) executeRecorded(ctx context.Context, ref string, p biovm.Process, triggers map[string]string, owner string) (biovm.Record, error) {
	var record biovm.Record
	err := e.do(ctx, string(biovm.OpExecute), ref, func(ctx context.Context, c *call) error {
		r, err := e.execute(ctx, c, ref, execution{process: p, recorded: true, triggers: maps.Clone(triggers), owner: owner})
		record = r.Record
		return err
	})
	if err != nil {
		return biovm.Record{}, err
	}
	return record, nil
}

// An execution is what is asked for.
type execution struct {
	process  biovm.Process
	recorded bool
	triggers map[string]string
	owner    string // of the record
}

// execute runs an execution when the VM's turn comes.
func (e *Engine) execute(ctx context.Context, c *call, ref string, x execution) (store.Record, error) {
	// The VM first, so that errors name it.
	vm, err := e.find(ctx, c, ref)
	if err != nil {
		return store.Record{}, err
	}
	if err := x.process.Validate(); err != nil {
		return store.Record{}, err
	}
	x.process.Limits = x.process.Limits.WithDefaults()
	if _, err := vm.State.Next(biovm.OpExecute); err != nil {
		return store.Record{}, err
	}
	unlock, err := e.store.LockVM(ctx, vm.UUID)
	if err != nil {
		return store.Record{}, err
	}
	defer unlock()
	if vm, err = e.executable(ctx, c, vm.UUID); err != nil {
		return store.Record{}, err
	}
	if x.recorded {
		if r, ok, err := e.adoptRecord(ctx, vm, x); ok || err != nil {
			return r, err
		}
	}
	o, err := e.run(ctx, vm, x.process)
	return e.conclude(ctx, vm, x, o, err)
}

// executable finds a VM whose state allows executions.
func (e *Engine) executable(ctx context.Context, c *call, ref string) (store.VM, error) {
	vm, err := e.find(ctx, c, ref)
	if err == nil {
		_, err = vm.State.Next(biovm.OpExecute)
	}
	return vm, err
}

// An outcome is what came of an execution.
type outcome struct {
	biovm.Result

	// living is the state of the VM's living cell afterwards; nil if it has lived
	// no second.
	living []byte
}

// run runs a process in the VM's cell as it stands. The caller has the VM's
// execution lock.
func (e *Engine) run(ctx context.Context, vm store.VM, p biovm.Process) (outcome, error) {
	t, err := termsOfVM(vm)
	if err != nil {
		return outcome{}, err
	}
	c, err := e.cell(ctx, t, vm.Grant)
	if err != nil {
		return outcome{}, err
	}
	state, err := e.livingState(ctx, vm.UUID)
	if err != nil {
		return outcome{}, err
	}
	installed, err := e.installed(ctx, vm.UUID)
	if err != nil {
		return outcome{}, err
	}
	seed := vm.Spec.Seed
	if p.Seed != nil {
		seed = *p.Seed
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	e.beginExecution(vm.UUID, cancel)
	defer e.endExecution(vm.UUID)

	task, err := e.scheduler.enter(ctx, vm.UUID, vm.Grant.Priority)
	if err != nil {
		return outcome{}, cutShort(ctx, p, err)
	}
	left := newAllowance(p.Limits.Timeout, cancel)
	defer left.hold()
	stands := e.stands(vm)
	var charged uint64
	began := time.Now()
	var o outcome
	o.Result, err = process.Run(ctx, c, statusOf(t, vm), p, seed, process.WithLife(state, func(state []byte) { o.living = state }), process.WithPackages(packages.Libraries(installed)...), process.WithYield(func(ctx context.Context, steps uint64) error {
		charged += steps
		if err := stands(ctx); err != nil {
			cancel(err)
			return err
		}
		left.hold() // waiting for a worker costs no time
		defer left.run()
		return task.yield(ctx, steps)
	}))
	task.leave(o.Steps - min(charged, o.Steps))
	o.WallSeconds = time.Since(began).Seconds()
	return o, cutShort(ctx, p, err)
}

// lookEvery is how long, at least, an execution goes on between looks at whether
// another process has stopped its VM.
const lookEvery = time.Second

// stands is asked while an execution goes on, and tells at most once a second why
// it must end: another process has stopped or destroyed the VM. What this one does
// itself cuts the execution off at once.
func (e *Engine) stands(vm store.VM) func(ctx context.Context) error {
	looked := time.Now()
	return func(ctx context.Context) error {
		if time.Since(looked) < lookEvery {
			return nil
		}
		looked = time.Now()
		return e.store.Read(ctx, func(tx *store.Tx) error {
			now, err := tx.VM(ctx, vm.UUID)
			switch {
			case errors.Is(err, biovm.ErrNotFound):
				return errDestroyed()
			case err == nil && now.Life != vm.Life:
				return errStopped()
			default:
				return err
			}
		})
	}
}

// cutShort tells why an execution was cut short, if it was.
func cutShort(ctx context.Context, p biovm.Process, err error) error {
	if err == nil || ctx.Err() == nil {
		return err
	}
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errTimeout):
		return &biovm.LimitError{Limit: "wall time", Allowed: p.Limits.Timeout.String(), Setting: "limits.timeout"}
	case errors.Is(cause, context.Canceled), errors.Is(cause, context.DeadlineExceeded):
		return fmt.Errorf("the process was cut off: %w", cause)
	default:
		return cause
	}
}

func (e *Engine) beginExecution(vm string, cancel context.CancelCauseFunc) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.executions[vm] = cancel
}

func (e *Engine) endExecution(vm string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.executions, vm)
}

// concludeTimeout bounds how long putting down a failed execution may take
// after its caller has left, so that Close does not wait for ever.
const concludeTimeout = 5 * time.Second

// conclude puts down what an execution came to, in one transaction with its
// event. One whose VM was stopped or destroyed meanwhile has failed.
func (e *Engine) conclude(ctx context.Context, vm store.VM, x execution, o outcome, failure error) (store.Record, error) {
	record := store.Record{Owner: x.owner, Generation: vm.Generation, Record: biovm.Record{
		ID: uuid.NewString(), VM: vm.Spec.ID, VMUUID: vm.UUID,
		Process: x.process, Triggers: x.triggers, Result: o.Result, CreatedAt: time.Now().UTC(),
	}}
	if failure != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), concludeTimeout)
		defer cancel()
	}
	err := e.write(ctx, func(tx *store.Tx) error {
		now, err := tx.VM(ctx, vm.UUID)
		switch {
		case errors.Is(err, biovm.ErrNotFound):
			failure = errDestroyed()
			return nil // there is no VM that the event could be about
		case err != nil:
			return err
		case now.Life != vm.Life:
			failure = errStopped()
		}
		if failure != nil {
			return announce(ctx, tx, now, happening{biovm.EventExecuted, executed{Steps: o.Steps, Error: failure.Error()}})
		}
		return succeed(ctx, tx, now, x, record, o.living)
	})
	if failure != nil {
		if err != nil {
			e.options.Logger.WarnContext(ctx, "a failed execution left no event", slog.String("vm", string(vm.Spec.ID)), slog.Any("error", err))
		}
		return store.Record{}, failure
	}
	return record, err
}

// succeed puts down a successful execution.
func succeed(ctx context.Context, tx *store.Tx, vm store.VM, x execution, record store.Record, living []byte) error {
	happened := []happening{{biovm.EventExecuted, executed{Steps: record.Result.Steps}}}
	vm.SimulatedSeconds += record.Result.SimulatedSeconds
	if err := tx.UpdateVM(ctx, vm); err != nil {
		return err
	}
	if living != nil {
		if err := tx.PutLiving(ctx, vm.UUID, living); err != nil {
			return err
		}
	}
	if x.recorded {
		if err := tx.InsertRecord(ctx, record); err != nil {
			return err
		}
		happened = append(happened, happening{biovm.EventRecorded, map[string]string{"record": record.ID}})
	}
	return announce(ctx, tx, vm, happened...)
}

// executed is the data of an [biovm.EventExecuted].
type executed struct {
	Steps uint64 `json:"steps"`
	Error string `json:"error,omitempty"`
}
