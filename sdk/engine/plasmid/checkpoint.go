package plasmid

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// checkpointForm begins a checkpoint; its last byte is the version.
const checkpointForm = "bioxenP\x01"

// Checkpoint writes the whole host, so that Restore goes on bit for bit as this
// one would.
func (h *Host) Checkpoint() ([]byte, error) {
	config, err := json.Marshal(h.config)
	if err != nil {
		return nil, fmt.Errorf("write the plasmid's configuration: %w", err)
	}
	data := []byte(checkpointForm)
	data = binary.LittleEndian.AppendUint64(data, uint64(len(config)))
	data = append(data, config...)
	for _, n := range []uint64{h.steps, h.divisions, h.losses} {
		data = binary.LittleEndian.AppendUint64(data, n)
	}
	for _, x := range []float64{h.volume, h.sum[0], h.sum[1], h.last} {
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(x))
	}
	return append(data, h.sim.Checkpoint()...), nil
}

// Restore makes the host that Checkpoint wrote. A [biovm.FieldError] says what
// is wrong with data that are no such checkpoint.
func Restore(data []byte) (*Host, error) {
	h, err := restore(data)
	if err != nil {
		return nil, &biovm.FieldError{Path: "checkpoint", Value: strconv.Itoa(len(data)) + " bytes", Reason: err.Error()}
	}
	return h, nil
}

func restore(data []byte) (*Host, error) {
	const word, words = 8, 7
	if len(data) < len(checkpointForm)+word || string(data[:len(checkpointForm)]) != checkpointForm {
		return nil, errors.New("is not a checkpoint of a plasmid's host of this version")
	}
	data = data[len(checkpointForm):]
	size := binary.LittleEndian.Uint64(data)
	data = data[word:]
	if size > uint64(len(data)) || uint64(len(data))-size < word*words {
		return nil, errors.New("ends too soon")
	}
	h := &Host{}
	if err := json.Unmarshal(data[:size], &h.config); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	data = data[size:]
	take := func() uint64 {
		v := binary.LittleEndian.Uint64(data)
		data = data[word:]
		return v
	}
	for _, n := range []*uint64{&h.steps, &h.divisions, &h.losses} {
		*n = take()
	}
	for _, x := range []*float64{&h.volume, &h.sum[0], &h.sum[1], &h.last} {
		*x = math.Float64frombits(take())
		if !(*x >= 0) || math.IsInf(*x, 0) {
			return nil, fmt.Errorf("a number %v where none can be", *x)
		}
	}
	if h.volume < birthVolume/2 || h.volume > 2*birthVolume {
		return nil, fmt.Errorf("a volume of %v fL", h.volume)
	}
	var err error
	if h.config, err = withDefaults(h.config); err != nil {
		return nil, err
	}
	if h.net, err = build(&h.config); err != nil {
		return nil, err
	}
	if h.sim, err = expression.Restore(h.net.net, data); err != nil {
		return nil, err
	}
	if due := float64(float64(h.steps) * exchange); due > h.sim.Time() || h.sim.Time()-due > exchange {
		return nil, fmt.Errorf("%d exchange steps at time %v s", h.steps, h.sim.Time())
	}
	return h, nil
}
