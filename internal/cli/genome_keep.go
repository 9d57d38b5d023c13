package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func (a *app) genomeAddCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add NAME FILE",
		Short: "Keep a genome by a name, for VMs to be made of",
		Long: `Keep a genome by a name, in the data directory or at the daemon, for VMs to be made
of: GenBank, or GFF3 with its sequence or without, plain or packed with gzip, at a
path or an https URL, which takes --sha256, and not standard input. VMs name it by
the SHA-256 that is printed, which is its id in Terraform.

A genome of the name that is there must have the same content.`,
		Example: `  bioxen genome add strain strain.gb
  bioxen genome add strain https://example.org/strain.gb.gz --sha256 2c26b46b...`,
		Args: arguments(2, 2, "a NAME and a FILE"), //nolint:mnd // both
		RunE: func(cmd *cobra.Command, args []string) error {
			sum, err := cmd.Flags().GetString("sha256")
			if err != nil {
				return err
			}
			if args[1] == fromInput {
				return usagef(cmd, "standard input cannot be kept, as where a genome is from is kept with it: put it into a file, and give its path")
			}
			return a.withNewClient(cmd.Context(), func(c *bioxen.Client) error {
				g, err := c.PutGenome(cmd.Context(), args[0], biovm.Source{Source: args[1], SHA256: sum})
				if err != nil {
					return once(err)
				}
				return printText(a.Stdout, fmt.Sprintf("%s is kept: %d genes on %d bp, SHA-256 %s\n", g.Name, g.Genes, g.BasePairs, g.SHA256))
			})
		},
	}
	a.place.add(cmd)
	cmd.Flags().String("sha256", "", "take the genome for the one of this `SUM` only; needed for a URL")
	return cmd
}

func (a *app) genomeListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the genomes that are kept",
		Args:    arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			return a.withClient(cmd.Context(), func(c *bioxen.Client) error {
				list, err := c.Genomes(cmd.Context())
				if err != nil {
					return err
				}
				if form == formJSON {
					return printJSON(a.Stdout, list)
				}
				rows := [][]string{{"NAME", "ACCESSION", "BP", "GENES", "SHA-256", "FROM"}}
				const shown = 12
				for _, g := range list {
					rows = append(rows, []string{g.Name, g.Accession, strconv.Itoa(g.BasePairs), strconv.Itoa(g.Genes), g.SHA256[:min(shown, len(g.SHA256))], g.Source.Source})
				}
				return printText(a.Stdout, table("", rows))
			})
		},
	}
	a.place.add(cmd)
	addOutput(cmd)
	return cmd
}

func (a *app) genomeRemoveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "remove NAME",
		Aliases: []string{"rm"},
		Short:   "Forget a genome that is kept; VMs that are made of it live on",
		Args:    arguments(1, 1, "the NAME of a genome"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withClient(cmd.Context(), func(c *bioxen.Client) error {
				if _, err := c.Genome(cmd.Context(), args[0]); err != nil {
					return err
				}
				return c.DeleteGenome(cmd.Context(), args[0])
			})
		},
	}
	a.place.add(cmd)
	return cmd
}
