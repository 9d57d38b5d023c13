package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// takes is a contender that takes so long, and then so long, and comes to an
// answer.
func takes(answer float64, seconds ...float64) contender {
	turn := 0
	return func(context.Context) (float64, float64, error) {
		turn++
		return seconds[turn-1], answer, nil
	}
}

func fails(err error) contender {
	return func(context.Context) (float64, float64, error) { return 0, 0, err }
}

func TestCompare(t *testing.T) {
	t.Parallel()
	broken := errors.New("it broke")
	for _, tt := range []struct {
		c         comparison
		out, fail string
	}{
		{comparison{"best", takes(3, 0.5, 0.25), takes(3, 4, 2), 0}, "ratio\tbest\t0.250000\t2.000000\t0.1250\n", ""},
		{comparison{"near", takes(1.0000001, 1, 1), takes(1, 1, 1), 1e-6}, "ratio\tnear\t1.000000\t1.000000\t1.0000\n", ""},
		{comparison{"far", takes(1.1, 1, 1), takes(1, 1, 1), 1e-6}, "", "far: we come to 1.1 and the peer to 1"},
		{comparison{"gone", takes(1, 1, 1), fails(fmt.Errorf("the peer is %w: install it", errAbsent)), 0}, "absent\tgone\tthe peer is not there: install it\n", ""},
		{comparison{"no model", fails(errAbsent), takes(1, 1, 1), 0}, "absent\tno model\tnot there\n", ""},
		{comparison{"ours", fails(broken), takes(1, 1, 1), 0}, "", "ours: it broke"},
		{comparison{"peer", takes(1, 1, 1), fails(broken), 0}, "", "peer: it broke"},
	} {
		var out strings.Builder
		b := bench{rounds: 2, stdout: &out}
		err := b.compare(t.Context(), tt.c)
		if out.String() != tt.out {
			t.Errorf("%s: got %q, want %q", tt.c.name, out.String(), tt.out)
		}
		if tt.fail == "" && err != nil || tt.fail != "" && (err == nil || !strings.Contains(err.Error(), tt.fail)) {
			t.Errorf("%s: got %v, want %q", tt.c.name, err, tt.fail)
		}
	}
}
