package packages_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/packages"
)

// requires is a manifest's table.
func requires(pairs ...string) string {
	lines := []string{"[requires.packages]"}
	for i := 0; i < len(pairs); i += 2 {
		lines = append(lines, pairs[i]+" = \""+pairs[i+1]+"\"")
	}
	return strings.Join(lines, "\n")
}

func want(t testing.TB, requests ...string) []packages.Requirement {
	t.Helper()
	var list []packages.Requirement
	for _, r := range requests {
		name, versions, _ := strings.Cut(r, "@")
		list = append(list, packages.Requirement{Name: name, Range: versions})
	}
	return list
}

func names(list []*packages.Package) []string {
	var all []string
	for _, p := range list {
		all = append(all, p.String())
	}
	return all
}

func TestResolve(t *testing.T) {
	t.Parallel()
	pool := []*packages.Package{
		pkg(t, "base", "1.0.0"), pkg(t, "base", "1.4.0"), pkg(t, "base", "2.0.0"), pkg(t, "base", "2.1.0-rc.1"),
		pkg(t, "left", "1.0.0", requires("base", "^1.0")),
		pkg(t, "left", "2.0.0", requires("base", "^2.0")),
		pkg(t, "right", "1.0.0", requires("base", "<=1.4.0")),
		pkg(t, "top", "1.0.0", requires("left", "*", "right", "*")),
		pkg(t, "future", "1.0.0", "[requires]\nengine = \">=99.0\""),
		pkg(t, "hen", "1.0.0", requires("egg", "*")), pkg(t, "egg", "1.0.0", requires("hen", "^1.0")),
		pkg(t, "lonely", "1.0.0", requires("bass", "*")),
	}
	for _, tt := range []struct {
		want   string
		asked  []string
		picked []string
		keep   map[string]string
	}{
		{want: "base 2.0.0", asked: []string{"base"}},
		{want: "base 1.4.0", asked: []string{"base@^1.0"}},
		{want: "base 2.1.0-rc.1", asked: []string{"base@>=2.1.0-0"}},
		{want: "base 1.0.0", asked: []string{"base@^1.0"}, keep: map[string]string{"base": pool[0].Digest()}},
		{want: "base 2.0.0", asked: []string{"base@^2.0"}, keep: map[string]string{"base": pool[0].Digest()}},
		{want: "base 2.0.0, left 2.0.0", asked: []string{"left"}},
		// The highest left does not go with right: the next one does.
		{want: "base 1.4.0, left 1.0.0, right 1.0.0, top 1.0.0", asked: []string{"top"}},
		{want: "base 1.0.0, left 1.0.0", asked: []string{"left", "base@1.0.0"}},
		{want: "", asked: nil},
	} {
		got, err := packages.Choice{Pool: pool, Keep: tt.keep, Engine: "1.0.0"}.Resolve(want(t, tt.asked...))
		if err != nil || strings.Join(names(got), ", ") != tt.want {
			t.Errorf("%v: got %v, %v; want %s", tt.asked, names(got), err, tt.want)
		}
	}
	for _, tt := range []struct {
		asked []string
		want  string
		kind  any
	}{
		{[]string{"left@^2.0", "right"}, "package base: no version fits: left 2.0.0 requires ^2.0, but right 1.0.0 requires <=1.4.0; there is 2.1.0-rc.1, 2.0.0, 1.4.0, 1.0.0", new(*packages.ConflictError)},
		{[]string{"base@^3"}, "package base: no version fits: the request requires ^3", new(*packages.ConflictError)},
		{[]string{"future"}, "no version (1.0.0) is for this engine, which is 1.0.0; future 1.0.0 requires >=99.0", new(*packages.ConflictError)},
		{[]string{"hen"}, "in a circle: egg requires hen requires egg", new(*packages.CycleError)},
		{[]string{"lonely"}, `no package "bass" is to be had, which lonely 1.0.0 requires; it is not in the catalogue, not installed and was not given; did you mean base`, new(*packages.UnknownError)},
	} {
		_, err := packages.Choice{Pool: pool, Engine: "1.0.0"}.Resolve(want(t, tt.asked...))
		if !errors.As(err, tt.kind) || !errors.Is(err, biovm.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: error %v, want %T with %q", tt.asked, err, tt.kind, tt.want)
		}
	}
	// A build without a version is for every package.
	if _, err := (packages.Choice{Pool: pool, Engine: "dev"}).Resolve(want(t, "future")); err != nil {
		t.Error(err)
	}
}

// The answer depends on no order.
func TestResolveOrder(t *testing.T) {
	t.Parallel()
	pool := []*packages.Package{
		pkg(t, "a", "1.0.0", requires("c", "^1")), pkg(t, "a", "1.1.0", requires("c", "^2")), pkg(t, "b", "1.0.0", requires("c", "1.x")),
		pkg(t, "c", "1.0.0"), pkg(t, "c", "1.9.0", requires("d", "*")), pkg(t, "c", "2.0.0"), pkg(t, "d", "0.1.0"),
	}
	asked := want(t, "a", "b")
	first, err := packages.Choice{Pool: pool}.Resolve(asked)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		random.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
		random.Shuffle(len(asked), func(i, j int) { asked[i], asked[j] = asked[j], asked[i] })
		got, err := packages.Choice{Pool: pool}.Resolve(asked)
		if diff := cmp.Diff(names(first), names(got)); diff != "" || err != nil {
			t.Fatalf("%v, another answer (-first +now):\n%s", err, diff)
		}
	}
	if diff := cmp.Diff([]string{"d 0.1.0", "c 1.9.0", "a 1.0.0", "b 1.0.0"}, names(first)); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// A question that cannot be answered takes no time without end.
func TestResolveHard(t *testing.T) {
	t.Parallel()
	var pool []*packages.Package
	all := []string{"p", "q", "r", "s", "t", "u", "v", "w"}
	for i, name := range all {
		for _, v := range []string{"1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0"} {
			needs := "goal"
			if i+1 < len(all) {
				needs = all[i+1]
			}
			pool = append(pool, pkg(t, name, v, requires(needs, "^1", "z", "^2")))
		}
	}
	pool = append(pool, pkg(t, "goal", "1.0.0", requires("z", "^3")), pkg(t, "z", "2.0.0"), pkg(t, "z", "3.0.0"))
	_, err := packages.Choice{Pool: pool}.Resolve(want(t, "p"))
	var conflict *packages.ConflictError
	if !errors.As(err, &conflict) || conflict.Package != "z" {
		t.Errorf("error %v, want a conflict about z", err)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ query, want string }{
		{"", "essentiality 1.0.0, genome_report 1.0.0, growth_law 1.0.0, media 1.0.0"},
		{"MEDIA", "media 1.0.0"},
		{"oxygen", "media 1.0.0"},
		{"screen", "essentiality 1.0.0, media 1.0.0"},
		{"ribosomes knee", "growth_law 1.0.0"},
		{"codon_usage", "genome_report 1.0.0"},
		{"plasmid", ""},
	} {
		if got := strings.Join(names(packages.Search(catalogue(t), tt.query)), ", "); got != tt.want {
			t.Errorf("%q finds %s, want %s", tt.query, got, tt.want)
		}
	}
}
