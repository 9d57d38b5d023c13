package biovm_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

func TestSourceValidate(t *testing.T) {
	t.Parallel()
	sum := strings.Repeat("0a", 32)
	for _, tt := range []struct {
		source biovm.Source
		want   []string
		words  string
	}{
		{biovm.Source{Source: "model.json"}, nil, ""},
		{biovm.Source{Source: "../a b/ünï.xml.gz", SHA256: sum}, nil, ""},
		{biovm.Source{Source: `C:\models\a.json`}, nil, ""},
		{biovm.Source{SHA256: sum}, nil, ""},
		{biovm.Source{Source: "https://example.org/m.json?v=1", SHA256: sum}, nil, ""},
		{biovm.Source{Source: "HTTPS://example.org/m.json", SHA256: sum}, nil, ""},
		{biovm.Source{}, []string{"model.source"}, "path of a file"},
		{biovm.Source{Source: "https://example.org/m.json"}, []string{"model.sha256"}, "needed for a URL"},
		{biovm.Source{Source: "http://example.org/m.json", SHA256: sum}, []string{"model.source"}, "https URL"},
		{biovm.Source{Source: "file:///m.json", SHA256: sum}, []string{"model.source"}, "https URL"},
		{biovm.Source{Source: "https:///m.json", SHA256: sum}, []string{"model.source"}, "https URL"},
		{biovm.Source{Source: "https://a b/%zz", SHA256: sum}, []string{"model.source"}, "https URL"},
		{biovm.Source{Source: "https://me:secret@example.org/m", SHA256: sum}, []string{"model.source"}, "user or a password"},
		{biovm.Source{Source: "ftp://me:secret@example.org/m", SHA256: sum}, []string{"model.source"}, "user or a password"},
		{biovm.Source{Source: "a\nb"}, []string{"model.source"}, "control characters"},
		{biovm.Source{Source: "a\xff"}, []string{"model.source"}, "control characters"},
		{biovm.Source{Source: strings.Repeat("a", 4097)}, []string{"model.source"}, "4096 bytes"},
		{biovm.Source{Source: "m", SHA256: strings.ToUpper(sum)}, []string{"model.sha256"}, "lower-case"},
		{biovm.Source{Source: "http://m", SHA256: "0a"}, []string{"model.source", "model.sha256"}, "64"},
	} {
		err := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Model: &tt.source}.Validate()
		if d := cmp.Diff(tt.want, paths(err)); d != "" {
			t.Errorf("Validate(%+v) (-want +got):\n%s", tt.source, d)
			continue
		}
		if err != nil && (!strings.Contains(err.Error(), tt.words) || strings.Contains(err.Error(), "secret")) {
			t.Errorf("Validate(%+v) = %v, want it to say %q, and no secret", tt.source, err, tt.words)
		}
	}
}

// A model is the spec's own, and another one makes another VM.
func TestSpecWithModel(t *testing.T) {
	t.Parallel()
	s := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Model: &biovm.Source{Source: "a", SHA256: "1"}}
	own := s.WithDefaults()
	own.Model.Source = "b"
	if s.Model.Source != "a" || s.Equal(own) {
		t.Errorf("a change of a copy: %+v and %+v, equal %v", s.Model, own.Model, s.Equal(own))
	}
	without := s
	without.Model = nil
	if s.Equal(without) || without.Equal(s) || !s.Equal(s.WithDefaults()) {
		t.Error("specs with and without a model are mixed up")
	}
	if p := without.Parts(); len(p) != 0 {
		t.Errorf("parts of a spec without files: %+v", p)
	}
	s.Parts()[0].Source.SHA256 = "2"
	if s.Model.SHA256 != "2" {
		t.Error("a part is not the spec's own")
	}
}

func TestChangeModelSource(t *testing.T) {
	t.Parallel()
	s := biovm.Spec{ID: "a", BiologicalType: biovm.Syn3A, Model: &biovm.Source{Source: "a", SHA256: "1"}}
	text, err := json.Marshal(biovm.Change{ModelSource: new("b")})
	if err != nil {
		t.Fatal(err)
	}
	var c biovm.Change
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	if got := c.Apply(s).Model; *got != (biovm.Source{Source: "b", SHA256: "1"}) || s.Model.Source != "a" {
		t.Errorf("Apply: %+v of %+v", got, s.Model)
	}
	s.Model = nil
	if got := c.Apply(s).Model; got != nil {
		t.Errorf("Apply to a spec without a model: %+v", got)
	}
}

func TestCheckFile(t *testing.T) {
	t.Parallel()
	sum := strings.Repeat("0a", 32)
	if err := biovm.CheckFile(sum, []byte("x")); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"no sum": biovm.CheckFile("../etc", []byte("x")), "empty": biovm.CheckFile(sum, nil), "too large": biovm.CheckFile(sum, make([]byte, biovm.MaxSourceBytes+1)),
	} {
		if !errors.Is(err, biovm.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
}
