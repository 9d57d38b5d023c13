package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/store"
)

// On a full disk calls fail and say so, and what was acknowledged stays.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e, err := open(t.Context(), Options{Dir: dir}, store.Options{MaxPages: 32})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	made := 0
	for made < 10_000 {
		spec := biovm.Spec{ID: biovm.ID(fmt.Sprint("vm", made)), BiologicalType: biovm.Syn3A, Medium: map[string]float64{"EX_glc__D_e": 1}}
		if _, err = e.Create(t.Context(), spec); err != nil {
			break
		}
		made++
	}
	for _, want := range []string{fmt.Sprintf(`create vm "vm%d"`, made), "no room left", "nothing was changed", dir} {
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("create on a full disk: got %v, want it to mention %q", err, want)
		}
	}
	all, err := e.Statuses(t.Context())
	if err != nil || len(all) != made || made == 0 {
		t.Errorf("vms: got %d, %v; want the %d that were acknowledged", len(all), err, made)
	}
	if err := e.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	// An analysis whose answer finds no room is answered all the same.
	if _, err := e.Metrics(t.Context(), "vm0"); err != nil {
		t.Errorf("metrics on a full disk: got %v, want none", err)
	}
}

func TestNewerVersion(t *testing.T) {
	t.Parallel()
	err := error(&VersionError{Path: "p", Have: 9, Known: 1})
	for _, want := range []string{"version 9", "up to 1", "upgrade bioxen"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("newer version: got %q, want it to mention %q", err, want)
		}
	}
}
