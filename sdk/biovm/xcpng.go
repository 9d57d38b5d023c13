package biovm

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// XCPngSpec says what virtual machine an xcpng VM gets. What it leaves out the
// driver's defaults say, and after them the template.
type XCPngSpec struct {
	// Host names the pool, as the driver knows it.
	Host string `json:"host,omitempty"`
	// Template is the name or UUID of what the machine is cloned from.
	Template string `json:"template,omitempty"`
	// SR is the name or UUID of where its disks go; empty means beside the
	// template's, and for the configuration drive the pool's default.
	SR string `json:"sr,omitempty"`
	// Network is the name or UUID of the network of its first interface; empty
	// means the template's.
	Network string `json:"network,omitempty"`
	// VCPUs and MemoryMiB size it; 0 means as the template.
	VCPUs     int `json:"vcpus,omitempty"`
	MemoryMiB int `json:"memory_mib,omitempty"`
	// Placement is the name or UUID of the pool's member to start on; empty
	// leaves it to the pool.
	Placement string `json:"placement,omitempty"`
	// SSHUser logs in to the guest; root when empty.
	SSHUser string `json:"ssh_user,omitempty"`
	// SSHKeyPath is the file of the private key to log in with; empty means
	// the key that the driver makes for itself and keeps.
	SSHKeyPath string `json:"ssh_key_path,omitempty"`
	// UserData is cloud-config, a YAML mapping, that is merged into what the
	// guest is told at its first boot. It is no place for secrets.
	UserData string `json:"user_data,omitempty"`
	// NetworkConfig configures the guest's interfaces in cloud-init's format;
	// empty means DHCP.
	NetworkConfig string `json:"network_config,omitempty"`
	// AddressWithin, in CIDR notation, is where the address to reach the guest
	// at must be; any when empty.
	AddressWithin string `json:"address_within,omitempty"`
	// AddressTimeout bounds the wait for the guest's address, 5 minutes when 0;
	// SSHTimeout that for SSH and the agent after it, 5 minutes when 0.
	AddressTimeout time.Duration `json:"address_timeout,omitempty"`
	SSHTimeout     time.Duration `json:"ssh_timeout,omitempty"`
	// ShutdownGrace is how long the guest may take to shut down before its
	// power is taken off; a minute when 0.
	ShutdownGrace time.Duration `json:"shutdown_grace,omitempty"`
	// KeepDisks leaves the disks, all but the configuration drive, when the VM
	// is destroyed.
	KeepDisks bool `json:"keep_disks,omitempty"`
	// AllowRestart permits a change that needs the guest shut down and started
	// again to do so.
	AllowRestart bool `json:"allow_restart,omitempty"`
}

// Over returns x with what under says where x says nothing.
func (x XCPngSpec) Over(under XCPngSpec) XCPngSpec {
	for _, f := range []struct{ value, under *string }{
		{&x.Host, &under.Host},
		{&x.Template, &under.Template},
		{&x.SR, &under.SR},
		{&x.Network, &under.Network},
		{&x.Placement, &under.Placement},
		{&x.SSHUser, &under.SSHUser},
		{&x.SSHKeyPath, &under.SSHKeyPath},
		{&x.UserData, &under.UserData},
		{&x.NetworkConfig, &under.NetworkConfig},
		{&x.AddressWithin, &under.AddressWithin},
	} {
		if *f.value == "" {
			*f.value = *f.under
		}
	}
	for _, f := range []struct{ value, under *time.Duration }{
		{&x.AddressTimeout, &under.AddressTimeout}, {&x.SSHTimeout, &under.SSHTimeout}, {&x.ShutdownGrace, &under.ShutdownGrace},
	} {
		if *f.value == 0 {
			*f.value = *f.under
		}
	}
	for _, f := range []struct{ value, under *int }{{&x.VCPUs, &under.VCPUs}, {&x.MemoryMiB, &under.MemoryMiB}} {
		if *f.value == 0 {
			*f.value = *f.under
		}
	}
	x.KeepDisks = x.KeepDisks || under.KeepDisks
	x.AllowRestart = x.AllowRestart || under.AllowRestart
	return x
}

