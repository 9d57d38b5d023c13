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
		{comparison{name: "best", ours: takes(3, 0.5, 0.25), peer: takes(3, 4, 2)}, "ratio\tbest\t0.250000\t2.000000\t0.1250\n", ""},
		{comparison{name: "near", ours: takes(1.0000001, 1, 1), peer: takes(1, 1, 1), agree: 1e-6}, "ratio\tnear\t1.000000\t1.000000\t1.0000\n", ""},
		{comparison{name: "much", ours: takes(1, 4, 0.5), peer: takes(1, 1, 2), work: 3, unit: "MB/s"}, "ratio\tmuch\t0.500000\t1.000000\t0.5000\nrate\tmuch\t6\t3\tMB/s\n", ""},
		{comparison{name: "far", ours: takes(1.1, 1, 1), peer: takes(1, 1, 1), agree: 1e-6}, "", "far: we come to 1.1 and the peer to 1"},
		{comparison{name: "gone", ours: takes(1, 1, 1), peer: fails(fmt.Errorf("the peer is %w: install it", errAbsent))}, "absent\tgone\tthe peer is not there: install it\n", ""},
		{comparison{name: "no model", ours: fails(errAbsent), peer: takes(1, 1, 1)}, "absent\tno model\tnot there\n", ""},
		{comparison{name: "ours", ours: fails(broken), peer: takes(1, 1, 1)}, "", "ours: it broke"},
		{comparison{name: "peer", ours: takes(1, 1, 1), peer: fails(broken)}, "", "peer: it broke"},
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
