//go:build !race

package xcpng_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/biovmtest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// What is here does what other tests do with the race detector, once more: in
// guests, which are processes that it does not see, and with much to compute.

// TestDriverInLab runs the suite with an OpenSSH server and a bioxen of its own in
// every guest.
func TestDriverInLab(t *testing.T) {
	t.Parallel()
	biovmtest.TestDriver(t, func(t *testing.T) biovm.Driver {
		t.Helper()
		r := newLabRig(t, true, lab.Options{})
		return r.open(t, r.options())
	})
}

// TestSameBits holds that a cell answers in its machine as it does without one.
func TestSameBits(t *testing.T) {
	t.Parallel()
	r := newRig(t, xapitest.SingleHost())
	x := r.driver(t)
	e, err := engine.Open(t.Context(), engine.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	b := basic.New(e)
	defer b.Close()
	for _, organism := range biovm.BiologicalTypes() {
		spec := biovm.Spec{ID: biovm.ID(strings.ReplaceAll(string(organism), "_", "-")), BiologicalType: organism, Seed: 11}
		var canonical [2]string
		for i, d := range []biovm.Driver{b, x} {
			spec.VMType = d.Info().VMType
			vm := running(t, d, spec)
			res, err := vm.Execute(t.Context(), biovm.Process{Code: "[fba(), pfba(), minimal_metabolism_analysis(), get_biological_status()['growth_rate']]"})
			if err != nil {
				t.Fatal(err)
			}
			text, err := res.Canonical()
			if err != nil {
				t.Fatal(err)
			}
			m, err := vm.Metrics(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			canonical[i] = fmt.Sprintf("%s %+v %+v", text, m.Growth, m.Usage)
			if i == 1 {
				if g := status(t, vm).Growth; g == nil || *g != m.Growth {
					t.Errorf("%s: the status' growth is %+v, and the metrics' %+v", organism, g, m.Growth)
				}
			}
		}
		if canonical[0] != canonical[1] {
			t.Errorf("%s: basic answers %.300s, xcpng %.300s", organism, canonical[0], canonical[1])
		}
	}
}
