package culture

// SetConditions puts the culture under other conditions from now on: Medium,
// Bounds, Knockouts and Allocation of a configuration with the culture's
// substrates, how its cells take those up, and Pace. What there is of them stays;
// substrates that the configuration has and the culture has not join it with
// their initial concentration, and one that the culture had none of at the
// beginning is filled up to it. Those that the configuration lacks are taken up no
// more, unless its Medium has them: then they run out no more.
//
// The error joins a [biovm.FieldError] for each field that is wrong; then
// nothing is changed.
func (k *Culture) SetConditions(c Config) error {
	c.Model = k.config.Model
	c.Biomass, c.LagHours, c.StepSeconds = k.config.Biomass, k.config.LagHours, k.config.StepSeconds
	for _, old := range k.config.Substrates {
		if _, plenty := c.Medium[old.Exchange]; !plenty && c.index(old.Exchange) < 0 {
			old.MaxUptake, old.RepressedBy = 0, ""
			c.Substrates = append(c.Substrates, old)
		}
	}
	c, err := withDefaults(c)
	if err != nil {
		return err
	}
	medium, fluxes := make([]float64, len(c.Substrates)), make([]float64, len(c.Substrates))
	for i, s := range c.Substrates {
		medium[i] = s.Initial
		old := k.config.index(s.Exchange)
		if old < 0 {
			continue
		}
		medium[i], fluxes[i] = k.medium[old], k.now.fluxes[old]
		if before := k.config.Substrates[old].Initial; before > 0 {
			c.Substrates[i].Initial = before // it was filled up once
		} else {
			medium[i] = max(medium[i], s.Initial)
		}
	}
	changed := newCulture(c)
	k.config, k.analyzer, k.starver, k.exchanges = c, changed.analyzer, changed.starver, changed.exchanges
	k.medium, k.now.fluxes = medium, fluxes
	k.trajectory = nil // of other substrates
	return nil
}

// Forget drops the trajectory so far.
func (k *Culture) Forget() { k.trajectory = nil }
