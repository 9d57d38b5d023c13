package biovmtest

import (
	"errors"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func testClose(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := running(t, d, spec(d, "a"))
	info := d.Info()
	for range 2 {
		if err := d.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if got := d.Info(); got != info {
		t.Errorf("after Close Info = %+v, and was %+v", got, info)
	}
	if _, err := d.Create(t.Context(), spec(d, "b")); err == nil || errors.Is(err, biovm.ErrExists) {
		t.Errorf("Create after Close = %v, want an error that says so", err)
	}
	if err := d.Check(t.Context(), spec(d, "b")); err == nil {
		t.Error("Check after Close gives no error")
	}
	if _, err := d.Get(t.Context(), "a"); err == nil || errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("Get after Close = %v, want an error that says so: the vm lives on", err)
	}
	if _, err := d.List(t.Context()); err == nil {
		t.Error("List after Close gives no error")
	}
	if _, err := vm.Status(t.Context()); err == nil || errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("Status after Close = %v, want an error that says so: the vm lives on", err)
	}
	for _, op := range biovm.Ops() {
		if err := apply(t.Context(), vm, op); err == nil {
			t.Errorf("%s after Close gives no error", op)
		}
	}
}

// testCloseDuringExecute holds that Close ends what runs and waits for it.
func testCloseDuringExecute(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm := running(t, d, spec(d, "a"))
	ended := make(chan error, 1)
	go func() { // ends with the driver
		_, err := vm.Execute(t.Context(), endless())
		ended <- err
	}()
	// Whether the process has begun, waits for its turn or is yet to come
	// makes no difference to what must happen.
	if err := d.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := <-ended; err == nil {
		t.Error("an endless process ended without an error")
	}
}
