package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func (a *app) vmCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "vm",
		Short: "See and use the VMs of a data directory or a daemon",
		Long: `See and use the VMs of a data directory or a daemon, such as those that
Terraform made.

The directory is --data-dir, else $` + bioxen.EnvDataDir + `, else the place that the system
has for programs' state. Others may use it at the same time. One that is not
there is not made: VMs are made by Terraform and by programs. VMs on pools of
XCP-ng hosts that it knows are among its own, and so are those of the pool that
$BIOXEN_XCPNG_URL, _USERNAME, _PASSWORD and _PINS or _CA name.

A daemon, as "bioxen serve" is one, is named by --endpoint, else $` + bioxen.EnvEndpoint + `:
unix:///PATH or https://HOST:PORT. The latter needs a token in $` + bioxen.EnvToken + `.`,
	}
	group(cmd)
	a.place.add(cmd)
	cmd.AddCommand(a.vmListCommand(), a.vmShowCommand(), a.vmExecCommand(), a.vmDestroyCommand())
	return cmd
}

// mostNear is how many names a hint has.
const mostNear = 3

// find finds a VM by name or UUID. One that is not there may be misspelt, or
// in another data directory.
func find(ctx context.Context, c *bioxen.Client, ref string) (biovm.VM, error) {
	vm, err := c.Get(ctx, ref)
	if !errors.Is(err, biovm.ErrNotFound) {
		return vm, err
	}
	statuses, failed := c.Statuses(ctx)
	if failed != nil {
		return nil, errors.Join(err, failed)
	}
	if len(statuses) == 0 {
		return nil, fmt.Errorf("%w %s, which has no VMs", err, placeOf(c))
	}
	// The names are as those of commands, of which cobra knows the nearest.
	names := &cobra.Command{SuggestionsMinimumDistance: len(ref) / 3}
	for _, s := range statuses {
		names.AddCommand(&cobra.Command{Use: string(s.ID), Run: func(*cobra.Command, []string) {}})
	}
	near := names.SuggestionsFor(ref)
	return nil, fmt.Errorf("%w %s%s", err, placeOf(c), biovm.Near(near[:min(len(near), mostNear)]))
}

// completeVMs has the shell complete the names of VMs.
func (a *app) completeVMs(most int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if most >= 0 && len(args) >= most {
			return nil, cobra.ShellCompDirectiveDefault
		}
		var names []string
		err := a.withClient(cmd.Context(), func(c *bioxen.Client) error {
			all, err := c.Statuses(cmd.Context())
			for _, s := range all {
				names = append(names, string(s.ID))
			}
			return err
		})
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}
