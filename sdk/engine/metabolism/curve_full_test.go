//go:build !race

package metabolism_test

import (
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// TestCurvesOfEColi compares the curves of E. coli, at fewer amounts.
func TestCurvesOfEColi(t *testing.T) {
	t.Parallel()
	drawCurves(t, biovm.EColi, 21)
}
