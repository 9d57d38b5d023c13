package near_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
)

func TestNames(t *testing.T) {
	t.Parallel()
	names := []string{"knockout", "pgi", "pgm", "PGK", "EX_glc__D_e", "EX_glyc_e", "talB", "b0008", "b0080", "knockout"}
	tests := []struct {
		text string
		most int
		want []string
	}{
		{"knokout", 3, []string{"knockout"}},
		{"knocukot", 3, []string{"knockout"}},
		{"PGI", 3, []string{"pgi", "PGK", "pgm"}},
		{"pgi", 1, []string{"pgi"}},
		{"EX_glc", 3, []string{"EX_glc__D_e"}},
		{"b0800", 3, []string{"b0080"}},
		{"b0009", 3, []string{"b0008"}},
		{"fba", 3, nil},
		{"", 3, nil},
		{strings.Repeat("x", 1000), 3, nil},
		{"pgi", 0, nil},
	}
	for _, tt := range tests {
		if got := near.Names(tt.text, names, tt.most); !slices.Equal(got, tt.want) {
			t.Errorf("Names(%.20q, %d): got %q, want %q", tt.text, tt.most, got, tt.want)
		}
	}
}
