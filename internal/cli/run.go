package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func (a *app) runCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run TYPE [FILE]",
		Short: "Run a process in a cell that lives as long as the command",
		Long: `Run a process in a cell that lives as long as the command.

TYPE is syn3a, ecoli or minimal_cell. The process is in FILE ("-" is standard
input) or follows -e; without one the cell's metabolism is analysed. Nothing is
kept: the cell needs no data directory.

With --minutes the cell lives instead: its genes are expressed and it grows for
so many simulated minutes, and its figures at the end are printed; those of
--record over time too. Several --replicas live over all cores.

--model gives the cell a metabolic network of your own in place of the
organism's: SBML or the JSON of COBRApy and BiGG, plain or packed with gzip, from
a path or an https URL. Its genes and exchanges are then what --knockout and
--medium name.

--genome gives it a genome of your own, in GenBank or GFF3: genes of the organism
that it lacks are knocked out, and those that the organism does not know take
ribosomes and room. "bioxen genome compare FILE TYPE" lists both.

--ribosomes and --atp set what the cell holds, and its limits with it; --config
reads the settings that bioxen_vm has as config from a JSON or YAML file, such as

  basic_functions_only: false

with which a minimal_cell may live. More than the cell's own chassis has is a
mistake in the command line.`,
		Example: `  bioxen run syn3a
  bioxen run ecoli -e 'knockout("pgi")["growth_rate"]'
  bioxen run syn3a --chassis orthogonal --atp 100 --ribosomes 200
  bioxen run ecoli -e 'set_medium({"EX_o2_e": 0}, update=True); fba(allocation=False)["growth_rate"]'
  bioxen run syn3a program.star --knockout JCVISYN3A_0227
  bioxen run ecoli --package media -e 'load("@media//media.star", "growth_table"); growth_table()'
  bioxen run ecoli --package ./my_screen -e 'load("@my_screen//my_screen.star", "growth"); growth()'
  bioxen run syn3a --minutes 190 --record protein,ribosomes_active
  bioxen run syn3a --minutes 10 --replicas 20 --seed 1
  bioxen run ecoli --model e_coli_core.xml.gz -e 'essential_genes()["in_silico"]'
  bioxen run syn3a --genome mine.gb -e 'genome()["missing"]'`,
		Args: arguments(1, 2, "a TYPE (one of "+words(biovm.BiologicalTypes())+") and at most one FILE"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return list(biovm.BiologicalTypes()), cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: a.run,
	}
	f := cmd.Flags()
	addUnits(cmd, "ribosomes", "hold `N` of the chassis' ribosome units")
	addPercent(cmd, "atp", "hold `PERCENT` of the cell's reference ATP regeneration")
	addUnits(cmd, "rna-polymerase", "hold `N` of the chassis' RNA polymerase units")
	addUnits(cmd, "memory-kb", "hold genome space of `N` kilobases, which plasmids need; the size of the genome by default")
	f.String("chassis", string(biovm.ChassisEColi), "live on a chassis of this `KIND`: "+words(biovm.ChassisKinds()))
	f.StringSlice("medium", nil, "find this and nothing else: `EXCHANGE=RATE`,... in mmol/gDW/h, in place of the whole default medium; set_medium() of a process changes a part")
	f.StringSlice("knockout", nil, "lack these `GENES`: loci or symbols, separated by commas")
	f.StringSlice("package", nil, "let the process load these `PACKAGES`: of the catalogue, as media or media@^1.0, or the paths of folders or .tar.gz, as ./my_screen; separated by commas")
	f.String("model", "", "have the metabolic network in this `FILE`, or at this https URL")
	f.String("model-sha256", "", "take the model for the one of this `SUM` only; needed for a URL")
	_ = cmd.MarkFlagFilename("model", "xml", "sbml", "json", "gz") // it fails for a flag that is not there only
	f.String("genome", "", "have the genome in this GenBank or GFF3 `FILE`, or at this https URL")
	f.String("genome-sha256", "", "take the genome for the one of this `SUM` only; needed for a URL")
	_ = cmd.MarkFlagFilename("genome", "gb", "gbk", "gbff", "gff", "gff3", "gz")
	addSeed(cmd)
	f.String("config", "", "read settings from a JSON or YAML `FILE`")
	addCode(cmd)
	addLife(cmd)
	addOutput(cmd)
	complete(cmd, "chassis", list(biovm.ChassisKinds())...)
	return cmd
}

