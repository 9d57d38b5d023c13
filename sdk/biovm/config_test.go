package biovm_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// TestDefaults holds the settings that upstream fixed.
func TestDefaults(t *testing.T) {
	t.Parallel()
	limits := func(atp float64, ribosomes int) biovm.ResourceLimits {
		return biovm.ResourceLimits{MaxATP: &atp, MaxRibosomes: &ribosomes}
	}
	for organism, want := range map[biovm.BiologicalType]biovm.Config{
		biovm.Syn3A:       {ResourceLimits: limits(70, 15), GenomeOptimization: new(true), MinimalMode: new(true)},
		biovm.EColi:       {ResourceLimits: limits(90, 30), OperonManagement: new(true), PlasmidSupport: new(true)},
		biovm.MinimalCell: {ResourceLimits: limits(60, 12), BasicFunctionsOnly: new(true), FunctionValidation: new(true)},
		"frog":            {},
	} {
		got := biovm.Defaults(organism)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Defaults(%q) (-want +got):\n%s", organism, diff)
		}
		if err := got.Validate(organism); err != nil {
			t.Errorf("Defaults(%q) is not valid for %q: %v", organism, organism, err)
		}
	}
	// The caller may change what it got.
	*biovm.Defaults(biovm.Syn3A).MinimalMode = false
	if !*biovm.Defaults(biovm.Syn3A).MinimalMode {
		t.Error("changing one answer of Defaults changed the next")
	}
}

func TestOptimizePreset(t *testing.T) {
	t.Parallel()
	for organism, want := range map[biovm.BiologicalType]biovm.Allocation{
		biovm.Syn3A:       {ATP: new(60.0), Ribosomes: new(10)},
		biovm.EColi:       {ATP: new(80.0), Ribosomes: new(25)},
		biovm.MinimalCell: {ATP: new(50.0), Ribosomes: new(8)},
		"frog":            {},
	} {
		if diff := cmp.Diff(want, biovm.OptimizePreset(organism)); diff != "" {
			t.Errorf("OptimizePreset(%q) (-want +got):\n%s", organism, diff)
		}
	}
}

func TestConfigValidate(t *testing.T) {
	t.Parallel()
	atp := func(v float64) biovm.Config {
		return biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxATP: &v}}
	}
	tests := map[string]struct {
		organism biovm.BiologicalType
		config   biovm.Config
		want     []string // paths, in order
	}{
		"empty":          {biovm.Syn3A, biovm.Config{}, nil},
		"all the ATP":    {biovm.Syn3A, atp(100), nil},
		"a little ATP":   {biovm.Syn3A, atp(math.SmallestNonzeroFloat64), nil},
		"no ATP":         {biovm.Syn3A, atp(0), []string{"resource_limits.max_atp"}},
		"too much ATP":   {biovm.Syn3A, atp(math.Nextafter(100, 101)), []string{"resource_limits.max_atp"}},
		"no number":      {biovm.Syn3A, atp(math.NaN()), []string{"resource_limits.max_atp"}},
		"no ribosomes":   {biovm.EColi, biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxRibosomes: new(0)}}, []string{"resource_limits.max_ribosomes"}},
		"another's flag": {biovm.EColi, biovm.Config{MinimalMode: new(false)}, []string{"minimal_mode"}},
		"no organism":    {"frog", biovm.Config{PlasmidSupport: new(true)}, []string{"plasmid_support"}},
		"all at once": {
			biovm.MinimalCell,
			biovm.Config{
				ResourceLimits:     biovm.ResourceLimits{MaxATP: new(-1.0), MaxRibosomes: new(-1)},
				GenomeOptimization: new(true), MinimalMode: new(true), OperonManagement: new(true), PlasmidSupport: new(true),
				BasicFunctionsOnly: new(true), FunctionValidation: new(true),
			},
			[]string{
				"resource_limits.max_atp", "resource_limits.max_ribosomes",
				"genome_optimization", "minimal_mode", "operon_management", "plasmid_support",
			},
		},
	}
	for name, tt := range tests {
		err := tt.config.Validate(tt.organism)
		if diff := cmp.Diff(tt.want, paths(err)); diff != "" {
			t.Errorf("%s: Validate(%q) = %v, paths (-want +got):\n%s", name, tt.organism, err, diff)
		}
		if (err == nil) != (tt.want == nil) {
			t.Errorf("%s: Validate(%q) = %v, want problems with %q", name, tt.organism, err, tt.want)
		}
	}
	err := biovm.Config{MinimalMode: new(true)}.Validate(biovm.EColi)
	want := "minimal_mode: true: is not a setting of ecoli; its settings are resource_limits, operon_management, plasmid_support"
	if err == nil || err.Error() != want {
		t.Errorf("Validate says %v, want %s", err, want)
	}
}

