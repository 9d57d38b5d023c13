package cloudinit

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Label is the drive's, by which cloud-init finds it.
const Label = "cidata"

// MaxBytes bounds what a drive may hold, all files together. User data count
// twice: they are on it in two places.
const MaxBytes = 32 << 20

// A Drive says what is on a guest's configuration drive.
type Drive struct {
	// InstanceID tells cloud-init whether it has seen this instance before: what
	// it does once per instance it does when the ID is a new one. It must not be
	// empty. The VM's UUID is a good one.
	InstanceID string
	// Hostname becomes the guest's name; the template's stays when empty.
	Hostname string
	// UserData are a cloud-config, a script, or any other form that cloud-init
	// knows.
	UserData []byte
	// NetworkConfig configures the interfaces, in version 1 or 2 of cloud-init's
	// format. It is left out when empty, and the guest uses DHCP; an empty file
	// would leave it without a network.
	NetworkConfig []byte
	// SSHKeys may log in as the default user, a line each as in
	// authorized_keys.
	SSHKeys []string
}

// A TooLargeError is returned for data that exceed [MaxBytes].
type TooLargeError struct {
	// Size is how many bytes there are, Limit how many there may be.
	Size, Limit int64
}

// Error implements error.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("cloudinit: %d bytes are more than the %d that a drive holds; let the guest fetch the rest", e.Size, e.Limit)
}

// ErrInvalid is what errors about a drive's fields wrap.
var ErrInvalid = errors.New("cloudinit: invalid drive")

// Image makes the drive's image: the same drive makes the same bytes. Its
// length is a multiple of 2 MiB, which every storage can hold.
func (d Drive) Image() ([]byte, error) {
	files, err := d.files()
	if err != nil {
		return nil, err
	}
	var size int64
	for _, name := range slices.Sorted(maps.Keys(files)) {
		size += int64(len(files[name]))
	}
	if size > MaxBytes {
		return nil, &TooLargeError{Size: size, Limit: MaxBytes}
	}
	return fatImage(files)
}

// files are the drive's, by path.
func (d Drive) files() (map[string][]byte, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	meta, err := d.openStackMetaData()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		"meta-data": d.metaData(),
		"user-data": d.UserData,
		// Where the guests' agents look that know OpenStack only, such as
		// those for Windows.
		"openstack/latest/meta_data.json": meta,
		"openstack/latest/user_data":      d.UserData,
	}
	if len(d.NetworkConfig) > 0 {
		files["network-config"] = d.NetworkConfig
	}
	return files, nil
}

func (d Drive) check() error {
	odd := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	switch {
	case d.InstanceID == "" || strings.ContainsFunc(d.InstanceID, odd):
		return fmt.Errorf("%w: instance ID %q: give one without blanks, such as the VM's UUID", ErrInvalid, d.InstanceID)
	case strings.ContainsFunc(d.Hostname, odd):
		return fmt.Errorf("%w: host name %q: it has blanks", ErrInvalid, d.Hostname)
	}
	for i, k := range d.SSHKeys {
		if strings.TrimSpace(k) == "" || strings.ContainsAny(strings.TrimSpace(k), "\r\n") {
			return fmt.Errorf("%w: SSH key %d: give one line as in authorized_keys", ErrInvalid, i)
		}
	}
	return nil
}

// metaData are YAML; strings are quoted as in JSON, which is YAML too.
func (d Drive) metaData() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "instance-id: %s\n", quote(d.InstanceID))
	if d.Hostname != "" {
		fmt.Fprintf(&b, "local-hostname: %s\n", quote(d.Hostname))
	}
	if len(d.SSHKeys) > 0 {
		b.WriteString("public-keys:\n")
		for _, k := range d.SSHKeys {
			fmt.Fprintf(&b, "  - %s\n", quote(strings.TrimSpace(k)))
		}
	}
	return []byte(b.String())
}

func quote(s string) string {
	q, err := json.Marshal(s)
	if err != nil { // a string always has a JSON form
		return strconv.Quote(s)
	}
	return string(q)
}

func (d Drive) openStackMetaData() ([]byte, error) {
	keys := map[string]string{}
	for i, k := range d.SSHKeys {
		keys["key-"+strconv.Itoa(i)] = strings.TrimSpace(k)
	}
	b, err := json.Marshal(struct {
		UUID     string            `json:"uuid"`
		Hostname string            `json:"hostname,omitempty"`
		Keys     map[string]string `json:"public_keys,omitempty"`
	}{d.InstanceID, d.Hostname, keys})
	if err != nil {
		return nil, fmt.Errorf("cloudinit: %w", err)
	}
	return append(b, '\n'), nil
}
