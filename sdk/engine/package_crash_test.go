package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// archive writes a package to a file.
func archive(t *testing.T, name string, requires ...string) string {
	t.Helper()
	var b bytes.Buffer
	if err := pack(t, name, "1.0.0", requires...).WriteArchive(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name+".tar.gz")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// bringArchive puts a package in a file into a data directory, and asks for it.
func bringArchive(ctx context.Context, e *engine.Engine, path string) (biovm.PackageRequest, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return biovm.PackageRequest{}, err
	}
	sum := sumOf(content)
	return biovm.PackageRequest{Source: "./own", SHA256: sum}, e.PutFile(ctx, sum, content)
}

// installSome brings a package and installs it in VM a, as a second process, up to
// the step of a number, which it tells; there it stays until it is killed. what is
// the number and the package's file.
func installSome(ctx context.Context, dir, what string, acks io.Writer) error {
	var (
		stop  int
		path  string
		steps int
	)
	if _, err := fmt.Sscan(what, &stop, &path); err != nil {
		return err
	}
	e, err := engine.OpenTraced(ctx, dir, func(statement string) {
		if steps++; steps == stop {
			_, _ = fmt.Fprintln(acks, strings.Join(strings.Fields(statement), " "))
			select {}
		}
	})
	if err != nil {
		return err
	}
	r, err := bringArchive(ctx, e, path)
	if err == nil {
		_, err = e.InstallPackage(ctx, "a", r)
	}
	if err != nil {
		return err
	}
	stop = 0 // what closing writes is no matter
	_, err = fmt.Fprintln(acks, "done")
	return errors.Join(err, e.Close())
}

