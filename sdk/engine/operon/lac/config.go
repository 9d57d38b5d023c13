package lac

import (
	"errors"
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
)

// A Medium holds what is outside the cell, in µM, at constant concentrations.
type Medium struct {
	Glucose float64 `json:"glucose"`
	Lactose float64 `json:"lactose"`
	IPTG    float64 `json:"iptg"`
	TMG     float64 `json:"tmg"`
}

// maxConcentration is 1 M: more sugar than that is no medium.
const maxConcentration = 1e6

func (m Medium) check() error {
	var errs []error
	for _, c := range []struct {
		name  string
		value float64
	}{{"glucose", m.Glucose}, {"lactose", m.Lactose}, {"iptg", m.IPTG}, {"tmg", m.TMG}} {
		if !(c.value >= 0 && c.value <= maxConcentration) {
			errs = append(errs, &biovm.FieldError{Path: "medium." + c.name, Value: c.value, Reason: "must be a concentration from 0 to 1e6 µM"})
		}
	}
	return errors.Join(errs...)
}

// A Strain says what is different from the wild type. The zero value is the
// wild type.
type Strain struct {
	NoLacI bool `json:"no_laci"` // the operon is always open
	NoLacZ bool `json:"no_lacz"` // lactose is not cleaved, so there is no allolactose
	NoLacY bool `json:"no_lacy"` // no transport and no feedback
	NoLoop bool `json:"no_loop"` // O2 and O3 are gone: O1 alone
}

// Defaults of Config.
const (
	// DefaultGrowth, in 1/h: a doubling an hour, the reference rate of the E.
	// coli of this engine (Dennis and Bremer 2008, doi 10.1128/ecosal.5.2.3).
	DefaultGrowth = math.Ln2
	// DefaultExchangeSeconds is how often the pools of inducer follow the proteins.
	DefaultExchangeSeconds = 1.0
	maxGrowth              = 4.0
	maxExchangeSeconds     = 60.0
	maxCopies              = 1000
)

// A Config says which cell, and where. The zero value is the wild type without
// sugar.
type Config struct {
	Medium Medium `json:"medium"`
	Strain Strain `json:"strain"`
	// Growth is the growth rate, in 1/h, that dilutes mRNA and protein; 0 means
	// DefaultGrowth, a negative number no growth at all.
	Growth float64 `json:"growth"`
	// Copies is how many operons the cell has, on chromosome or plasmids; 0
	// means one. LacI stays at ten tetramers: many copies titrate it.
	Copies int `json:"copies"`
	// Control clamps the promoter, or lets it be regulated, which is the default.
	Control operon.Control `json:"control"`
	// Induced starts the cell fully induced, as after growth on much inducer;
	// otherwise it starts without any protein of the operon, and repressed.
	Induced bool `json:"induced"`
	// ExchangeSeconds is the step at which the inducer inside follows the
	// proteins; 0 means DefaultExchangeSeconds.
	ExchangeSeconds float64 `json:"exchange_seconds"`
	// Seed and Stream choose the random numbers: streams of one seed are
	// independent.
	Seed   uint64 `json:"seed"`
	Stream uint64 `json:"stream"`
}

// withDefaults checks the configuration and fills it in. Its error joins a
// [biovm.FieldError] for each problem.
func withDefaults(c Config) (Config, error) {
	errs := []error{c.Medium.check()}
	if !(c.Growth <= maxGrowth) || math.IsInf(c.Growth, 0) {
		errs = append(errs, &biovm.FieldError{Path: "growth", Value: c.Growth, Reason: fmt.Sprintf("must be at most %g, in 1/h; negative is a cell that does not grow", maxGrowth)})
	}
	if c.Copies < 0 || c.Copies > maxCopies {
		errs = append(errs, &biovm.FieldError{Path: "copies", Value: c.Copies, Reason: fmt.Sprintf("must be from 1 to %d; 0 is 1", maxCopies)})
	}
	if !(c.ExchangeSeconds >= 0 && c.ExchangeSeconds <= maxExchangeSeconds) || c.ExchangeSeconds > 0 && c.ExchangeSeconds < 1e-3 {
		errs = append(errs, &biovm.FieldError{Path: "exchange_seconds", Value: c.ExchangeSeconds, Reason: fmt.Sprintf("must be from 0.001 to %g; 0 is %g", maxExchangeSeconds, DefaultExchangeSeconds)})
	}
	if err := c.Control.Check(); err != nil {
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return c, err
	}
	if c.Growth == 0 {
		c.Growth = DefaultGrowth
	}
	if c.Copies == 0 {
		c.Copies = 1
	}
	if c.ExchangeSeconds == 0 {
		c.ExchangeSeconds = DefaultExchangeSeconds
	}
	return c, nil
}

// dilution is the growth rate in 1/s.
func (c *Config) dilution() float64 { return max(0, c.Growth) / 3600 }
