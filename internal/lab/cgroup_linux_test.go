package lab_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/bioxen/terraform-provider-bioxen/internal/lab"
)

// TestCages freezes, lets go on and kills with every kind of cage that there can
// be here: guests use the best alone.
func TestCages(t *testing.T) {
	t.Parallel()
	if err := lab.Available(); err != nil {
		lab.New(t, lab.Options{}) // which says so
	}
	for i := 0; ; i++ {
		// A process with a child, in a namespace of its own, that count.
		file := filepath.Join(t.TempDir(), "count")
		cmd := exec.Command("busybox", "sh", "-c", `read go; count() { while :; do echo $((n = n + 1)) >"$0.new"; mv "$0.new" "$0"; done; }; count & count`, file)
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWPID, Pdeathsig: syscall.SIGKILL, Setsid: true}
		input, err := cmd.StdinPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		cages := lab.Cages(fmt.Sprintf("bxlab-%d-cage%d", os.Getpid(), i), cmd.Process.Pid)
		c := cages[i]
		input.Close() // it may begin
		count := func() string {
			text, _ := os.ReadFile(file)
			return string(text)
		}
		goesOn := func() error {
			before := count()
			return until(t, func() bool { return count() != before })
		}
		if err := goesOn(); err != nil {
			t.Fatalf("%s: it does not begin: %v", c.Kind, err)
		}
		for range 3 {
			if err := c.Set(true); err != nil {
				t.Fatalf("%s: freeze: %v", c.Kind, err)
			}
			before := count()
			<-time.After(20 * time.Millisecond)
			if after := count(); after != before {
				t.Errorf("%s: a frozen process counts from %s to %s", c.Kind, before, after)
			}
			if err := c.Set(false); err != nil {
				t.Fatalf("%s: let go on: %v", c.Kind, err)
			}
			if err := goesOn(); err != nil {
				t.Errorf("%s: it does not go on: %v", c.Kind, err)
			}
		}
		if err := c.Set(true); err != nil {
			t.Error(err)
		}
		if err := c.Kill(); err != nil {
			t.Errorf("%s: kill: %v", c.Kind, err)
		}
		_ = cmd.Wait() // it was killed
		for _, c := range cages {
			if err := c.Remove(); err != nil {
				t.Errorf("%s: remove: %v", c.Kind, err)
			}
		}
		t.Log(c.Kind)
		if i == len(cages)-1 {
			return
		}
	}
}
