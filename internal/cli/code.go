package cli

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// analysis is what runs when the caller gives no code.
const analysis = "minimal_metabolism_analysis()"

// maxCode bounds what is read as a program; a process may have a mebibyte.
const maxCode = 1<<20 + 1

// addCode gives a command the flags that say what to run.
func addCode(cmd *cobra.Command) {
	cmd.Flags().StringP("expression", "e", "", "run `CODE` instead of a file")
	limits := biovm.DefaultLimits()
	addDuration(cmd, "timeout", limits.Timeout, "let the process run for this long at most")
	addLimit(cmd, "steps", "uint64", int64(min(limits.Steps, math.MaxInt64)), math.MaxInt64, "let the process take `N` steps at most")
	addLimit(cmd, "output-bytes", "int", int64(limits.OutputBytes), math.MaxInt32, "let what is printed, and the result, take `N` bytes at most")
}

// A program is code, and where it came from.
type program struct {
	code   string
	source string // a file's name; empty for code of the command line
	// byDefault: nobody gave code, and the analysis runs.
	byDefault bool
	// life: the code is of the flags of addLife.
	life bool
}

// readProgram reads what a command shall run: a file ("-" is standard input),
// the flag -e, or by default the analysis of the cell's metabolism.
func (a *app) readProgram(cmd *cobra.Command, files []string) (program, error) {
	expression := cmd.Flag("expression")
	switch {
	case expression.Changed && len(files) > 0:
		return program{}, usagef(cmd, "give a FILE or -e CODE, not both: there are %q and %q", files[0], expression.Value)
	case expression.Changed:
		return program{code: expression.Value.String()}, nil
	case len(files) == 0:
		return program{code: analysis, byDefault: true}, nil
	}
	var p program
	err := a.readFile(cmd.Context(), files[0], func(text io.Reader, name string) error {
		code, err := io.ReadAll(io.LimitReader(text, maxCode))
		p.code, p.source = string(code), name
		return err
	})
	if err != nil {
		return program{}, err
	}
	return p, nil
}

// process is the program, bounded by the command's flags.
func (p program) process(cmd *cobra.Command) (biovm.Process, error) {
	timeout, err := cmd.Flags().GetDuration("timeout")
	if err != nil {
		return biovm.Process{}, err
	}
	if timeout <= 0 {
		return biovm.Process{}, usagef(cmd, "--timeout %v: must be more than nothing", timeout)
	}
	steps, err := cmd.Flags().GetUint64("steps")
	if err != nil {
		return biovm.Process{}, err
	}
	output, err := cmd.Flags().GetInt("output-bytes")
	if err != nil {
		return biovm.Process{}, err
	}
	return biovm.Process{Code: p.code, Limits: biovm.Limits{Timeout: timeout, Steps: steps, OutputBytes: output}}, nil
}

// A programError says where in a file a process went wrong.
type programError struct {
	program program
	err     error
	// install says how a package comes to be there, of which %s is the name;
	// empty says nothing.
	install string
}

func (e *programError) Unwrap() error { return e.err }

func (e *programError) Error() string {
	problems := inTree[*biovm.ProcessError](e.err)
	if len(problems) == 0 {
		flags := strings.NewReplacer("raise limits.timeout", "raise --timeout", "raise limits.steps", "raise --steps",
			"raise limits.output_bytes", "raise --output-bytes")
		return flags.Replace(e.err.Error())
	}
	var all []string
	for _, p := range problems {
		text := p.Error()
		if e.program.source != "" && p.Line > 0 {
			text = fmt.Sprintf("%s:%d:%d: %s", e.program.source, p.Line, p.Col, p.Message)
		}
		if p.Package != "" && e.install != "" {
			text += "; " + fmt.Sprintf(e.install, p.Package)
		}
		all = append(all, text)
		// A heading and one frame say no more than the position does.
		if trace := strings.TrimRight(p.Backtrace, "\n"); strings.Count(trace, "\n") > 1 {
			all = append(all, trace)
		}
	}
	return strings.Join(all, "\n")
}

// inTree are the errors of a type in an error's tree, in order.
func inTree[E error](err error) []E {
	switch e := err.(type) { //nolint:errorlint // this walks the tree that errors.As would stop in at the first
	case E:
		return []E{e}
	case interface{ Unwrap() []error }:
		var all []E
		for _, part := range e.Unwrap() {
			all = append(all, inTree[E](part)...)
		}
		return all
	case interface{ Unwrap() error }:
		return inTree[E](e.Unwrap())
	}
	return nil
}

// printExecution prints what a process in a VM came to.
func (a *app) printExecution(cmd *cobra.Command, vm biovm.VM, p program, form string, r biovm.Result) error {
	if p.byDefault {
		s, err := vm.Status(cmd.Context())
		if err != nil {
			return err
		}
		return a.printAnalysis(form, s, r)
	}
	if form == formJSON {
		return printJSON(a.Stdout, r)
	}
	if p.life {
		return a.printLife(cmd, vm, r.Value)
	}
	text, err := outline(r.Value)
	if err != nil {
		return err
	}
	return printRaw(a.Stdout, r.Stdout+text) // what the program means to print
}
