package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// sayer claims to be what it is not, as errors may.
type sayer struct{}

func (sayer) Error() string { return "says so" }

func (sayer) Is(target error) bool { return target == biovm.ErrNotFound }

func sentinels() []error {
	return []error{
		biovm.ErrNotFound, biovm.ErrExists, biovm.ErrState, biovm.ErrNoCapacity, biovm.ErrUnsupported, biovm.ErrInvalid, biovm.ErrLimit, biovm.ErrProcess,
		remote.ErrUnavailable, remote.ErrUnauthorized, context.Canceled, context.DeadlineExceeded,
	}
}

// TestProblem holds that an error is the same one after a way over the wire.
func TestProblem(t *testing.T) {
	t.Parallel()
	field := func(v any) error { return &biovm.FieldError{Path: `medium["a"]`, Value: v, Reason: "because"} }
	deep := errors.New("bottom")
	for range 30 {
		deep = fmt.Errorf("up: %w", deep)
	}
	errs := append(sentinels(),
		errors.New("plain"), errors.New(""), sayer{}, fmt.Errorf("around: %w", sayer{}), deep,
		field(nil), field("text"), field(""), field(7), field(int64(1<<62)), field(0.1), field(math.Inf(-1)), field(math.NaN()), field(true), field(time.Minute), field([]string{"a"}), field(biovm.Syn3A),
		errors.Join(field(1), field(2), &biovm.OpError{Op: "list", Err: biovm.ErrState}),
		&biovm.OpError{Op: "start", VM: "a", Err: fmt.Errorf("%w: %w", biovm.ErrState, io.EOF)},
		&biovm.OpError{Op: "list records of", Err: errors.Join(field("x"), &biovm.CapacityError{Resource: "ribosomes", Want: 30, Free: 12, Capacity: 68, Chassis: "lab"})},
		&biovm.ProcessError{Message: "no", Line: 3, Col: 7, Backtrace: "f\n g"}, &biovm.ProcessError{Message: "no", Checked: true},
		&biovm.LimitError{Limit: "steps", Allowed: "5 steps", Setting: "limits.steps"},
	)
	for _, want := range errs {
		b, err := json.Marshal(remote.NewProblem(want))
		if err != nil {
			t.Fatal(err)
		}
		var p remote.Problem
		if err := json.Unmarshal(b, &p); err != nil {
			t.Fatal(err)
		}
		got := p.Err()
		if got.Error() != want.Error() && want.Error() != "" {
			t.Errorf("%q came over as %q", want, got)
		}
		for _, s := range sentinels() {
			if errors.Is(want, s) != errors.Is(got, s) {
				t.Errorf("%q: errors.Is(%v) is %t, and was %t", want, s, errors.Is(got, s), errors.Is(want, s))
			}
		}
		if w, g := fmt.Sprintf("%q", biovm.FieldErrors(want)), fmt.Sprintf("%q", biovm.FieldErrors(got)); w != g {
			t.Errorf("%q: the field errors are %s, and were %s", want, g, w)
		}
		if p.Status < 400 || p.Status > 599 || p.Type == "" || p.Title == "" || p.Detail != want.Error() {
			t.Errorf("%q is the problem %+v", want, p)
		}
	}
	var c *biovm.CapacityError
	if err := remote.NewProblem(errs[len(errs)-4]).Err(); !errors.As(err, &c) || *c != (biovm.CapacityError{Resource: "ribosomes", Want: 30, Free: 12, Capacity: 68, Chassis: "lab"}) {
		t.Errorf("the capacity came over as %+v", c)
	}
	if remote.NewProblem(&biovm.OpError{Op: "x", Err: errors.New("a")}).Cause.Kind != "op" {
		t.Error("an OpError is none on the wire")
	}
}

// FuzzProblem holds that a daemon that lies, or is none, gives an error and no
// panic.
func FuzzProblem(f *testing.F) {
	for _, err := range []error{biovm.ErrState, &biovm.OpError{Op: "a", VM: "b", Err: errors.Join(biovm.ErrExists, &biovm.FieldError{Path: "p", Value: 1})}, &biovm.LimitError{}} {
		b, e := json.Marshal(remote.NewProblem(err))
		if e != nil {
			f.Fatal(e)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"cause":{"kind":"op","errors":[null,{"kind":"field","value_type":"int","value":"x"},{"kind":"capacity"},{"kind":"op"}]}}`))
	f.Add([]byte(`{"type":"urn:bioxen:problem:state"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var p remote.Problem
		if json.Unmarshal(b, &p) != nil {
			return
		}
		err := p.Err()
		if err == nil {
			t.Fatalf("%s is no error", b)
		}
		text := err.Error()
		biovm.FieldErrors(err)
		for _, s := range sentinels() {
			_ = errors.Is(err, s)
		}
		// What came over once comes over again. Text that is no UTF-8 does not
		// get this far.
		if again := remote.NewProblem(err).Err(); again.Error() != text {
			t.Errorf("%s: %q came over again as %q", b, text, again)
		}
	})
}
