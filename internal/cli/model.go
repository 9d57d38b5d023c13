package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/modelfile"
)

func (a *app) modelCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "model",
		Short: "Analyse and convert metabolic models in files",
		Long: `Analyse and convert metabolic models in files: SBML with flux balance
constraints, or the JSON of COBRApy and BiGG, plain or packed with gzip. The
content tells which; "-" is standard input.

Fluxes are in mmol/gDW/h, growth in 1/h. A reaction that is lost has the bounds
0 and 0, as in COBRApy, whatever its own oblige it to.

A cell that cannot live is an answer: with the status infeasible or unbounded
the exit code is 0. It is 1 when the file cannot be read, and 2 when the command
line asks for what the model does not have.

In JSON (-o json) these names stay as they are:
  file, format    where the model is from; json or sbml
  model           its ID
  goal            what is optimised: maximize, and terms, a coefficient by reaction;
                  none of a model that has no objective
  status          optimal, infeasible, unbounded or dead
  objective       what the goal sums up to; null unless optimal
  certificate     residual (of S·v = 0), bound_violation, dual_violation and gap,
                  relative to max(1, |value|), computed anew from the model as
                  stated; null unless optimal
  fluxes          a flux by reaction: exchanges that are not 0; --all: all
The help of each command has the others.`,
	}
	group(cmd)
	cmd.AddCommand(a.modelCheckCommand(), a.modelFBACommand(), a.modelPFBACommand(), a.modelFVACommand(), a.modelDeletionsCommand(), a.modelConvertCommand())
	return cmd
}

// fromInput is the name of a file that means standard input, or output.
const fromInput = "-"

// A modelSource is a model, and where it is from.
type modelSource struct {
	file   string
	format modelfile.Format
	model  *metabolism.Model
}

// readModel reads a model from a file, or from standard input. It ends when
// ctx does.
func (a *app) readModel(ctx context.Context, file string) (*modelSource, error) {
	s := &modelSource{file: file}
	err := a.readFile(ctx, file, func(text io.Reader, name string) (err error) {
		s.model, s.format, err = modelfile.Read(text, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// readFile has a file, or standard input, read under the name that errors give
// it. It ends when ctx does.
func (a *app) readFile(ctx context.Context, file string, read func(text io.Reader, name string) error) error {
	in, name := io.NopCloser(a.Stdin), "standard input"
	if file != fromInput {
		f, err := openFile(file)
		if err != nil {
			return err
		}
		in, name = f, file
	}
	text, to := io.Pipe()
	stop := context.AfterFunc(ctx, func() { _ = to.CloseWithError(ctx.Err()) })
	defer stop()
	// It ends with the input, or at its next piece after the pipe was closed:
	// a terminal at which nobody types holds it until the program ends.
	go func() {
		_, err := io.Copy(to, in)
		_ = to.CloseWithError(errors.Join(err, in.Close()))
	}()
	err := read(text, name)
	_ = text.Close() // of a pipe: it cannot fail
	return errors.Join(ctx.Err(), err)
}

// readLine reads a line of standard input, or less at its end. It ends when ctx
// does.
func (a *app) readLine(ctx context.Context) (line string, err error) {
	err = a.readFile(ctx, fromInput, func(text io.Reader, _ string) (err error) {
		line, err = bufio.NewReader(text).ReadString('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	})
	return line, err
}

// formatWord is how the command line and JSON call a format.
func formatWord(f modelfile.Format) string {
	if f == modelfile.SBML {
		return "sbml"
	}
	return "json"
}

// A modelGoal is the JSON form of what is optimised.
type modelGoal struct {
	Maximize bool               `json:"maximize"`
	Terms    map[string]float64 `json:"terms"`
}

// goalOf is what a question to a model optimises.
func goalOf(m *metabolism.Model, q metabolism.Question) modelGoal {
	if q.Objective != "" {
		return modelGoal{Maximize: true, Terms: map[string]float64{q.Objective: 1}}
	}
	g := modelGoal{Maximize: !m.Goal().Minimize, Terms: map[string]float64{}}
	for _, t := range m.Goal().Terms {
		g.Terms[m.Reactions()[t.Reaction].ID] = t.Coef
	}
	return g
}

// mostTerms is how many terms of a goal a line names.
const mostTerms = 3

// text says the goal in a line.
func (g modelGoal) text() string {
	var b strings.Builder
	sense := "minimize"
	if g.Maximize {
		sense = "maximize"
	}
	names := sortedKeys(g.Terms)
	if len(names) == 0 {
		return "none: all fluxes are as good, unless --objective of the other commands says what is better"
	}
	b.WriteString(sense)
	for i, name := range names[:min(len(names), mostTerms)] {
		coef := g.Terms[name]
		switch {
		case coef < 0:
			b.WriteString(" -")
		case i > 0:
			b.WriteString(" +")
		}
		if coef = math.Abs(coef); coef != 1 {
			b.WriteString(" " + number(coef))
		}
		b.WriteString(" " + name)
	}
	if more := len(names) - mostTerms; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}

// finite is a number's JSON form: null where it has none.
type finite float64

// MarshalJSON writes null for what JSON has no number for.
func (x finite) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(float64(x))
	if _, none := errors.AsType[*json.UnsupportedValueError](err); none {
		return []byte("null"), nil
	}
	return text, err
}
