package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

const (
	hammerWorkers = 4
	hammerRounds  = 8
)

// hammer makes, changes and destroys VMs on chassis that others hammer at too,
// and returns how many changes were acknowledged, each of which is one event.
func hammer(ctx context.Context, e *engine.Engine, name string) (int64, error) {
	var changes atomic.Int64
	errs := make([]error, hammerWorkers)
	var wg sync.WaitGroup
	for w := range hammerWorkers {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), uint64(len(name))))
			for round := range hammerRounds {
				n, err := live(ctx, e, fmt.Sprintf("%s-%d-%d", name, w, round), random)
				changes.Add(n)
				if err != nil {
					errs[w] = err
					return
				}
			}
		})
	}
	wg.Wait()
	return changes.Load(), errors.Join(errs...)
}

// live leads one VM's life. That a chassis is full is part of it; any other
// error is none of its business.
func live(ctx context.Context, e *engine.Engine, name string, random *rand.Rand) (changes int64, err error) {
	spec := biovm.Spec{ID: biovm.ID(name), BiologicalType: biovm.Syn3A, SharedChassis: fmt.Sprint("pool", random.IntN(3))}
	spec.Config.ResourceLimits.MaxRibosomes = new(20)
	spec.Config.ResourceLimits.MaxATP = new(30.0)
	allocation := biovm.Allocation{Ribosomes: new(1 + random.IntN(20)), ATP: new(1 + 29*random.Float64())}
	for _, act := range []func() error{
		func() error { return second(e.Create(ctx, spec)) },
		func() error { return e.Confirm(ctx, name) },
		func() error { return second(e.Allocate(ctx, name, allocation)) },
		func() error { return e.Operate(ctx, name, biovm.OpStart) },
		func() error { return second(e.Available(ctx, name)) },
		func() error { return e.Operate(ctx, name, biovm.OpDestroy) },
	} {
		before := changes
		switch err := act(); {
		case err == nil:
			changes = before + 1
		case !errors.Is(err, biovm.ErrNoCapacity):
			return changes, err
		case before == 0:
			return 0, nil // it never came to be
		}
	}
	return changes - 1, nil // looking is no change
}

// Several processes, and several engines in one, change one data directory as
// fast as they can: nothing may fail, and no change may be lost.
func TestHammer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e, other := enginetest.Open(t, engine.Options{Dir: dir}), enginetest.Open(t, engine.Options{Dir: dir})
	var total atomic.Int64
	var wg sync.WaitGroup
	for _, name := range []string{"child", "kid"} {
		wg.Go(func() {
			cmd, out := child(t, "hammer", dir, name)
			for out.Scan() {
				n, err := strconv.ParseInt(out.Text(), 10, 64)
				if err != nil {
					t.Error(err)
				}
				total.Add(n)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	for i, here := range []*engine.Engine{e, other} {
		wg.Go(func() {
			n, err := hammer(t.Context(), here, fmt.Sprint("here", i))
			if err != nil {
				t.Error(err)
			}
			total.Add(n)
		})
	}
	wg.Wait()
	last, err := e.LastEvent(t.Context())
	if err != nil || last != total.Load() {
		t.Errorf("events: got %d, %v; want %d, one for each change that was acknowledged", last, err, total.Load())
	}
	if chassis, err := e.Chassis(t.Context()); err != nil || len(chassis) != 0 {
		t.Errorf("chassis at the end: got %v, %v; want none", chassis, err)
	}
	t.Logf("%d changes", last)
}

func BenchmarkLife(b *testing.B) {
	e := enginetest.Open(b, engine.Options{})
	started(b, e, syn3a("warm"))
	if err := second(e.Execute(b.Context(), "warm", biovm.Process{Code: "1"})); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := started(b, e, syn3a("a"))
		if err := second(e.Execute(b.Context(), s.UUID, biovm.Process{Code: "1 + 1"})); err != nil {
			b.Fatal(err)
		}
		operate(b, e, s.UUID, biovm.OpDestroy)
	}
}

func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	create(b, enginetest.Open(b, engine.Options{Dir: dir}), syn3a("a"))
	for b.Loop() {
		e, err := engine.Open(b.Context(), engine.Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
