package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/spf13/cobra"

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
over the replicas, at equal steps of time. "-" is standard input.

Kinetic laws are propensities, in events per unit of the file's time. Species
that rules set, and parameters that rules or events change, are there too.

The methods direct, composition-rejection and next-reaction are exact;
tau-leaping is faster where there are many molecules, and approximate. The same
seed gives the same numbers on every machine, with any number of processors.

CSV has the columns time, and X-mean and X-sd for each species X. JSON has file,
model, method, replicas, seed, times, and mean and sd, each a list by species.`,
		Example: `  bioxen simulate model.xml --time 50 --steps 50 --replicas 10000
  bioxen simulate model.xml --time 100 --method tau-leaping -o json`,
		Args: arguments(1, 1, "one FILE"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.simulate(cmd, args[0]) },
	}
	const mostSteps, mostReplicas = 1_000_000, 1_000_000_000
	addTime(cmd, "time", "simulate up to the time `T`")
	addWhole(cmd, "steps", "int", 50, 1, mostSteps, "from 1 to 1000000", "print `N` times after time 0")
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

// A simulation is what the command line asks for.
type simulation struct {
	file, form string
	options    expression.EnsembleOptions
	seed       int64
}

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
	until, err := f.GetFloat64("time")
	if err != nil {
		return nil, err
	}
	steps, err := f.GetInt("steps")
	if err != nil {
		return nil, err
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
	for k := range steps + 1 {
		s.options.Grid = append(s.options.Grid, until*(float64(k)/float64(steps)))
	}
	return s, nil
}

func (a *app) simulate(cmd *cobra.Command, file string) error {
	asked, err := asSimulation(cmd, file)
	if err != nil {
		return err
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
	for _, out := range m.Outputs {
		asked.options.Derived = append(asked.options.Derived, out.Value)
	}
	progress := a.progress("replicas")
	asked.options.Progress = progress.tell
	st, err := expression.Ensemble(cmd.Context(), m.Network, asked.options)
	progress.end()
	if err != nil {
		return fmt.Errorf("simulate %s: %w", file, err)
	}
	if asked.form == formJSON {
		return printJSON(a.Stdout, simulationOf(asked, m, st))
	}
	return a.simulationCSV(m, st)
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

func simulationOf(asked *simulation, m *sbml.Model, st *expression.Statistics) simulationAnswer {
	answer := simulationAnswer{
		File: asked.file, Model: m.ID, Method: asked.options.Method.String(), Replicas: st.Replicas, Seed: asked.seed, Times: st.Grid,
		Mean: map[string][]finite{}, SD: map[string][]finite{},
	}
	for k, out := range m.Outputs {
		for g := range st.Grid {
			at := st.At(g, k)
			answer.Mean[out.ID] = append(answer.Mean[out.ID], finite(at.Mean))
			answer.SD[out.ID] = append(answer.SD[out.ID], finite(math.Sqrt(at.Variance)))
		}
	}
	return answer
}

// simulationCSV prints a line for each time.
func (a *app) simulationCSV(m *sbml.Model, st *expression.Statistics) error {
	w := csv.NewWriter(a.Stdout)
	line := []string{"time"}
	for _, out := range m.Outputs {
		line = append(line, out.ID+"-mean", out.ID+"-sd")
	}
	err := w.Write(line)
	exact := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	for g, t := range st.Grid {
		line = append(line[:0], exact(t))
		for k := range m.Outputs {
			at := st.At(g, k)
			line = append(line, exact(at.Mean), exact(math.Sqrt(at.Variance)))
		}
		if err == nil {
			err = w.Write(line)
		}
	}
	if w.Flush(); err == nil {
		err = w.Error()
	}
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
