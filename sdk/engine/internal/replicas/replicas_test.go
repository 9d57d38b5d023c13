package replicas_test

import (
	"context"
	"errors"
	"slices"
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
