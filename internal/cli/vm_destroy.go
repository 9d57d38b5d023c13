package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func (a *app) vmDestroyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "destroy NAME|UUID...",
		Aliases: []string{"rm"},
		Short:   "Destroy VMs, with the records of what ran in them",
		Long: `Destroy VMs, with the records of what ran in them.

Nothing is destroyed unless all of them are there and you say yes, to the
question or by --yes.`,
		Args:              arguments(1, -1, "the NAME or UUID of a VM at least"),
		ValidArgsFunction: a.completeVMs(-1),
		RunE: func(cmd *cobra.Command, args []string) error {
			yes, err := cmd.Flags().GetBool("yes")
			if err != nil {
				return err
			}
			if !yes && !a.Interactive {
				return unconfirmed(cmd, args)
			}
			return a.withClient(cmd.Context(), func(c *bioxen.Client) error { return a.destroy(cmd, c, args, yes) })
		},
	}
	cmd.Flags().BoolP("yes", "y", false, "do not ask")
	return cmd
}

func (a *app) destroy(cmd *cobra.Command, c *bioxen.Client, refs []string, yes bool) error {
	vms, statuses, err := found(cmd, c, refs)
	if err != nil {
		return err
	}
	if !yes {
		if err := printText(a.Stdout, vmTable(statuses)+fmt.Sprintf("Destroy %s for good? Only \"yes\" will do: ", count(len(vms)))); err != nil {
			return err
		}
		answer, err := a.readLine(cmd.Context())
		if err != nil {
			return fmt.Errorf("read the answer: %w", err)
		}
		if answer == "" {
			return unconfirmed(cmd, refs)
		}
		if strings.TrimSpace(answer) != "yes" {
			return errors.New("nothing was destroyed")
		}
	}
	var errs []error
	for _, vm := range vms {
		if err := vm.Destroy(cmd.Context()); err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, printText(a.Stdout, fmt.Sprintf("destroyed %s\n", vm.ID())))
	}
	return errors.Join(errs...)
}

func unconfirmed(cmd *cobra.Command, refs []string) error {
	return usagef(cmd, "nobody is there to confirm it: say --yes to destroy %s", strings.Join(refs, ", "))
}

// found finds VMs, each once, or says of all that are not there that they are
// not.
func found(cmd *cobra.Command, c *bioxen.Client, refs []string) (vms []biovm.VM, statuses []biovm.Status, err error) {
	var errs []error
	for _, ref := range refs {
		vm, err := find(cmd.Context(), c, ref)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		s, err := vm.Status(cmd.Context())
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if !slices.ContainsFunc(statuses, func(other biovm.Status) bool { return other.UUID == s.UUID }) {
			vms, statuses = append(vms, vm), append(statuses, s)
		}
	}
	return vms, statuses, errors.Join(errs...)
}

func count(vms int) string {
	if vms == 1 {
		return "this VM"
	}
	return fmt.Sprintf("these %d VMs", vms)
}
