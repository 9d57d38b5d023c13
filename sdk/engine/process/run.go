package process

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
)

// An Option changes how a program is run. None changes what it comes to.
type Option func(*run)

// WithYield has yield called now and then, with the steps taken since the last
// call (or the start), so that others get their turn; an error ends the
// execution with it.
func WithYield(yield func(ctx context.Context, steps uint64) error) Option {
	return func(r *run) { r.yield = yield }
}

const (
	// quantum is how many steps pass between looks at the context and calls of
	// yield.
	quantum = 10_000
	// maxCalls is how deep functions call each other.
	maxCalls = 10_000
	// maxMessage is how many bytes of a message are kept.
	maxMessage = 2000
)

// A run is one execution of a program. One goroutine uses it.
type run struct {
	ctx    context.Context //nolint:containedctx // Starlark's callbacks take none; a run lives no longer than the call of Run
	vm     *cell.Cell      // the VM's, as it was made
	base   *cell.Cell      // that, without what it lost in its life
	cell   *cell.Cell      // as the program changed it
	status biovm.Status
	limits biovm.Limits
	seed   int64
	life   life
	yield  func(ctx context.Context, steps uint64) error

	packages []Package
	library  *library
	names    starlark.StringDict // predeclared
	loaded   map[place]starlark.StringDict
	used     map[string]biovm.PackageVersion

	thread   *starlark.Thread
	heap     uint64 // of the host when the run began, in bytes
	yielded  uint64 // steps at the last yield
	paused   uint64 // steps at the last pause
	stdout   strings.Builder
	result   starlark.Value
	analyses int
	growths  map[*cell.Cell]biovm.Growth
	// failure ends the execution; it is not the program's doing alone: a limit,
	// the context, the memo.
	failure error
}

// Run executes a program in a cell and returns what it came to. Status is what
// get_biological_status() tells of the VM, and seed where a random stream
// would start. Limits that p leaves out are the default ones; its timeout is
// for the caller to put into ctx.
//
// Code that cannot run is an [errors.Join] of [biovm.ProcessError]s as from
// [Check]; a program that fails is a [biovm.ProcessError] with line and
// backtrace; one that uses up a limit a [biovm.LimitError]. When ctx ends
// first, the error is its cause. With an error, of the result only Steps
// holds.
func Run(ctx context.Context, c *cell.Cell, status biovm.Status, p biovm.Process, seed int64, options ...Option) (biovm.Result, error) {
	r := &run{
		ctx: ctx, vm: c, base: c, cell: c, status: status, limits: p.Limits.WithDefaults(), seed: seed,
		heap: heap(), result: starlark.None, growths: map[*cell.Cell]biovm.Growth{},
		loaded: map[place]starlark.StringDict{}, used: map[string]biovm.PackageVersion{},
	}
	for _, o := range options {
		o(r)
	}
	if err := r.manageOperons(); err != nil {
		return biovm.Result{}, err
	}
	program, err := r.compile(p.Code)
	if err != nil {
		return biovm.Result{}, err
	}
	value, err := r.execute(program)
	if err != nil {
		return biovm.Result{Steps: r.steps()}, err
	}
	if err := r.life.unreadable; err != nil {
		return biovm.Result{Steps: r.steps()}, err
	}
	growth, err := r.growth(r.base)
	if err != nil {
		return biovm.Result{Steps: r.steps()}, r.cause(err)
	}
	if err := r.settle(); err != nil {
		return biovm.Result{Steps: r.steps()}, err
	}
	return biovm.Result{
		Value: value, Stdout: r.stdout.String(),
		Metrics: map[string]float64{
			"growth_rate": growth.GrowthRate, "free_growth_rate": growth.FreeGrowthRate,
			"analyses": float64(r.analyses),
		},
		SimulatedSeconds: r.life.seconds, Steps: r.steps(), Seed: seed, ModelVersion: c.Organism.ModelVersion(), Packages: r.usedPackages(),
	}, nil
}

// compile checks the program and makes it ready.
func (r *run) compile(code string) (*starlark.Program, error) {
	r.library = newLibrary(newVocabulary(r.base.Config), r.packages)
	if _, errs := r.library.check(place{}, code); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	f, err := parse(filename, code)
	if err != nil {
		return nil, err
	}
	r.names = r.predeclared()
	return r.ready(place{}, f)
}

// prepare has the value of a last expression kept.
func (r *run) prepare(f *syntax.File) {
	if n := len(f.Stmts); n > 0 {
		if last, ok := f.Stmts[n-1].(*syntax.ExprStmt); ok {
			last.X = hidden(nameResult, start(last.X), last.X)
		}
	}
}

