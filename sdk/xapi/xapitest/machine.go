package xapitest

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"strconv"
	"strings"
)

// A Machine is a VM as its guest has it, from one boot to the end of its power.
// Its methods are safe for concurrent use; once the power is gone they do
// nothing. A goroutine that is locked to its thread must not call them, because
// what they bring about runs on as a coroutine.
type Machine struct {
	s      *Server
	vm     *object
	guest  Guest
	number int64 // of all boots of this server
	host   string
	done   chan struct{}

	// The server's lock guards what follows.
	frozen    bool
	rebooting bool
	postponed []func()          // what was due while it was frozen
	reported  map[string]string // what the guest said of its networks; nil before it spoke
}

// A Drive is one of a machine's disks.
type Drive struct {
	Device   string // xvda, …
	VDI      string // its reference
	ReadOnly bool
	Size     int64 // in bytes
	// Content is what was written to it from its start on; the rest is zeros.
	Content io.ReaderAt
	// Written is how long Content is.
	Written int64
}

// An Interface is one of a machine's network interfaces.
type Interface struct{ Device, MAC, Network string }

// Ref is the VM's reference.
func (m *Machine) Ref() string { return m.vm.ref }

// UUID is the VM's.
func (m *Machine) UUID() string { return m.text("uuid") }

// Name is the VM's label.
func (m *Machine) Name() string { return m.text("name_label") }

// Host is the address of the member that it was started on.
func (m *Machine) Host() string { return m.host }

// Done is closed when the power is gone.
func (m *Machine) Done() <-chan struct{} { return m.done }

// Memory is in bytes.
func (m *Machine) Memory() int64 {
	m.s.mu.Lock()
	defer m.s.unlock()
	return m.vm.int("memory_target")
}

// VCPUs is how many it started with.
func (m *Machine) VCPUs() int64 {
	m.s.mu.Lock()
	defer m.s.unlock()
	return m.vm.int("VCPUs_at_startup")
}

func (m *Machine) text(field string) string {
	m.s.mu.Lock()
	defer m.s.unlock()
	return m.vm.str(field)
}

// OtherConfig is a copy of the VM's.
func (m *Machine) OtherConfig() map[string]string {
	m.s.mu.Lock()
	defer m.s.unlock()
	return maps.Clone(m.vm.texts("other_config"))
}

// Drives are the disks that have a medium, by device.
func (m *Machine) Drives() []Drive {
	m.s.mu.Lock()
	defer m.s.unlock()
	var out []Drive
	for _, b := range m.vm.members("VBDs") {
		vdi := b.to("VDI")
		if vdi == nil {
			continue
		}
		d := Drive{Device: b.str("device"), VDI: vdi.ref, ReadOnly: b.str("mode") == "RO", Size: vdi.int("virtual_size"), Content: bytes.NewReader(nil)}
		if c := m.s.disks[vdi.ref]; c != nil {
			d.Content, d.Written = bytes.NewReader(c.data), int64(len(c.data))
		}
		out = append(out, d)
	}
	return out
}

// ConfigDrive finds the drive that configures the guest: a FAT or ISO 9660
// file system whose label is cidata, in any case.
func (m *Machine) ConfigDrive() (Drive, bool) {
	for _, d := range m.Drives() {
		if isConfigDrive(d.Content) {
			return d, true
		}
	}
	return Drive{}, false
}

func isConfigDrive(r io.ReaderAt) bool {
	// Where FAT12/16, FAT32 and ISO 9660 have the label.
	for _, at := range []int64{0x2b, 0x47, 0x8028} {
		label := make([]byte, len("cidata"))
		if n, _ := r.ReadAt(label, at); n == len(label) && strings.EqualFold(string(label), "cidata") {
			return true
		}
	}
	return false
}

// Interfaces are the network interfaces.
func (m *Machine) Interfaces() []Interface {
	m.s.mu.Lock()
	defer m.s.unlock()
	var out []Interface
	for _, f := range m.vm.members("VIFs") {
		i := Interface{Device: f.str("device"), MAC: f.str("MAC")}
		if n := f.to("network"); n != nil {
			i.Network = n.str("name_label")
		}
		out = append(out, i)
	}
	return out
}