// validate checks what can be known without a pool; paths start with xcpng.
func (x XCPngSpec) validate() []error {
	var errs []error
	bad := func(field string, value any, reason string) {
		errs = append(errs, &FieldError{Path: "xcpng." + field, Value: value, Reason: reason})
	}
	if x.VCPUs < 0 {
		bad("vcpus", x.VCPUs, "must be at least 1, or left out for the template's")
	}
	if x.MemoryMiB < 0 {
		bad("memory_mib", x.MemoryMiB, "must be at least 1 MiB, or left out for the template's")
	}
	if x.AddressWithin != "" {
		if _, err := netip.ParsePrefix(x.AddressWithin); err != nil {
			bad("address_within", x.AddressWithin, "must be a network in CIDR notation, such as 10.0.0.0/8")
		}
	}
	for _, f := range []struct {
		name  string
		value time.Duration
	}{{"address_timeout", x.AddressTimeout}, {"ssh_timeout", x.SSHTimeout}, {"shutdown_grace", x.ShutdownGrace}} {
		if f.value < 0 {
			bad(f.name, f.value, "must not be negative")
		}
	}
	return errs
}

// XCPngStatus is what the pool shows of an xcpng VM's machine.
type XCPngStatus struct {
	// Host names the pool, Template the template that the machine was made of.
	Host     string `json:"host"`
	Template string `json:"template,omitempty"`
	// PowerState is the pool's word: Halted, Paused, Running or Suspended.
	PowerState string `json:"power_state"`
	// Member is the member of the pool that it runs on, by name; empty when it
	// runs on none.
	Member string `json:"member,omitempty"`
	// Address is the guest's, as its agent reported it; empty when it did not.
	Address string `json:"address,omitempty"`
	// HostKey is the guest's SSH host key as the guest published it through
	// the pool, in the form of authorized_keys; empty before it did.
	HostKey string `json:"host_key,omitempty"`
	// VCPUs and MemoryMiB are what the machine has.
	VCPUs     int `json:"vcpus"`
	MemoryMiB int `json:"memory_mib"`
	// AgentVersion is the release of the engine in the guest when the VM was made.
	AgentVersion string `json:"agent_version,omitempty"`
}

// An XCPngHost is a pool that xcpng VMs can be made on: where it is, how to
// trust it, and who logs in.
type XCPngHost struct {
	// Name is what specs call it.
	Name string `json:"name"`
	// URL is a member's address, https://host or https://host:port.
	URL string `json:"url"`
	// Username and Password log in. The password is in no encoding of the host
	// and in nothing that prints it.
	Username string `json:"username"`
	Password string `json:"-"`
	// PasswordVersion tells this password from earlier ones, in the numbers of
	// who set it; 0 when nobody counts.
	PasswordVersion int64 `json:"password_version,omitempty"`
	// CACertPEM holds the authorities to trust instead of the system's, Pins
	// the SHA-256 fingerprints of certificates to trust for what they are.
	CACertPEM string   `json:"ca_cert_pem,omitempty"`
	Pins      []string `json:"pins,omitempty"`
	// Template, Network and SR are what VMs on the pool get whose specs name
	// none, before the driver's own defaults.
	Template string `json:"template,omitempty"`
	Network  string `json:"network,omitempty"`
	SR       string `json:"sr,omitempty"`
}

// Defaults is what the specs of VMs on the pool leave out.
func (h XCPngHost) Defaults() XCPngSpec {
	return XCPngSpec{Host: h.Name, Template: h.Template, Network: h.Network, SR: h.SR}
}

// Format prints the host without its password, whatever the verb.
func (h XCPngHost) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "xcpng host %q at %s as %s", h.Name, h.URL, h.Username)
}

// Validate checks what can be known without asking the pool, all problems at
// once.
func (h XCPngHost) Validate() error {
	errs := []error{checkName("name", h.Name)}
	if !strings.HasPrefix(h.URL, "https://") || len(h.URL) == len("https://") {
		errs = append(errs, &FieldError{Path: "url", Value: h.URL, Reason: "must be https://host or https://host:port"})
	}
	if h.Username == "" {
		errs = append(errs, &FieldError{Path: "username", Value: h.Username, Reason: "must not be empty"})
	}
	for i, pin := range h.Pins {
		if hex := strings.ToLower(strings.ReplaceAll(pin, ":", "")); len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
			errs = append(errs, &FieldError{Path: fmt.Sprintf("pins[%d]", i), Value: pin, Reason: "must be a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons"})
		}
	}
	return errors.Join(errs...)
}

// Equal reports whether both say the same, password included.
func (h XCPngHost) Equal(o XCPngHost) bool {
	return h.Name == o.Name && h.URL == o.URL && h.Username == o.Username && h.Password == o.Password && h.PasswordVersion == o.PasswordVersion &&
		h.CACertPEM == o.CACertPEM && slices.Equal(h.Pins, o.Pins) && h.Defaults() == o.Defaults()
}
