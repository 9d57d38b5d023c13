package cli

import (
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

// A value is what a flag is set to. Of what it cannot be set to it says what
// was allowed, not what a parser makes of it. It is a pflag.Value.
type value struct {
	text    string // as the flag set reads it
	kind    string // as the flag set calls its type
	allowed string
	// canonical rewrites what somebody typed; false when it is none.
	canonical func(string) (string, bool)
}

func (v *value) String() string { return v.text }

func (v *value) Type() string { return v.kind }

func (v *value) Set(s string) error {
	text, ok := v.canonical(s)
	if !ok {
		return errors.New("must be " + v.allowed)
	}
	v.text = text
	return nil
}

// addWhole gives a command a flag for a whole number from least to most, which
// is read as one of kind.
func addWhole(cmd *cobra.Command, name, kind string, byDefault, least, most int64, allowed, usage string) {
	cmd.Flags().Var(&value{
		text: strconv.FormatInt(byDefault, 10), kind: kind, allowed: "a whole number " + allowed,
		canonical: func(s string) (string, bool) {
			n, err := strconv.ParseInt(s, 10, 64)
			return strconv.FormatInt(n, 10), err == nil && n >= least && n <= most
		},
	}, name, usage)
}

// mostUnits is more than any chassis has of a resource.
const mostUnits = 1_000_000_000

// addUnits gives a command a flag for units of a resource. That there must be
// one at least says the engine, with all else that is wrong with the cell.
func addUnits(cmd *cobra.Command, name, usage string) {
	addWhole(cmd, name, "int", 0, math.MinInt32, mostUnits, "from 1 to 1000000000", usage)
}

// addLimit gives a command a flag for a limit of processes.
func addLimit(cmd *cobra.Command, name, kind string, byDefault, most int64, usage string) {
	addWhole(cmd, name, kind, byDefault, 1, most, "from 1 to "+strconv.FormatInt(most, 10), usage)
}

// addCount gives a command a flag for a number of things. That it is too small
// says who reads it.
func addCount(cmd *cobra.Command, name string, byDefault int64, usage string) {
	addWhole(cmd, name, "int", byDefault, math.MinInt32, math.MaxInt32, "of 0 or more", usage)
}

// addMinutes gives a command a flag for a simulated time. That it must be more
// than nothing says who reads it.
func addMinutes(cmd *cobra.Command, name, usage string) {
	cmd.Flags().Var(&value{
		text: "0", kind: "float64", allowed: "a number of minutes above 0",
		canonical: func(s string) (string, bool) {
			x, err := strconv.ParseFloat(s, 64)
			return strconv.FormatFloat(x, 'g', -1, 64), err == nil
		},
	}, name, usage)
}

// addSeed gives a command the flag --seed.
func addSeed(cmd *cobra.Command) {
	addWhole(cmd, "seed", "int64", 0, math.MinInt64, math.MaxInt64, "from -9223372036854775808 to 9223372036854775807",
		"start the random stream from `N`")
}

// addPercent gives a command a flag for a percentage.
func addPercent(cmd *cobra.Command, name, usage string) {
	cmd.Flags().Var(&value{
		text: "0", kind: "float64", allowed: "a number above 0 and at most 100",
		canonical: func(s string) (string, bool) {
			x, err := strconv.ParseFloat(s, 64)
			return strconv.FormatFloat(x, 'g', -1, 64), err == nil && !math.IsNaN(x) && !math.IsInf(x, 0)
		},
	}, name, usage)
}

// addDuration gives a command a flag for a time.
func addDuration(cmd *cobra.Command, name string, byDefault time.Duration, usage string) {
	cmd.Flags().Var(&value{
		text: byDefault.String(), kind: "duration", allowed: "a time with its unit, such as 30s or 5m",
		canonical: func(s string) (string, bool) {
			d, err := time.ParseDuration(s)
			return d.String(), err == nil
		},
	}, name, usage)
}
