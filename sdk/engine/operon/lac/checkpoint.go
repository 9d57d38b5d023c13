package lac

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
const checkpointForm = "bioxenL\x01"

// Checkpoint writes the whole cell, so that Restore goes on bit for bit as this
// one would.
func (c *Cell) Checkpoint() ([]byte, error) {
	config, err := json.Marshal(c.config)
	if err != nil {
		return nil, fmt.Errorf("write the lac operon's configuration: %w", err)
	}
	data := []byte(checkpointForm)
	data = binary.LittleEndian.AppendUint64(data, uint64(len(config)))
	data = append(data, config...)
	data = binary.LittleEndian.AppendUint64(data, c.steps)
	for _, p := range []float64{c.pools.TMG, c.pools.IPTG, c.pools.Lactose, c.pools.Allolactose} {
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(p))
	}
	return append(data, c.sim.Checkpoint()...), nil
}

// Restore makes the cell that Checkpoint wrote. A [biovm.FieldError] says what
// is wrong with data that are no such checkpoint.
func Restore(data []byte) (*Cell, error) {
	c, err := restore(data)
	if err != nil {
		return nil, &biovm.FieldError{Path: "checkpoint", Value: strconv.Itoa(len(data)) + " bytes", Reason: err.Error()}
	}
	return c, nil
}

var errShort = errors.New("ends too soon")

func restore(data []byte) (*Cell, error) {
	const word, words = 8, 5
	if len(data) < len(checkpointForm)+word || string(data[:len(checkpointForm)]) != checkpointForm {
		return nil, errors.New("is not a checkpoint of a lac operon of this version")
	}
	data = data[len(checkpointForm):]
	size := binary.LittleEndian.Uint64(data)
	data = data[word:]
	if size > uint64(len(data)) || uint64(len(data))-size < word*words {
		return nil, errShort
	}
	c := &Cell{}
	if err := json.Unmarshal(data[:size], &c.config); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	data = data[size:]
	take := func() uint64 {
		v := binary.LittleEndian.Uint64(data)
		data = data[word:]
		return v
	}
	c.steps = take()
	for _, p := range []*float64{&c.pools.TMG, &c.pools.IPTG, &c.pools.Lactose, &c.pools.Allolactose} {
		*p = math.Float64frombits(take())
		if !(*p >= 0) || math.IsInf(*p, 0) {
			return nil, fmt.Errorf("a concentration of %v", *p)
		}
	}
	var err error
	if c.config, err = withDefaults(c.config); err != nil {
		return nil, err
	}
	if c.net, err = build(&c.config); err != nil {
		return nil, err
	}
	if c.sim, err = expression.Restore(c.net.net, data); err != nil {
		return nil, err
	}
	if due := float64(float64(c.steps) * c.config.ExchangeSeconds); due > c.sim.Time() || c.sim.Time()-due > c.config.ExchangeSeconds {
		return nil, fmt.Errorf("%d exchange steps at time %v s", c.steps, c.sim.Time())
	}
	return c, nil
}