// cellName is how errors call the one cell.
const cellName = "cell"

func (a *app) run(cmd *cobra.Command, args []string) (err error) {
	form, err := output(cmd)
	if err != nil {
		return err
	}
	spec, own, err := cellSpec(cmd, args[0])
	if err != nil {
		return err
	}
	code, err := a.readRun(cmd, args[1:])
	if err != nil {
		return err
	}
	process, err := code.process(cmd)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	client, err := bioxen.Open(ctx, bioxen.Options{InMemory: true, Version: a.Version})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()

	if err := client.Check(ctx, spec); err != nil {
		return asFlags(cmd, err)
	}
	vm, err := client.Create(ctx, spec)
	if err != nil {
		return err
	}
	if err := allocate(cmd, vm); err != nil {
		return asFlags(cmd, err)
	}
	for _, r := range own {
		if _, err := vm.InstallPackage(ctx, r); err != nil {
			return asFlags(cmd, err)
		}
	}
	if err := vm.Start(ctx); err != nil {
		return err
	}
	result, err := vm.Execute(ctx, process)
	if err != nil && code.life {
		return lifeError(cmd, err)
	}
	if err != nil {
		return &programError{code, err, "--package %s lets the process load it"}
	}
	return a.printExecution(cmd, vm, code, form, result)
}

// readRun reads what the cell shall do: live, or run a program.
func (a *app) readRun(cmd *cobra.Command, files []string) (program, error) {
	code, ok, err := life(cmd, files)
	if ok || err != nil {
		return program{code: code, life: true}, err
	}
	return a.readProgram(cmd, files)
}

// cellSpec reads the cell from the command line, and the packages that are not
// of the catalogue, which are installed once it is there.
func cellSpec(cmd *cobra.Command, organism string) (spec biovm.Spec, own []biovm.PackageRequest, err error) {
	f := cmd.Flags()
	spec = biovm.Spec{ID: cellName, BiologicalType: biovm.BiologicalType(organism)}
	chassis, err := f.GetString("chassis")
	if err != nil {
		return spec, nil, err
	}
	spec.Chassis = biovm.ChassisKind(chassis)
	if spec.Seed, err = f.GetInt64("seed"); err != nil {
		return spec, nil, err
	}
	if spec.Knockouts, err = f.GetStringSlice("knockout"); err != nil {
		return spec, nil, err
	}
	if spec.Packages, own, err = packagesFrom(cmd); err != nil {
		return spec, nil, err
	}
	if spec.Medium, err = medium(cmd); err != nil {
		return spec, nil, err
	}
	if spec.Model, err = sourceFrom(cmd, "model"); err != nil {
		return spec, nil, err
	}
	if spec.Genome, err = sourceFrom(cmd, "genome"); err != nil {
		return spec, nil, err
	}
	if file := cmd.Flag("config"); file.Changed {
		if spec.Config, err = bioxen.LoadConfig(file.Value.String()); err != nil {
			return spec, nil, err
		}
	}
	a, err := allocation(cmd)
	spec.Config = biovm.Merge(spec.Config, biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxATP: a.ATP, MaxRibosomes: a.Ribosomes}})
	return spec, own, err
}

