package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// dataDirVariable names the data directory when the flag does not.
const dataDirVariable = "BIOXEN_DATA_DIR"

func (a *app) vmCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "vm",
		Short: "See and use the VMs of a data directory",
		Long: `See and use the VMs of a data directory, such as those that Terraform made.

The directory is --data-dir, else $` + dataDirVariable + `, else the place that the system
has for programs' state. Others may use it at the same time.`,
	}
	group(cmd)
	cmd.PersistentFlags().StringVar(&a.dataDir, "data-dir", "", "use the VMs in `DIR`")
	_ = cmd.MarkPersistentFlagDirname("data-dir") // it fails for a flag that is not there only
	cmd.AddCommand(a.vmListCommand(), a.vmShowCommand(), a.vmExecCommand(), a.vmDestroyCommand())
	return cmd
}

// withClient opens the data directory for as long as do takes.
func (a *app) withClient(ctx context.Context, do func(c *bioxen.Client) error) (err error) {
	dir := a.dataDir
	if dir == "" {
		dir = a.Getenv(dataDirVariable)
	}
	client, err := bioxen.Open(ctx, bioxen.Options{DataDir: dir, Version: a.Version})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	return do(client)
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
