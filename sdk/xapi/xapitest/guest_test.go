package xapitest_test

import (
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi/xapitest"
)

// A diary is a guest that writes down what happens to it, and lives in a
// goroutine of its own, as a real one would.
type diary struct {
	mu    sync.Mutex
	lines []string
	ended sync.WaitGroup
}

func (d *diary) write(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) read() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.lines...)
}

func (d *diary) Boot(m *xapitest.Machine) {
	d.write("boot " + m.Name())
	d.ended.Go(func() {
		if drive, ok := m.ConfigDrive(); ok {
			text := make([]byte, drive.Written)
			_, _ = drive.Content.ReadAt(text, 0)
			_, data, _ := strings.Cut(string(text), "user-data: ")
			data, _, _ = strings.Cut(data, "\n")
			nonce, _ := m.Xenstore("vm-data/bioxen/nonce")
			d.write("reads " + data + " " + nonce)
			_ = m.WriteXenstore("vm-data/bioxen/done", nonce)
		}
		m.Report(xapitest.Address{Device: m.Interfaces()[0].Device, IP: "10.0.0.7"})
		<-m.Done()
	})
}
func (d *diary) Listens(*xapitest.Machine) bool { return true }
func (d *diary) Shutdown(m *xapitest.Machine) {
	d.write("shutdown")
	d.ended.Go(m.PowerOff)
}
func (d *diary) Freeze(*xapitest.Machine) { d.write("freeze") }
func (d *diary) Thaw(*xapitest.Machine)   { d.write("thaw") }
func (d *diary) Stop(*xapitest.Machine)   { d.write("stop") }

func TestGuest(t *testing.T) {
	t.Parallel()
	d := &diary{}
	s := xapitest.NewServer(t, xapitest.SingleHost(), xapitest.WithGuest(d))
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	image := "xx" + strings.Repeat("\x00", 0x29) + "CIDATA     \nuser-data: hello\n"
	vdi := w.disk(1 << 20)
	if resp, err := w.put(vdi, "", strings.NewReader(image), int64(len(image)), false); err != nil || resp.status != 200 {
		t.Fatal(resp, err)
	}
	w.must("VBD.create", map[string]any{
		"VM": vm, "VDI": vdi, "userdevice": "autodetect", "bootable": false, "mode": "RO", "type": "Disk", "empty": false,
		"other_config": map[string]string{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
	})
	w.must("VM.add_to_xenstore_data", vm, "vm-data/bioxen/nonce", "n1")
	w.must("VM.start", vm, false, false)
	for token := ""; ; {
		token = w.from(token, 30, "vm", "vm_guest_metrics").token
		i := s.Inventory()
		if a, _ := i.VM("a"); a.XenstoreData["vm-data/bioxen/done"] == "n1" && a.Networks["0/ip"] == "10.0.0.7" {
			break
		}
	}
	w.must("VM.pause", vm)
	w.must("VM.unpause", vm)
	w.must("VM.suspend", vm)
	w.must("VM.resume", vm, false, false)
	w.must("VM.clean_reboot", vm)
	w.must("VM.clean_shutdown", vm)
	w.must("VM.start", vm, false, false)
	w.must("VM.hard_shutdown", vm)
	d.ended.Wait()
	var got []string
	for _, l := range d.read() {
		if !strings.HasPrefix(l, "reads") {
			got = append(got, l)
		} else if l != "reads hello n1" {
			t.Errorf("the guest %s, want hello and n1", l)
		}
	}
	want := []string{
		"boot a", "freeze", "thaw", "freeze", "thaw", "shutdown", "stop", "boot a", "shutdown", "stop", "boot a", "stop",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what the guest was told (-want +got):\n%s", diff)
	}
}

// TestAgent has agents that are late, change their mind, and speak of another
// interface.
func TestAgent(t *testing.T) {
	t.Parallel()
	preset := xapitest.SingleHost()
	preset.Templates[0].Guest = xapitest.Agent{
		Delay: 50,
		Addresses: func(m *xapitest.Machine) []xapitest.Address {
			if _, err := m.Drives()[0].Content.ReadAt(make([]byte, 1), 0); err != io.EOF {
				t.Errorf("an empty disk has content: %v", err)
			}
			return []xapitest.Address{{Device: "2", IP: "10.9.9.9"}, {Device: "2", IP: "2001:db8::1"}}
		},
		Booted: func(m *xapitest.Machine) {
			if err := m.WriteXenstore("data/x", "y"); err == nil {
				t.Error("a guest writes outside vm-data")
			}
			m.Later(10, func() { m.Report(xapitest.Address{Device: "2", IP: "10.9.9.10"}) })
			m.Later(20, m.PowerOff)
		},
	}
	s := xapitest.NewServer(t, preset)
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	w.must("VM.start", vm, false, false)
	var seen []map[string]string
	for token := ""; w.text("VM.get_power_state", vm) == "Running"; {
		token = w.from(token, 30, "vm/"+vm, "vm_guest_metrics").token
		i := s.Inventory()
		a, _ := i.VM("a")
		if len(a.Networks) > 0 && (len(seen) == 0 || !cmp.Equal(seen[len(seen)-1], a.Networks)) {
			seen = append(seen, a.Networks)
		}
	}
	want := []map[string]string{
		{"2/ip": "10.9.9.9", "2/ipv4/0": "10.9.9.9", "2/ipv6/0": "2001:db8::1"},
		{"2/ip": "10.9.9.10", "2/ipv4/0": "10.9.9.10"},
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("what the agent reported until it turned the VM off (-want +got):\n%s", diff)
	}
}

// TestFrozenAgent stays silent while its VM is paused.
func TestFrozenAgent(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost())
	w := dialWire(t, s)
	vm := w.vm(xapitest.TemplateDebian)
	w.must("VM.start", vm, true, false)
	for range 20 {
		w.must("VM.get_uuid", vm) // time goes on
	}
	i := s.Inventory()
	if a, _ := i.VM("a"); len(a.Networks) != 0 {
		t.Errorf("a paused VM's agent speaks: %v", a.Networks)
	}
	w.must("VM.unpause", vm)
	i = s.Inventory()
	if a, _ := i.VM("a"); a.Networks["0/ip"] == "" {
		t.Error("it does not speak when it goes on")
	}
}