// packagesFrom reads the flag --package: those of the catalogue, as a spec lists
// them, and those at a path.
func packagesFrom(cmd *cobra.Command) (catalogue []string, own []biovm.PackageRequest, err error) {
	all, err := cmd.Flags().GetStringSlice("package")
	if err != nil {
		return nil, nil, err
	}
	for _, text := range all {
		r := biovm.ParsePackageRequest(text)
		switch {
		case r.FromCatalogue() || !strings.ContainsAny(text, `/\`) && !strings.HasSuffix(text, ".tar.gz"):
			catalogue = append(catalogue, text) // a name, or what should be one
		case r.Part().Source.IsURL():
			return nil, nil, usagef(cmd, "--package %q: must be of the catalogue or at a path: download it, or install it in a VM that stays", text)
		default:
			own = append(own, r)
		}
	}
	return catalogue, own, nil
}

// sourceFrom reads the flags of the cell's model or genome; without them it has
// its organism's.
func sourceFrom(cmd *cobra.Command, part string) (*biovm.Source, error) {
	from, sum := cmd.Flag(part), cmd.Flag(part+"-sha256")
	if !from.Changed {
		if sum.Changed {
			return nil, usagef(cmd, "--%s-sha256 is of a --%[1]s, and there is none", part)
		}
		return nil, nil //nolint:nilnil // nil is one: the organism's own
	}
	return &biovm.Source{Source: from.Value.String(), SHA256: sum.Value.String()}, nil
}

// medium reads the flag --medium; without it the cell has its default one.
func medium(cmd *cobra.Command) (map[string]float64, error) {
	if !cmd.Flags().Changed("medium") {
		return nil, nil //nolint:nilnil // nil is a medium: the default one
	}
	entries, err := cmd.Flags().GetStringSlice("medium")
	if err != nil {
		return nil, err
	}
	m := map[string]float64{}
	for _, entry := range entries {
		exchange, rate, ok := strings.Cut(entry, "=")
		v, err := strconv.ParseFloat(rate, 64)
		if !ok || err != nil {
			return nil, usagef(cmd, "--medium %q: must be an exchange reaction and its largest uptake in mmol/gDW/h, as in EX_glc__D_e=10", entry)
		}
		if _, twice := m[exchange]; twice {
			return nil, usagef(cmd, "--medium %q: %s is there twice", entry, exchange)
		}
		m[exchange] = v
	}
	return m, nil
}

// allocation reads what the cell shall hold; what no flag says it holds by
// default.
func allocation(cmd *cobra.Command) (biovm.Allocation, error) {
	var a biovm.Allocation
	f := cmd.Flags()
	for flag, to := range map[string]**int{"ribosomes": &a.Ribosomes, "rna-polymerase": &a.RNAPolymerase, "memory-kb": &a.MemoryKB} {
		if f.Changed(flag) {
			n, err := f.GetInt(flag)
			if err != nil {
				return a, err
			}
			*to = &n
		}
	}
	if f.Changed("atp") {
		percent, err := f.GetFloat64("atp")
		if err != nil {
			return a, err
		}
		a.ATP = &percent
	}
	return a, nil
}

// allocate gives the cell what the command line says, whole or not at all: by
// default it would get what its chassis has of it.
func allocate(cmd *cobra.Command, vm biovm.VM) error {
	a, err := allocation(cmd)
	if err != nil || a == (biovm.Allocation{}) {
		return err
	}
	m, err := biovm.NewResourceManager(vm)
	if err != nil {
		return err
	}
	_, err = m.Allocate(cmd.Context(), a)
	return err
}

// asFlags says of each problem with the cell which flag it comes from. What
// its own chassis does not have it can never have.
func asFlags(cmd *cobra.Command, err error) error {
	var all []error
	for _, p := range biovm.FieldErrors(err) {
		all = append(all, &biovm.FieldError{Path: flagOf(cmd, p.Path), Value: p.Value, Reason: p.Reason})
	}
	for _, p := range inTree[*biovm.CapacityError](err) {
		all = append(all, fmt.Errorf("%s: %w", flagOf(cmd, p.Resource), p))
	}
	if len(all) == 0 {
		return err
	}
	return &usageError{err: errors.Join(all...)}
}

// flagOf names the flag, or the argument, that a field of the spec or the
// allocation was read from. A setting that no flag gave is from the file.
func flagOf(cmd *cobra.Command, path string) string {
	name, index, _ := strings.Cut(path, "[")
	switch name {
	case "biological_type":
		return "TYPE"
	case "chassis":
		return "--chassis"
	case "medium":
		return "--medium " + strings.Trim(index, `"]`)
	case "knockouts":
		return "--knockout"
	case "packages", "package.source", "package.range":
		return "--package"
	case "model.source", "genome.source":
		return "--" + strings.TrimSuffix(name, ".source")
	case "model.sha256", "genome.sha256":
		return "--" + strings.Replace(name, ".", "-", 1)
	case "config.resource_limits.max_atp", "atp":
		if cmd.Flags().Changed("atp") {
			return "--atp"
		}
	case "config.resource_limits.max_ribosomes", "ribosomes":
		if cmd.Flags().Changed("ribosomes") {
			return "--ribosomes"
		}
	case "rna_polymerase":
		return "--rna-polymerase"
	case "memory_kb":
		return "--memory-kb"
	}
	return path
}

func list[T ~string](names []T) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = string(n)
	}
	return all
}

func words[T ~string](names []T) string { return strings.Join(list(names), ", ") }
