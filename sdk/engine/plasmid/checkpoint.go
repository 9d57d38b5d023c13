package plasmid

import (
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/checkpoint"
)

// form is the form of a host's checkpoint, whose numbers are those of counts
// and amounts.
func form() checkpoint.Form {
	return checkpoint.Form{Magic: "bioxenP\x01", Of: "a plasmid's host", Words: 7}
}

// counts and amounts are the numbers of a host in the order of checkpoints.
func (h *Host) counts() []*uint64 { return []*uint64{&h.steps, &h.divisions, &h.losses} }

func (h *Host) amounts() []*float64 {
	return []*float64{&h.volume, &h.sum[0], &h.sum[1], &h.last}
}

// Checkpoint writes the whole host, so that Restore goes on bit for bit as this
// one would.
func (h *Host) Checkpoint() ([]byte, error) {
	var words []uint64
	for _, n := range h.counts() {
		words = append(words, *n)
	}
	for _, x := range h.amounts() {
		words = append(words, math.Float64bits(*x))
	}
	return form().Write(h.config, words, h.sim.Checkpoint())
}

// Restore makes the host that Checkpoint wrote. A [biovm.FieldError] says what
// is wrong with data that are no such checkpoint.
func Restore(data []byte) (*Host, error) {
	h, err := restore(data)
	if err != nil {
		return nil, checkpoint.Wrong(data, err)
	}
	return h, nil
}

func restore(data []byte) (*Host, error) {
	h := &Host{}
	words, simulator, err := form().Read(data, &h.config)
	if err != nil {
		return nil, err
	}
	for i, n := range h.counts() {
		*n = words[i]
	}
	for i, x := range h.amounts() {
		if *x, err = checkpoint.Amount(words[len(h.counts())+i]); err != nil {
			return nil, err
		}
	}
	if h.volume < birthVolume/2 || h.volume > 2*birthVolume {
		return nil, fmt.Errorf("a volume of %v fL", h.volume)
	}
	if h.config, err = withDefaults(h.config); err != nil {
		return nil, err
	}
	if h.net, err = build(&h.config); err != nil {
		return nil, err
	}
	if h.sim, err = expression.Restore(h.net.net, simulator); err != nil {
		return nil, err
	}
	if due := float64(float64(h.steps) * exchange); due > h.sim.Time() || h.sim.Time()-due > exchange {
		return nil, fmt.Errorf("%d exchange steps at time %v s", h.steps, h.sim.Time())
	}
	return h, nil
}