// TestLeftovers leaves one of each kind behind.
func TestLeftovers(t *testing.T) {
	t.Parallel()
	s := xapitest.NewServer(t, xapitest.SingleHost(), xapitest.AllowLeftovers())
	w := dialWire(t, s)
	if left := s.Leftovers(); len(left) != 1 { // the session
		t.Errorf("got %v, want the session alone", left)
	}
	w.text("VM.clone", w.template(xapitest.TemplateDebian), "a")
	w.text("task.create", "t", "")
	kinds := map[string]int{}
	for _, l := range s.Leftovers() {
		kinds[strings.Fields(l)[0]]++
	}
	if diff := cmp.Diff(map[string]int{"session": 1, "task": 1, "VM": 1, "VBD": 1, "VDI": 1}, kinds); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestInvariantFailsTests runs a test that leaves something behind.
func TestInvariantFailsTests(t *testing.T) {
	t.Parallel()
	f := &failing{TB: t}
	s := xapitest.NewServer(f, xapitest.SingleHost())
	if _, err := s.Do(t.Context(), "VM.clone", s.Inventory().VMs[0].Ref, "forgotten"); err != nil {
		t.Fatal(err)
	}
	f.end()
	if len(f.errors) != 3 { // VM, VBD, VDI
		t.Errorf("got %d errors, want 3: %v", len(f.errors), f.errors)
	}
}

// failing is a test that writes its errors down.
type failing struct {
	testing.TB
	cleanups []func()
	errors   []string
}

func (f *failing) Cleanup(do func())              { f.cleanups = append(f.cleanups, do) }
func (f *failing) Errorf(format string, _ ...any) { f.errors = append(f.errors, format) }
func (f *failing) end() {
	for _, do := range f.cleanups {
		do()
	}
}
