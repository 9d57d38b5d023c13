package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression/sbml"
)

// formCSV is the form of tables that other programs read.
const formCSV = "csv"

func (a *app) simulateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "simulate FILE",
		Short: "Simulate a reaction network in a file, molecule by molecule",
		Long: `Simulate the reaction network with kinetic laws in an SBML file, molecule by
molecule, and print the mean and the standard deviation of each species' amount
over the replicas, at equal steps of time. It may be packed with gzip; "-" is
standard input. Networks for flux balance analysis have no kinetic laws: see
"bioxen model".

Kinetic laws are propensities, in events per unit of the file's time. Species
that rules set, and parameters and compartments that rules or events change, are
there too. --variables chooses: names, [X] for the concentration of X, and
formulas of them, as ln(X) or (A + B)/2.

The methods direct, composition-rejection and next-reaction are exact;
tau-leaping is faster where there are many molecules, and approximate. The same
seed gives the same numbers on every machine, with any number of processors.

CSV has the columns time, and X-mean and X-sd for each variable X. JSON has file,
model, method, replicas, seed, times, and mean and sd, each a list by variable.

A stochastic case of the SBML Test Suite is simulated with its settings, which
say the times and the columns, and held to its results with --expect, by two
replicas at least. A column that the settings ask for must be there. At each time
z, the mean less that expected in units of the expected sd/√replicas, must be in
the settings' meanRange, (-3, 3) if there is none, and
√(replicas/2)·(sd²/expected sd² - 1) in their sdRange, (-5, 5). It prints the
largest of each column, and exits with 1 if one is outside.`,
		Example: `  bioxen simulate model.xml --time 50 --steps 50 --replicas 10000
  bioxen simulate model.xml --time 100 --method tau-leaping -o json
  bioxen simulate model.xml --start 10 --time 20 --steps 10 --replicas 1000 --variables 'X,[Y],ln(X)'
  bioxen simulate 00001-sbml-l3v2.xml --settings 00001-settings.txt --expect 00001-results.csv --replicas 10000`,
		Args: arguments(1, 1, "one FILE"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.simulate(cmd, args[0]) },
	}
	const mostSteps, mostReplicas = 1_000_000, 1_000_000_000
	addTime(cmd, "time", "simulate up to the time `T`")
	addStart(cmd)
	addWhole(cmd, "steps", "int", 50, 1, mostSteps, "from 1 to 1000000", "print `N` times after the first")
	cmd.Flags().StringArray("variables", nil, "print these `VARIABLES`, separated by commas: names, [NAME] for concentrations, and formulas")
	cmd.Flags().String("settings", "", "take times and columns from this settings `FILE` of the SBML Test Suite")
	cmd.Flags().String("expect", "", "compare with this `FILE` of results of the SBML Test Suite")
	addWhole(cmd, "replicas", "int", 1, 1, mostReplicas, "from 1 to 1000000000", "simulate `R` replicas")
	addSeed(cmd)
	cmd.Flags().String("method", expression.Direct.String(), "simulate by this `METHOD`: direct, composition-rejection, next-reaction or tau-leaping")
	complete(cmd, "method", "direct", "composition-rejection", "next-reaction", "tau-leaping")
	cmd.Flags().StringP("output", "o", formCSV, "print csv or json")
	complete(cmd, "output", formCSV, formJSON)
	return cmd
}

// addTime gives a command a flag for a simulated time.
func addTime(cmd *cobra.Command, name, usage string) {
	cmd.Flags().Var(&value{
		text: "100", kind: "float64", allowed: "a number above 0",
		canonical: func(s string) (string, bool) {
			x, err := strconv.ParseFloat(s, 64)
			return strconv.FormatFloat(x, 'g', -1, 64), err == nil && x > 0 && !math.IsInf(x, 0)
		},
	}, name, usage)
}

