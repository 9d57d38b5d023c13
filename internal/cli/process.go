package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func (a *app) processCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "process",
		Short: "Read about the language of processes",
	}
	group(cmd)
	cmd.AddCommand(a.processDocCommand())
	return cmd
}

func (a *app) processDocCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doc [BUILTIN]",
		Short: "Print what the cell's verbs do",
		Long: `Print what the cell's verbs do: all of them, or BUILTIN.

A process is a program in Starlark, a small Python. Its last expression is its
result, and these built-ins are what it can ask of its cell.`,
		Args: arguments(0, 1, "at most one BUILTIN"),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if all, err := a.builtins(cmd.Context()); err == nil && len(args) == 0 {
				for _, b := range all {
					names = append(names, b.Name)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			all, err := a.builtins(cmd.Context())
			if err != nil {
				return err
			}
			if len(args) > 0 {
				if all, err = builtin(cmd, all, strings.TrimSuffix(args[0], "()")); err != nil {
					return err
				}
			}
			if form == formJSON {
				return printJSON(a.Stdout, all)
			}
			texts := make([]string, len(all))
			for i, b := range all {
				texts[i] = docText(b)
			}
			return printText(a.Stdout, strings.Join(texts, "\n"))
		},
	}
	addOutput(cmd)
	return cmd
}

// docText renders a built-in's documentation, which begins with its name and
// arguments or is put below its name.
func docText(b biovm.Builtin) string {
	doc := strings.TrimSpace(b.Doc)
	if !strings.HasPrefix(doc, b.Name+"(") {
		doc = b.Name + "()\n\n" + doc
	}
	head, rest, _ := strings.Cut(doc, "\n")
	var text strings.Builder
	text.WriteString(head + "\n")
	for line := range strings.Lines(strings.TrimLeft(rest, "\n")) {
		line = strings.TrimRight(line, " \n")
		if line != "" {
			line = "    " + line
		}
		text.WriteString(line + "\n")
	}
	return text.String()
}

// builtin picks the one of a name.
func builtin(cmd *cobra.Command, all []biovm.Builtin, name string) ([]biovm.Builtin, error) {
	names := make([]string, len(all))
	for i, b := range all {
		if names[i] = b.Name; b.Name == name {
			return all[i : i+1], nil
		}
	}
	return nil, &usageError{
		err:     fmt.Errorf("there is no built-in %q; there are %s", name, strings.Join(names, ", ")),
		command: cmd.CommandPath(),
	}
}

// builtins asks the engine for the language's built-ins.
func (a *app) builtins(ctx context.Context) (all []biovm.Builtin, err error) {
	client, err := bioxen.Open(ctx, bioxen.Options{InMemory: true, Version: a.Version})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	c, err := client.Capabilities(ctx)
	return c.Builtins, err
}
