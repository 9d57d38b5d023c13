package cli

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

func (a *app) modelDeletionsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "deletions FILE",
		Short: "Find the genes, or reactions, without which the cell does not grow",
		Long: `Delete every gene of the model, one at a time, and list the essential ones:
those without which the cell grows at less than --threshold of its rate, or
cannot live at all, as COBRApy has it. With --reactions it is every reaction.

In JSON kind is gene or reaction, deleted how many there are, threshold as asked,
essential their list in alphabetical order; with --all deletions are all: gene or
reaction, status, growth, and lost, the reactions that go with it. What "bioxen
model --help" names, but fluxes, is there of the cell that lacks nothing more.`,
		Example: `  bioxen model deletions e_coli_core.xml
  bioxen model deletions iML1515.json --reactions --medium EX_glc__D_e=10,EX_o2_e=20 -o json`,
		Args: arguments(1, 1, "one FILE"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.modelDeletions(cmd, args[0]) },
	}
	addQuestion(cmd)
	addObjective(cmd)
	addFraction(cmd, "threshold", "0.01", "call essential what takes growth below this `SHARE` of its rate")
	cmd.Flags().Bool("reactions", false, "delete reactions instead of genes")
	cmd.Flags().Bool("all", false, "print what every deletion comes to")
	addOutput(cmd)
	return cmd
}

// A deletionAnswer is the JSON form of a screen.
type deletionAnswer struct {
	fluxHead

	Kind      string     `json:"kind"`
	Deleted   int        `json:"deleted"`
	Threshold float64    `json:"threshold"`
	Essential []string   `json:"essential"`
	Deletions []deletion `json:"deletions,omitempty"`
}

// A deletion is the JSON form of metabolism.Deletion.
type deletion struct {
	Gene     string   `json:"gene,omitempty"`
	Reaction string   `json:"reaction,omitempty"`
	Status   string   `json:"status"`
	Growth   float64  `json:"growth"`
	Lost     []string `json:"lost"`
}

func (a *app) modelDeletions(cmd *cobra.Command, file string) error {
	threshold, err := cmd.Flags().GetFloat64("threshold")
	if err != nil {
		return err
	}
	reactions, err := cmd.Flags().GetBool("reactions")
	if err != nil {
		return err
	}
	asked, err := a.ask(cmd, file)
	if err != nil {
		return err
	}
	kind, scan := "gene", (*metabolism.Analyzer).Deletions
	if reactions {
		kind, scan = "reaction", (*metabolism.Analyzer).ReactionDeletions
	}
	progress := a.progress("deletions")
	s, err := scan(metabolism.NewAnalyzer(asked.model), cmd.Context(), asked.question, progress.tell)
	progress.end()
	if err != nil {
		return err
	}
	answer := deletionAnswer{
		fluxHead: headOf(asked.modelSource, asked.question, s.WildType), Kind: kind, Deleted: len(s.Deletions), Threshold: threshold,
		Essential: essential(s, threshold),
	}
	if asked.form == formJSON {
		for i := range s.Deletions {
			if d := &s.Deletions[i]; asked.all {
				answer.Deletions = append(answer.Deletions, deletion{d.Gene, d.Reaction, d.Status.String(), d.Growth, append([]string{}, d.Lost...)})
			}
		}
		return printJSON(a.Stdout, answer)
	}
	text := deletionText(&answer)
	if asked.all {
		text += "\n" + deletionTable(kind, s.Deletions)
	}
	return printText(a.Stdout, text)
}

// essential are the genes, or reactions, without which the cell grows at less
// than a share of its rate; none when it does not grow.
func essential(s *metabolism.Screen, share float64) []string {
	names := []string{} // [] in JSON, and not null
	for i := range s.Deletions {
		if d := &s.Deletions[i]; d.Growth < share*s.WildType.Growth {
			names = append(names, d.Gene+d.Reaction) // one of them is empty
		}
	}
	slices.Sort(names)
	return names
}

func deletionText(answer *deletionAnswer) string {
	line := fmt.Sprintf("%d of %d %ss: below %s of the growth", len(answer.Essential), answer.Deleted, answer.Kind, number(answer.Threshold))
	if answer.Certificate == nil {
		line = "none: the cell does not grow"
	}
	text := properties(append(answer.lines(), property{"essential", line}))
	if len(answer.Essential) == 0 {
		return text
	}
	words := make([]any, len(answer.Essential))
	for i, name := range answer.Essential {
		words[i] = name
	}
	return text + "\n" + outlineList(words, "")
}

// deletionTable renders the fate of each deletion.
func deletionTable(kind string, all []metabolism.Deletion) string {
	rows := [][]string{{"GENE", "GROWTH", "STATUS", "LOST"}}
	if kind != "gene" {
		rows = [][]string{{"REACTION", "GROWTH", "STATUS", "LOST"}}
	}
	for i := range all {
		d := &all[i]
		rows = append(rows, []string{d.Gene + d.Reaction, number(d.Growth), d.Status.String(), strconv.Itoa(len(d.Lost))})
	}
	return table("", rows)
}