// addStart gives a command the flag --start.
func addStart(cmd *cobra.Command) {
	cmd.Flags().Var(&value{
		text: "0", kind: "float64", allowed: "a number from 0",
		canonical: func(s string) (string, bool) {
			x, err := strconv.ParseFloat(s, 64)
			return strconv.FormatFloat(x, 'g', -1, 64), err == nil && x >= 0 && !math.IsInf(x, 0)
		},
	}, "start", "print from the time `T0` on")
}

// A simulation is what the command line asks for.
type simulation struct {
	file, form       string
	options          expression.EnsembleOptions
	seed             int64
	settings, expect string
	times            settings
}

// leastCompared is how many replicas have a standard deviation.
const leastCompared = 2

// asSimulation reads the flags.
func asSimulation(cmd *cobra.Command, file string) (*simulation, error) {
	f := cmd.Flags()
	form, err := f.GetString("output")
	if err != nil {
		return nil, err
	}
	if form != formCSV && form != formJSON {
		return nil, usagef(cmd, "--output %q: must be %s or %s", form, formCSV, formJSON)
	}
	word, err := f.GetString("method")
	if err != nil {
		return nil, err
	}
	method, err := expression.ParseMethod(word)
	if err != nil {
		return nil, usagef(cmd, "--%w", err)
	}
	replicas, err := f.GetInt("replicas")
	if err != nil {
		return nil, err
	}
	seed, err := f.GetInt64("seed")
	if err != nil {
		return nil, err
	}
	s := &simulation{file: file, form: form, seed: seed}
	s.options = expression.EnsembleOptions{Method: method, Replicas: replicas, Seed: uint64(seed)} //nolint:gosec // all seeds are good
	if s.expect, err = f.GetString("expect"); err != nil {
		return nil, err
	}
	if s.settings, err = f.GetString("settings"); err != nil {
		return nil, err
	}
	inputs := 0
	for _, name := range []string{s.file, s.settings, s.expect} {
		if name == fromInput {
			inputs++
		}
	}
	switch {
	case inputs > 1:
		return nil, usagef(cmd, "standard input cannot be more than one of FILE, --settings and --expect")
	case s.expect != "" && form != formCSV:
		return nil, usagef(cmd, "--output %s: what --expect prints is %s only", form, formCSV)
	case s.expect != "" && replicas < leastCompared:
		return nil, usagef(cmd, "--replicas %d: --expect needs %d at least, for a standard deviation", replicas, leastCompared)
	case s.settings == "":
		s.times, err = asSettings(cmd)
		return s, err
	}
	for _, other := range []string{"time", "steps", "start", "variables"} {
		if f.Changed(other) {
			return nil, usagef(cmd, "--settings say it: leave --%s out", other)
		}
	}
	return s, nil
}

