package xapitest_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// BenchmarkCall measures a small call through the whole of both sides: "calls/s"
// by one caller.
func BenchmarkCall(b *testing.B) {
	s := xapitest.NewServer(b, xapitest.SingleHost())
	w := dialWire(b, s)
	ref := s.Inventory().VMs[0].Ref
	b.ReportAllocs()
	for b.Loop() {
		w.must("VM.get_power_state", ref)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

// BenchmarkWithin measures the simulator without the wire.
func BenchmarkWithin(b *testing.B) {
	s := xapitest.NewServer(b, xapitest.SingleHost())
	ref := s.Inventory().VMs[0].Ref
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Do(b.Context(), "VM.get_power_state", ref); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRecords reads 1,000 VMs in one call.
func BenchmarkRecords(b *testing.B) {
	s := xapitest.NewServer(b, xapitest.SingleHost(), xapitest.AllowLeftovers())
	template := s.Inventory().VMs[0].Ref
	for range 1000 {
		if _, err := s.Do(b.Context(), "VM.clone", template, "a"); err != nil {
			b.Fatal(err)
		}
	}
	w := dialWire(b, s)
	body := `{"jsonrpc":"2.0","method":"VM.get_all_records","params":["` + w.session + `"],"id":1}`
	b.ReportAllocs()
	size := 0
	for b.Loop() {
		size = len(w.post("/jsonrpc", body).text)
	}
	b.ReportMetric(float64(size), "bytes/answer")
}
