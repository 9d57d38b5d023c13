package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func (a *app) vmExecCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "exec NAME|UUID [FILE]",
		Short: "Run a process in a running VM",
		Long: `Run a process in a running VM.

The process is in FILE ("-" is standard input) or follows -e; without one the
cell's metabolism is analysed.`,
		Example: `  bioxen vm exec cell -e 'fba()'
  bioxen vm exec cell program.star -o json`,
		Args:              arguments(1, 2, "a NAME or UUID and at most one FILE"),
		ValidArgsFunction: a.completeVMs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			code, err := a.readProgram(cmd, args[1:])
			if err != nil {
				return err
			}
			process, err := code.process(cmd)
			if err != nil {
				return err
			}
			return a.withClient(cmd.Context(), func(c *bioxen.Client) error {
				vm, err := find(cmd.Context(), c, args[0])
				if err != nil {
					return err
				}
				result, err := vm.Execute(cmd.Context(), process)
				if err != nil {
					return &programError{code, err, fmt.Sprintf("'bioxen package install %s %%s' installs it", vm.ID())}
				}
				return a.printExecution(cmd, vm, code, form, result)
			})
		},
	}
	addCode(cmd)
	addOutput(cmd)
	return cmd
}
