package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func (a *app) vmShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:               "show NAME|UUID",
		Short:             "Show what a VM is, holds and makes of it",
		Args:              arguments(1, 1, "one NAME or UUID"),
		ValidArgsFunction: a.completeVMs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			return a.withClient(cmd.Context(), func(c *bioxen.Client) error {
				vm, err := find(cmd.Context(), c, args[0])
				if err != nil {
					return err
				}
				v := vmView{}
				if v.Status, err = vm.Status(cmd.Context()); err != nil {
					return err
				}
				if v.Metrics, err = vm.Metrics(cmd.Context()); err != nil {
					return err
				}
				if form == formJSON {
					return printJSON(a.Stdout, v)
				}
				return printText(a.Stdout, v.text())
			})
		},
	}
	addOutput(cmd)
	return cmd
}

// vmView is what vm show shows.
type vmView struct {
	Status  biovm.Status  `json:"status"`
	Metrics biovm.Metrics `json:"metrics"`
}

func (v vmView) text() string {
	s, m, u := v.Status, v.Metrics, v.Metrics.Usage
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-15s "+format+"\n", append([]any{name}, args...)...)
	}
	line("name", "%s", s.ID)
	line("uuid", "%s", s.UUID)
	line("type", "%s on %s", s.Spec.BiologicalType, s.Spec.VMType)
	line("state", "%s", stateOf(s))
	if s.Problem != "" {
		line("problem", "%s", s.Problem)
	}
	line("chassis", "%s", chassisOf(s.Spec))
	line("ribosomes", "%d of at most %d units, %s in use", s.Grant.Ribosomes, u.Limits.Ribosomes, number(u.Ribosomes))
	line("ATP", "%s of at most %s %%, %s %% in use", number(s.Grant.ATP), number(u.Limits.ATP), number(u.ATPPercent))
	line("RNA polymerase", "%d units", s.Grant.RNAPolymerase)
	line("memory", "%d kb, %d kb in use", s.Grant.MemoryKB, u.MemoryKB)
	line("priority", "%d", s.Grant.Priority)
	b.WriteString(growthText(m.Growth))
	line("genome", "%d genes, %d bp", s.Genome.Genes, s.Genome.BasePairs)
	if len(s.Spec.Knockouts) > 0 {
		line("knock-outs", "%s", strings.Join(s.Spec.Knockouts, ", "))
	}
	if len(s.Spec.Packages) > 0 {
		line("packages", "%s", strings.Join(s.Spec.Packages, ", "))
	}
	if s.Spec.Medium != nil {
		line("medium", "%s", mediumText(s.Spec.Medium))
	}
	if m := s.Spec.Model; m != nil {
		line("model from", "%s, SHA-256 %s", m.Source, m.SHA256)
	}
	b.WriteString(genomeText(s))
	line("seed", "%d", s.Spec.Seed)
	line("simulated time", "%s s", number(s.SimulatedSeconds))
	line("records", "%d", m.Executions)
	line("created", "%s", moment(s.CreatedAt))
	line("model", "%s", s.ModelVersion)
	return b.String()
}

// growthText says how fast a cell grows, and why not faster.
func growthText(g biovm.Growth) string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-15s "+format+"\n", append([]any{name}, args...)...)
	}
	if g.GrowthRate == 0 {
		line("growth", "none, of %s 1/h free", number(g.FreeGrowthRate))
		line("limited by", "%s", g.LimitedBy)
		return b.String()
	}
	line("growth", "%s 1/h, of %s 1/h free", number(g.GrowthRate), number(g.FreeGrowthRate))
	line("doubles in", "%.1f min", g.DoublingTimeMinutes)
	more := "no unit of a resource would bring more"
	switch r, e := g.OneMoreUnit.Ribosomes, g.OneMoreUnit.ATP; {
	case r > e:
		more = fmt.Sprintf("one more ribosome unit would bring %s 1/h", number(r))
	case e > 0:
		more = fmt.Sprintf("one more percent of ATP would bring %s 1/h", number(e))
	}
	line("limited by", "%s; %s", g.LimitedBy, more)
	return b.String()
}

func mediumText(m map[string]float64) string {
	if len(m) == 0 {
		return "nothing"
	}
	var all []string
	for _, id := range slices.Sorted(maps.Keys(m)) {
		all = append(all, fmt.Sprintf("%s %s", id, number(m[id])))
	}
	return strings.Join(all, ", ") + " mmol/gDW/h"
}

// genomeText says what a genome of the user's lacks and has besides.
func genomeText(s biovm.Status) string {
	if s.Spec.Genome == nil {
		return ""
	}
	g := s.Genome
	from := s.Spec.Genome.Source
	if from == "" {
		from = "one that was kept by a name" // or is still
	}
	text := fmt.Sprintf("%-15s %s, SHA-256 %s\n", "genome from", from, s.Spec.Genome.SHA256)
	if g.MissingGenes > 0 {
		names := strings.Join(g.Missing, ", ")
		if more := g.MissingGenes - len(g.Missing); more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		text += fmt.Sprintf("%-15s %s\n", "missing genes", names)
	}
	if g.ForeignGenes > 0 {
		text += fmt.Sprintf("%-15s %d\n", "foreign genes", g.ForeignGenes)
	}
	return text
}