// Xenstore reads a key of vm-data, such as vm-data/bioxen/nonce.
func (m *Machine) Xenstore(key string) (value string, ok bool) {
	m.s.mu.Lock()
	defer m.s.unlock()
	value, ok = m.vm.texts("xenstore_data")[key]
	return value, ok && strings.HasPrefix(key, "vm-data")
}

// WriteXenstore writes a key of vm-data, which the pool then shows in the VM's
// xenstore_data. Guests may write nothing else, and no value beyond 2 KiB.
func (m *Machine) WriteXenstore(key, value string) error {
	const longest = 2 << 10
	if !strings.HasPrefix(key, "vm-data/") || len(value) > longest {
		return fmt.Errorf("xapitest: guest writes %q, %d bytes: want a key under vm-data/ and at most %d bytes", key, len(value), longest)
	}
	m.s.mu.Lock()
	defer m.s.unlock()
	if m.on() {
		m.vm.put("xenstore_data", key, value)
	}
	return nil
}

// on reports whether the machine still has power; the lock is held.
func (m *Machine) on() bool { return m.s.running[m.vm.ref] == m }

// Report lets the agent in the guest report its addresses, and no others.
func (m *Machine) Report(addresses ...Address) {
	m.s.mu.Lock()
	defer m.s.unlock()
	if !m.on() {
		return
	}
	m.reported = networksOf(addresses)
	g := m.vm.to("guest_metrics")
	if g == nil {
		return // it comes in a moment, and with what was said
	}
	for name, v := range toolsSeen(m.reported) {
		g.set(name, v)
	}
	g.set("last_updated", m.s.stamp())
	m.s.allow(m.vm)
}

// networksOf writes addresses as guest metrics do.
func networksOf(addresses []Address) map[string]string {
	networks, count := map[string]string{}, map[string]int{}
	for _, a := range addresses {
		family := a.Device + "/ipv6/"
		if ip, err := netip.ParseAddr(a.IP); err == nil && ip.Is4() {
			family = a.Device + "/ipv4/"
			if count[family] == 0 {
				networks[a.Device+"/ip"] = a.IP
			}
		}
		networks[family+strconv.Itoa(count[family])] = a.IP
		count[family]++
	}
	return networks
}

// toolsSeen are guest metrics as an agent writes them.
func toolsSeen(networks map[string]string) map[string]any {
	return map[string]any{
		"networks": networks, "PV_drivers_detected": true, "PV_drivers_up_to_date": true, "live": true,
		"os_version":         map[string]string{"distro": "debian", "name": "Debian GNU/Linux 12 (bookworm)", "major": "12", "uname": "6.1.0-18-amd64"},
		"PV_drivers_version": map[string]string{"major": "7", "minor": "20", "micro": "0", "build": "1"},
		"other":              map[string]string{"feature-shutdown": "1", "feature-suspend": "1", "feature-reboot": "1", "platform-feature-multiprocessor-suspend": "1"},
	}
}

func (m *Machine) usualAddresses() []Address {
	device := "0"
	if i := m.Interfaces(); len(i) > 0 {
		device = i[0].Device
	}
	const perNet = 250
	n := m.number - 1
	return []Address{
		{device, fmt.Sprintf("fe80::%x", m.number)},
		{device, fmt.Sprintf("10.77.%d.%d", n/perNet%perNet, n%perNet+1)},
	}
}

// PowerOff is how a guest turns itself off: the VM halts, or boots again when
// that is what it was asked for.
func (m *Machine) PowerOff() {
	m.s.mu.Lock()
	defer m.s.unlock()
	switch {
	case !m.on():
	case m.rebooting:
		m.s.reboot(m.vm)
	default:
		m.s.halt(m.vm)
	}
}

// Later has the guest do something so many ticks from now, when it then still
// has power: not while it is frozen, but when it goes on.
func (m *Machine) Later(ticks int, do func()) {
	m.s.mu.Lock()
	defer m.s.unlock()
	m.s.later(int64(ticks), func() {
		switch {
		case !m.on():
		case m.frozen:
			m.postponed = append(m.postponed, do)
		default:
			m.s.notify(do)
		}
	})
}
