package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

func (a *app) packageCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "package",
		Short: "Find, install and write packages",
		Long: `Find, install and write packages.

A package is a library of code and tables that the processes of a VM load:

  load("@media//media.star", "growth_table")
  growth_table()

The catalogue comes with bioxen. Packages of your own are folders or .tar.gz
archives, at a path or an https URL. Where the VMs are is said as for "bioxen vm".`,
	}
	group(cmd)
	cmd.AddCommand(a.packageSearchCommand(), a.packageInfoCommand(), a.packageNewCommand(), a.packageVerifyCommand(), a.packagePackCommand())
	for _, ofVMs := range []*cobra.Command{a.packageListCommand(), a.packageInstallCommand(), a.packageUpdateCommand(), a.packageRemoveCommand()} {
		a.place.add(ofVMs)
		cmd.AddCommand(ofVMs)
	}
	return cmd
}

func (a *app) packageSearchCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "search [WORD...]",
		Short: "Search the catalogue",
		Long: `Search the catalogue for packages that have every WORD in their name, description
or functions; without one list all.`,
		Example: "  bioxen package search\n  bioxen package search growth carbon",
		Args:    arguments(0, -1, "WORDs"),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			catalogue, err := packages.Catalogue()
			if err != nil {
				return err
			}
			found := packages.Search(catalogue, strings.Join(args, " "))
			if form == formJSON {
				list := []packageView{}
				for _, p := range found {
					list = append(list, viewOf(p))
				}
				return printJSON(a.Stdout, list)
			}
			if len(found) == 0 {
				return printText(a.Stdout, fmt.Sprintf("no package of the catalogue has %s in its name, description or functions; without words all are listed\n", strings.Join(args, " and ")))
			}
			rows := [][]string{{"NAME", "VERSION", "DESCRIPTION"}}
			for _, p := range found {
				rows = append(rows, []string{p.Name(), p.Version(), p.Manifest().Description})
			}
			return printText(a.Stdout, table("", rows))
		},
	}
	addOutput(cmd)
	return cmd
}

// packageView is what is told of a package that is not installed.
type packageView struct {
	biovm.PackageVersion

	Description string            `json:"description"`
	Licence     string            `json:"licence"`
	Authors     []string          `json:"authors,omitempty"`
	Engine      string            `json:"requires_engine,omitempty"`
	Requires    map[string]string `json:"requires,omitempty"`
	EntryPoints map[string]string `json:"entry_points,omitempty"`
	Files       []string          `json:"files"`
	Readme      string            `json:"readme,omitempty"`
}

func viewOf(p *packages.Package) packageView {
	m := p.Manifest()
	return packageView{
		PackageVersion: biovm.PackageVersion{Name: p.Name(), Version: p.Version(), Digest: p.Digest()},
		Description:    m.Description, Licence: m.Licence, Authors: m.Authors, Engine: m.Requires.Engine,
		Requires: m.Requires.Packages, EntryPoints: m.EntryPoints, Files: p.Paths(), Readme: p.Readme(),
	}
}

func (v packageView) text() string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-12s "+format+"\n", append([]any{name}, args...)...)
	}
	line("name", "%s", v.Name)
	line("version", "%s", v.Version)
	line("description", "%s", v.Description)
	line("licence", "%s", v.Licence)
	if len(v.Authors) > 0 {
		line("authors", "%s", strings.Join(v.Authors, ", "))
	}
	if v.Engine != "" {
		line("engine", "%s", v.Engine)
	}
	for _, name := range slices.Sorted(maps.Keys(v.Requires)) {
		line("requires", "%s", biovm.PackageRequest{Source: name, Range: v.Requires[name]})
	}
	line("digest", "%s", v.Digest)
	line("files", "%s", strings.Join(v.Files, ", "))
	for _, fn := range slices.Sorted(maps.Keys(v.EntryPoints)) {
		line("function", "load(\"@%s//%s\", %q)", v.Name, v.EntryPoints[fn], fn)
	}
	if v.Readme != "" {
		b.WriteString("\n" + strings.TrimSpace(strings.ReplaceAll(v.Readme, "\r\n", "\n")) + "\n")
	}
	return b.String()
}

