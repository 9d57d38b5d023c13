package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The oldest Terraform that the provider works with.
const (
	minMajor = 1
	minMinor = 11
)

// terraform is the program, and the folder that it works in.
type terraform struct {
	path, version string

	dir string // the configuration
	env []string
}

// findTerraform finds a terraform that is new enough.
func findTerraform(ctx context.Context) (*terraform, error) {
	path, err := exec.LookPath("terraform")
	if err != nil {
		return nil, fmt.Errorf("terraform is not on PATH: install Terraform %d.%d or newer from https://developer.hashicorp.com/terraform/install", minMajor, minMinor)
	}
	cmd := exec.CommandContext(ctx, path, "version", "-json") //nolint:gosec // the terraform on PATH is the one to show
	cmd.Env = environment(os.Environ())
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("ask %s for its version: %w", path, withStderr(err))
	}
	var v struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &v); err != nil {
		return nil, fmt.Errorf("read the version of %s: %w", path, err)
	}
	if !newEnough(v.Version) {
		return nil, fmt.Errorf("%s is Terraform %s, which is too old: install %d.%d or newer from https://developer.hashicorp.com/terraform/install", path, v.Version, minMajor, minMinor)
	}
	return &terraform{path: path, version: v.Version}, nil
}

// newEnough reports whether a version such as 1.11.4 or 1.12.0-rc1 will do.
func newEnough(version string) bool {
	majorText, rest, _ := strings.Cut(version, ".")
	minorText, _, _ := strings.Cut(rest, ".")
	major, err := strconv.Atoi(majorText)
	if err != nil {
		return false
	}
	minor, err := strconv.Atoi(minorText)
	return err == nil && (major > minMajor || major == minMajor && minor >= minMinor)
}

// environment is the environment without what would change what terraform
// does, or where the provider keeps its cells.
func environment(inherited []string) []string {
	var env []string
	for _, v := range inherited {
		if !strings.HasPrefix(v, "TF_") && !strings.HasPrefix(v, "BIOXEN_") {
			env = append(env, v)
		}
	}
	return append(env, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
}

// prepare lays the folder out: the configuration copied from source, the
// state, the cells' data, and a CLI configuration that takes the provider from
// bin, so that nothing has to be installed or initialised.
func (tf *terraform) prepare(dir, source string) error {
	tf.dir = filepath.Join(dir, "config")
	if err := os.Mkdir(tf.dir, 0o700); err != nil {
		return err
	}
	names, err := fs.Glob(os.DirFS(source), "*.tf")
	if err != nil || len(names) == 0 {
		return fmt.Errorf("find the configuration in %s: %w", source, errors.Join(err, fs.ErrNotExist))
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(source, name)) //nolint:gosec // the checkout's own files
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(tf.dir, name), text, 0o600); err != nil { //nolint:gosec // a name without a folder, into our own
			return err
		}
	}
	cli := filepath.Join(dir, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"registry.terraform.io/bioxen/bioxen\" = %q\n  }\n}\n", filepath.ToSlash(filepath.Join(dir, "bin")))
	if err := os.WriteFile(cli, []byte(text), 0o600); err != nil {
		return err
	}
	tf.env = append(environment(os.Environ()), "TF_CLI_CONFIG_FILE="+cli, "BIOXEN_DATA_DIR="+filepath.Join(dir, "data"))
	return nil
}

// command is a terraform command. It is not interrupted when ctx ends: the
// terminal's interrupt goes to it as well, and a second one would make it drop
// what it is doing. It is killed when it goes on for too long.
func (tf *terraform) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, tf.path, args...) //nolint:gosec // our own arguments
	cmd.Dir, cmd.Env = tf.dir, tf.env
	cmd.Cancel = func() error { return nil }
	cmd.WaitDelay = 30 * time.Second
	return cmd
}

// stream runs apply or destroy and says what it completes.
func (tf *terraform) stream(ctx context.Context, say func(format string, args ...any), what string) error {
	cmd := tf.command(ctx, what, "-json", "-auto-approve", "-input=false")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var problems []string
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 64<<20) // a line holds all outputs
	for lines.Scan() {
		if problem := sayEvent(lines.Bytes(), say); problem != "" {
			problems = append(problems, problem)
		}
	}
	if err := errors.Join(lines.Err(), cmd.Wait()); err != nil {
		problems = append(problems, strings.TrimSpace(stderr.String()))
		return fmt.Errorf("terraform %s: %w\n%s", what, err, strings.Join(problems, "\n"))
	}
	return nil
}

// sayEvent says what a line of terraform's JSON output tells of, if it is
// something that was completed, and returns the problem that it tells of.
func sayEvent(line []byte, say func(format string, args ...any)) (problem string) {
	var e struct {
		Type       string `json:"type"`
		Message    string `json:"@message"`
		Diagnostic struct {
			Severity string `json:"severity"`
			Summary  string `json:"summary"`
			Detail   string `json:"detail"`
			Address  string `json:"address"`
		} `json:"diagnostic"`
	}
	if json.Unmarshal(line, &e) != nil {
		return string(line)
	}
	switch e.Type {
	case "apply_complete", "change_summary":
		message, _, _ := strings.Cut(e.Message, " [id=")
		say("  %s", message)
	case "diagnostic":
		if d := e.Diagnostic; d.Severity == "error" {
			return strings.TrimSpace(fmt.Sprintf("%s %s: %s", d.Address, d.Summary, d.Detail))
		}
	}
	return ""
}

// outputs reads what was applied.
func (tf *terraform) outputs(ctx context.Context) (*outputs, error) {
	text, err := tf.command(ctx, "output", "-json").Output()
	if err != nil {
		return nil, fmt.Errorf("terraform output: %w", withStderr(err))
	}
	return readOutputs(text)
}
