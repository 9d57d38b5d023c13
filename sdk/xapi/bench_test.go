package xapi_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// BenchmarkCall is one small call after the other.
func BenchmarkCall(b *testing.B) {
	_, c := pool(b, xapitest.SingleHost())
	vm := template(b, c, xapitest.TemplateDebian)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.PossibleHosts(b.Context(), vm); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

// BenchmarkCallsAtOnce is many small calls at the same time.
func BenchmarkCallsAtOnce(b *testing.B) {
	_, c := pool(b, xapitest.SingleHost())
	vm := template(b, c, xapitest.TemplateDebian)
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := c.PossibleHosts(b.Context(), vm); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

// BenchmarkVMs reads a thousand VMs over the wire.
func BenchmarkVMs(b *testing.B) {
	_, c := pool(b, crowded(1000))
	b.ReportAllocs()
	for b.Loop() {
		vms, err := c.VMs(b.Context())
		if err != nil || len(vms) < 1000 {
			b.Fatal(len(vms), err)
		}
	}
}

// BenchmarkDecodeVMs decodes what was read.
func BenchmarkDecodeVMs(b *testing.B) {
	_, c := pool(b, crowded(1000))
	raw, err := c.Call(b.Context(), "VM.get_all_records")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		var vms map[xapi.VMRef]xapi.VM
		if err := xapi.Decode(raw, &vms); err != nil || len(vms) < 1000 {
			b.Fatal(len(vms), err)
		}
	}
}

// BenchmarkLife is a VM's whole life.
func BenchmarkLife(b *testing.B) {
	_, c := pool(b, xapitest.Pool(2))
	for b.Loop() {
		vm, _, err := journey(b.Context(), c, "a", xapitest.TemplateDebian)
		if err != nil {
			b.Fatal(err)
		}
		if err := c.DestroyWithDisks(b.Context(), vm); err != nil {
			b.Fatal(err)
		}
	}
}
