// Command demo shows the main job from end to end: it builds the provider,
// has the real terraform apply examples/demo in a temporary folder, prints how
// the cells grow beside what the literature says, destroys them and removes
// the folder. It needs the go and terraform programs on PATH and leaves
// nothing behind.
//
// Its exit status is 1 when something fails, or when a figure is not the
// published one.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run shows the demo, and cleans up whatever happens.
func run(ctx context.Context, w io.Writer) (err error) {
	say := progress(w)
	tf, err := findTerraform(ctx)
	if err != nil {
		return err
	}
	say("Terraform %s is at %s", tf.version, tf.path)

	dir, err := os.MkdirTemp("", "bioxen-demo-")
	if err != nil {
		return err
	}
	defer func() {
		if e := os.RemoveAll(dir); e != nil {
			err = errors.Join(err, e)
			return
		}
		say("removed %s", dir)
	}()

	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	say("building the provider, which takes a minute or two the first time")
	if err := build(ctx, root, filepath.Join(dir, "bin", "terraform-provider-bioxen")); err != nil {
		return err
	}
	say("built it")
	if err := tf.prepare(dir, filepath.Join(root, "examples", "demo")); err != nil {
		return err
	}

	// What was made is destroyed even if making it was cut short.
	defer func() {
		say("terraform destroy")
		err = errors.Join(err, tf.stream(context.WithoutCancel(ctx), say, "destroy"))
	}()
	say("terraform apply")
	if err := tf.stream(ctx, say, "apply"); err != nil {
		return err
	}
	out, err := tf.outputs(ctx)
	if err != nil {
		return err
	}
	text, differs := out.report()
	_, err = fmt.Fprintf(w, "\n%s\n", text)
	return errors.Join(err, differs)
}

// progress returns a function that prints lines with the time that has passed.
func progress(w io.Writer) func(format string, args ...any) {
	began := time.Now()
	return func(format string, args ...any) {
		// A demo that nobody sees still has to clean up.
		_, _ = fmt.Fprintf(w, "%6.1f s  %s\n", time.Since(began).Seconds(), fmt.Sprintf(format, args...))
	}
}

// moduleRoot finds the checkout that this program is from.
func moduleRoot(ctx context.Context) (string, error) {
	const module = "github.com/bioxen/terraform-provider-bioxen"
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Path}} {{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("find the checkout: %w", withStderr(err))
	}
	dir, here := strings.CutPrefix(strings.TrimSpace(string(out)), module+" ")
	if !here {
		return "", fmt.Errorf("find the checkout: this folder is not in one of %s; run this there", module)
	}
	return dir, nil
}

// build builds the provider. Its version control is not asked, so that a
// checkout that belongs to somebody else builds as well.
func build(ctx context.Context, root, to string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-o", to, ".") //nolint:gosec // to is in our own folder
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the provider: %w\n%s", err, out)
	}
	return nil
}

// withStderr adds what a program said to its error.
func withStderr(err error) error {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}
