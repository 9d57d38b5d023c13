package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func (a *app) modelFBACommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fba FILE",
		Short: "Find the best objective, and fluxes that reach it",
		Long: `Find the best objective, and fluxes that reach it (flux balance analysis), and
how well the answer keeps the conditions of optimality.

The fluxes are those of exchanges that are not 0, below 0 what is taken up; with
--all they are all, with their reduced costs, and in JSON reduced_costs by
reaction and shadow_prices by metabolite besides. What else --help of "bioxen
model" names is there too.

With --exact the objective is proven in rational arithmetic, of the numbers as
they are written in the file, without any rounding, and told as a ratio of whole
numbers: exact in JSON, with status, objective (the ratio) and decimal (30 digits
after the point) as texts, null unless optimal, and steps, how many the simplex
method took in exact arithmetic. A network of 2700 reactions takes about 0.03 s
more, and seconds where steps are needed; where those are more than 200 it is an
error.`,
		Example: `  bioxen model fba iML1515.json
  bioxen model fba e_coli_core.xml.gz --medium EX_glc__D_e=10,EX_nh4_e=1000,EX_pi_e=1000 --knockout b0720
  bioxen model fba e_coli_core.xml --bound ATPM=0,1000 --objective ATPM -o json
  bioxen model fba e_coli_core.xml --exact`,
		Args: arguments(1, 1, "one FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			exact, err := cmd.Flags().GetBool("exact")
			if err != nil {
				return err
			}
			if exact {
				return a.modelFluxes(cmd, args[0], provenFluxes)
			}
			return a.modelFluxes(cmd, args[0], func(ctx context.Context, an *metabolism.Analyzer, q metabolism.Question) (fluxResult, error) {
				f, err := an.FBA(ctx, q)
				return fluxResult{flux: f}, err
			})
		},
	}
	addFluxes(cmd)
	cmd.Flags().Bool("exact", false, "prove the objective in rational arithmetic")
	return cmd
}

func (a *app) modelPFBACommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pfba FILE",
		Short: "Find the least fluxes with the best objective",
		Long: `Find, of all fluxes with the best objective, those with the least sum of
absolute values (parsimonious flux balance analysis): total_flux in JSON. The
certificate is that of this second step; the rest is as "bioxen model fba" has it.`,
		Example: `  bioxen model pfba iML1515.json
  bioxen model pfba e_coli_core.xml --all`,
		Args: arguments(1, 1, "one FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.modelFluxes(cmd, args[0], func(ctx context.Context, an *metabolism.Analyzer, q metabolism.Question) (fluxResult, error) {
				f, err := an.PFBA(ctx, q)
				return fluxResult{flux: f, total: true}, err
			})
		},
	}
	addFluxes(cmd)
	return cmd
}

func addFluxes(cmd *cobra.Command) {
	addQuestion(cmd)
	addObjective(cmd)
	addSense(cmd)
	cmd.Flags().Bool("all", false, "print the flux of every reaction")
	addOutput(cmd)
}

// A fluxAnswer is the JSON form of one distribution of fluxes.
type fluxAnswer struct {
	fluxHead

	Exact        *exactObjective    `json:"exact,omitempty"`
	TotalFlux    *float64           `json:"total_flux,omitempty"`
	Fluxes       map[string]float64 `json:"fluxes"`
	ReducedCosts map[string]float64 `json:"reduced_costs,omitempty"`
	ShadowPrices map[string]float64 `json:"shadow_prices,omitempty"`
}

// A fluxResult is what an analysis finds: one distribution of fluxes, and
// whether their sum is what it was about.
type fluxResult struct {
	flux  *metabolism.Flux
	total bool
	exact *exactObjective
}

// A fluxAnalysis finds a distribution of fluxes.
type fluxAnalysis func(ctx context.Context, an *metabolism.Analyzer, q metabolism.Question) (fluxResult, error)

// An exactObjective is the JSON form of an objective that is proven.
type exactObjective struct {
	Status    string  `json:"status"`
	Objective *string `json:"objective"`
	Decimal   *string `json:"decimal"`
	Steps     int     `json:"steps"`
}

