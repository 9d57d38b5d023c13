package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"bioxen": main,
		// making is for the scripts: the command itself makes no VMs.
		"making": func() {
			if err := making(context.Background(), os.Args[1], os.Args[2:]); err != nil {
				fmt.Fprintln(os.Stderr, "making:", err)
				os.Exit(1)
			}
		},
		// answers waits until somebody answers at a socket.
		"answers": func() {
			if err := answers(context.Background(), os.Args[1]); err != nil {
				fmt.Fprintln(os.Stderr, "answers:", err)
				os.Exit(1)
			}
		},
	})
}

// answers waits until somebody answers at a socket.
func answers(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		c, err := new(net.Dialer).DialContext(ctx, "unix", path)
		if err == nil {
			return c.Close()
		}
		select {
		case <-ctx.Done():
			return err
		case <-ticker.C:
		}
	}
}

// making makes VMs in a data directory, each given as NAME=TYPE, starts them,
// and allocates nothing.
func making(ctx context.Context, dir string, vms []string) (err error) {
	c, err := bioxen.Open(ctx, bioxen.Options{DataDir: dir})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	for _, v := range vms {
		var s biovm.Spec
		for i, r := range v {
			if r == '=' {
				s.ID, s.BiologicalType = biovm.ID(v[:i]), biovm.BiologicalType(v[i+1:])
			}
		}
		vm, err := c.Create(ctx, s)
		if err != nil {
			return err
		}
		if err := vm.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// TestScripts runs the command as users do; testdata/script has what they see.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits,
		},
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("HOME", home)
			env.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
			env.Setenv("LOCALAPPDATA", filepath.Join(home, "state"))
			for _, name := range []string{"BIOXEN_DATA_DIR", "BIOXEN_ENDPOINT", "BIOXEN_TOKEN", "BIOXEN_CA_CERT", "BIOXEN_PINS"} {
				env.Setenv(name, "")
			}
			return os.MkdirAll(home, 0o700)
		},
	})
}

// exits runs a command and checks its exit code: exits 2 bioxen frog.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := errors.AsType[interface {
		error
		ExitCode() int
	}](err); ok {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got := fmt.Sprint(code); got != args[0] {
		ts.Fatalf("it exits with %s, want %s", got, args[0])
	}
}
