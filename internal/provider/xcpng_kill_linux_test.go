package provider_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// The provider is killed while it makes a VM on a pool, after so many calls to it;
// the next apply converges, and nothing is leaked but sessions and records
// of finished tasks, which the pool removes by itself.
func TestXCPngKilled(t *testing.T) {
	t.Parallel()
	agent := agentProgram(t)
	binary, err := program()
	if err != nil {
		t.Fatal(err)
	}
	var killed atomic.Int64
	steps := []int{8, 18, 24, 30, 38, 46, 56}
	t.Run("calls", func(t *testing.T) {
		for _, calls := range steps {
			t.Run(fmt.Sprintf("after %d", calls), func(t *testing.T) {
				t.Parallel()
				if killInPool(t, binary, agent, calls) {
					killed.Add(1)
				}
			})
		}
	})
	if n := killed.Load(); lab.Available() == nil && n < 4 {
		t.Errorf("%d of %d applies were cut short: the test shows too little", n, len(steps))
	}
}

// killInPool reports whether the apply was cut short.
func killInPool(t *testing.T, binary, agent string, calls int) bool {
	t.Helper()
	l := lab.New(t, lab.Options{Agent: agent})
	s := xapitest.NewServer(t, xapitest.SingleHost(), xapitest.WithGuest(l), xapitest.AllowLeftovers())
	own := filepath.Join(t.TempDir(), filepath.Base(binary))
	if err := os.Link(binary, own); err != nil {
		t.Fatal(err)
	}
	w := acctest.NewWorkspace(t, own)
	examplePool(w, s)
	w.Write(t, "main.tf", crowdOf(1))

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	// Plans ask the pool too: only what an apply does counts.
	w.Terraform(t, "plan", "-out=saved.tfplan")
	s.ForgetJournal()
	go func() {
		called(ctx, s, calls)
		ended <- kill(own)
	}()
	out, err := w.Try(t.Context(), "apply", "saved.tfplan")
	cancel()
	if killErr := <-ended; killErr != nil {
		t.Logf("the provider was gone before it could be killed: %v", killErr)
	}
	if err != nil && !strings.Contains(out, "plugin") {
		t.Errorf("the apply failed otherwise: %s", out)
	}
	w.Apply(t)
	w.Terraform(t, "destroy", "-auto-approve")
	for _, left := range s.Leftovers() {
		if !strings.HasPrefix(left, "session ") && !strings.HasPrefix(left, "task ") {
			t.Errorf("killed after %d calls: left behind is %s", calls, left)
		}
	}
	for _, key := range claims(t, s) {
		t.Errorf("killed after %d calls: left behind in the pool's other_config is %q", calls, key)
	}
	return err != nil
}

// called returns when the pool has had so many calls, or ctx has ended.
func called(ctx context.Context, s *xapitest.Server, calls int) {
	tick := time.NewTicker(200 * time.Microsecond)
	defer tick.Stop()
	for ctx.Err() == nil && len(s.Journal()) < calls {
		<-tick.C
	}
}

// Another member becomes the pool's master in mid-apply: all sessions are lost and
// tasks under way end. The apply gets over it or fails; the next one converges, and
// nothing is leaked.
func TestXCPngFailOver(t *testing.T) {
	t.Parallel()
	agent := agentProgram(t)
	for _, calls := range []int{12, 24, 36, 48} {
		t.Run(fmt.Sprintf("after %d calls", calls), func(t *testing.T) {
			t.Parallel()
			l := lab.New(t, lab.Options{Agent: agent})
			s := xapitest.NewServer(t, xapitest.Pool(2), xapitest.WithGuest(l), xapitest.AllowLeftovers())
			w := workspace(t)
			examplePool(w, s)
			w.Write(t, "main.tf", crowdOf(2))
			w.Terraform(t, "plan", "-out=saved.tfplan")
			s.ForgetJournal()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			promoted := make(chan struct{})
			go func() {
				defer close(promoted)
				called(ctx, s, calls)
				s.Promote(1)
			}()
			out, err := w.Try(t.Context(), "apply", "saved.tfplan")
			cancel()
			<-promoted
			if err != nil {
				t.Logf("the apply failed: %s", out)
			}
			w.Apply(t)
			w.Terraform(t, "destroy", "-auto-approve")
			for _, left := range s.Leftovers() {
				if !strings.HasPrefix(left, "session ") && !strings.HasPrefix(left, "task ") {
					t.Errorf("left behind is %s", left)
				}
			}
			for _, key := range claims(t, s) {
				t.Errorf("left behind in the pool's other_config is %q", key)
			}
		})
	}
}
