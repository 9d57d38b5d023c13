package cli

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// addQuestion gives a command the flags that say what is different from the
// model as it is in the file.
func addQuestion(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringSlice("medium", nil, "find this and nothing else: `EXCHANGE=RATE`,... in mmol/gDW/h, in place of the model's whole medium")
	f.StringArray("bound", nil, "bound a flux, after the medium: `REACTION=LOWER,UPPER` in mmol/gDW/h, which may be -inf and inf; again for others")
	f.StringSlice("knockout", nil, "lack these `GENES` or reactions, separated by commas; a name of both means the gene")
}

// addObjective gives a command the flag for what is optimised.
func addObjective(cmd *cobra.Command) {
	cmd.Flags().String("objective", "", "optimise the flux of this `REACTION` in place of the model's own goal")
}

// addSense gives a command the flag for which way.
func addSense(cmd *cobra.Command) {
	senses := []string{"max", "min"}
	cmd.Flags().Var(&value{
		kind: "string", allowed: "max or min", canonical: func(s string) (string, bool) { return s, slices.Contains(senses, s) },
	}, "sense", "make the objective as large as can be, `max`, or as small, min; without it the model's own goal goes its way, and --objective up")
	complete(cmd, "sense", senses...)
}

// aim makes what the command line says is to be optimised the goal of the
// model. One that has no goal then is refused.
func (asked *asking) aim(cmd *cobra.Command) error {
	goal, id := asked.model.Goal(), asked.question.Objective
	if id != "" {
		j, _ := asked.model.Reaction(id)
		goal = metabolism.Goal{Terms: []metabolism.GoalTerm{{Reaction: j, Coef: 1}}}
	}
	if len(goal.Terms) == 0 {
		return usagef(cmd, "%s: %w: say what to optimise by --objective REACTION%s", asked.file, metabolism.ErrNoObjective, suggestion(asked.model))
	}
	if sense := cmd.Flag("sense"); sense != nil && sense.Changed {
		goal.Minimize = sense.Value.String() == "min"
	} else if id == "" {
		return nil
	}
	m, err := asked.model.WithGoal(goal)
	if err != nil {
		return err
	}
	asked.model, asked.question.Objective = m, ""
	return nil
}

// suggestion names the reactions that may be meant to make biomass.
func suggestion(m *metabolism.Model) string {
	const most = 3
	var ids []string
	for j := range m.Reactions() {
		r := &m.Reactions()[j]
		if name := strings.ToLower(r.ID + " " + r.Name); len(ids) < most && (strings.Contains(name, "biomass") || strings.Contains(name, "growth")) {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return ", such as " + strings.Join(ids, ", ")
}

// question reads what is asked of a model from the command line, and checks
// it: everything that the model does not have is one problem of one error.
func question(cmd *cobra.Command, m *metabolism.Model) (metabolism.Question, error) {
	q := metabolism.Question{EraseBounds: true} // as COBRApy has it
	var err error
	if q.Medium, err = medium(cmd); err != nil {
		return q, err
	}
	if q.Bounds, err = bounds(cmd); err != nil {
		return q, err
	}
	lost, err := cmd.Flags().GetStringSlice("knockout")
	if err != nil {
		return q, err
	}
	problems := append(problemsOf("--medium", m, metabolism.Question{Medium: q.Medium}),
		problemsOf("--bound", m, metabolism.Question{Bounds: q.Bounds})...)
	for _, name := range lost {
		_, reaction := m.Reaction(name)
		switch {
		case m.HasGene(name):
			q.Knockouts = append(q.Knockouts, name)
		case reaction:
			q.KnockoutReactions = append(q.KnockoutReactions, name)
		default:
			problems = append(problems, fmt.Errorf("--knockout: %w", unknownLoss(m, name)))
		}
	}
	if objective := cmd.Flag("objective"); objective != nil && objective.Changed {
		if q.Objective = objective.Value.String(); q.Objective == "" {
			return q, usagef(cmd, `--objective "": must be a reaction`)
		}
		problems = append(problems, problemsOf("--objective", m, metabolism.Question{Objective: q.Objective})...)
	}
	if len(problems) > 0 {
		return q, &usageError{err: errors.Join(problems...)}
	}
	return q, nil
}

// problemsOf are what a model cannot answer of what a flag asks.
func problemsOf(flag string, m *metabolism.Model, q metabolism.Question) []error {
	err := q.Check(m)
	var all []error
	for _, p := range inTree[*metabolism.ValueError](err) {
		all = append(all, fmt.Errorf("%s %s: %s", flag, p.Name, p.Text))
	}
	for _, p := range inTree[*metabolism.UnknownError](err) {
		all = append(all, fmt.Errorf("%s: %w", flag, p))
	}
	return all
}

// unknownLoss says that a name is neither a gene's nor a reaction's.
func unknownLoss(m *metabolism.Model, name string) error {
	unknown := &metabolism.UnknownError{Kind: "gene or reaction", Name: name}
	q := metabolism.Question{Knockouts: []string{name}, KnockoutReactions: []string{name}}
	for _, p := range inTree[*metabolism.UnknownError](q.Check(m)) {
		unknown.Near = append(unknown.Near, p.Near...)
	}
	return unknown
}

// bounds reads the flag --bound.
func bounds(cmd *cobra.Command) (map[string][2]float64, error) {
	entries, err := cmd.Flags().GetStringArray("bound")
	if err != nil {
		return nil, err
	}
	all := map[string][2]float64{}
	for _, entry := range entries {
		i := strings.LastIndex(entry, "=") // there is none in a number
		low, high, ok := strings.Cut(entry[i+1:], ",")
		lower, failed := strconv.ParseFloat(strings.TrimSpace(low), 64)
		upper, besides := strconv.ParseFloat(strings.TrimSpace(high), 64)
		if i < 1 || !ok || failed != nil || besides != nil || math.IsNaN(lower) || math.IsNaN(upper) {
			return nil, usagef(cmd, "--bound %q: must be a reaction and the least and the largest flux in mmol/gDW/h, as in EX_o2_e=-5,1000", entry)
		}
		id := entry[:i]
		if _, twice := all[id]; twice {
			return nil, usagef(cmd, "--bound %q: %s is there twice", entry, id)
		}
		all[id] = [2]float64{lower, upper}
	}
	return all, nil
}

// addFraction gives a command a flag for a share of something.
func addFraction(cmd *cobra.Command, name, byDefault, usage string) {
	cmd.Flags().Var(&value{
		text: byDefault, kind: "float64", allowed: "a number above 0 and at most 1",
		canonical: func(s string) (string, bool) {
			x, err := strconv.ParseFloat(s, 64)
			return strconv.FormatFloat(x, 'g', -1, 64), err == nil && x > 0 && x <= 1
		},
	}, name, usage)
}
