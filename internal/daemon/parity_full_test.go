//go:build !race

package daemon_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// TestSameResults holds that a cell answers in the same bytes, wherever it runs.
// It asks one thing after the other, and much of it is computed: the race detector
// sees the same calls in the other tests.
func TestSameResults(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{Dir: filepath.Join(t.TempDir(), "one")})
	far := dial(t, remote.Options{Endpoint: serve(t, daemon.Options{Engine: enginetest.Open(t, engine.Options{Dir: filepath.Join(t.TempDir(), "two")})})})
	for _, side := range []basic.Engine{e, far} {
		for _, organism := range biovm.BiologicalTypes() {
			s := biovm.Spec{ID: biovm.ID(organism), BiologicalType: organism, Seed: 42}
			if _, err := side.Create(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(side.Confirm(t.Context(), string(s.ID)), side.Operate(t.Context(), string(s.ID), biovm.OpStart)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, code := range []string{
		"fba()", "minimal_metabolism_analysis()", "get_biological_status()", `{"z": 1e300, "a": -0.0, "html": "<&>", "line": "\u2028", "é": [None, True, 1.5, 9007199254740993]}`,
		`print("<b>&</b>\u2028\ttab"); [1, {"b": 2, "a": 1}]`,
	} {
		for _, organism := range biovm.BiologicalTypes() {
			want, got := canonical(t, e, organism, code), canonical(t, far, organism, code)
			if want != got {
				t.Errorf("%s in %s:\nengine: %s\nclient: %s", code, organism, want, got)
			}
		}
	}
}

// canonical is the canonical form of a result, without the identity and the
// moment that every VM has for itself.
func canonical(t *testing.T, e basic.Engine, organism biovm.BiologicalType, code string) string {
	t.Helper()
	r, err := e.Execute(t.Context(), string(organism), biovm.Process{Code: code})
	if err != nil {
		t.Fatalf("%s in %s: %v", code, organism, err)
	}
	b, err := r.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return string(r.Value) + r.Stdout + string(b)
}
