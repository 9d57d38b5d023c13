package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
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
has for programs' state. Others may use it at the same time. One that is not
there is not made: VMs are made by Terraform and by programs.`,
	}
	group(cmd)
	cmd.PersistentFlags().StringVar(&a.dataDir, "data-dir", "", "use the VMs in `DIR`")
	_ = cmd.MarkPersistentFlagDirname("data-dir") // it fails for a flag that is not there only
	cmd.AddCommand(a.vmListCommand(), a.vmShowCommand(), a.vmExecCommand(), a.vmDestroyCommand())
	return cmd
}

// directory is the data directory, and who named it; both are empty for the
// default one.
func (a *app) directory() (dir, from string) {
	if a.dataDir != "" {
		return a.dataDir, "--data-dir"
	}
	if dir := a.Getenv(dataDirVariable); dir != "" {
		return dir, dataDirVariable
	}
	return "", ""
}

// errNoDefault: nobody made a VM in the default data directory yet.
var errNoDefault = errors.New("no vm was made in the default data directory yet")

// withClient opens the data directory, which must be there, for as long as do
// takes.
func (a *app) withClient(ctx context.Context, do func(c *bioxen.Client) error) (err error) {
	dir, from := a.directory()
	client, err := bioxen.Open(ctx, bioxen.Options{DataDir: dir, MustExist: true, Version: a.Version})
	if missing, ok := errors.AsType[*bioxen.MissingError](err); ok {
		if from == "" {
			return fmt.Errorf("%w, which is %s; name another one with --data-dir or %s", errNoDefault, missing.Dir, dataDirVariable)
		}
		return fmt.Errorf("%s: %w; name the one that the VMs were made in", from, err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	return do(client)
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
		return nil, fmt.Errorf("%w in %s, which has no VMs", err, c.Dir())
	}
	// The names are as those of commands, of which cobra knows the nearest.
	names := &cobra.Command{SuggestionsMinimumDistance: len(ref) / 3}
	for _, s := range statuses {
		names.AddCommand(&cobra.Command{Use: string(s.ID), Run: func(*cobra.Command, []string) {}})
	}
	near := names.SuggestionsFor(ref)
	return nil, fmt.Errorf("%w in %s%s", err, c.Dir(), biovm.Near(near[:min(len(near), mostNear)]))
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
