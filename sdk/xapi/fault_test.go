package xapi_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// lengthOf is how many calls a voyage makes when all is well.
func lengthOf(t *testing.T, template string) []string {
	t.Helper()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	for _, err := range voyage(t.Context(), options(s), template) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return methods(s)
}

// Something goes wrong at call k of making a VM, for every k: nothing is left.
func TestFaultAtEveryCall(t *testing.T) {
	t.Parallel()
	debian, described := xapitest.TemplateDebian, xapitest.TemplateDefault
	for name, test := range map[string]struct {
		template string
		effect   xapitest.Effect
	}{
		"refused":           {debian, xapitest.Fail("INTERNAL_ERROR", "the test")},
		"dropped":           {debian, xapitest.DropBefore()},
		"dropped when done": {debian, xapitest.DropAfter()},
		"HTTP 500":          {debian, xapitest.ServerError()},
		"session lost":      {debian, xapitest.LoseSession()},
		"task fails":        {debian, xapitest.FailTask("INTERNAL_ERROR", "the test")},

		"described disks, dropped when done": {described, xapitest.DropAfter()},
		"described disks, task fails":        {described, xapitest.FailTask("INTERNAL_ERROR", "the test")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := lengthOf(t, test.template)
			for k := range everyFew(len(calls)) {
				faultAt(t, test.template, k+1, calls[k], test.effect)
			}
			t.Logf("%d calls", len(calls))
		})
	}
}

// everyFew yields 0 to n-1, stride apart.
func everyFew(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range (n + stride - 1) / stride {
			if !yield(i * stride) {
				return
			}
		}
	}
}

func faultAt(t *testing.T, template string, k int, method string, effect xapitest.Effect) {
	t.Helper()
	s := xapitest.NewServer(t, xapitest.SingleHost(), xapitest.AllowLeftovers())
	f := s.Inject(xapitest.Fault{Call: k, Effect: effect})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	errs := errors.Join(voyage(ctx, options(s), template)...)
	if f.Fired() != 1 {
		t.Errorf("call %d: the fault fired %d times, want 1", k, f.Fired())
	}
	left := s.Leftovers()
	if method == "session.login_with_password" { // a session whose reference got lost stays
		left = beyondSessions(left)
	}
	if len(left) > 0 {
		t.Errorf("call %d, %s: left behind: %s\nerrors: %v\n%s", k, method, strings.Join(left, "; "), errs, strings.Join(methods(s), "\n"))
	}
}

// The context ends at call k of making a VM, for every k, while the server has
// the call but has not answered, and while it has done it: nothing is left.
func TestCancelAtEveryCall(t *testing.T) {
	t.Parallel()
	for name, effect := range map[string]xapitest.Effect{"before": xapitest.HangBefore(), "after": xapitest.HangAfter()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := lengthOf(t, xapitest.TemplateDebian)
			for k := range everyFew(len(calls)) {
				cancelAt(t, k+1, calls[k], effect, k <= slices.Index(calls, "Async.VM.destroy"))
			}
		})
	}
}

func cancelAt(t *testing.T, k int, method string, effect xapitest.Effect, inTime bool) {
	t.Helper()
	s := xapitest.NewServer(t, xapitest.SingleHost(), xapitest.AllowLeftovers())
	f := s.Inject(xapitest.Fault{Call: k, Effect: effect})
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	reason := errors.New("the user pressed a key")
	done := make(chan error, 1)
	go func() { // ends with the voyage
		done <- errors.Join(voyage(ctx, options(s), xapitest.TemplateDebian)...)
	}()
	<-f.Reached()
	cancel(reason)
	f.Release()
	err := <-done
	if inTime && !errors.Is(err, reason) { // later there is nothing more to cancel
		t.Errorf("call %d, %s: error %v, want the reason that the context had for its end", k, method, err)
	}
	if left := s.Leftovers(); len(left) > 0 {
		t.Errorf("call %d, %s: left behind: %s\nerrors: %v\n%s", k, method, strings.Join(left, "; "), err, strings.Join(methods(s), "\n"))
	}
}
