// Package cli is the bioxen command: one file per command. It prints to the
// writers that it is given, and to nothing else.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// The exit codes of the command.
const (
	ExitOK      = 0 // it did what it was asked
	ExitFailure = 1 // it could not
	ExitUsage   = 2 // the command line is wrong: what it asks for cannot be
)

// A Process is what the operating system gives to a program.
type Process struct {
	Args           []string // without the program's name
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	// Interactive: somebody is at Stdin who can answer a question.
	Interactive bool
	// Watched: somebody reads Stderr as it comes, to whom progress is shown.
	Watched bool
	// Version is the release, when the linker set it.
	Version string
}

// IsTerminal reports whether somebody may be at the other end of a file.
func IsTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// Main runs the command to its end and returns its exit code. An interrupt, or
// what service managers send, cancels what it does.
func Main(p Process) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return Run(ctx, p)
}

// Run runs the command until it ends or ctx does, and returns its exit code.
func Run(ctx context.Context, p Process) int {
	a := &app{Process: p}
	err := a.root().ExecuteContext(ctx) //nolint:contextcheck // cobra hands ctx to each command as its own
	if err == nil {
		return ExitOK
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	var text strings.Builder
	for _, line := range lines(err) {
		text.WriteString("bioxen: " + line + "\n")
	}
	code := ExitFailure
	if u, ok := errors.AsType[*usageError](err); ok {
		code = ExitUsage
		if u.command != "" {
			text.WriteString("Run '" + u.command + " --help' for usage.\n")
		}
	}
	_ = printText(p.Stderr, text.String()) // there is nowhere to say that it failed
	return code
}

// app is one run of the command.
type app struct {
	Process

	place place // of the vm commands
}

// A usageError is a mistake in the command line.
type usageError struct {
	err     error
	command string // whose help would help; empty when none would
}

func (e *usageError) Error() string { return e.err.Error() }

func (e *usageError) Unwrap() error { return e.err }

func usagef(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{err: fmt.Errorf(format, args...), command: cmd.CommandPath()}
}

// lines are what there is to say about an error, one problem on each.
func lines(err error) []string {
	var all []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimRight(line, "\n"); line != "" {
			all = append(all, line)
		}
	}
	return all
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "bioxen",
		Short: "Run cells as virtual machines",
		Long: `Run cells as virtual machines.

A biological VM is a runnable model of a real cell. What it is allocated of its
chassis' ribosomes and ATP decides how fast it grows.

Exit codes: 0 all went well, 1 it did not, 2 the command line is wrong.`,
		Version:       a.build().line(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(a.runCommand(), a.vmCommand(), a.modelCommand(), a.genomeCommand(), a.simulateCommand(), a.packageCommand(), a.processCommand(), a.serveCommand(), a.stdioCommand(), a.tokenCommand(), a.agentCommand(), a.versionCommand())
	root.Flags().Bool("version", false, "say which release this is")
	root.SetVersionTemplate("{{.Version}}")
	root.SetArgs(a.Args)
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usagef(cmd, "%w", err) })
	group(root)
	return root
}

// group makes a command that only holds others print its help when it is
// called, and say which ones there are when one is called that is not there.
func group(cmd *cobra.Command) {
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return usagef(cmd, "unknown command %q for %q%s", args[0], cmd.CommandPath(), biovm.Near(cmd.SuggestionsFor(args[0])))
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.SuggestionsMinimumDistance = 1 // the names are short
}

// arguments says how many arguments a command takes, and what they are called.
func arguments(least, most int, names string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case most == 0 && len(args) > 0:
			return usagef(cmd, "%s takes no arguments, and got %q", cmd.CommandPath(), args)
		case len(args) < least:
			return usagef(cmd, "%s needs %s", cmd.CommandPath(), names)
		case most >= 0 && len(args) > most:
			return usagef(cmd, "%s takes %s, and got %q besides", cmd.CommandPath(), names, args[most:])
		}
		return nil
	}
}
