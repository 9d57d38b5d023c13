package cli

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func (a *app) vmListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the VMs",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			return a.withClient(cmd.Context(), func(c *bioxen.Client) error {
				all, err := c.Statuses(cmd.Context())
				if err != nil {
					return err
				}
				if form == formJSON {
					return printJSON(a.Stdout, append([]biovm.Status{}, all...)) // [] and not null
				}
				return printText(a.Stdout, vmTable(all))
			})
		},
	}
	addOutput(cmd)
	return cmd
}

// vmTable renders VMs, one in a line, below a heading that is always there.
func vmTable(all []biovm.Status) string {
	rows := [][]string{{"NAME", "TYPE", "STATE", "CHASSIS", "RIBOSOMES", "ATP %", "PRIORITY", "CREATED"}}
	for _, s := range all {
		rows = append(rows, []string{
			string(s.ID), string(s.Spec.BiologicalType), stateOf(s), chassisOf(s.Spec),
			strconv.Itoa(s.Grant.Ribosomes), number(s.Grant.ATP), strconv.Itoa(s.Grant.Priority), moment(s.CreatedAt),
		})
	}
	return table("", rows)
}

// stateOf is a VM's state, and a mark if its maker has not confirmed it.
func stateOf(s biovm.Status) string {
	if s.Pending {
		return string(s.State) + " (pending)"
	}
	return string(s.State)
}

// chassisOf is the kind of chassis, and the name of a shared one.
func chassisOf(s biovm.Spec) string {
	if s.SharedChassis != "" {
		return fmt.Sprintf("%s (%s)", s.SharedChassis, s.Chassis)
	}
	return string(s.Chassis)
}

func moment(t time.Time) string { return t.UTC().Format(time.DateTime) + "Z" }
