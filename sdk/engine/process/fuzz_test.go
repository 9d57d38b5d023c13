package process_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/process"
)

// FuzzRun runs what comes. Whatever it is, it ends, with JSON or with an error
// of the vocabulary; what Check refuses never runs, and a second run is the
// same.
func FuzzRun(f *testing.F) {
	files, err := filepath.Glob("testdata/*.star")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range files {
		for _, p := range pieces(f, path) {
			f.Add(p.code)
		}
	}
	c := newCell(f, biovm.Syn3A, &memory{})
	f.Fuzz(func(t *testing.T, code string) {
		p := biovm.Process{Code: code, Limits: biovm.Limits{Steps: 50_000, OutputBytes: 1 << 12}}
		refused := process.Check(code, c.Config)
		first, err := process.Run(t.Context(), c, status(biovm.Syn3A), p, 0)
		if (refused != nil) != errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("%q: Check says %v, Run %v", code, refused, err)
		}
		var limit *biovm.LimitError
		var failure *biovm.ProcessError
		if err != nil && !errors.As(err, &limit) && !errors.As(err, &failure) {
			t.Errorf("%q: %T %v, want a limit or process error", code, err, err)
		}
		if err == nil && (!json.Valid(first.Value) || len(first.Value) > 1<<12 || len(first.Stdout) > 1<<12) {
			t.Errorf("%q: result %s, stdout %q", code, first.Value, first.Stdout)
		}
		second, again := process.Run(t.Context(), c, status(biovm.Syn3A), p, 0)
		if (err == nil) != (again == nil) || err != nil && err.Error() != again.Error() {
			t.Errorf("%q: first %v, then %v", code, err, again)
		}
		if first.Steps != second.Steps || !bytes.Equal(first.Value, second.Value) || first.Stdout != second.Stdout {
			t.Errorf("%q: first %+v, then %+v", code, first, second)
		}
	})
}

// FuzzLoad loads what comes. Whatever a package's file does, the program that
// loads it ends, as often as it runs with the same.
func FuzzLoad(f *testing.F) {
	f.Add("def f(a = [1, {}], *b):\n    return lambda: f\ny = f()\nz = [y, (y, y)]\n")
	f.Add("y = []\ny.append((y, y))\nfor i in range(99):\n    y = lambda a = y, b = y: 1\n")
	f.Add("t = data(\"p.star\")\nload(\"q.star\", \"y\")\n")
	f.Add("def wrap(g):\n    return lambda: g\ny = 1\nfor i in range(2000):\n    y = wrap(y)\n")
	c := newCell(f, biovm.Syn3A, &memory{})
	f.Fuzz(func(t *testing.T, code string) {
		p := biovm.Process{Code: "load(\"@p//p.star\", \"x\")\nx", Limits: biovm.Limits{Steps: 50_000, OutputBytes: 1 << 12}}
		library := process.WithPackages(library("p", nil, "p.star", code+"\nx = 1\n", "q.star", "y = 1\n"))
		first, err := process.Run(t.Context(), c, status(biovm.Syn3A), p, 0, library)
		var limit *biovm.LimitError
		var failure *biovm.ProcessError
		if err != nil && !errors.As(err, &limit) && !errors.As(err, &failure) {
			t.Errorf("%q: %T %v, want a limit or process error", code, err, err)
		}
		if err == nil && (len(first.Packages) != 1 || !json.Valid(first.Value)) {
			t.Errorf("%q: result %+v, want one with the package", code, first)
		}
		second, again := process.Run(t.Context(), c, status(biovm.Syn3A), p, 0, library)
		if (err == nil) != (again == nil) || err != nil && err.Error() != again.Error() || first.Steps != second.Steps || !bytes.Equal(first.Value, second.Value) {
			t.Errorf("%q: first %+v, %v, then %+v, %v", code, first, err, second, again)
		}
	})
}
