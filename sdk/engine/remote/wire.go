package remote

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// QuoteRequest asks what a VM would hold.
type QuoteRequest struct {
	Spec       biovm.Spec       `json:"spec"`
	Allocation biovm.Allocation `json:"allocation"`
}

// ProcessRequest asks whether a process is sound.
type ProcessRequest struct {
	Spec    biovm.Spec    `json:"spec"`
	Process biovm.Process `json:"process"`
}

// PackageCheck asks what a package would be in the VM of a spec.
type PackageCheck struct {
	Spec    biovm.Spec           `json:"spec"`
	Request biovm.PackageRequest `json:"request"`
}

// GenomeUpdate has a genome be of another file.
type GenomeUpdate struct {
	Was  string       `json:"was"` // the SHA-256 that it has
	File biovm.Source `json:"file"`
}

// PackageNames are names of packages; none are all.
type PackageNames struct {
	Names []string `json:"names,omitempty"`
}

// RecordRequest asks for an execution that is kept.
type RecordRequest struct {
	Process  biovm.Process     `json:"process"`
	Triggers map[string]string `json:"triggers,omitempty"`
}

// LastEvent is the newest event's number.
type LastEvent struct {
	Seq int64 `json:"seq"`
}

// SessionOpened is the first line of a session's stream. Over a unix socket blank
// lines follow as long as it is open; over TLS nothing does, and TCP's keepalive
// tells whether the other side lives.
type SessionOpened struct {
	Session string `json:"session"`
}

// OperateRequest moves a VM through its life.
type OperateRequest struct {
	Op biovm.Op `json:"op"`
}

// MaxCall is how many bytes a call may bring: a process' code has a mebibyte at most.
const MaxCall = 16 << 20

// encode encodes what a call brings. A number that JSON has no form for is wrong
// anyhow, and the error is the one that an engine gives.
func encode(body any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // code is full of it
	err := enc.Encode(body)
	if err == nil && b.Len() <= MaxCall {
		return b.Bytes(), nil
	}
	if err == nil {
		return nil, tooLong(body, b.Len())
	}
	if bad := notFinite(body); bad != nil {
		return nil, bad
	}
	return nil, fmt.Errorf("encode the call: %w", err)
}

// tooLong reports what is too long for a call, as an engine does where it is a
// process.
func tooLong(body any, length int) error {
	var err error
	switch b := body.(type) {
	case biovm.Process:
		err = b.Validate()
	case RecordRequest:
		err = b.Process.Validate()
	case ProcessRequest:
		err = b.Process.Validate()
	}
	if err == nil {
		err = fmt.Errorf("%w: a call may bring %d bytes, and this one has %d", biovm.ErrInvalid, MaxCall, length)
	}
	return err
}

// notFinite reports the infinite numbers, and those that are none, of a body.
func notFinite(body any) error {
	var err error
	switch b := body.(type) {
	case biovm.Spec:
		err = b.Validate()
	case QuoteRequest:
		err = errors.Join(b.Spec.Validate(), b.Allocation.Validate())
	case ProcessRequest:
		err = b.Spec.Validate()
	case biovm.Allocation:
		err = b.Validate()
	case biovm.Change:
		err = b.Apply(biovm.Spec{BiologicalType: biovm.Syn3A}).Validate()
	}
	var bad []error
	for _, e := range biovm.FieldErrors(err) {
		if x, ok := e.Value.(float64); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
			bad = append(bad, e)
		}
	}
	return errors.Join(bad...)
}
