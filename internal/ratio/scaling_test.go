package main

import (
	"context"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestScaling is not parallel: it sets the number of processors.
func TestScaling(t *testing.T) { //nolint:paralleltest // see above
	if runtime.NumCPU() < 2 {
		t.Skip("one processor: nothing to scale to")
	}
	before := runtime.GOMAXPROCS(0)
	same := scaling{"same", func(_ context.Context, workers int) (float64, error) {
		if got := runtime.GOMAXPROCS(0); got != workers {
			t.Errorf("%d workers have %d processors", workers, got)
		}
		return 7, nil
	}}
	var out strings.Builder
	b := bench{rounds: 2, stdout: &out}
	form := regexp.MustCompile(`^scaling\tsame\t\d+\.\d{3}\t\d+\.\d{3}\t\S+\n$`)
	if err := same.print(t.Context(), &b); err != nil || !form.MatchString(out.String()) {
		t.Errorf("got %q, %v", out.String(), err)
	}
	other := scaling{"other", func(_ context.Context, workers int) (float64, error) { return float64(workers), nil }}
	if err := other.print(t.Context(), &b); err == nil || !strings.Contains(err.Error(), "2 workers come to 2, and one came to 1") {
		t.Errorf("got %v, want to be told that the answers differ", err)
	}
	if after := runtime.GOMAXPROCS(0); after != before {
		t.Errorf("afterwards there are %d processors, and there were %d", after, before)
	}
}
