package remote

import "github.com/bioxen/terraform-provider-bioxen/sdk/biovm"

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

// RecordRequest asks for an execution that is kept.
type RecordRequest struct {
	Process  biovm.Process     `json:"process"`
	Triggers map[string]string `json:"triggers,omitempty"`
}

// LastEvent is the newest event's number.
type LastEvent struct {
	Seq int64 `json:"seq"`
}

// SessionOpened is the first line of a session's stream. Blank lines follow as
// long as it is open.
type SessionOpened struct {
	Session string `json:"session"`
}
