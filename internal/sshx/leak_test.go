package sshx_test

import (
	"bytes"
	"context"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/sshx"
	"github.com/bioxen/terraform-provider-bioxen/internal/sshx/sshtest"
)

// goroutines are the stacks of those that have to do with SSH, but for the test.
func goroutines() []string {
	stacks := make([]byte, 4<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	var ours []string
	for stack := range bytes.SplitSeq(stacks, []byte("\n\n")) {
		s := string(stack)
		if (strings.Contains(s, "crypto/ssh") || strings.Contains(s, "internal/sshx")) && !strings.Contains(s, "TestNothingIsLeft") && !strings.Contains(s, "testing.(*T).Parallel(") {
			ours = append(ours, s)
		}
	}
	return ours
}

// TestNothingIsLeft is not parallel, so that all goroutines are its own.
func TestNothingIsLeft(t *testing.T) {
	if n := len(goroutines()); n != 0 {
		t.Fatalf("%d goroutines before:\n%s", n, strings.Join(goroutines(), "\n\n"))
	}
	t.Run("use", func(t *testing.T) {
		s := sshtest.New(t, sshtest.Options{})
		path := listen(t, echo)
		p := newPool(t, sshx.Options{KeepAlive: 5 * time.Millisecond, KeepAliveMisses: 10_000})
		for range 3 {
			c := get(t, p, s.Target())
			works(t, c)
			if len(goroutines()) == 0 { // the positive control
				t.Error("the goroutines of a connection are not found")
			}
			for _, w := range ways() {
				for _, closed := range []bool{true, false} {
					conn, err := w.dial(c, t.Context(), path)
					if err != nil {
						t.Fatal(err)
					}
					if _, err := conn.Write([]byte("x")); err != nil {
						t.Fatal(err)
					}
					if closed {
						conn.Close()
					}
				}
			}
			blocked, w := net.Pipe() // as stdin that never comes
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			_, _ = c.Run(ctx, "sleep 60", blocked)
			_ = c.Upload(ctx, t.TempDir()+"/f", blocked, 100, sum(nil), 0o600)
			s.Freeze()
			_, _ = c.DialUnix(ctx, path)
			cancel()
			s.Thaw()
			w.Close()
			s.Hangup()
			<-c.Done()
		}
		refused := s.Target()
		refused.User = "nobody"
		_, _ = p.Get(t.Context(), refused)
		s.Stop()
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, _ = p.Get(ctx, s.Target())
	})
	eventually(t, "no goroutine is left", func() bool { return len(goroutines()) == 0 })
}