// A process that is killed while it installs a package, at whatever step, has
// installed all of it, what it requires included, or nothing, and leaves nothing
// that the next one would stumble over.
func TestKilledInstall(t *testing.T) {
	t.Parallel()
	dir, path := t.TempDir(), archive(t, "own", `media = "^1.0"`)
	func() {
		e := enginetest.Open(t, engine.Options{Dir: dir})
		started(t, e, syn3a("a"))
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	const all, most = "media 1.0.0, own 1.0.0", 200
	var none, whole int
	for step := 1; step < most; step++ {
		cmd, out := child(t, "installs", dir, fmt.Sprint(step, " ", path))
		if !out.Scan() {
			t.Fatalf("step %d: the process ended: %v", step, cmd.Wait())
		}
		at := out.Text()
		if at == "done" {
			if err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
			t.Logf("killed at %d steps: %d times nothing was installed, %d times all", step-1, none, whole)
			if none < 8 || whole == 0 {
				t.Errorf("of %d kills %d left nothing and %d all: the test shows too little", step-1, none, whole)
			}
			return
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		e := enginetest.Open(t, engine.Options{Dir: dir})
		if err := e.Verify(t.Context()); err != nil {
			t.Errorf("killed at step %d, %s: %v", step, at, err)
		}
		switch got := installed(t, e, "a"); got {
		case "":
			none++
		case all:
			whole++
		default:
			t.Errorf("killed at step %d, %s: installed %s; want nothing or %s", step, at, got, all)
		}
		again(t, e, path, all)
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatalf("the installation takes more than %d steps", most)
}

// again installs the package, uses it, and removes it without a trace.
func again(t *testing.T, e *engine.Engine, path, all string) {
	t.Helper()
	r, err := bringArchive(t.Context(), e, path)
	if err != nil {
		t.Fatal(err)
	}
	install(t, e, "a", r)
	if got := installed(t, e, "a"); got != all {
		t.Errorf("installed once more: %s, want %s", got, all)
	}
	if got := value(t, e, "a", "load(\"@own//own.star\", \"version\")\nversion"); got != `"1.0.0"` {
		t.Errorf("the package says %s", got)
	}
	if err := e.RemovePackage(t.Context(), "a", "own"); err != nil {
		t.Fatal(err)
	}
	if got := installed(t, e, "a"); got != "" {
		t.Errorf("after it was removed there is %s", got)
	}
}

// What another process installs while a package is being removed is not pulled
// from under: what requires the package keeps it, and whoever removes it is told.
func TestRemoveWhileRequired(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := enginetest.Open(t, engine.Options{Dir: dir})
	started(t, other, syn3a("a"))
	install(t, other, "a", bringPackage(t, other, pack(t, "base", "1.0.0")))
	top := bringPackage(t, other, pack(t, "top", "1.0.0", `base = "^1"`))
	interrupt := sync.OnceFunc(func() { install(t, other, "a", top) })
	armed := false
	e, err := engine.OpenTraced(t.Context(), dir, func(statement string) {
		if armed && statement == "BEGIN" { // it has made up its mind
			interrupt()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	armed = true
	if err := e.RemovePackage(t.Context(), "a", "base"); !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), "required by top") {
		t.Errorf("RemovePackage of what top came to require: %v, want it refused", err)
	}
	if got := installed(t, e, "a"); got != "base 1.0.0, top 1.0.0" {
		t.Errorf("installed %s, want both", got)
	}
	if got := value(t, e, "a", "load(\"@base//base.star\", \"version\")\nversion"); got != `"1.0.0"` {
		t.Errorf("base says %s", got)
	}
}

// packRounds is how often each process installs, uses and removes a package.
const packRounds = 12

// packAndUnpack installs a package in VM a, uses it and removes it, over and over,
// while others do so too: what it finds may be theirs, or gone.
func packAndUnpack(ctx context.Context, e *engine.Engine, path string) error {
	for range packRounds {
		r, err := bringArchive(ctx, e, path)
		if err != nil {
			return err
		}
		if _, err := e.InstallPackage(ctx, "a", r); err != nil {
			return fmt.Errorf("install: %w", err)
		}
		res, err := e.Execute(ctx, "a", biovm.Process{Code: "load(\"@own//own.star\", \"version\")\nversion"})
		p, isProcess := errors.AsType[*biovm.ProcessError](err)
		switch {
		case isProcess && p.Package == "own": // removed by another
		case err != nil:
			return fmt.Errorf("execute: %w", err)
		case string(res.Value) != `"1.0.0"`:
			return fmt.Errorf("the package says %s", res.Value)
		}
		if err := e.RemovePackage(ctx, "a", "own"); err != nil {
			return fmt.Errorf("remove: %w", err)
		}
	}
	return nil
}

// Two processes install, use and remove one package of one VM at once: it is there
// or not, and never half.
func TestPackageTugOfWar(t *testing.T) {
	t.Parallel()
	dir, path := t.TempDir(), archive(t, "own")
	e := enginetest.Open(t, engine.Options{Dir: dir})
	started(t, e, syn3a("a"))
	cmd, _ := child(t, "packs", dir, path)
	if err := packAndUnpack(t.Context(), e, path); err != nil {
		t.Errorf("here: %v", err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("there: %v", err)
	}
	if got := installed(t, e, "a"); got != "" {
		t.Errorf("when both have removed it there is %s", got)
	}
	if err := e.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// Whoever reads the packages of a VM finds them whole, though another process
// removes them, and their files, at the same time.
func TestPackagesComeAndGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := enginetest.Open(t, engine.Options{Dir: dir})
	if _, err := e.Create(t.Context(), biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { // ends with ctx
		for ctx.Err() == nil {
			_, err := e.InstallPackage(t.Context(), "a", biovm.PackageRequest{Source: "media"})
			if err := errors.Join(err, e.RemovePackage(t.Context(), "a", "media")); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 60 {
				if err := readPackages(t.Context(), dir); err != nil {
					t.Error(err)
				}
			}
		})
	}
	readers.Wait()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// readPackages reads the packages of VM a as one who has read none yet.
func readPackages(ctx context.Context, dir string) error {
	e, err := engine.Open(ctx, engine.Options{Dir: dir})
	if err != nil {
		return err
	}
	_, err = e.Packages(ctx, "a")
	_, also := e.UpdatePackages(ctx, "a")
	return errors.Join(err, also, e.Close())
}
