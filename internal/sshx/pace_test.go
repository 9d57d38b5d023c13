package sshx

import (
	"testing"
	"time"
)

// TestPace holds the times by which slow machines are not stormed.
func TestPace(t *testing.T) {
	t.Parallel()
	p := newPace()
	if p.patience != 400*time.Millisecond || p.pause != 50*time.Millisecond {
		t.Errorf("the first attempt has %+v", p)
	}
	attempts, spent := 0, time.Duration(0)
	for ; spent < time.Minute; attempts++ {
		spent += p.patience + p.pause
		next := p.slower()
		if next.patience < p.patience || next.pause < p.pause || next.patience > p.patience*5/4 || next.pause > p.pause*5/4 {
			t.Fatalf("after %+v comes %+v, want at most a quarter more", p, next)
		}
		p = next
	}
	if p.patience != 4*time.Second || p.pause != time.Second {
		t.Errorf("after a minute it is %+v, want 4 s and 1 s", p)
	}
	// A server that never answers sees this many connections in its first minute;
	// at a fixed 0.4 s it would be 133.
	if attempts < 15 || attempts > 25 {
		t.Errorf("%d attempts in the first minute, want about 20", attempts)
	}
}
