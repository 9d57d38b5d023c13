package xapitest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A notary is a diary that also writes down which VMs were copied and destroyed.
type notary struct{ diary }

func (n *notary) Copied(from, to string)   { n.write("copied " + from + " " + to) }
func (n *notary) Destroyed(vm string)      { n.write("destroyed " + vm) }
func (n *notary) Boot(*xapitest.Machine)   {}
func (n *notary) Stop(m *xapitest.Machine) { n.write("stop " + m.Ref()) }

func TestKeeper(t *testing.T) {
	t.Parallel()
	n := &notary{}
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	template := w.template(xapitest.TemplateDebian)
	s.SetGuest(template, n)
	a := w.vm(xapitest.TemplateDebian)
	b := w.text("VM.clone", a, "b")
	snapshot := w.text("VM.snapshot", b, "s")
	w.must("VM.start", b, false, false)
	w.must("VM.revert", snapshot)
	for _, vm := range []string{snapshot, b, a} {
		w.remove(vm)
	}
	want := []string{
		"copied " + template + " " + a, "copied " + a + " " + b, "copied " + b + " " + snapshot, "stop " + b, "copied " + snapshot + " " + b,
		"destroyed " + snapshot, "destroyed " + b, "destroyed " + a,
	}
	if diff := cmp.Diff(want, n.read()); diff != "" {
		t.Errorf("what the keeper heard (-want +got):\n%s", diff)
	}
}

// TestGuestWakesWaiters has a guest that speaks when it likes, while a client
// waits for events and nothing is due.
func TestGuestWakesWaiters(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	booted := make(chan *xapitest.Machine, 1)
	vm := w.vm(xapitest.TemplateDebian)
	s.SetGuest(vm, bootsInto{boots: booted})
	w.must("VM.start", vm, false, false)
	m := <-booted
	s.Pass(10) // nothing is due any more
	token := w.from("", 0, "vm", "vm_guest_metrics").token
	for _, tt := range []struct {
		want  string
		speak func()
	}{
		{"mod vm " + vm, func() { _ = m.WriteXenstore("vm-data/a", "1") }},
		{"mod vm_guest_metrics ", func() { m.Report(xapitest.Address{Device: "0", IP: "10.1.1.1"}) }},
		{"mod vm " + vm, m.PowerOff},
	} {
		const soon, longest = 20 * time.Millisecond, 600 // seconds: if they pass, the test has timed out
		time.AfterFunc(soon, tt.speak)
		b := w.from(token, longest, "vm", "vm_guest_metrics")
		if token = b.token; !slices.ContainsFunc(b.events, func(e string) bool { return strings.HasPrefix(e, tt.want) }) {
			t.Errorf("the events %v have no %q", b.events, tt.want)
		}
	}
}

// bootsInto is a guest that hands out its machine.
type bootsInto struct {
	xapitest.Nobody
	boots chan *xapitest.Machine
}

func (g bootsInto) Boot(m *xapitest.Machine) { g.boots <- m }
