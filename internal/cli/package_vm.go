package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

func (a *app) packageListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:               "list NAME|UUID",
		Aliases:           []string{"ls"},
		Short:             "List the packages that are installed in a VM",
		Args:              arguments(1, 1, "the NAME or UUID of a VM"),
		ValidArgsFunction: a.completeVMs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			return a.keeper(cmd, args[0], func(_ biovm.VM, keeper biovm.PackageKeeper) error {
				list, err := keeper.Packages(cmd.Context())
				if err != nil {
					return err
				}
				if form == formJSON {
					return printJSON(a.Stdout, list)
				}
				return printText(a.Stdout, packageTable(list))
			})
		},
	}
	addOutput(cmd)
	return cmd
}

func packageTable(list []biovm.Package) string {
	rows := [][]string{{"NAME", "VERSION", "DIGEST", "WHY"}}
	const shown = 12
	for _, p := range list {
		rows = append(rows, []string{p.Name, p.Version, p.Digest[:min(shown, len(p.Digest))], why(p)})
	}
	return table("", rows)
}

// why says why a package is installed.
func why(p biovm.Package) string {
	var all []string
	if p.InSpec {
		all = append(all, "listed by the vm")
	}
	if p.Request != nil {
		all = append(all, "installed from "+p.Request.String())
	}
	if len(p.RequiredBy) > 0 {
		all = append(all, "required by "+strings.Join(p.RequiredBy, ", "))
	}
	return strings.Join(all, "; ")
}

func (a *app) packageInstallCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "install NAME|UUID PACKAGE",
		Short: "Install a package in a VM",
		Long: `Install a package, and what it requires, in a VM.

PACKAGE is the name of one of the catalogue, with a range of versions as in
media@^1.0 if any will not do; or the path of a folder or .tar.gz, or the https
URL of a .tar.gz, which takes --sha256.`,
		Example: `  bioxen package install cell essentiality
  bioxen package install cell ./my_screen
  bioxen package install cell https://example.org/p-1.0.0.tar.gz --sha256 2c26b46b...`,
		Args:              arguments(2, 2, "the NAME or UUID of a VM and a PACKAGE"), //nolint:mnd // both
		ValidArgsFunction: a.completeInstall,
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			r := biovm.ParsePackageRequest(args[1])
			if r.SHA256, err = cmd.Flags().GetString("sha256"); err != nil {
				return err
			}
			if versions := cmd.Flag("range"); versions.Changed {
				r.Range = versions.Value.String()
			}
			return a.keeper(cmd, args[0], func(vm biovm.VM, _ biovm.PackageKeeper) error {
				p, err := vm.InstallPackage(cmd.Context(), r)
				if err != nil {
					return once(err)
				}
				if form == formJSON {
					return printJSON(a.Stdout, p)
				}
				return printText(a.Stdout, fmt.Sprintf("%s %s is installed in %s, digest %s\n", p.Name, p.Version, vm.ID(), p.Digest))
			})
		},
	}
	cmd.Flags().String("range", "", "take a version in this `RANGE` only, as ^1.2")
	cmd.Flags().String("sha256", "", "take the archive for the one of this `SUM` only; needed for a URL")
	addOutput(cmd)
	return cmd
}

// once says of a file that cannot be had what the field says, and no more.
func once(err error) error {
	if e, ok := errors.AsType[*source.FileError](err); ok {
		return e.Field
	}
	return err
}

func (a *app) completeInstall(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return a.completeVMs(1)(cmd, args, begun)
	}
	return completeCatalogue(1)(cmd, args, begun)
}

// completeInstalled has the shell complete the name of a VM, then those of its
// packages.
func (a *app) completeInstalled(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return a.completeVMs(1)(cmd, args, begun)
	}
	var names []string
	err := a.keeper(cmd, args[0], func(_ biovm.VM, keeper biovm.PackageKeeper) error {
		list, err := keeper.Packages(cmd.Context())
		for _, p := range list {
			if !slices.Contains(args[1:], p.Name) {
				names = append(names, p.Name)
			}
		}
		return err
	})
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) packageUpdateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "update NAME|UUID [PACKAGE...]",
		Example: "  bioxen package update cell\n  bioxen package update cell media",
		Short:   "Bring packages of a VM to the highest versions that fit",
		Long: `Bring packages of the catalogue that are installed in a VM to the highest versions
that fit what was asked for: those that are named, or all. Those that were
installed from a path or URL stay; install them anew instead.`,
		Args:              arguments(1, -1, "the NAME or UUID of a VM, and PACKAGEs"),
		ValidArgsFunction: a.completeInstalled,
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			return a.keeper(cmd, args[0], func(vm biovm.VM, keeper biovm.PackageKeeper) error {
				changed, err := keeper.UpdatePackages(cmd.Context(), args[1:]...)
				if err != nil {
					return err
				}
				if form == formJSON {
					return printJSON(a.Stdout, changed)
				}
				var text strings.Builder
				fmt.Fprintf(&text, "the packages of %s are the highest that fit\n", vm.ID())
				for _, p := range changed {
					fmt.Fprintf(&text, "%s is %s now, digest %s\n", p.Name, p.Version, p.Digest)
				}
				return printText(a.Stdout, text.String())
			})
		},
	}
	addOutput(cmd)
	return cmd
}

func (a *app) packageRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "remove NAME|UUID PACKAGE...",
		Example: "  bioxen package remove cell media my_screen",
		Aliases: []string{"rm"},
		Short:   "Remove packages from a VM",
		Long: `Remove packages that were installed by hand from a VM, with what nothing requires
any more. What another package requires, or the VM lists, stays: that is an error.
Of several packages those go first that require others.`,
		Args:              arguments(2, -1, "the NAME or UUID of a VM, and PACKAGEs"), //nolint:mnd // one at least
		ValidArgsFunction: a.completeInstalled,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.keeper(cmd, args[0], func(vm biovm.VM, keeper biovm.PackageKeeper) error {
				return a.packageRemove(cmd.Context(), vm, keeper, args[1:])
			})
		},
	}
}

// packageRemove removes packages, and says which were there.
func (a *app) packageRemove(ctx context.Context, vm biovm.VM, keeper biovm.PackageKeeper, names []string) error {
	list, err := keeper.Packages(ctx)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, p := range list {
		there[p.Name] = true
	}
	for _, name := range removalOrder(list, names) {
		if err := keeper.RemovePackage(ctx, name); err != nil {
			return err
		}
		text := "%s is not installed in %s any more\n"
		if !there[name] {
			text = "%s was not installed in %s\n"
		}
		if err := printText(a.Stdout, fmt.Sprintf(text, name, vm.ID())); err != nil {
			return err
		}
	}
	return nil
}

// removalOrder puts each name before those of packages that it requires.
func removalOrder(installed []biovm.Package, names []string) []string {
	requiredBy := map[string][]string{}
	for _, p := range installed {
		requiredBy[p.Name] = p.RequiredBy
	}
	var order []string
	for left := slices.Clone(names); len(left) > 0; {
		free := slices.IndexFunc(left, func(name string) bool {
			return !slices.ContainsFunc(requiredBy[name], func(by string) bool { return slices.Contains(left, by) })
		})
		free = max(free, 0) // a circle cannot be installed
		order = append(order, left[free])
		left = slices.Delete(left, free, free+1)
	}
	return order
}
