package cli

import (
	"errors"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func (a *app) modelFVACommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fva FILE",
		Short: "Find the range of every flux near the best objective",
		Long: `Find the least and the largest flux of every reaction while the objective is at
least --fraction of the best (flux variability analysis).

The ranges are those of exchanges that are not blocked; --reaction names others,
--all is for all. In JSON they are ranges, by reaction, of min and max, which
are null where nothing bounds the flux; fraction is as asked; reactions, fixed
and blocked count how many there are, how many have one flux that is not 0, and
how many can carry none. What "bioxen model --help" names, but fluxes, is there
too.`,
		Example: `  bioxen model fva e_coli_core.xml
  bioxen model fva e_coli_core.xml --fraction 0.9 --reaction PFK,PGI -o json`,
		Args: arguments(1, 1, "one FILE"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.modelFVA(cmd, args[0]) },
	}
	addQuestion(cmd)
	addObjective(cmd)
	addSense(cmd)
	addFraction(cmd, "fraction", "1", "keep this `SHARE` of the best objective")
	cmd.Flags().StringSlice("reaction", nil, "print the ranges of these `REACTIONS`, separated by commas")
	cmd.Flags().Bool("all", false, "print the range of every reaction")
	addOutput(cmd)
	return cmd
}

// A rangeAnswer is the JSON form of the ranges of fluxes.
type rangeAnswer struct {
	fluxHead

	Fraction  float64              `json:"fraction"`
	Reactions int                  `json:"reactions"`
	Fixed     int                  `json:"fixed"`
	Blocked   int                  `json:"blocked"`
	Ranges    map[string]fluxRange `json:"ranges"`
}

// A fluxRange is the JSON form of metabolism.Range.
type fluxRange struct {
	Min finite `json:"min"`
	Max finite `json:"max"`
}

func (a *app) modelFVA(cmd *cobra.Command, file string) error {
	fraction, err := cmd.Flags().GetFloat64("fraction")
	if err != nil {
		return err
	}
	if cmd.Flags().Changed("reaction") && cmd.Flags().Changed("all") {
		return usagef(cmd, "give --reaction or --all, not both")
	}
	asked, err := a.ask(cmd, file)
	if err != nil {
		return err
	}
	m := asked.model
	which, err := chosen(cmd, m)
	if err != nil {
		return err
	}
	progress := a.progress("ranges")
	v, err := metabolism.NewAnalyzer(m).Variability(cmd.Context(), asked.question, fraction, progress.tell)
	progress.end()
	if err != nil {
		return err
	}
	answer := rangeAnswer{
		fluxHead: headOf(asked.modelSource, asked.question, v.Best), Fraction: fraction, Reactions: len(m.Reactions()),
		Ranges: map[string]fluxRange{},
	}
	for _, r := range v.Ranges {
		switch {
		case blocked(r):
			answer.Blocked++
		case fixed(r):
			answer.Fixed++
		}
	}
	if len(v.Ranges) == 0 {
		which = nil
	} else if asked.all {
		which = every(v.Best.Fluxes)
	} else if which == nil {
		for _, j := range m.Exchanges() {
			if !blocked(v.Ranges[j]) {
				which = append(which, j)
			}
		}
	}
	for _, j := range which {
		answer.Ranges[m.Reactions()[j].ID] = fluxRange{finite(v.Ranges[j].Min), finite(v.Ranges[j].Max)}
	}
	if asked.form == formJSON {
		return printJSON(a.Stdout, answer)
	}
	return printText(a.Stdout, rangeText(&answer, m, v, which))
}

// rangeText renders ranges for people.
func rangeText(answer *rangeAnswer, m *metabolism.Model, v *metabolism.Variability, which []int) string {
	head := answer.lines()
	if len(v.Ranges) == 0 {
		return properties(head)
	}
	text := properties(append(head,
		property{"fraction", number(answer.Fraction)},
		property{"reactions", fmt.Sprintf("%d, of which %d are fixed and %d blocked", answer.Reactions, answer.Fixed, answer.Blocked)}))
	if len(which) == 0 {
		return text
	}
	rows := [][]string{{"REACTION", "MIN", "MAX"}}
	for _, j := range which {
		rows = append(rows, []string{m.Reactions()[j].ID, number(v.Ranges[j].Min), number(v.Ranges[j].Max)})
	}
	return text + "\n" + table("", rows)
}

// chosen are the reactions of the flag --reaction; nil without it.
func chosen(cmd *cobra.Command, m *metabolism.Model) ([]int, error) {
	names, err := cmd.Flags().GetStringSlice("reaction")
	if err != nil {
		return nil, err
	}
	var which []int
	var problems []error
	for _, name := range names {
		j, ok := m.Reaction(name)
		if !ok {
			problems = append(problems, problemsOf("--reaction", m, metabolism.Question{KnockoutReactions: []string{name}})...)
		}
		which = append(which, j)
	}
	if len(problems) > 0 {
		return nil, &usageError{err: errors.Join(problems...)}
	}
	return which, nil
}

// blocked reports whether a reaction can carry no flux.
func blocked(r metabolism.Range) bool { return r.Min >= -zeroFlux && r.Max <= zeroFlux }

// fixed reports whether a reaction has one flux, but for the rounding of two
// programmes.
func fixed(r metabolism.Range) bool {
	width := r.Max - r.Min
	return !math.IsInf(width, 1) && width <= zeroFlux*max(1, math.Abs(r.Min), math.Abs(r.Max))
}
