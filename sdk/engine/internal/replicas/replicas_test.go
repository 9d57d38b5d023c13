package replicas_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/replicas"
)

func TestRun(t *testing.T) {
	t.Parallel()
	var told []int
	got, err := replicas.Run(context.Background(), 50, func(done, total int) {
		if total != 50 {
			t.Errorf("total %d", total)
		}
		told = append(told, done)
	}, func(_ context.Context, i int) (int, error) { return i * i, nil })
	if err != nil || len(got) != 50 || len(told) != 50 || told[49] != 50 || !slices.IsSorted(told) {
		t.Fatalf("Run: %v, %v, progress %v", got, err, told)
	}
	for i, v := range got {
		if v != i*i {
			t.Errorf("result %d is %d", i, v)
		}
	}
	if got, err := replicas.Run(context.Background(), 0, nil, func(context.Context, int) (int, error) { return 0, nil }); err != nil || len(got) != 0 {
		t.Errorf("Run of none: %v, %v", got, err)
	}
}

func TestRunEnds(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	_, err := replicas.Run(context.Background(), 1000, nil, func(ctx context.Context, i int) (int, error) {
		if i == 3 {
			return 0, broken
		}
		return 0, ctx.Err()
	})
	if !errors.Is(err, broken) {
		t.Errorf("Run with an error: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := replicas.Run(ctx, 10, nil, func(ctx context.Context, _ int) (int, error) { return 0, ctx.Err() }); !errors.Is(err, context.Canceled) {
		t.Errorf("Run of a cancelled context: %v", err)
	}
}

// Results are taken in order, whoever did them when, and few wait.
func TestStream(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{0, 1, 3} {
		var mu sync.Mutex
		made, done, most := 0, 0, 0
		var taken, told []int
		release := make(chan struct{})
		err := replicas.Stream(context.Background(), 200, replicas.Options{Workers: workers, Progress: func(done, _ int) { told = append(told, done) }},
			func() (int, error) {
				mu.Lock()
				defer mu.Unlock()
				made++
				return made, nil
			},
			func(_ context.Context, w, i int) (int, error) {
				if i == 0 && workers == 3 {
					<-release // until the others have run as far ahead as they may
				}
				mu.Lock()
				defer mu.Unlock()
				done++
				if most = max(most, i+1); workers == 3 && most == 12 && i > 0 && done == 11 {
					close(release)
				}
				if w < 1 || w > made {
					t.Errorf("worker %d of %d", w, made)
				}
				return i * i, nil
			},
			func(i, result int) error {
				if result != i*i {
					t.Errorf("result %d is %d", i, result)
				}
				if i == 0 && workers == 3 && most > 12 {
					t.Errorf("%d were done ahead of the first", most)
				}
				taken = append(taken, i)
				return nil
			})
		if err != nil || len(taken) != 200 || !slices.IsSorted(taken) || !slices.IsSorted(told) || told[199] != 200 || workers > 0 && made != workers {
			t.Errorf("%d workers: %v, %d made, taken %v", workers, err, made, taken)
		}
	}
}

// Nothing is taken after an error, whose ever it is.
func TestStreamEnds(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	fine := func() (int, error) { return 0, nil }
	do := func(_ context.Context, _, i int) (int, error) { return i, nil }
	last := -1
	take := func(i, _ int) error {
		last = i
		if i == 7 {
			return broken
		}
		return nil
	}
	if err := replicas.Stream(context.Background(), 1000, replicas.Options{Workers: 3}, fine, do, take); !errors.Is(err, broken) || last != 7 {
		t.Errorf("an error of take: %v, and the last was %d", err, last)
	}
	if err := replicas.Stream(context.Background(), 1000, replicas.Options{}, func() (int, error) { return 0, broken }, do, take); !errors.Is(err, broken) {
		t.Errorf("an error of a worker: %v", err)
	}
}
