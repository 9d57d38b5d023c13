package xapi_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A running VM's figures come from the member that it runs on, a halted one
// has none.
func TestVMMeasurements(t *testing.T) {
	t.Parallel()
	s, c := pool(t, xapitest.Pool(3))
	hosts, err := c.HostFacts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	vm := clone(t, c, xapitest.TemplateDebian)
	if got, err := c.VMMeasurements(t.Context(), vm); err != nil || len(got.Values) > 0 || !got.Time.IsZero() {
		t.Errorf("of a halted VM: got %v, %v; want nothing", got, err)
	}
	if err := c.StartOn(t.Context(), vm, hosts[2].Ref); err != nil {
		t.Fatal(err)
	}
	s.ForgetJournal()
	got, err := c.VMMeasurements(t.Context(), vm)
	if d := cmp.Diff(map[string]float64{"cpu0": 0.02, "cpu1": 0.02, "memory": 2 << 30}, got.Values); d != "" || err != nil || got.Time.IsZero() {
		t.Errorf("of a running VM, at %v, %v (-want +got):\n%s", got.Time, err, d)
	}
	for _, call := range s.Journal() {
		if call.Method == "GET /rrd_updates" && call.Address != hosts[2].Address {
			t.Errorf("asked %s, and it runs on %s", call.Address, hosts[2].Address)
		}
	}
	if _, err := c.VMMeasurements(t.Context(), xapi.Null[xapi.VM]()); err == nil {
		t.Error("of no VM: got no error")
	}
}