// execute runs the program and encodes its result.
func (r *run) execute(program *starlark.Program) ([]byte, error) {
	r.thread = &starlark.Thread{Name: filename, Print: r.print, Load: r.load, OnMaxSteps: func(*starlark.Thread) { r.pause() }}
	r.pause()
	_, err := program.Init(r.thread, r.names)
	if err != nil {
		return nil, r.explain(err)
	}
	value, err := encode(r.result, r.limits.OutputBytes)
	if errors.Is(err, errTooLong) {
		return nil, &biovm.LimitError{Limit: "result size", Allowed: fmt.Sprintf("%d bytes", r.limits.OutputBytes), Setting: "limits.output_bytes"}
	}
	if err != nil {
		return nil, &biovm.ProcessError{Message: err.Error()}
	}
	return value, nil
}

// steps are those taken so far.
func (r *run) steps() uint64 {
	if r.thread == nil {
		return 0
	}
	return r.thread.Steps
}

// pause looks whether the program may go on, and sets the next pause.
func (r *run) pause() {
	t := r.thread
	r.paused = t.Steps
	if err := r.mayGoOn(); err != nil {
		r.fail(err)
	}
	t.SetMaxExecutionSteps(min(t.Steps+quantum, r.limits.Steps))
}

func (r *run) mayGoOn() error {
	t := r.thread
	if t.Steps >= r.limits.Steps {
		return r.stepLimit()
	}
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	if t.CallStackDepth() > maxCalls {
		return located(fmt.Sprintf("functions call each other more than %d deep", maxCalls), t.CallStack())
	}
	if heap() > r.heap+maxHeap {
		return located("the values that the program holds take too much memory", t.CallStack())
	}
	if r.yield != nil && t.Steps-r.yielded >= quantum {
		steps := t.Steps - r.yielded
		r.yielded = t.Steps
		return r.yield(r.ctx, steps)
	}
	return nil
}

func (r *run) stepLimit() error {
	return &biovm.LimitError{Limit: "steps", Allowed: fmt.Sprintf("%d steps", r.limits.Steps), Setting: "limits.steps"}
}

// fail ends the execution with an error that is not the program's.
func (r *run) fail(err error) {
	if r.failure == nil {
		r.failure = err
	}
	r.thread.Cancel(err.Error())
}

// charge makes the program pay steps for a piece of work, before it is done.
func (r *run) charge(steps uint64) error {
	r.thread.Steps += steps
	if r.thread.Steps < r.limits.Steps {
		return nil
	}
	r.pause()
	return r.failure
}

// work charges for a part of a piece of work that is long, and looks now and
// then whether the program may go on: its time, and its memory.
func (r *run) work(steps int) error {
	if err := r.charge(uint64(steps)); err != nil { //nolint:gosec // not negative
		return err
	}
	if r.thread.Steps-r.paused < quantum {
		return nil
	}
	r.pause()
	return r.failure
}

func (r *run) print(_ *starlark.Thread, msg string) {
	if r.stdout.Len()+len(msg)+1 > r.limits.OutputBytes {
		r.fail(r.outputLimit())
		return
	}
	r.stdout.WriteString(msg)
	r.stdout.WriteByte('\n')
}

// cause prefers why the context ended to the error that came of it.
func (r *run) cause(err error) error {
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	return err
}

// explain turns what Starlark says into the vocabulary's errors.
func (r *run) explain(err error) error {
	if r.failure != nil {
		return r.cause(r.failure)
	}
	// What happened while a file was loaded is within the error of the load,
	// and knows all calls.
	var e, inner *starlark.EvalError
	for errors.As(err, &inner) {
		e, err = inner, inner.Unwrap()
	}
	if e == nil {
		return &biovm.ProcessError{Message: err.Error()}
	}
	return located(e.Msg, e.CallStack)
}

// located is what a program did wrong in its innermost call.
func located(message string, stack starlark.CallStack) error {
	if len(message) > maxMessage {
		message = strings.ToValidUTF8(message[:maxMessage], "") + "..."
	}
	p := &biovm.ProcessError{Message: message, Backtrace: backtrace(stack)}
	within := ""
	for _, frame := range stack {
		switch name := frame.Pos.Filename(); {
		case name == filename && frame.Pos.Line > 0:
			p.Line, p.Col, within = int(frame.Pos.Line), int(frame.Pos.Col), ""
		case placeOf(name) != place{}:
			within = frame.Pos.String()
		}
	}
	if within != "" {
		p.Message += " (at " + within + ")"
	}
	return p
}

// backtrace lists the calls, the innermost last; of a deep recursion the
// outer and inner ends.
func backtrace(stack starlark.CallStack) string {
	const ends = 10
	var b strings.Builder
	b.WriteString("Traceback (most recent call last):\n")
	for i, frame := range stack {
		if i == ends && len(stack) > 2*ends {
			fmt.Fprintf(&b, "  ... %d calls ...\n", len(stack)-2*ends)
		}
		if i >= ends && i < len(stack)-ends || isHidden(frame.Name) {
			continue
		}
		fmt.Fprintf(&b, "  %s: in %s\n", frame.Pos, frame.Name)
	}
	return b.String()
}
