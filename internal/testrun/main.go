// Command testrun runs "go test" with the arguments that it is given and
// prints what go test prints without -v: a line for each package, and the
// output of the tests that failed. At the end it lists the packages and tests that
// took ten seconds or more, and the tests that were skipped, each with its reason,
// so that nobody takes a skipped test for one that passed; nor does one count of
// which all parts were skipped.
//
// Its exit status is that of go test.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code, err := goTest{args: os.Args[1:], stdout: os.Stdout, stderr: os.Stderr}.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "testrun:", err)
	}
	os.Exit(code)
}

// A goTest is one run of go test.
type goTest struct {
	dir            string // where it runs; empty means here
	args           []string
	stdout, stderr io.Writer
}

// run runs go test, writes the report to stdout, and returns the exit status
// of go test.
func (g goTest) run(ctx context.Context) (int, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json"}, g.args...)...) //nolint:gosec // the caller's own arguments
	cmd.Dir = g.dir
	cmd.Stderr = g.stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 1, err
	}
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	rep := newReport(g.stdout)
	readErr := rep.read(out)
	waitErr := cmd.Wait()
	rep.finish()
	if exit, ok := errors.AsType[*exec.ExitError](waitErr); ok {
		return max(exit.ExitCode(), 1), readErr // -1 if a signal ended it
	}
	if err := errors.Join(readErr, waitErr); err != nil {
		return 1, err
	}
	return 0, nil
}
