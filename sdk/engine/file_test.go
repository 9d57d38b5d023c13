package engine_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
)

// sugar is a network that makes a tenth of growth of each of its ten of sugar.
const sugar = `{
"id": "sugar", "version": "1", "compartments": {"c": "", "e": ""},
"metabolites": [{"id": "sugar_e", "name": "", "compartment": "e"}, {"id": "sugar_c", "name": "", "compartment": "c"}],
"reactions": [
 {"id": "EX_sugar_e", "name": "", "metabolites": {"sugar_e": -1}, "lower_bound": -10, "upper_bound": 1000, "gene_reaction_rule": ""},
 {"id": "uptake", "name": "", "metabolites": {"sugar_e": -1, "sugar_c": 1}, "lower_bound": 0, "upper_bound": 1000, "gene_reaction_rule": "mine"},
 {"id": "growth", "name": "", "metabolites": {"sugar_c": -10}, "lower_bound": 0, "upper_bound": 1000, "gene_reaction_rule": "", "objective_coefficient": 1}],
"genes": [{"id": "mine", "name": ""}]}
`

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// ofModel is a spec with a network that the engine has.
func ofModel(t testing.TB, e *engine.Engine, name string, content []byte) biovm.Spec {
	t.Helper()
	if err := e.PutFile(t.Context(), sumOf(content), content); err != nil {
		t.Fatal(err)
	}
	return biovm.Spec{ID: biovm.ID(name), BiologicalType: biovm.EColi, Model: &biovm.Source{Source: "sugar.json", SHA256: sumOf(content)}}
}

func paths(err error) []string {
	var all []string
	for _, e := range biovm.FieldErrors(err) {
		all = append(all, e.Path)
	}
	return all
}

