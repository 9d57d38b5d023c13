package xcpng

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

const (
	// keyPrefix begins all that bioxen writes into the pool.
	keyPrefix = "bioxen:"
	// nameKey holds a VM's name, in the other_config of its machine.
	nameKey = keyPrefix + "name"
	// stampPrefix and a number are the key of a stamp there. Each stamp has the
	// next number, and is there before the one before it goes: there is always
	// one, whoever dies when, and of two who write at once one fails.
	stampPrefix = keyPrefix + "vm:"
	// stampVersion is the form of the stamps that this release reads and writes.
	stampVersion = 1
)

// The phases of a machine.
const (
	phaseMaking = "making"
	phaseReady  = "ready"
)

// A stamp is what a machine carries about its VM: the truth, which the cell in
// the guest is brought in line with. It holds no secret.
type stamp struct {
	Version int `json:"version"`
	// UUID is the machine's own: a stamp that a clone inherited means nothing.
	// It is empty while the machine is being made.
	UUID  string `json:"uuid,omitempty"`
	Phase string `json:"phase"`
	// Token is of the making, as in the claim of the name; Mark of the writing.
	Token string `json:"token"`
	Mark  string `json:"mark"`
	// Owner made the VM, or is making it, and has not confirmed it.
	Owner string `json:"owner,omitempty"`

	Spec biovm.Spec `json:"spec"`
	// Asked is what holds of the machine: the spec's over the defaults then.
	Asked        biovm.XCPngSpec     `json:"asked"`
	State        biovm.State         `json:"state"`
	Config       biovm.Config        `json:"config"`
	Allocated    biovm.Allocation    `json:"allocated,omitzero"`
	Grant        biovm.Resources     `json:"grant"`
	Genome       biovm.GenomeSummary `json:"genome"`
	ModelVersion string              `json:"model_version"`
	Growth       *biovm.Growth       `json:"growth,omitempty"`
	CreatedAt    time.Time           `json:"created_at"`
	// SimulatedSeconds and Executions are as the cell last said.
	SimulatedSeconds float64 `json:"simulated_seconds,omitempty"`
	Executions       int     `json:"executions,omitempty"`
	// Forget are records to delete in the guest at its next start.
	Forget []string `json:"forget,omitempty"`

	Made made `json:"made"`
}

// made are facts of a machine's making.
type made struct {
	// Template is the name of what the machine was cloned from, VCPUs and
	// MemoryMiB what that has.
	Template  string `json:"template"`
	VCPUs     int    `json:"vcpus"`
	MemoryMiB int    `json:"memory_mib"`
	// Member is the UUID of the member to start on; empty for any.
	Member string `json:"member,omitempty"`
	// HostKey is the guest's, as it published it, and LoginKey the fingerprint
	// of the key that gets into it.
	HostKey  string `json:"host_key,omitempty"`
	LoginKey string `json:"login_key,omitempty"`
	// AgentVersion is the engine's in the guest when the VM was made.
	AgentVersion string `json:"agent_version,omitempty"`
}

// A StampError says that a machine is a VM of bioxen, and that this release
// cannot read what it carries about it.
type StampError struct {
	// Found is the version of the stamp, Known the one that this release reads.
	Found, Known int
	Err          error // why it is not readable, when it is not the version
}

func (e *StampError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("the stamp on the machine is not readable: %v", e.Err)
	}
	return fmt.Sprintf("the stamp on the machine has version %d, and this release of bioxen knows version %d: use the release that made the VM, or a newer one", e.Found, e.Known)
}

func (e *StampError) Unwrap() error { return e.Err }

func stampKey(number int64) string { return stampPrefix + strconv.FormatInt(number, 10) }

// encode writes the stamp anew, with a mark of its own.
func (s *stamp) encode() (string, error) {
	written := *s
	written.Version, written.Mark = stampVersion, rand.Text()
	b, err := json.Marshal(written)
	if err != nil {
		return "", fmt.Errorf("encode the stamp: %w", err)
	}
	return string(b), nil
}

// cell is the spec of the basic VM in the guest.
func (s *stamp) cell() biovm.Spec { return cellOf(s.Spec) }

func cellOf(spec biovm.Spec) biovm.Spec {
	spec.VMType, spec.XCPng, spec.SharedChassis = biovm.Basic, nil, ""
	return spec
}

// take puts down what an engine says of the cell.
func (s *stamp) take(cell biovm.Status) {
	s.Config, s.Allocated, s.Grant = cell.Config, cell.Allocated, cell.Grant
	s.Genome, s.ModelVersion, s.SimulatedSeconds = cell.Genome, cell.ModelVersion, cell.SimulatedSeconds
}

// A stamped machine is one that carries a stamp, as it was when it was read.
type stamped struct {
	ref    xapi.VMRef
	vm     xapi.VM
	number int64
	stamp  stamp
	err    error // a StampError; the stamp is not valid then
}

// id is the VM's name.
func (m *stamped) id() biovm.ID { return biovm.ID(m.vm.OtherConfig[nameKey]) }

// stampOf finds a machine's valid stamp, the newest; ok is false when there is
// none.
func stampOf(ref xapi.VMRef, vm xapi.VM) (m stamped, ok bool) {
	m = stamped{ref: ref, vm: vm}
	for key, text := range vm.OtherConfig {
		number, is := stampNumber(key)
		if !is || ok && number <= m.number {
			continue
		}
		var head struct {
			Version int    `json:"version"`
			UUID    string `json:"uuid"`
		}
		err := json.Unmarshal([]byte(text), &head)
		if err == nil && head.UUID != "" && head.UUID != vm.UUID {
			continue // of the machine that this one is a copy of
		}
		ok = true
		m.number, m.stamp, m.err = number, stamp{}, nil
		switch {
		case err != nil:
			m.err = &StampError{Known: stampVersion, Err: err}
		case head.Version != stampVersion:
			m.err = &StampError{Found: head.Version, Known: stampVersion}
		default:
			if err := json.Unmarshal([]byte(text), &m.stamp); err != nil {
				m.err = &StampError{Known: stampVersion, Err: err}
			}
		}
	}
	return m, ok
}

func stampNumber(key string) (int64, bool) {
	digits, ok := strings.CutPrefix(key, stampPrefix)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n >= 0
}

// half reports whether the machine was not finished.
func (m *stamped) half() bool { return m.err == nil && m.stamp.Phase == phaseMaking }
