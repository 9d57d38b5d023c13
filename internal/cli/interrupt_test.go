package cli_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/cli"
)

// TestInterruptInput holds that an interrupt ends the wait for what nobody types, and
// that nothing was done.
func TestInterruptInput(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"vm", "destroy", "cell"}, {"vm", "exec", "cell", "-"}, {"run", "syn3a", "-"}, {"token", "--hash"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			dir := dataDir(t, "cell")
			ctx, cancel := context.WithCancel(t.Context())
			silence, end := io.Pipe()
			defer end.Close()
			var stdout, stderr bytes.Buffer
			code := cli.Run(ctx, cli.Process{
				Args: args, Stdin: readerThat{silence, cancel}, Stdout: &stdout, Stderr: &stderr, Interactive: true,
				Getenv: func(name string) string { return map[string]string{"BIOXEN_DATA_DIR": dir}[name] },
			})
			if code != cli.ExitFailure || stderr.String() != "bioxen: interrupted\n" {
				t.Errorf("got %d and %q; want it to say that it was interrupted", code, stderr.String())
			}
			if _, list, _ := (command{args: []string{"vm", "list"}, dataDir: dir}).run(t); !strings.Contains(list, "cell") {
				t.Errorf("afterwards there is:\n%s", list)
			}
		})
	}
}