// paths are the paths of an error's field errors, in order.
func paths(err error) []string {
	var all []string
	for _, e := range biovm.FieldErrors(err) {
		all = append(all, e.Path)
	}
	return all
}

// randomConfig sets each setting or not.
func randomConfig(r *rand.Rand) biovm.Config {
	flag := func() *bool {
		switch r.IntN(3) {
		case 0:
			return new(false)
		case 1:
			return new(true)
		}
		return nil
	}
	c := biovm.Config{
		GenomeOptimization: flag(), MinimalMode: flag(), OperonManagement: flag(),
		PlasmidSupport: flag(), BasicFunctionsOnly: flag(), FunctionValidation: flag(),
	}
	if r.IntN(2) == 0 {
		c.ResourceLimits.MaxATP = new(r.Float64() * 100)
	}
	if r.IntN(2) == 0 {
		c.ResourceLimits.MaxRibosomes = new(r.IntN(1000))
	}
	return c
}

// TestMergeLaws holds what Merge promises, over random settings.
func TestMergeLaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		a, b, c := randomConfig(r), randomConfig(r), randomConfig(r)
		law := func(name string, got, want biovm.Config) {
			t.Helper()
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s does not hold for a, b, c = %s, %s, %s (-want +got):\n%s", name, encode(t, a), encode(t, b), encode(t, c), diff)
			}
		}
		law("Merge(a, {}) = a", biovm.Merge(a, biovm.Config{}), a)
		law("Merge({}, a) = a", biovm.Merge(biovm.Config{}, a), a)
		law("Merge(a, a) = a", biovm.Merge(a, a), a)
		law("Merge(Merge(a, b), b) = Merge(a, b)", biovm.Merge(biovm.Merge(a, b), b), biovm.Merge(a, b))
		law("associativity", biovm.Merge(biovm.Merge(a, b), c), biovm.Merge(a, biovm.Merge(b, c)))
	}
}

// TestMergeCopies holds that a merged config shares nothing with its parts.
func TestMergeCopies(t *testing.T) {
	t.Parallel()
	base := biovm.Config{MinimalMode: new(true), ResourceLimits: biovm.ResourceLimits{MaxATP: new(50.0)}}
	over := biovm.Config{GenomeOptimization: new(true), ResourceLimits: biovm.ResourceLimits{MaxRibosomes: new(7)}}
	m := biovm.Merge(base, over)
	*m.MinimalMode, *m.GenomeOptimization, *m.ResourceLimits.MaxATP, *m.ResourceLimits.MaxRibosomes = false, false, 1, 1
	if !*base.MinimalMode || !*over.GenomeOptimization || *base.ResourceLimits.MaxATP != 50 || *over.ResourceLimits.MaxRibosomes != 7 {
		t.Errorf("changing the merged config changed its parts: %s, %s", encode(t, base), encode(t, over))
	}
}

// TestMergeOver holds which side wins.
func TestMergeOver(t *testing.T) {
	t.Parallel()
	got := biovm.Merge(biovm.Defaults(biovm.Syn3A), biovm.Config{
		MinimalMode:    new(false),
		ResourceLimits: biovm.ResourceLimits{MaxATP: new(100.0)},
	})
	want := biovm.Config{
		ResourceLimits:     biovm.ResourceLimits{MaxATP: new(100.0), MaxRibosomes: new(15)},
		GenomeOptimization: new(true), MinimalMode: new(false),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Merge (-want +got):\n%s", diff)
	}
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestConfigRoundTrip holds that a config survives its JSON form.
func TestConfigRoundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		want := randomConfig(r)
		form := encode(t, want)
		got, err := biovm.LoadConfig(bytes.NewReader(form))
		if err != nil {
			t.Fatalf("LoadConfig(%s): %v", form, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("LoadConfig(%s) (-want +got):\n%s", form, diff)
		}
	}
	if got := string(encode(t, biovm.Config{})); got != "{}" {
		t.Errorf("an empty config is %s, want {}", got)
	}
}