func (a *app) packageInfoCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:               "info NAME|PATH",
		Short:             "Show what a package is",
		Long:              `Show what a package of the catalogue is, or the one in a folder or .tar.gz.`,
		Example:           "  bioxen package info media\n  bioxen package info ./my_screen -o json",
		Args:              arguments(1, 1, "one NAME or PATH"),
		ValidArgsFunction: completeCatalogue(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			p, _, err := packageAt(args[0])
			if err != nil {
				return err
			}
			if form == formJSON {
				return printJSON(a.Stdout, viewOf(p))
			}
			return printText(a.Stdout, viewOf(p).text())
		},
	}
	addOutput(cmd)
	return cmd
}

// packageAt reads a package of the catalogue, in a folder or in an archive, of
// which it returns the SHA-256 too.
func packageAt(from string) (p *packages.Package, sum string, err error) {
	if biovm.ValidPackageName(from) {
		catalogue, err := packages.Catalogue()
		if err != nil {
			return nil, "", err
		}
		choice := packages.Choice{Pool: catalogue}
		if names := namesOf(catalogue); !slices.Contains(names, from) {
			return nil, "", fmt.Errorf("there is no package %q in the catalogue, which has %s; the path of a folder or archive begins with ./", from, strings.Join(names, ", "))
		}
		picked, err := choice.Resolve([]packages.Requirement{{Name: from}})
		if err != nil {
			return nil, "", err
		}
		return picked[len(picked)-1], "", nil
	}
	info, err := os.Stat(from)
	if err != nil {
		return nil, "", err
	}
	if info.IsDir() {
		p, err = packages.ReadFolder(os.DirFS(from))
	} else {
		p, sum, err = archiveAt(from)
	}
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", from, err)
	}
	return p, sum, nil
}

func archiveAt(from string) (*packages.Package, string, error) {
	content, sum, err := source.Reader{}.ReadFile(from)
	if err != nil {
		return nil, "", err
	}
	p, err := packages.ReadArchive(strings.NewReader(string(content)))
	return p, sum, err
}

func namesOf(list []*packages.Package) []string {
	var names []string
	for _, p := range list {
		names = append(names, p.Name())
	}
	return names
}

// completeCatalogue has the shell complete names of the catalogue after so many
// arguments.
func completeCatalogue(after int) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		catalogue, err := packages.Catalogue()
		if err != nil || len(args) < after {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return namesOf(catalogue), cobra.ShellCompDirectiveDefault
	}
}

func (a *app) packageNewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "new NAME [DIR]",
		Short: "Begin a package",
		Long: `Begin a package: write its manifest, a file of code and a README into DIR, which
must be empty or not there; without it into a folder NAME. NAME is lower-case
letters, digits and _.`,
		Example: `  bioxen package new my_screen
  bioxen package new my_screen src/screen --description "Which sugars keep the cell alive"`,
		Args: arguments(1, 2, "a NAME and at most one DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := args[len(args)-1]
			description, err := cmd.Flags().GetString("description")
			if err != nil {
				return err
			}
			files, err := packages.Scaffold(args[0], description)
			if err != nil {
				return usagef(cmd, "%w", err)
			}
			if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
				return fmt.Errorf("%s is there and not empty; name another folder", dir)
			} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			const folderMode, fileMode = 0o755, 0o644
			if err := os.MkdirAll(dir, folderMode); err != nil {
				return err
			}
			for _, name := range slices.Sorted(maps.Keys(files)) {
				if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), files[name], fileMode); err != nil {
					return err
				}
			}
			return printText(a.Stdout, fmt.Sprintf("%s is a package now. When you have changed it, run:\n  bioxen package verify --write %s\n", dir, dir))
		},
	}
	cmd.Flags().String("description", "What this package is for", "say what it is for in a `LINE`")
	return cmd
}

