package biovm

import (
	"encoding/json"
	"time"
)

// An Event is something that happened to a VM. Events of one data directory
// are numbered in the order in which they happened, in whatever process.
type Event struct {
	Seq  int64     `json:"seq"`
	Time time.Time `json:"time"`
	VM   ID        `json:"vm"`
	UUID string    `json:"uuid"`
	Kind EventKind `json:"kind"`
	// Data holds the kind's particulars.
	Data json.RawMessage `json:"data,omitempty"`
}

// An EventKind says what happened.
type EventKind string

// What can happen to a VM.
const (
	EventCreated   EventKind = "created"
	EventConfirmed EventKind = "confirmed"
	EventState     EventKind = "state"   // data: from, to
	EventUpdated   EventKind = "updated" // data: the change
	EventAllocated EventKind = "allocated"
	EventExecuted  EventKind = "executed" // data: steps, error
	EventRecorded  EventKind = "recorded" // data: record
	EventForgotten EventKind = "forgotten"
	EventPackages  EventKind = "packages" // data: packages, all that are installed now
	EventDestroyed EventKind = "destroyed"
)
