package biovm

import (
	"fmt"
	"strings"
)

// A State is where a VM stands in its life. [VM] holds the diagram.
type State string

// The states of a VM.
const (
	Created State = "created" // made and holding its grant, never started
	Running State = "running" // alive: executes processes, simulated time may pass
	Paused  State = "paused"  // alive but standing still
	Stopped State = "stopped" // not alive; starts afresh, its grant kept
	Failed  State = "error"   // cannot go on; only destroy is left
)

// States lists all states.
func States() []State { return []State{Created, Running, Paused, Stopped, Failed} }

// An Op is something asked of a VM that its state may refuse.
type Op string

// The operations that depend on a VM's state.
const (
	OpStart    Op = "start"
	OpPause    Op = "pause"
	OpResume   Op = "resume"
	OpStop     Op = "stop"
	OpDestroy  Op = "destroy"
	OpExecute  Op = "execute"
	OpAllocate Op = "allocate"
	OpUpdate   Op = "update"
)

// Ops lists all operations.
func Ops() []Op {
	return []Op{OpStart, OpPause, OpResume, OpStop, OpDestroy, OpExecute, OpAllocate, OpUpdate}
}

// Destroyed is where [OpDestroy] leads. No VM is ever seen in it.
const Destroyed State = "destroyed"

// transitions is the whole lifecycle: what is not in it is refused. A test
// compares it with the diagram in [VM]'s comment.
func transitions() map[State]map[Op]State {
	return map[State]map[Op]State{
		Created: {OpStart: Running, OpAllocate: Created, OpUpdate: Created, OpDestroy: Destroyed},
		Running: {
			OpPause: Paused, OpStop: Stopped, OpExecute: Running,
			OpAllocate: Running, OpUpdate: Running, OpDestroy: Destroyed,
		},
		Paused:  {OpResume: Running, OpStop: Stopped, OpAllocate: Paused, OpUpdate: Paused, OpDestroy: Destroyed},
		Stopped: {OpStart: Running, OpAllocate: Stopped, OpUpdate: Stopped, OpDestroy: Destroyed},
		Failed:  {OpDestroy: Destroyed},
	}
}

// either lists states as a sentence has them: running; created or stopped.
func either(states []State) string {
	last := len(states) - 1
	var b strings.Builder
	for i, s := range states {
		switch {
		case i > 0 && i == last:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(s))
	}
	return b.String()
}

// Next tells the state that op leads to, or an error that wraps [ErrState]
// when s does not allow op.
func (s State) Next(op Op) (State, error) {
	if next, ok := transitions()[s][op]; ok {
		return next, nil
	}
	var from []State
	for _, t := range States() {
		if _, ok := transitions()[t][op]; ok {
			from = append(from, t)
		}
	}
	return "", fmt.Errorf("%w: it is %s, and %s needs it to be %s", ErrState, s, op, either(from))
}
