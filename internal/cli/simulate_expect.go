package cli

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
)

// expected are results of the SBML Test Suite: a column each by its head, with
// a number for each time.
type expected map[string][]float64

// readExpected reads a table of results. Its times must be those of the grid.
func readExpected(r io.Reader, grid []float64) (expected, error) {
	table := csv.NewReader(r)
	table.TrimLeadingSpace = true
	heads, err := table.Read()
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	heads = slices.Clone(heads)
	if twice, ok := duplicate(heads); ok {
		return nil, &biovm.FieldError{Path: "results: line 1", Value: twice, Reason: "is there twice: one column must have the name"}
	}
	e := expected{}
	const near = 1e-9
	for row := 0; ; row++ {
		fields, err := table.Read()
		switch {
		case err == io.EOF && row == len(grid):
			return e, nil
		case err == io.EOF:
			return nil, &biovm.FieldError{Path: "results", Value: row, Reason: fmt.Sprintf("want a line for each of %d times", len(grid))}
		case err != nil:
			return nil, fmt.Errorf("results: %w", err)
		}
		for k, field := range fields {
			line, _ := table.FieldPos(k)
			v, err := strconv.ParseFloat(field, 64)
			reason := ""
			switch {
			case row == len(grid):
				reason = fmt.Sprintf("there are more lines than the %d times", len(grid))
			case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
				reason = "must be a number"
			case k == 0 && !(math.Abs(v-grid[row]) <= near*max(1, math.Abs(v))):
				reason = fmt.Sprintf("the time there should be %v", grid[row])
			case v < 0 && strings.HasSuffix(heads[k], sdSuffix):
				reason = "must be a standard deviation, from 0"
			}
			if reason != "" {
				return nil, &biovm.FieldError{Path: fmt.Sprintf("results: line %d: %s", line, heads[k]), Value: field, Reason: reason}
			}
			e[heads[k]] = append(e[heads[k]], v)
		}
	}
}

// expected reads what a simulation is held to. All columns that the settings ask
// for must be there.
func (a *app) expected(ctx context.Context, asked *simulation, columns []column) (want expected, err error) {
	err = a.readFile(ctx, asked.expect, func(text io.Reader, name string) (err error) {
		if want, err = readExpected(text, asked.options.Grid); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	found := 0
	for _, c := range columns {
		switch {
		case want[c.head] != nil:
			found++
		case asked.times.columns != nil:
			return nil, fmt.Errorf("%s: %w", asked.expect, &biovm.FieldError{Path: "results", Value: c.head, Reason: "has no such column, and the settings' output asks for it"})
		}
	}
	if found == 0 {
		return nil, fmt.Errorf("%s has no column of the model's", asked.expect)
	}
	return want, nil
}

// A verdict is how a column fares against what is expected.
type verdict struct {
	points, outside int
	worst, at       float64 // the statistic that is farthest from 0, and its time
}

// compare prints how results fare against what is expected, and is an error if
// one is outside.
func (a *app) compare(asked *simulation, columns []column, want expected, st *expression.Statistics) error {
	w := csv.NewWriter(a.Stdout)
	err := w.Write([]string{"column", "points", "outside", "worst", "at"})
	points, outside := 0, 0
	for _, c := range columns {
		v, found := asked.judge(c, columns, want, st)
		if !found {
			continue
		}
		points, outside = points+v.points, outside+v.outside
		if err == nil {
			err = w.Write([]string{c.head, strconv.Itoa(v.points), strconv.Itoa(v.outside), strconv.FormatFloat(v.worst, 'f', 3, 64), exact(v.at)})
		}
	}
	if err := printed(w, err); err != nil {
		return err
	}
	switch {
	case points == 0:
		return fmt.Errorf("%s has nothing to compare: no number was simulated where one is expected", asked.expect)
	case outside > 0:
		return fmt.Errorf("%d of %d points are outside: of right simulations about 3 in 1000 are, so try another --seed", outside, points)
	}
	return nil
}

// judge compares a column. Where the expected sd is 0 the number itself must be
// right, if it is one; where there is none, as of Cauchy's distribution, that of
// the replicas stands in.
func (s *simulation) judge(c column, columns []column, want expected, st *expression.Statistics) (v verdict, found bool) {
	numbers, ok := want[c.head]
	if !ok {
		return v, false
	}
	var sds []float64
	for _, other := range columns {
		if other.isSD && other.number == c.number {
			sds = want[other.head]
		}
	}
	n := float64(st.Replicas)
	for g, expect := range numbers {
		got := c.of(st, g)
		sd := sdOf(st.At(g, c.number))
		if sds != nil {
			sd = sds[g]
		}
		var statistic float64
		allowed := s.times.mean
		const same = 1e-6
		switch {
		case sd == 0 && math.IsNaN(got-got):
			continue
		case sd == 0 && math.Abs(got-expect) <= same*max(1, math.Abs(expect)):
		case c.isSD:
			statistic, allowed = math.Sqrt(n/2)*(got*got/(sd*sd)-1), s.times.sd
		default:
			statistic = (got - expect) * math.Sqrt(n) / sd
		}
		v.points++
		if !allowed.holds(statistic) {
			v.outside++
		}
		if v.points == 1 || !(math.Abs(statistic) <= math.Abs(v.worst)) {
			v.worst, v.at = statistic, st.Grid[g]
		}
	}
	return v, true
}
