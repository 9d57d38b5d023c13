package biovm_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func TestPackageRequest(t *testing.T) {
	t.Parallel()
	sum := strings.Repeat("ab", 32)
	for _, tt := range []struct {
		text      string
		want      biovm.PackageRequest
		catalogue bool
	}{
		{"media", biovm.PackageRequest{Source: "media"}, true},
		{"media@^1.0", biovm.PackageRequest{Source: "media", Range: "^1.0"}, true},
		{"growth_law@>=1, <2", biovm.PackageRequest{Source: "growth_law", Range: ">=1, <2"}, true},
		{"./media", biovm.PackageRequest{Source: "./media"}, false},
		{"Media", biovm.PackageRequest{Source: "Media"}, false},
		{"a/b@c", biovm.PackageRequest{Source: "a/b@c"}, false},
		{"https://example.org/p@1.tar.gz", biovm.PackageRequest{Source: "https://example.org/p@1.tar.gz"}, false},
	} {
		got := biovm.ParsePackageRequest(tt.text)
		if got != tt.want || got.FromCatalogue() != tt.catalogue || got.String() != tt.text {
			t.Errorf("%s: %+v, %t, written %s", tt.text, got, got.FromCatalogue(), got)
		}
	}
	for _, tt := range []struct {
		request biovm.PackageRequest
		paths   []string
	}{
		{biovm.PackageRequest{Source: "media"}, nil},
		{biovm.PackageRequest{Source: "./p.tar.gz", SHA256: sum, Range: "^1"}, nil},
		{biovm.PackageRequest{Source: "https://example.org/p.tar.gz", SHA256: sum}, nil},
		{biovm.PackageRequest{}, []string{"package.source"}},
		{biovm.PackageRequest{Source: "media", SHA256: sum}, []string{"package.sha256"}},
		{biovm.PackageRequest{Source: "./p", SHA256: "AB"}, []string{"package.sha256"}},
		{biovm.PackageRequest{Source: "ftp://example.org/p", SHA256: sum, Range: strings.Repeat("1", 200)}, []string{"package.source", "package.range"}},
		{biovm.PackageRequest{Source: "media", Range: "\n"}, []string{"package.range"}},
	} {
		var got []string
		for _, e := range biovm.FieldErrors(tt.request.Validate()) {
			got = append(got, e.Path)
		}
		if diff := cmp.Diff(tt.paths, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tt.request, diff)
		}
	}
}

func TestSpecPackages(t *testing.T) {
	t.Parallel()
	s := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Packages: []string{"media", "./x", "media@^1", "growth_law@", "essentiality"}}
	var got []string
	for _, e := range biovm.FieldErrors(s.Validate()) {
		got = append(got, fmt.Sprintf("%s %v", e.Path, e.Value))
	}
	if diff := cmp.Diff([]string{"packages[1] ./x", "packages[2] media@^1", "packages[3] growth_law@"}, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	one := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Packages: []string{"b", "a", "b"}}
	two := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Packages: []string{"a", "b"}}
	if !one.Equal(two) || one.Equal(biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Packages: []string{"a"}}) {
		t.Error("specs are equal when they list the same packages, and only then")
	}
	for _, c := range []biovm.Change{{Packages: new([]string{"media"})}, {Packages: new([]string{})}, {Packages: new([]string(nil))}, {}} {
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var back biovm.Change
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if (back.Packages == nil) != (c.Packages == nil) || !back.Apply(one).Equal(c.Apply(one)) {
			t.Errorf("%s reads as %+v", text, back)
		}
	}
	if e := (&biovm.ProcessError{Message: "x", Checked: true, Package: "media"}); !errors.Is(e, biovm.ErrInvalid) {
		t.Errorf("%v is not invalid", e)
	}
}
