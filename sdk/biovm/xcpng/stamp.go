package xcpng

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/xapi"
)

const (
	// nameKey marks a machine as ours, and names its VM.
	nameKey = "bioxen:name"
	// stampPrefix and a number make the key of a stamp. Who changes it adds the
	// next number, which only one can do, and removes the one before: there is
	// always one to read.
	stampPrefix = "bioxen:vm:"
	// stampVersion is that of the stamp's form.
	stampVersion = 1
)

// The phases of a machine.
const (
	phaseMaking = "making" // its maker is at work, or died
	phaseReady  = "ready"
)

// A stamp is what the pool keeps of a VM.
type stamp struct {
	Version int         `json:"version"`
	Phase   string      `json:"phase"`
	State   biovm.State `json:"state"` // as this driver left it last
	Owner   string      `json:"owner,omitempty"`

	Spec         biovm.Spec          `json:"spec"`
	Config       biovm.Config        `json:"config,omitzero"`
	Allocated    biovm.Allocation    `json:"allocated,omitzero"`
	Grant        biovm.Resources     `json:"grant,omitzero"`
	Genome       biovm.GenomeSummary `json:"genome,omitzero"`
	ModelVersion string              `json:"model_version,omitempty"`
	CreatedAt    time.Time           `json:"created_at,omitzero"`
	// Metrics are the cell's as they were last computed.
	Metrics *biovm.Metrics `json:"metrics,omitempty"`
	// Forget are records to delete when the guest runs again.
	Forget []string `json:"forget,omitempty"`

	Template     string `json:"template,omitempty"` // the name
	User         string `json:"user,omitempty"`     // of SSH
	Nonce        string `json:"nonce,omitempty"`
	HostKey      string `json:"host_key,omitempty"`
	Cell         string `json:"cell,omitempty"` // UUID in the guest's engine
	AgentVersion string `json:"agent_version,omitempty"`
}

// A StampError says that a machine bears a stamp that this release cannot read.
type StampError struct {
	VM      biovm.ID
	Version int // 0: it is no stamp at all
	Err     error
}

// Error names both versions.
func (e *StampError) Error() string {
	if e.Version == 0 {
		return fmt.Sprintf("the pool's record of vm %q cannot be read: %v", string(e.VM), e.Err)
	}
	return fmt.Sprintf("the pool's record of vm %q is of version %d, and this release reads version %d: use the release that made it, or a newer one", string(e.VM), e.Version, stampVersion)
}

// Unwrap returns why.
func (e *StampError) Unwrap() error { return e.Err }

// stampOf reads the newest stamp of a machine, and its number; 0 when it has
// none.
func stampOf(vm *xapi.VM) (stamp, int, error) {
	number, text := 0, ""
	for key, value := range vm.OtherConfig {
		if rest, ok := strings.CutPrefix(key, stampPrefix); ok {
			if n, err := strconv.Atoi(rest); err == nil && n > number {
				number, text = n, value
			}
		}
	}
	var s stamp
	if number == 0 {
		return s, 0, nil
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, number, &StampError{VM: biovm.ID(vm.OtherConfig[nameKey]), Err: err}
	}
	if s.Version != stampVersion {
		return s, number, &StampError{VM: biovm.ID(vm.OtherConfig[nameKey]), Version: s.Version, Err: biovm.ErrUnsupported}
	}
	return s, number, nil
}

func (s stamp) text() (string, error) {
	s.Version = stampVersion
	b, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("encode the stamp: %w", err)
	}
	return string(b), nil
}

// maxStampTries bounds how often a change is made anew because others changed
// the stamp meanwhile.
const maxStampTries = 10

// restamp changes a machine's stamp. The change is made to the newest one, again
// when others change it at the same time.
func (m *machine) restamp(ctx context.Context, change func(s *stamp)) error {
	for range maxStampTries {
		next := m.stamp
		change(&next)
		text, err := next.text()
		if err != nil {
			return err
		}
		key := stampPrefix + strconv.Itoa(m.number+1)
		err = m.client.AddOtherConfig(ctx, m.ref, key, text)
		if errors.Is(err, xapi.MapDuplicateKey) {
			vm, lookup := m.client.VM(ctx, m.ref)
			if lookup != nil {
				return translate(lookup)
			}
			if vm.OtherConfig[key] != text { // else it was this one, whose answer was lost
				if err := m.load(vm); err != nil {
					return err
				}
				continue
			}
			err = nil
		}
		if err != nil {
			return translate(err)
		}
		old := stampPrefix + strconv.Itoa(m.number)
		m.stamp, m.number = next, m.number+1
		return translate(m.client.RemoveOtherConfig(ctx, m.ref, old))
	}
	return fmt.Errorf("%w: others keep changing the vm", biovm.ErrState)
}