func TestLoadConfig(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		json    string
		want    biovm.Config
		problem string // in the error; empty when there is none
	}{
		"all": {
			json: ` {"resource_limits": {"max_atp": 100, "max_ribosomes": 400}, "minimal_mode": false} `,
			want: biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxATP: new(100.0), MaxRibosomes: new(400)}, MinimalMode: new(false)},
		},
		"nothing set":    {json: "{}"},
		"empty":          {json: "", problem: "write {}"},
		"unknown":        {json: `{"ribosomes": 3}`, problem: `no setting "ribosomes"; there are resource_limits (max_atp, max_ribosomes), genome_optimization`},
		"unknown within": {json: `{"resource_limits": {"max_apt": 3}}`, problem: `no setting "max_apt"`},
		"wrong type":     {json: `{"minimal_mode": "yes"}`, problem: "minimal_mode: is a JSON string, and must be true or false"},
		"a fraction":     {json: `{"resource_limits": {"max_ribosomes": 1.5}}`, problem: "resource_limits.max_ribosomes: is a JSON number 1.5, and must be a whole number"},
		"not finite":     {json: `{"resource_limits": {"max_atp": 1e999}}`, problem: "max_atp: is a JSON number 1e999, and must be a finite number"},
		"no number":      {json: `{"resource_limits": {"max_atp": NaN}}`, problem: "invalid character"},
		"two":            {json: `{}{}`, problem: "something follows"},
		"rubbish after":  {json: `{} x`, problem: "something follows"},
		"cut off":        {json: `{"minimal_mode": tr`, problem: "EOF"},
		"a list":         {json: `[]`, problem: "settings: is a JSON array, and must be an object of settings"},
		"too long":       {json: strings.Repeat(" ", 1<<20) + "{}", problem: "longer than 1048576 bytes"},
	}
	for name, tt := range tests {
		got, err := biovm.LoadConfig(strings.NewReader(tt.json))
		if tt.problem != "" {
			if !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("%s: LoadConfig(%.60q) = %v, want an ErrInvalid with %q", name, tt.json, err, tt.problem)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: LoadConfig(%q): %v", name, tt.json, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: LoadConfig(%q) (-want +got):\n%s", name, tt.json, diff)
		}
	}
}

// brokenReader fails after it was read.
type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

var errBroken = errors.New("the disk is broken")

func TestLoadConfigUnreadable(t *testing.T) {
	t.Parallel()
	_, err := biovm.LoadConfig(brokenReader{})
	if !errors.Is(err, errBroken) || errors.Is(err, biovm.ErrInvalid) {
		t.Errorf("LoadConfig of a broken file = %v, want %v and no ErrInvalid", err, errBroken)
	}
}

// FuzzLoadConfig holds that whatever is read is either refused as invalid or
// survives being written and read again.
func FuzzLoadConfig(f *testing.F) {
	f.Add([]byte(`{"resource_limits": {"max_atp": 70.5, "max_ribosomes": 15}, "minimal_mode": true}`))
	f.Add([]byte(`{"operon_management": null, "PLASMID_SUPPORT": false}`))
	f.Add([]byte(`{"function_validation": true}{}`))
	f.Add([]byte(`null`))
	f.Add([]byte{0xff, '{', '}'})
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := biovm.LoadConfig(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, biovm.ErrInvalid) {
				t.Errorf("LoadConfig(%q) = %v, want an ErrInvalid", data, err)
			}
			return
		}
		form := encode(t, c)
		again, err := biovm.LoadConfig(bytes.NewReader(form))
		if err != nil {
			t.Fatalf("LoadConfig(%q) gave %s, which it refuses: %v", data, form, err)
		}
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("LoadConfig(%q), written and read again (-first +second):\n%s", data, diff)
		}
		for _, organism := range biovm.BiologicalTypes() {
			if err := c.Validate(organism); err != nil && len(biovm.FieldErrors(err)) == 0 {
				t.Errorf("Validate(%s) of %s = %v, want field errors", organism, form, err)
			}
		}
	})
}
