package lab_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
)

// childEnv makes TestChild be another process's.
const childEnv = "BIOXEN_LAB_CHILD"

// TestChild boots a guest and freezes another, says so, and ends when its input
// does: in processes that TestNothingIsLeft starts.
func TestChild(t *testing.T) {
	if os.Getenv(childEnv) == "" {
		return
	}
	p := newPool(t, lab.Options{})
	frozen := p.vm("frozen", p.template(), p.userData(""))
	p.must(p.client.Start, frozen)
	first, _ := p.published(frozen)
	p.must(p.client.Pause, frozen)
	vm := p.vm("a", p.template(), p.userData(""))
	p.must(p.client.Start, vm)
	p.enter(vm)
	_, _ = io.WriteString(os.Stdout, "\nready "+first+" "+p.address(vm)+"\n")
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// A child is a process with a lab.
type child struct {
	cmd       *exec.Cmd
	input     io.Closer
	addresses []string
}

func startChild(t *testing.T) *child {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.count=1")
	cmd.Env = append(os.Environ(), childEnv+"=1")
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	var said []string
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if words, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
			go func() { _, _ = io.Copy(io.Discard, output) }() // ends with the process
			return &child{cmd, input, strings.Fields(words)}
		}
		said = append(said, lines.Text())
	}
	t.Fatalf("the process ends early: %s", strings.Join(said, "\n"))
	return nil
}

// TestNothingIsLeft has two processes with labs at once. One ends as tests end,
// the other is killed.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	if err := lab.Available(); err != nil {
		lab.New(t, lab.Options{}) // which says so
	}
	orderly, killed := startChild(t), startChild(t)
	for _, a := range orderly.addresses {
		if slices.Contains(killed.addresses, a) {
			t.Errorf("both have the address %s", a)
		}
	}
	for _, c := range []*child{orderly, killed} {
		if left := lab.Left(c.cmd.Process.Pid); len(left) < 1+2+2+2 { // folder, cgroups, links, processes
			t.Errorf("while it runs there is only %v", left)
		}
	}
	orderly.input.Close()
	if err := orderly.cmd.Wait(); err != nil {
		t.Error(err)
	}
	if left := lab.Left(orderly.cmd.Process.Pid); len(left) > 0 {
		t.Errorf("the process that ended as tests end leaves %v", left)
	}

	if err := killed.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = killed.cmd.Wait() // it was killed
	pid := killed.cmd.Process.Pid
	if err := until(t, func() bool { return len(lab.LeftMounts(pid)) == 0 }); err != nil {
		t.Errorf("guests outlive the process that was killed: %v", lab.LeftMounts(pid))
	}
	if len(lab.Left(pid)) == 0 {
		t.Log("another process has swept already")
	}
	lab.New(t, lab.Options{}) // sweeps
	if left := lab.Left(pid); len(left) > 0 {
		t.Errorf("after the sweep there is still %v", left)
	}
}
