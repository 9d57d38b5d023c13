package biovm_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func TestParseID(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"a", "7", "A-b_9", strings.Repeat("x", 63)} {
		if id, err := biovm.ParseID(s); err != nil || string(id) != s {
			t.Errorf("ParseID(%q) = %q, %v; want it as it is", s, id, err)
		}
	}
	for _, s := range []string{"", "-a", "_a", "a b", "a/b", "a.b", "ä", "a\n", "a\x00", "..", strings.Repeat("x", 64)} {
		id, err := biovm.ParseID(s)
		if !errors.Is(err, biovm.ErrInvalid) || id != "" {
			t.Errorf("ParseID(%q) = %q, %v; want an ErrInvalid", s, id, err)
		}
	}
}

// TestVocabulary holds the names that upstream fixed, and their order.
func TestVocabulary(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]biovm.BiologicalType{"syn3a", "ecoli", "minimal_cell"}, biovm.BiologicalTypes()); diff != "" {
		t.Errorf("BiologicalTypes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]biovm.VMType{"basic", "xcpng"}, biovm.VMTypes()); diff != "" {
		t.Errorf("VMTypes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]biovm.ChassisKind{"ecoli", "yeast", "orthogonal"}, biovm.ChassisKinds()); diff != "" {
		t.Errorf("ChassisKinds (-want +got):\n%s", diff)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, want := range biovm.BiologicalTypes() {
		if got, err := biovm.ParseBiologicalType(string(want)); err != nil || got != want {
			t.Errorf("ParseBiologicalType(%q) = %q, %v", want, got, err)
		}
	}
	for _, want := range biovm.VMTypes() {
		if got, err := biovm.ParseVMType(string(want)); err != nil || got != want {
			t.Errorf("ParseVMType(%q) = %q, %v", want, got, err)
		}
	}
	for _, want := range biovm.ChassisKinds() {
		if got, err := biovm.ParseChassisKind(string(want)); err != nil || got != want {
			t.Errorf("ParseChassisKind(%q) = %q, %v", want, got, err)
		}
	}
	refusals := map[string]error{}
	_, refusals[`biological_type: "Syn3A": must be one of "syn3a", "ecoli", "minimal_cell"`] = biovm.ParseBiologicalType("Syn3A")
	_, refusals[`vm_type: "": must be one of "basic", "xcpng"`] = biovm.ParseVMType("")
	_, refusals[`chassis: "frog": must be one of "ecoli", "yeast", "orthogonal"`] = biovm.ParseChassisKind("frog")
	for want, err := range refusals {
		if !errors.Is(err, biovm.ErrInvalid) || err.Error() != want {
			t.Errorf("a refusal says %v, want an ErrInvalid that says %s", err, want)
		}
	}
}
