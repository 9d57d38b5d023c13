package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// What the SBML Test Suite adds to a variable's name for its columns.
const (
	meanSuffix = "-mean"
	sdSuffix   = "-sd"
)

// settings say the times and columns of a simulation.
type settings struct {
	start, duration float64
	steps           int
	variables       []string // nil is all
	dense           []string // those that are concentrations
	columns         []string // of results; nil is two for each variable
	mean, sd        band     // what statistics may be
}

// A band is what a number may be, without its ends.
type band struct{ low, high float64 }

func (s band) holds(x float64) bool { return x > s.low && x < s.high }

// defaultSettings has what the suite's user guide says.
func defaultSettings() settings { return settings{mean: band{-3, 3}, sd: band{-5, 5}} }

// asSettings reads them from flags.
func asSettings(cmd *cobra.Command) (settings, error) {
	f, s := cmd.Flags(), defaultSettings()
	until, err := f.GetFloat64("time")
	if err != nil {
		return s, err
	}
	if s.start, err = f.GetFloat64("start"); err != nil {
		return s, err
	}
	if s.duration = until - s.start; !(s.duration > 0) {
		return s, usagef(cmd, "--start %v must be before --time %v", s.start, until)
	}
	if s.steps, err = f.GetInt("steps"); err != nil {
		return s, err
	}
	lists, err := f.GetStringArray("variables")
	for _, list := range lists {
		s.variables = append(s.variables, atCommas(list)...)
	}
	return s, err
}

// atCommas splits a list at commas that are in no brackets.
func atCommas(list string) []string {
	var parts []string
	depth, from := 0, 0
	for i, c := range list {
		switch c {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, strings.TrimSpace(list[from:i]))
				from = i + 1
			}
		}
	}
	if last := strings.TrimSpace(list[from:]); last != "" || len(parts) > 0 {
		parts = append(parts, last)
	}
	return parts
}

// grid lists the times.
func (s *settings) grid() []float64 {
	grid := make([]float64, s.steps+1)
	for k := range grid {
		grid[k] = s.start + s.duration*float64(k)/float64(s.steps)
	}
	grid[s.steps] = s.start + s.duration
	return grid
}

// A column of a table is the mean or the sd of one of the numbers.
type column struct {
	head   string
	number int
	isSD   bool
}

func (c column) of(st *expression.Statistics, grid int) float64 {
	at := st.At(grid, c.number)
	if c.isSD {
		return sdOf(at)
	}
	return at.Mean
}

// sdOf is the standard deviation. There is none of what is no finite number,
// even of one replica.
func sdOf(at expression.Moments) float64 {
	if math.IsNaN(at.Mean - at.Mean) {
		return math.NaN()
	}
	return at.SD()
}

// inColumns finds the variables that the columns of results are of.
func (s *settings) inColumns() (names []string, columns []column) {
	for _, head := range s.columns {
		name, isSD := strings.CutSuffix(head, sdSuffix)
		name = strings.TrimSuffix(name, meanSuffix)
		k := slices.Index(names, name)
		if k < 0 {
			k = len(names)
			names = append(names, name)
		}
		columns = append(columns, column{head, k, isSD})
	}
	return names, columns
}

// readSettings reads a settings file of the SBML Test Suite: a line each of
// start, duration, steps, variables, amount, concentration, output, meanRange
// and sdRange; others are left alone.
func readSettings(r io.Reader) (settings, error) {
	const mostBytes, mostSteps = 1 << 20, 1_000_000
	s := defaultSettings()
	invalid := func(name string, v any, reason string) error {
		return &biovm.FieldError{Path: name, Value: v, Reason: reason}
	}
	lines := bufio.NewScanner(io.LimitReader(r, mostBytes))
	for lines.Scan() {
		name, text, _ := strings.Cut(lines.Text(), ":")
		name, text = strings.TrimSpace(name), strings.TrimSpace(text)
		var err error
		switch name {
		case "start":
			s.start, err = strconv.ParseFloat(text, 64)
		case "duration":
			s.duration, err = strconv.ParseFloat(text, 64)
		case "steps":
			s.steps, err = strconv.Atoi(text)
		case "variables":
			s.variables = atCommas(text)
		case "concentration":
			s.dense = atCommas(text)
		case "output":
			s.columns = atCommas(text)
		case "meanRange":
			s.mean, err = asBand(text)
		case "sdRange":
			s.sd, err = asBand(text)
		}
		if err != nil {
			return s, invalid(name, text, err.Error())
		}
	}
	switch {
	case lines.Err() != nil:
		return s, fmt.Errorf("read: %w", lines.Err())
	case !(s.start >= 0) || math.IsInf(s.start, 1):
		return s, invalid("start", s.start, "must be a time from 0")
	case !(s.duration > 0) || math.IsInf(s.duration, 1):
		return s, invalid("duration", s.duration, "must be a time above 0")
	case s.steps < 1 || s.steps > mostSteps:
		return s, invalid("steps", s.steps, "must be from 1 to 1000000")
	}
	return s, nil
}

// asBand reads two numbers in brackets, as in (-3, 3).
func asBand(text string) (band, error) {
	low, high, ok := strings.Cut(strings.Trim(text, "()[] "), ",")
	if !ok {
		return band{}, errors.New("want two numbers, as in (-3, 3)")
	}
	var s band
	var err error
	if s.low, err = strconv.ParseFloat(strings.TrimSpace(low), 64); err == nil {
		s.high, err = strconv.ParseFloat(strings.TrimSpace(high), 64)
	}
	if err == nil && !(s.low < s.high) {
		err = errors.New("want the lower number first, as in (-3, 3)")
	}
	return s, err
}