func (a *app) simulate(cmd *cobra.Command, file string) error {
	asked, err := asSimulation(cmd, file)
	if err != nil {
		return err
	}
	if asked.settings != "" {
		err = a.readFile(cmd.Context(), asked.settings, func(text io.Reader, name string) (err error) {
			if asked.times, err = readSettings(text); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	var m *sbml.Model
	err = a.readFile(cmd.Context(), file, func(text io.Reader, name string) (err error) {
		if m, err = sbml.Read(text); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	outputs, columns, err := asked.shown(m)
	if err != nil {
		return fmt.Errorf("simulate %s: %w", file, err)
	}
	for _, out := range outputs {
		asked.options.Derived = append(asked.options.Derived, out.Value)
	}
	asked.options.Grid = asked.times.grid()
	var want expected
	if asked.expect != "" {
		if want, err = a.expected(cmd.Context(), asked, columns); err != nil {
			return err
		}
	}
	progress := a.progress("replicas")
	asked.options.Progress = progress.tell
	st, err := expression.Ensemble(cmd.Context(), m.Network, asked.options)
	progress.end()
	switch {
	case err != nil:
		return fmt.Errorf("simulate %s: %w", file, err)
	case asked.expect != "":
		return a.compare(asked, columns, want, st)
	case asked.form == formJSON:
		return printJSON(a.Stdout, simulationOf(asked, m, outputs, st))
	}
	return a.simulationCSV(columns, st)
}

// shown finds what is to be printed: the numbers, and the columns of them.
func (s *simulation) shown(m *sbml.Model) ([]sbml.Output, []column, error) {
	names := s.times.variables
	var columns []column
	if s.times.columns != nil {
		names, columns = s.times.inColumns()
	}
	outputs := m.Outputs
	if names != nil {
		outputs = nil
		for _, name := range names {
			out, err := m.Show(name, s.times.dense...)
			if err != nil {
				return nil, nil, err
			}
			outputs = append(outputs, out)
		}
	}
	if columns == nil {
		for k, out := range outputs {
			columns = append(columns, column{out.ID + meanSuffix, k, false}, column{out.ID + sdSuffix, k, true})
		}
	}
	return outputs, columns, s.check(columns, len(outputs))
}

// mostNumbers bounds what a simulation holds: each number has a mean and four
// more, of 8 bytes, and that once more for each replica that is under way.
const mostNumbers = 10_000_000

// check says what is wrong with the columns of a table of that many variables.
func (s *simulation) check(columns []column, variables int) error {
	var heads []string
	for _, c := range columns {
		heads = append(heads, c.head)
	}
	if twice, ok := duplicate(heads); ok {
		return &biovm.FieldError{Path: "column", Value: twice, Reason: "is asked for twice: name it once"}
	}
	if times := s.times.steps + 1; variables > mostNumbers/times {
		return &biovm.FieldError{
			Path: "steps", Value: s.times.steps,
			Reason: fmt.Sprintf("%d times of %d variables are %d numbers, and %d are allowed: ask for fewer steps or variables", times, variables, times*variables, mostNumbers),
		}
	}
	return nil
}

// duplicate finds a name that is in a list twice.
func duplicate(names []string) (string, bool) {
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] {
			return name, true
		}
		seen[name] = true
	}
	return "", false
}

// A simulationAnswer is the JSON form of an ensemble.
type simulationAnswer struct {
	File     string              `json:"file"`
	Model    string              `json:"model"`
	Method   string              `json:"method"`
	Replicas int                 `json:"replicas"`
	Seed     int64               `json:"seed"`
	Times    []float64           `json:"times"`
	Mean     map[string][]finite `json:"mean"`
	SD       map[string][]finite `json:"sd"`
}

func simulationOf(asked *simulation, m *sbml.Model, outputs []sbml.Output, st *expression.Statistics) simulationAnswer {
	answer := simulationAnswer{
		File: asked.file, Model: m.ID, Method: asked.options.Method.String(), Replicas: st.Replicas, Seed: asked.seed, Times: st.Grid,
		Mean: map[string][]finite{}, SD: map[string][]finite{},
	}
	for k, out := range outputs {
		for g := range st.Grid {
			at := st.At(g, k)
			answer.Mean[out.ID] = append(answer.Mean[out.ID], finite(at.Mean))
			answer.SD[out.ID] = append(answer.SD[out.ID], finite(sdOf(at)))
		}
	}
	return answer
}

// simulationCSV prints a line for each time.
func (a *app) simulationCSV(columns []column, st *expression.Statistics) error {
	w := csv.NewWriter(a.Stdout)
	line := []string{"time"}
	for _, c := range columns {
		line = append(line, c.head)
	}
	err := w.Write(line)
	for g, t := range st.Grid {
		line = append(line[:0], exact(t))
		for _, c := range columns {
			line = append(line, exact(c.of(st, g)))
		}
		if err == nil {
			err = w.Write(line)
		}
	}
	return printed(w, err)
}

func exact(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// printed ends a table.
func printed(w *csv.Writer, err error) error {
	if w.Flush(); err == nil {
		err = w.Error()
	}
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