func (a *app) packageVerifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify PATH",
		Short: "Check a package",
		Long: `Check the package in a folder or .tar.gz: its manifest, the sums of its files, and
its code, with the packages of the catalogue that it requires, and with those at
the paths of --with. --write renews the sums in the manifest of a folder first.`,
		Example: "  bioxen package verify --write ./my_screen\n  bioxen package verify ./on_screen --with ./my_screen",
		Args:    arguments(1, 1, "one PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			write, err := cmd.Flags().GetBool("write")
			if err != nil {
				return err
			}
			if write {
				if err := seal(args[0]); err != nil {
					return err
				}
			}
			from := args[0]
			if biovm.ValidPackageName(from) {
				from = "./" + from // a path, whatever the catalogue has
			}
			p, sum, err := packageAt(from)
			if err != nil {
				return err
			}
			with, err := cmd.Flags().GetStringArray("with")
			if err != nil {
				return err
			}
			if err := checkRequired(p, with); err != nil {
				return err
			}
			if form == formJSON {
				return printJSON(a.Stdout, soundView{biovm.PackageVersion{Name: p.Name(), Version: p.Version(), Digest: p.Digest()}, sum})
			}
			text := fmt.Sprintf("%s is sound\ndigest  %s\n", p, p.Digest())
			if sum != "" {
				text += fmt.Sprintf("sha256  %s\n", sum)
			}
			return printText(a.Stdout, text)
		},
	}
	cmd.Flags().Bool("write", false, "renew the sums in the manifest of a folder first")
	addOutput(cmd)
	cmd.Flags().StringArray("with", nil, "let it load from the package at this `PATH`, which the catalogue lacks; may be given several times")
	return cmd
}

// soundView is what is told of a package that was verified.
type soundView struct {
	biovm.PackageVersion

	SHA256 string `json:"sha256,omitempty"` // of an archive
}

// checkRequired checks a package's code with what it requires: packages at
// paths, and of the catalogue.
func checkRequired(p *packages.Package, with []string) error {
	pool := []*packages.Package{p}
	for _, from := range with {
		if biovm.ValidPackageName(from) {
			from = "./" + from
		}
		other, _, err := packageAt(from)
		if err != nil {
			return err
		}
		pool = append(pool, other)
	}
	if len(p.Manifest().Requires.Packages) > 0 { // those of the catalogue require nothing, and make it
		catalogue, err := packages.Catalogue()
		if err != nil {
			return err
		}
		own := slices.Clone(pool)
		for _, other := range catalogue {
			if !slices.ContainsFunc(own, func(p *packages.Package) bool { return p.Name() == other.Name() }) {
				pool = append(pool, other)
			}
		}
	}
	choice := packages.Choice{Pool: pool}
	picked, err := choice.Resolve([]packages.Requirement{{Name: p.Name(), Range: p.Version()}})
	if _, ok := errors.AsType[*packages.UnknownError](err); ok {
		return fmt.Errorf("%w; say with --with where it is", err)
	}
	if err != nil {
		return err
	}
	return p.CheckCode(picked)
}

// seal renews the sums in a folder's manifest.
func seal(dir string) error {
	if info, err := os.Stat(dir); err != nil {
		return err
	} else if !info.IsDir() {
		return fmt.Errorf("%s is no folder; --write is for the folder of a package", dir)
	}
	sealed, err := packages.Seal(os.DirFS(dir))
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	const mode = 0o644
	return os.WriteFile(filepath.Join(dir, packages.ManifestName), sealed, mode)
}

func (a *app) packagePackCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pack DIR [FILE]",
		Short: "Pack a package into a .tar.gz",
		Long: `Pack the package in DIR into FILE, or into NAME-VERSION.tar.gz here, and print the
archive's SHA-256. The same package packed by the same release is the same bytes.`,
		Example: "  bioxen package pack ./my_screen",
		Args:    arguments(1, 2, "a DIR and at most one FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := packages.ReadFolder(os.DirFS(args[0]))
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			to := p.Name() + "-" + p.Version() + ".tar.gz"
			if len(args) > 1 {
				to = args[1]
			}
			var b strings.Builder
			if err := p.WriteArchive(&b); err != nil {
				return err
			}
			const mode = 0o644
			if err := os.WriteFile(to, []byte(b.String()), mode); err != nil {
				return err
			}
			return printText(a.Stdout, fmt.Sprintf("%s  %s\n", source.Sum([]byte(b.String())), to))
		},
	}
	return cmd
}

// keeper finds a VM that tells of its packages.
func (a *app) keeper(cmd *cobra.Command, ref string, do func(vm biovm.VM, keeper biovm.PackageKeeper) error) error {
	return a.withClient(cmd.Context(), func(c *bioxen.Client) error {
		vm, err := find(cmd.Context(), c, ref)
		if err != nil {
			return err
		}
		keeper, ok := vm.(biovm.PackageKeeper)
		if !ok {
			return fmt.Errorf("vm %q: %w: a %s vm keeps no packages", vm.ID(), biovm.ErrUnsupported, vm.Type())
		}
		return do(vm, keeper)
	})
}
