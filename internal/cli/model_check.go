package cli

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func (a *app) modelCheckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Read a model, and say what is in it and whether it grows",
		Long: `Read a model, and say what is in it and whether it grows. What is wrong with a
file is told with its line, and the exit code is then 1. What is doubtful about a
network is told too, and no error: dead ends, which only something makes or only
something consumes, and the reactions that they block; and reactions that do not
keep mass or charge, or of which that is unknown.

In JSON sizes counts reactions, metabolites, genes, compartments, nonzeros
(coefficients), boundary (reactions that only bring in or take out) and exchanges
(those with the medium); name is what people call the model; medium is the
largest uptake by exchange, null where nothing bounds it; grows says whether
the goal's first reaction, whose flux is the growth, carries some; network holds
dead_ends (metabolite, made, consumed), blocked (metabolites), blocked_reactions,
imbalances (reaction, and the elements and charge that it makes of nothing) and
unknown (reaction, and metabolites without formulas or charges). What "bioxen model --help" names, but fluxes, is there
too. Of a file that is wrong there are file and problem: line, 0 when it has
none, and message.`,
		Example: `  bioxen model check iML1515.json
  curl -s https://example.org/model.xml.gz | bioxen model check -`,
		Args: arguments(1, 1, "one FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			return a.modelCheck(cmd, args[0], form)
		},
	}
	addOutput(cmd)
	return cmd
}

// A modelReport is the JSON form of what is in a model.
type modelReport struct {
	fluxHead

	Name   string            `json:"name"`
	Sizes  modelSizes        `json:"sizes"`
	Medium map[string]finite `json:"medium"`
	Grows  bool              `json:"grows"`

	Network networkReport `json:"network"`
}

// modelSizes count what a model has.
type modelSizes struct {
	Reactions    int `json:"reactions"`
	Metabolites  int `json:"metabolites"`
	Genes        int `json:"genes"`
	Compartments int `json:"compartments"`
	Nonzeros     int `json:"nonzeros"`
	Boundary     int `json:"boundary"`
	Exchanges    int `json:"exchanges"`
}

func sizesOf(m *metabolism.Model) modelSizes {
	s := modelSizes{
		Reactions: len(m.Reactions()), Metabolites: len(m.Metabolites()), Genes: len(m.Genes()), Exchanges: len(m.Exchanges()),
	}
	places := map[string]bool{}
	for i := range m.Metabolites() {
		places[m.Metabolites()[i].Compartment] = true
	}
	s.Compartments = len(places)
	for j := range m.Reactions() {
		r := &m.Reactions()[j]
		s.Nonzeros += len(r.Terms)
		if r.Boundary() {
			s.Boundary++
		}
	}
	return s
}

// A wrongFile is the JSON form of a file that holds no model.
type wrongFile struct {
	File    string `json:"file"`
	Problem struct {
		Line    int    `json:"line"`
		Message string `json:"message"`
	} `json:"problem"`
}

func (a *app) modelCheck(cmd *cobra.Command, file, form string) error {
	s, err := a.readModel(cmd.Context(), file)
	if err != nil {
		if form != formJSON || cmd.Context().Err() != nil {
			return err
		}
		wrong := wrongFile{File: file}
		wrong.Problem.Message = err.Error()
		if at, ok := errors.AsType[*metabolism.LineError](err); ok {
			wrong.Problem.Line, wrong.Problem.Message = at.Line, at.Err.Error()
		}
		return errors.Join(err, printJSON(a.Stdout, wrong))
	}
	var q metabolism.Question
	f, err := metabolism.NewAnalyzer(s.model).FBA(cmd.Context(), q)
	if err != nil {
		return err
	}
	r := modelReport{
		fluxHead: headOf(s, q, f), Name: s.model.Name(), Sizes: sizesOf(s.model), Medium: map[string]finite{},
		Grows: f.Growth > zeroFlux, Network: networkOf(s.model.Check()),
	}
	for exchange, rate := range s.model.Medium() {
		r.Medium[exchange] = finite(rate)
	}
	if form == formJSON {
		return printJSON(a.Stdout, r)
	}
	return printText(a.Stdout, r.text())
}

// text is the report for people.
func (r *modelReport) text() string {
	all := []property{{"model", modelName(r.Model, r.Format)}}
	if r.Name != "" && r.Name != r.Model {
		all = append(all, property{"name", r.Name})
	}
	all = append(all,
		property{"reactions", fmt.Sprintf("%d, of which %d are at the boundary, %d of them exchanges with the medium", r.Sizes.Reactions, r.Sizes.Boundary, r.Sizes.Exchanges)},
		property{"metabolites", fmt.Sprintf("%d in %d compartments, with %d coefficients", r.Sizes.Metabolites, r.Sizes.Compartments, r.Sizes.Nonzeros)},
		property{"genes", strconv.Itoa(r.Sizes.Genes)})
	grows := "no"
	if r.Grows {
		grows = "yes"
	}
	all = append(append(all, r.lines()[1:]...), property{"grows", grows}, property{"medium", fmt.Sprintf("%d of %d exchanges can take up", len(r.Medium), r.Sizes.Exchanges)})
	text := properties(append(all, r.Network.lines()...))
	if len(r.Medium) == 0 {
		return text
	}
	rows := [][]string{{"EXCHANGE", "UPTAKE"}}
	for _, id := range sortedKeys(r.Medium) {
		rows = append(rows, []string{id, number(float64(r.Medium[id]))})
	}
	return text + "\n" + table("", rows)
}
