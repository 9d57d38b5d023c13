//go:build !race

package cell_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
)

// Data directories keep answers under keys that hold memoVersion. When an
// answer changes, be it in its last bit, old ones must not come back: this
// test says so, and is the same on every platform. It says nothing of whether
// an answer is right.
func TestMemoVersion(t *testing.T) {
	t.Parallel()
	const version2 = "e33b114a3983d1bccb082deb1863faa6bab1629b72bd35f41025576db269a669" // SHA-256 of the answers under memoVersion 2
	sum := sha256.New()
	for _, organism := range biovm.BiologicalTypes() {
		c := newCell(t, biovm.Spec{ID: "a", BiologicalType: organism}, nil, nil)
		growth, err := c.Growth(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		fluxes, err := c.FBA(t.Context(), cell.Request{Parsimonious: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, answer := range []any{growth, fluxes} {
			text, err := json.Marshal(answer)
			if err != nil {
				t.Fatal(err)
			}
			sum.Write(text)
		}
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != version2 {
		t.Errorf("answers: got %s, want %s: if they are meant to differ, raise memoVersion and put the new sum here", got, version2)
	}
}
