package biovm_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func TestProcessValidate(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		process biovm.Process
		want    []string
	}{
		"an expression":    {biovm.Process{Code: "1"}, nil},
		"with limits":      {biovm.Process{Code: "1", Limits: biovm.DefaultLimits()}, nil},
		"the longest":      {biovm.Process{Code: strings.Repeat("#", 1<<20)}, nil},
		"nothing":          {biovm.Process{}, []string{"code"}},
		"blank":            {biovm.Process{Code: " \n\t"}, []string{"code"}},
		"too long":         {biovm.Process{Code: strings.Repeat("#", 1<<20+1)}, []string{"code"}},
		"all at once":      {biovm.Process{Limits: biovm.Limits{Timeout: -1, OutputBytes: -1}}, []string{"code", "limits.timeout", "limits.output_bytes"}},
		"a negative limit": {biovm.Process{Code: "1", Limits: biovm.Limits{Timeout: -time.Second}}, []string{"limits.timeout"}},
	}
	for name, tt := range tests {
		err := tt.process.Validate()
		if diff := cmp.Diff(tt.want, paths(err)); diff != "" {
			t.Errorf("%s: Validate = %v, paths (-want +got):\n%s", name, err, diff)
		}
		if err != nil && len(err.Error()) > 1000 {
			t.Errorf("%s: the error repeats the code: it has %d bytes", name, len(err.Error()))
		}
	}
}

func TestLimitsWithDefaults(t *testing.T) {
	t.Parallel()
	want := biovm.Limits{Steps: 100_000_000, Timeout: time.Minute, OutputBytes: 1 << 20}
	if got := (biovm.Limits{}).WithDefaults(); got != want {
		t.Errorf("the default limits are %+v, want %+v", got, want)
	}
	want = biovm.Limits{Steps: 1, Timeout: 2, OutputBytes: 3}
	if got := want.WithDefaults(); got != want {
		t.Errorf("WithDefaults made %+v of %+v", got, want)
	}
}

// TestCanonical holds what the canonical form leaves out, and nothing else.
func TestCanonical(t *testing.T) {
	t.Parallel()
	canonical := func(r biovm.Result) string {
		t.Helper()
		b, err := r.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	full := biovm.Result{
		Value: json.RawMessage(`{"b":1,"a":[0.1]}`), Stdout: "hello\n", Metrics: map[string]float64{"growth_rate": 0.25, "analyses": 2},
		SimulatedSeconds: 1.5, Steps: 7, Seed: -3, ModelVersion: "v1", WallSeconds: 0.7,
	}
	want := `{"value":{"b":1,"a":[0.1]},"stdout":"hello\n","metrics":{"analyses":2,"growth_rate":0.25},"simulated_seconds":1.5,"steps":7,"seed":-3,"model_version":"v1"}`
	if got := canonical(full); got != want {
		t.Errorf("Canonical = %s, want %s", got, want)
	}
	slower := full
	slower.WallSeconds = 99
	if canonical(slower) != canonical(full) {
		t.Error("how long it took makes a difference")
	}
	for name, change := range map[string]func(r *biovm.Result){
		"value":             func(r *biovm.Result) { r.Value = json.RawMessage(`{"a":[0.1],"b":1}`) },
		"stdout":            func(r *biovm.Result) { r.Stdout = "" },
		"metrics":           func(r *biovm.Result) { r.Metrics = nil },
		"simulated seconds": func(r *biovm.Result) { r.SimulatedSeconds++ },
		"steps":             func(r *biovm.Result) { r.Steps++ },
		"seed":              func(r *biovm.Result) { r.Seed++ },
		"model version":     func(r *biovm.Result) { r.ModelVersion = "v2" },
	} {
		other := full
		change(&other)
		if canonical(other) == canonical(full) {
			t.Errorf("another %s makes no difference", name)
		}
	}
	if _, err := (biovm.Result{Value: json.RawMessage("{")}).Canonical(); err == nil {
		t.Error("Canonical of a value that is no JSON gives no error")
	}
}
