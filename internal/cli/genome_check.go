package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/genome"
)

func (a *app) genomeCheckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "Read a genome, and say what in it cannot be right",
		Long: `Read a genome, and say what in it cannot be right: features that are not on their
sequence, a length that is not that of the sequence, letters that are no bases,
locus tags that two genes have, and proteins that are not what the genetic code
gives: not those that the file states, without a start or stop codon, or with a
stop in the middle. Pseudogenes, and ends that the file says are missing, may
have such. Without a sequence, bases and proteins are not checked.

The exit code is 1 when there is a problem, or when the file cannot be read,
which is told with its record and line.

In JSON problems lists record, line (0 when it is not one line's fault), gene (a
locus; empty when it is about none) and message. Of a file that cannot be read
there are file and problem: record, line and message.`,
		Example: `  bioxen genome check syn3A.gb
  bioxen genome check annotation.gff3.gz --sequence genome.fna.gz`,
		Args: arguments(1, 1, "one FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			form, err := output(cmd)
			if err != nil {
				return err
			}
			return a.genomeCheck(cmd, args[0], form)
		},
	}
	addSequence(cmd)
	addOutput(cmd)
	return cmd
}

// A genomeReport is the JSON form of a check.
type genomeReport struct {
	genomeHead

	Problems []genomeProblem `json:"problems"`
}

type genomeProblem struct {
	Record  string `json:"record"`
	Line    int    `json:"line"`
	Gene    string `json:"gene"`
	Message string `json:"message"`
}

// A wrongGenome is the JSON form of a file that holds no genome.
type wrongGenome struct {
	File    string `json:"file"`
	Problem struct {
		Record  string `json:"record"`
		Line    int    `json:"line"`
		Message string `json:"message"`
	} `json:"problem"`
}

// mostProblems is how many problems a text lists.
const mostProblems = 50

func (a *app) genomeCheck(cmd *cobra.Command, file, form string) error {
	s, err := a.readGenome(cmd, file)
	if err != nil {
		if _, usage := errors.AsType[*usageError](err); usage || form != formJSON || cmd.Context().Err() != nil {
			return err
		}
		wrong := wrongGenome{File: file}
		wrong.Problem.Message = err.Error()
		if at, ok := errors.AsType[*genome.LineError](err); ok {
			wrong.Problem.Record, wrong.Problem.Line, wrong.Problem.Message = at.Record, at.Line, at.Err.Error()
		}
		return errors.Join(err, printJSON(a.Stdout, wrong))
	}
	problems := s.genome.Check()
	r := genomeReport{headOfGenome(s), []genomeProblem{}}
	for _, p := range problems {
		r.Problems = append(r.Problems, genomeProblem{p.Record, p.Line, p.Gene, p.Text})
	}
	if form == formJSON {
		err = printJSON(a.Stdout, r)
	} else {
		all := append(r.lines(s.genome), property{"problems", strconv.Itoa(len(problems))})
		if s.noSequence() {
			all = append(all, property{"not checked", "bases and proteins: the file has no sequence; --sequence takes one from a FASTA file"})
		}
		var text strings.Builder
		text.WriteString(properties(all))
		for i := range problems[:min(len(problems), mostProblems)] {
			text.WriteString(problems[i].String() + "\n")
		}
		if more := len(problems) - mostProblems; more > 0 {
			fmt.Fprintf(&text, "and %d more: -o json has all\n", more)
		}
		err = printText(a.Stdout, text.String())
	}
	if len(problems) == 0 {
		return err
	}
	return errors.Join(err, fmt.Errorf("%s: %d %s", file, len(problems), plural(len(problems), "problem")))
}

// plural is a word for some number of things.
func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
