//go:build !race

package organism_test

import (
	"math"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// TestATPReferenceIsTheNetworks solves again what the constant says.
func TestATPReferenceIsTheNetworks(t *testing.T) {
	t.Parallel()
	for _, typ := range organism.Types() {
		t.Run(string(typ), func(t *testing.T) {
			t.Parallel()
			o := cell(t, typ)
			got, err := metabolism.ATPReference(t.Context(), o.Model())
			want := o.Constants().ATPReference
			if err != nil || math.Abs(got-want) > 1e-6*want {
				t.Errorf("ATPReference = %v, %v, the table says %v", got, err, want)
			}
		})
	}
}
