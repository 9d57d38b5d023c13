package metabolism_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// TestClones asks clones of one analyzer at the same time; under the race
// detector it shows that they share nothing that changes.
func TestClones(t *testing.T) {
	t.Parallel()
	m := model(t, biovm.Syn3A)
	a := metabolism.NewAnalyzer(m)
	questions := []metabolism.Question{
		{}, {Medium: change(m, []string{"EX_o2_e"}, nil)}, {Knockouts: []string{"JCVISYN3A_0227"}}, {Medium: map[string]float64{}},
	}
	want := make([]*metabolism.Flux, len(questions))
	for i, q := range questions {
		f, err := a.PFBA(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		want[i] = f
	}
	var asking sync.WaitGroup
	for range 4 {
		clone := a.Clone()
		asking.Go(func() {
			for i, q := range questions {
				got, err := clone.PFBA(t.Context(), q)
				if err != nil {
					t.Error(err)
					return
				}
				if diff := cmp.Diff(want[i], got, cmpopts.IgnoreUnexported(metabolism.Flux{})); diff != "" {
					t.Errorf("question %d to a clone (-want +got):\n%.2000s", i, diff)
				}
			}
		})
	}
	asking.Wait()
}
