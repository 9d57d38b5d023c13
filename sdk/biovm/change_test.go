package biovm_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// TestChangeJSON holds that a change means the same after a way over the wire:
// nothing, a default and an empty value are three things.
func TestChangeJSON(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]biovm.Change{
		`{}`:                      {},
		`{"medium":null}`:         {Medium: new(map[string]float64(nil))},
		`{"medium":{}}`:           {Medium: new(map[string]float64{})},
		`{"medium":{"EX_a":1.5}}`: {Medium: new(map[string]float64{"EX_a": 1.5})},
		`{"knockouts":[]}`:        {Knockouts: new([]string{})},
		`{"knockouts":["b0001"]}`: {Knockouts: new([]string{"b0001"})},
		`{"seed":0}`:              {Seed: new(int64(0))},
		`{"config":{"resource_limits":{"max_atp":50}},"seed":-1,"xcpng":{"vcpus":2},"medium":null,"knockouts":[]}`: {
			Config: &biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxATP: new(50.0)}}, Seed: new(int64(-1)),
			XCPng: &biovm.XCPngSpec{VCPUs: 2}, Medium: new(map[string]float64(nil)), Knockouts: new([]string{}),
		},
	} {
		got, err := json.Marshal(c)
		if err != nil || string(got) != want {
			t.Errorf("%+v in JSON is %s, %v; want %s", c, got, err, want)
		}
		back := biovm.Change{Seed: new(int64(99))} // what was there goes
		if err := json.Unmarshal(got, &back); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(c, back); diff != "" {
			t.Errorf("%s, read again (-want +got):\n%s", got, diff)
		}
	}
	// A pointer to a nil slice takes every knock-out away, as an empty one does.
	if got, err := json.Marshal(biovm.Change{Knockouts: new([]string(nil))}); err != nil || string(got) != `{"knockouts":[]}` {
		t.Errorf("no knock-outs in JSON are %s, %v", got, err)
	}
	if err := json.Unmarshal([]byte(`{"medium":7}`), new(biovm.Change)); err == nil {
		t.Error("a medium that is a number is read without an error")
	}
}