// provenFluxes is flux balance analysis with a proof.
func provenFluxes(ctx context.Context, an *metabolism.Analyzer, q metabolism.Question) (fluxResult, error) {
	const digits = 30
	e, err := an.FBAExact(ctx, q)
	if err != nil {
		return fluxResult{}, err
	}
	x := &exactObjective{Status: e.Status.String(), Steps: e.Pivots}
	if e.Objective != nil {
		ratio, decimal := e.Objective.RatString(), e.Objective.FloatString(digits)
		x.Objective, x.Decimal = &ratio, &decimal
	}
	return fluxResult{flux: e.Flux, exact: x}, nil
}

// line is what it says to people.
func (x *exactObjective) line() property {
	if x.Objective == nil {
		return property{"exact objective", "none: " + x.Status + ", proven"}
	}
	return property{"exact objective", *x.Objective + ", proven"}
}

// modelFluxes prints what one analysis of a model in a file finds.
func (a *app) modelFluxes(cmd *cobra.Command, file string, analyse fluxAnalysis) error {
	asked, err := a.ask(cmd, file)
	if err != nil {
		return err
	}
	m := asked.model
	found, err := analyse(cmd.Context(), metabolism.NewAnalyzer(m), asked.question)
	if err != nil {
		return err
	}
	f := found.flux
	which := crossing(m, f.Fluxes)
	if asked.all {
		which = every(f.Fluxes)
	}
	answer := fluxAnswer{fluxHead: headOf(asked.modelSource, asked.question, f), Exact: found.exact, Fluxes: byReaction(m, which, f.Fluxes)}
	if found.total && f.Status == metabolism.StatusOptimal {
		answer.TotalFlux = &f.TotalFlux
	}
	if asked.form == formJSON {
		if asked.all {
			answer.ReducedCosts = byReaction(m, which, f.ReducedCosts)
			answer.ShadowPrices = make(map[string]float64, len(f.ShadowPrices))
			for i, price := range f.ShadowPrices {
				answer.ShadowPrices[m.Metabolites()[i].ID] = price
			}
		}
		return printJSON(a.Stdout, answer)
	}
	head := answer.lines()
	if answer.Exact != nil {
		head = append(head, answer.Exact.line())
	}
	if answer.TotalFlux != nil {
		head = append(head, property{"total flux", precise(*answer.TotalFlux)})
	}
	return printText(a.Stdout, properties(head)+fluxTable(m, f, which, asked.all))
}

// fluxTable renders fluxes below a heading.
func fluxTable(m *metabolism.Model, f *metabolism.Flux, which []int, all bool) string {
	if f.Fluxes == nil {
		return ""
	}
	if len(which) == 0 {
		return "\nno exchange carries flux; --all prints every reaction\n"
	}
	rows := [][]string{{"EXCHANGE", "FLUX"}}
	if all {
		rows = [][]string{{"REACTION", "FLUX", "REDUCED COST"}}
	}
	for _, j := range which {
		row := []string{m.Reactions()[j].ID, number(f.Fluxes[j])}
		if all {
			row = append(row, number(f.ReducedCosts[j]))
		}
		rows = append(rows, row)
	}
	return "\n" + table("", rows)
}

// asking is a question of the command line to a model.
type asking struct {
	*modelSource

	question metabolism.Question
	form     string
	all      bool
}

// ask reads the model, and what is asked of it.
func (a *app) ask(cmd *cobra.Command, file string) (*asking, error) {
	form, err := output(cmd)
	if err != nil {
		return nil, err
	}
	all, err := cmd.Flags().GetBool("all")
	if err != nil {
		return nil, err
	}
	s, err := a.readModel(cmd.Context(), file)
	if err != nil {
		return nil, err
	}
	q, err := question(cmd, s.model)
	if err != nil {
		return nil, err
	}
	asked := &asking{modelSource: s, question: q, form: form, all: all}
	return asked, asked.aim(cmd)
}
