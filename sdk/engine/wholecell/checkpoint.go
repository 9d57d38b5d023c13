package wholecell

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// checkpointForm begins a checkpoint; its last byte is the version.
const checkpointForm = "bioxenC\x02"

// A preamble is what a checkpoint says besides the simulation.
type preamble struct {
	Model  string `json:"model"` // version of the organism's tables
	Config Config `json:"config"`
}

// Checkpoint writes the whole state of the cell, so that [Restore] goes on bit
// for bit as this one would.
func (c *Cell) Checkpoint() ([]byte, error) {
	head, err := json.Marshal(preamble{Model: c.plan.organism.ModelVersion(), Config: c.config})
	if err != nil {
		return nil, fmt.Errorf("checkpoint of a cell: %w", err)
	}
	data := append([]byte(checkpointForm), binary.LittleEndian.AppendUint64(nil, uint64(len(head)))...)
	data = append(data, head...)
	data = append(data, c.sim.Checkpoint()...)
	return binary.LittleEndian.AppendUint64(data, checksum(data)), nil
}

func checksum(data []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(data) // never fails, says package hash
	return h.Sum64()
}

// Restore makes the cell that Checkpoint wrote, of the same organism with the
// same tables. A [biovm.FieldError] says what is wrong with data that are no
// such checkpoint.
func Restore(ctx context.Context, o *organism.Organism, data []byte) (*Cell, error) {
	c, err := restore(o, data)
	if err != nil {
		return nil, &biovm.FieldError{Path: "checkpoint", Value: fmt.Sprintf("%d bytes", len(data)), Reason: err.Error()}
	}
	return c, c.askAgain(ctx)
}

func restore(o *organism.Organism, data []byte) (*Cell, error) {
	const wordSize, form = 8, checkpointForm
	switch {
	case len(data) < len(form)+2*wordSize || string(data[:len(form)-1]) != form[:len(form)-1]:
		return nil, errors.New("is no checkpoint of a living cell")
	case data[len(form)-1] != form[len(form)-1]:
		return nil, fmt.Errorf("has version %d; this program reads version %d", data[len(form)-1], form[len(form)-1])
	}
	body, sum := data[:len(data)-wordSize], binary.LittleEndian.Uint64(data[len(data)-wordSize:])
	if checksum(body) != sum {
		return nil, errors.New("is damaged: its check sum does not match")
	}
	body = body[len(form):]
	size, body := binary.LittleEndian.Uint64(body), body[wordSize:]
	if size > uint64(len(body)) {
		return nil, errors.New("ends too soon")
	}
	var head preamble
	if err := json.Unmarshal(body[:size], &head); err != nil {
		return nil, fmt.Errorf("has a preamble that cannot be read: %w", err)
	}
	if head.Model != o.ModelVersion() {
		return nil, fmt.Errorf("is of the model %s, and this is %s", head.Model, o.ModelVersion())
	}
	s, err := newStrain(o, head.Config)
	if err != nil {
		return nil, err
	}
	sim, err := expression.Restore(s.plan.network, body[size:])
	if err != nil {
		return nil, err
	}
	return &Cell{plan: s.plan, kitchen: s.kitchen, config: s.config, sim: sim, x: make([]float64, s.plan.network.Species())}, nil
}
