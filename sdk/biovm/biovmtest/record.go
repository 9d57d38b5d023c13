package biovmtest

import (
	"errors"
	"maps"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func testRecords(t *testing.T, open func(t *testing.T) biovm.Driver) {
	d := open(t)
	vm, other := running(t, d, spec(d, "a")), running(t, d, spec(d, "b"))
	keeper, stranger := ability[biovm.Recorder](t, vm), ability[biovm.Recorder](t, other)
	p, triggers := biovm.Process{Code: "print('x')\n6 * 7", Seed: new(int64(3))}, map[string]string{"version": "1"}
	var want []biovm.Record
	for i := range 3 {
		r, err := keeper.ExecuteRecorded(t.Context(), p, triggers)
		if err != nil {
			t.Fatal(err)
		}
		if r.ID == "" || r.VM != "a" || r.VMUUID != status(t, vm).UUID || !maps.Equal(r.Triggers, triggers) || r.CreatedAt.IsZero() {
			t.Errorf("record %d is %s", i, form(t, r))
		}
		if r.Process.Code != p.Code || r.Process.Limits != (biovm.Limits{}).WithDefaults() || string(r.Result.Value) != "42" || r.Result.Stdout != "x\n" || r.Result.Seed != 3 {
			t.Errorf("record %d keeps %s, want the process with its defaults and its result", i, form(t, r))
		}
		for range 2 {
			if err := keeper.ConfirmRecord(t.Context(), r.ID); err != nil {
				t.Errorf("ConfirmRecord: %v", err)
			}
		}
		want = append(want, r)
	}
	checkRecords(t, keeper, want)

	// What fails is not kept, and leaves no trace.
	if _, err := keeper.ExecuteRecorded(t.Context(), biovm.Process{Code: "fail('no')"}, nil); !errors.Is(err, biovm.ErrProcess) {
		t.Errorf("ExecuteRecorded of a failing process = %v, want ErrProcess", err)
	}
	checkRecords(t, keeper, want)
	if n := metrics(t, vm).Executions; n != len(want) {
		t.Errorf("the metrics count %d records, want %d", n, len(want))
	}

	// A record is its VM's.
	if _, err := stranger.Record(t.Context(), want[0].ID); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("Record of another vm's = %v, want ErrNotFound", err)
	}
	if err := stranger.ConfirmRecord(t.Context(), want[0].ID); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("ConfirmRecord of another vm's = %v, want ErrNotFound", err)
	}
	if err := stranger.DeleteRecord(t.Context(), want[0].ID); err != nil {
		t.Errorf("DeleteRecord of what the vm does not have: %v", err)
	}
	checkRecords(t, keeper, want)
	checkRecords(t, stranger, nil)

	for range 2 {
		if err := keeper.DeleteRecord(t.Context(), want[1].ID); err != nil {
			t.Errorf("DeleteRecord: %v", err)
		}
	}
	if _, err := keeper.Record(t.Context(), want[1].ID); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("Record of a deleted one = %v, want ErrNotFound", err)
	}
	checkRecords(t, keeper, []biovm.Record{want[0], want[2]})

	// Records outlive the cell's life, and end with the VM. Where they are kept in
	// the cell's own machine, they are to be seen when that runs.
	if err := vm.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := keeper.Records(t.Context()); !errors.Is(err, biovm.ErrState) {
		checkRecords(t, keeper, []biovm.Record{want[0], want[2]})
	}
	if err := keeper.DeleteRecord(t.Context(), want[0].ID); err != nil {
		t.Errorf("DeleteRecord of a stopped vm's: %v", err)
	}
	if n := metrics(t, vm).Executions; n != 1 {
		t.Errorf("the metrics of a stopped vm count %d records, want 1", n)
	}
	if _, err := keeper.ExecuteRecorded(t.Context(), p, nil); !errors.Is(err, biovm.ErrState) {
		t.Errorf("ExecuteRecorded in a stopped vm = %v, want ErrState", err)
	}
	if err := vm.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkRecords(t, keeper, []biovm.Record{want[2]})
	if err := vm.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := keeper.Records(t.Context()); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("Records of a destroyed vm = %v, want ErrNotFound", err)
	}
	if _, err := keeper.Record(t.Context(), want[2].ID); !errors.Is(err, biovm.ErrNotFound) {
		t.Errorf("Record of a destroyed vm = %v, want ErrNotFound", err)
	}
}

// checkRecords checks that a VM has these records, in this order.
func checkRecords(t *testing.T, r biovm.Recorder, want []biovm.Record) {
	t.Helper()
	got, err := r.Records(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d records are there, want %d", len(got), len(want))
	}
	for i := range want {
		if form(t, got[i]) != form(t, want[i]) {
			t.Errorf("record %d is %s, want %s", i, form(t, got[i]), form(t, want[i]))
		}
		one, err := r.Record(t.Context(), want[i].ID)
		if err != nil || form(t, one) != form(t, want[i]) {
			t.Errorf("Record(%q) = %s, %v; want %s", want[i].ID, form(t, one), err, form(t, want[i]))
		}
	}
}
