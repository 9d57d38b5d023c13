package cli

import (
	"errors"
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
			all := []biovm.Status{} // [] in JSON, and not null
			err = a.withClient(cmd.Context(), func(c *bioxen.Client) error {
				found, err := c.Statuses(cmd.Context())
				all = append(all, found...)
				return err
			})
			none := errors.Is(err, errNoDefault)
			if err != nil && !none {
				if len(all) == 0 || form == formJSON {
					return err
				}
				// What is elsewhere than on pools that do not answer.
				return errors.Join(printText(a.Stdout, vmTable(all)), err)
			}
			if form == formJSON {
				return printJSON(a.Stdout, all)
			}
			if failed := printText(a.Stdout, vmTable(all)); failed != nil || !none {
				return failed
			}
			return printText(a.Stderr, "bioxen: "+err.Error()+"\n")
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
