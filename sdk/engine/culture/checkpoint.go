package culture

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// checkpointVersion is the form of a checkpoint.
const checkpointVersion = 1

// A checkpoint is a culture as JSON, whose numbers come back bit for bit.
type checkpoint struct {
	Version    int       `json:"culture_checkpoint"`
	Model      string    `json:"model"`
	Reactions  int       `json:"reactions"`
	Config     Config    `json:"config"`
	Steps      uint64    `json:"steps"`
	Biomass    float64   `json:"biomass"`
	Medium     []float64 `json:"medium"`
	Ready      float64   `json:"ready"` // -1 is infinite
	Growth     float64   `json:"growth"`
	Potential  float64   `json:"potential"`
	Fluxes     []float64 `json:"fluxes"`
	Starving   bool      `json:"starving"`
	LimitedBy  string    `json:"limited_by"`
	Peak       float64   `json:"peak"`
	Main       string    `json:"main,omitempty"`
	Shifting   bool      `json:"shifting,omitempty"`
	Trajectory []Sample  `json:"trajectory"`
}

// Checkpoint writes the whole culture but for the network, so that Restore goes
// on bit for bit as this one would.
func (k *Culture) Checkpoint() ([]byte, error) {
	c := checkpoint{
		Version: checkpointVersion, Model: k.config.Model.ID(), Reactions: len(k.config.Model.Reactions()), Config: k.config,
		Steps: k.steps, Biomass: k.biomass, Medium: k.medium, Ready: k.ready,
		Growth: k.now.growth, Potential: k.now.potential, Fluxes: k.now.fluxes, Starving: k.now.starving, LimitedBy: k.now.limitedBy,
		Peak: k.peak, Main: k.main, Shifting: k.shifting, Trajectory: k.trajectory,
	}
	if math.IsInf(c.Ready, 1) {
		c.Ready = -1
	}
	data, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write the culture: %w", err)
	}
	return data, nil
}

// Restore makes the culture that Checkpoint wrote, with the network that it
// had. A [biovm.FieldError] says what is wrong with data that are no such
// checkpoint.
func Restore(m *metabolism.Model, data []byte) (*Culture, error) {
	k, err := restore(m, data)
	if err != nil {
		return nil, &biovm.FieldError{Path: "checkpoint", Value: strconv.Itoa(len(data)) + " bytes", Reason: err.Error()}
	}
	return k, nil
}

func restore(m *metabolism.Model, data []byte) (*Culture, error) {
	var c checkpoint
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, fmt.Errorf("is not a culture: %w", err)
	}
	if c.Version != checkpointVersion {
		return nil, fmt.Errorf("is of version %d, want %d", c.Version, checkpointVersion)
	}
	if m == nil || c.Model != m.ID() || c.Reactions != len(m.Reactions()) {
		return nil, fmt.Errorf("is of the network %q with %d reactions", c.Model, c.Reactions)
	}
	c.Config.Model = m
	config, err := withDefaults(c.Config)
	if err != nil {
		return nil, err
	}
	if n := len(config.Substrates); len(c.Medium) != n || len(c.Fluxes) != n {
		return nil, errors.New("has not one number per substrate")
	}
	for _, v := range append(append([]float64{c.Biomass, c.Growth, c.Potential, c.Peak}, c.Medium...), c.Ready+1) {
		if !(v >= 0) {
			return nil, fmt.Errorf("has the number %v where none can be", v)
		}
	}
	k := newCulture(config)
	k.steps, k.biomass, k.medium, k.ready, k.peak, k.main, k.shifting, k.trajectory = c.Steps, c.Biomass, c.Medium, c.Ready, c.Peak, c.Main, c.Shifting, c.Trajectory
	k.time = float64(float64(k.steps) * config.StepSeconds)
	k.now = rates{growth: c.Growth, potential: c.Potential, fluxes: c.Fluxes, starving: c.Starving, limitedBy: c.LimitedBy}
	if k.ready == -1 {
		k.ready = math.Inf(1)
	}
	return k, nil
}