func packed(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(content)
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A VM lives by its network, plain or packed, in this process and in the next.
func TestModelOutlivesTheEngine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := enginetest.Open(t, engine.Options{Dir: dir})
	for name, content := range map[string][]byte{"plain": []byte(sugar), "packed": packed(t, []byte(sugar))} {
		if _, err := first.Create(t.Context(), ofModel(t, first, name, content)); err != nil {
			t.Fatal(err)
		}
		if err := first.Confirm(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := enginetest.Open(t, engine.Options{Dir: dir})
	for _, name := range []string{"plain", "packed"} {
		m, err := second.Metrics(t.Context(), name)
		if err != nil || math.Abs(m.Growth.FreeGrowthRate-1) > 1e-12 {
			t.Errorf("%s: opened again the vm grows at %v free, %v; want 1", name, m.Growth.FreeGrowthRate, err)
		}
		if err := second.Update(t.Context(), name, biovm.Change{Knockouts: new([]string{"mine"})}); err != nil {
			t.Error(err)
		}
		if m, err := second.Metrics(t.Context(), name); err != nil || m.Growth.FreeGrowthRate != 0 {
			t.Errorf("%s: without its gene it grows at %v free, %v", name, m.Growth.FreeGrowthRate, err)
		}
	}
}

// held reports whether an engine has a file, which that then keeps.
func held(t testing.TB, e *engine.Engine, content string) bool {
	t.Helper()
	there, err := e.HoldFile(t.Context(), sumOf([]byte(content)))
	if err != nil {
		t.Fatal(err)
	}
	return there
}

// A session's files go with it, unless somebody else needs them.
func TestFilesOfSessions(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	a, err := e.NewSession(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := e.NewSession(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{sugar, "nobody's", "b's"} {
		if err := a.PutFile(t.Context(), sumOf([]byte(content)), []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if there, err := b.HoldFile(t.Context(), sumOf([]byte("b's"))); !there || err != nil {
		t.Fatalf("HoldFile = %v, %v", there, err)
	}
	spec := biovm.Spec{ID: "a", BiologicalType: biovm.EColi, Model: &biovm.Source{SHA256: sumOf([]byte(sugar))}}
	if _, err := a.Create(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(a.Close(), a.Close()); err != nil {
		t.Fatal(err)
	}
	observer, err := e.NewSession(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for content, want := range map[string]bool{sugar: true, "nobody's": false, "b's": true} {
		if there, err := observer.HoldFile(t.Context(), sumOf([]byte(content))); there != want || err != nil {
			t.Errorf("after its session %.10q is there: %v, %v; want %v", content, there, err, want)
		}
	}
	// The VM that the session left is adopted by an equal spec, file and all.
	if _, err := e.Create(t.Context(), spec); err != nil {
		t.Errorf("adopt: %v", err)
	}
	if err := errors.Join(observer.Close(), b.Close()); err != nil {
		t.Fatal(err)
	}
	if held(t, e, "b's") || !held(t, e, sugar) {
		t.Error("what nobody holds any more is there, or the vm's file is not")
	}
}

// What is wrong with a file is refused, and nothing stays of it.
func TestFilesRefused(t *testing.T) {
	t.Parallel()
	e := enginetest.Open(t, engine.Options{})
	if err := e.PutFile(t.Context(), strings.Repeat("0", 64), []byte(sugar)); !slices.Equal(paths(err), []string{"sha256"}) || !strings.Contains(err.Error(), sumOf([]byte(sugar))) {
		t.Errorf("PutFile under another sum = %v", err)
	}
	if err := e.PutFile(t.Context(), strings.Repeat("0", 64), make([]byte, biovm.MaxSourceBytes+1)); !errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("PutFile of too much = %v", err)
	}
	none := biovm.Spec{ID: "a", BiologicalType: biovm.EColi, Model: &biovm.Source{Source: "sugar.json", SHA256: strings.Repeat("0", 64)}}
	unnamed := none
	unnamed.Model = &biovm.Source{Source: "sugar.json"}
	for _, s := range []biovm.Spec{none, unnamed} {
		if _, err := e.Create(t.Context(), s); !slices.Equal(paths(err), []string{"model.sha256"}) {
			t.Errorf("Create(%+v) = %v, want a problem at model.sha256", s.Model, err)
		}
	}
	for want, content := range map[string][]byte{"unexpected EOF": packed(t, []byte(sugar))[:100], "not a model": []byte("hello")} {
		refusesModel(t, e, content, want)
	}
}

// refusesModel holds that a file is refused as a model, with such words.
func refusesModel(t *testing.T, e *engine.Engine, content []byte, want string) {
	t.Helper()
	s := ofModel(t, e, "a", content)
	if _, err := e.Create(t.Context(), s); !slices.Equal(paths(err), []string{"model.source"}) || !strings.Contains(err.Error(), "sugar.json: ") || !strings.Contains(err.Error(), want) {
		t.Errorf("Create = %v, want a problem at model.source with %q", err, want)
	}
}

// A process that is killed between bringing a file and making a VM of it leaves
// nothing that the next does not remove, and one that made the VM leaves both.
func TestFilesOfTheKilled(t *testing.T) {
	t.Parallel()
	for role, stays := range map[string]bool{"brings": false, "makes": true} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd, acks := child(t, role, dir, "a")
			if !acks.Scan() {
				t.Fatal(acks.Err())
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Fatal("the process ended in peace")
			}
			e := enginetest.Open(t, engine.Options{Dir: dir}) // verifies that no file is of no use
			if err := e.Verify(t.Context()); err != nil {
				t.Error(err)
			}
			if got := held(t, e, sugar); got != stays {
				t.Errorf("after the kill the file is there: %v, want %v", got, stays)
			}
		})
	}
}

// bring is what the process does that is to be killed.
func bring(ctx context.Context, e *engine.Engine, name string, makes bool) error {
	if err := e.PutFile(ctx, sumOf([]byte(sugar)), []byte(sugar)); err != nil || !makes {
		return err
	}
	return second(e.Create(ctx, biovm.Spec{ID: biovm.ID(name), BiologicalType: biovm.EColi, Model: &biovm.Source{SHA256: sumOf([]byte(sugar))}}))
}
