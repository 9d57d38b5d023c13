package daemon_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bioxen/terraform-provider-bioxen/internal/daemon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/basic"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/enginetest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/remote"
)

// both returns an engine and a client of a daemon on the same one.
func both(t testing.TB) (*engine.Engine, *remote.Client) {
	t.Helper()
	e := enginetest.Open(t, engine.Options{})
	return e, dial(t, remote.Options{Endpoint: serve(t, daemon.Options{Engine: e})})
}

// world has a VM of every kind that answers differently.
func world(t testing.TB, e *engine.Engine) {
	t.Helper()
	for _, s := range []biovm.Spec{
		{ID: "cell", BiologicalType: biovm.Syn3A, SharedChassis: "lab", Seed: -7},
		{
			ID: "hungry", BiologicalType: biovm.Syn3A, SharedChassis: "lab", Packages: []string{"media"}, Medium: map[string]float64{}, Knockouts: []string{"JCVISYN3A_0227"},
			Config: biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxATP: new(10.0), MaxRibosomes: new(5)}},
		},
	} {
		if _, err := e.Create(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(e.Confirm(t.Context(), string(s.ID)), e.Operate(t.Context(), string(s.ID), biovm.OpStart)); err != nil {
			t.Fatal(err)
		}
	}
}

// A question is one that changes nothing.
type question struct {
	name string
	ask  func(ctx context.Context, e basic.Engine) (any, error)
}

func questions() []question {
	var all []question
	add := func(name string, ask func(ctx context.Context, e basic.Engine) (any, error)) {
		all = append(all, question{name, ask})
	}
	for _, ref := range []string{"cell", "hungry", "nobody", "", "-", "a/b", "../vms", "x?y#z", "ünï\x00\n", "%2e%2e"} {
		add(fmt.Sprintf("Status %q", ref), func(ctx context.Context, e basic.Engine) (any, error) { return e.Status(ctx, ref) })
		add(fmt.Sprintf("Usage %q", ref), func(ctx context.Context, e basic.Engine) (any, error) { return e.Usage(ctx, ref) })
		add(fmt.Sprintf("Available %q", ref), func(ctx context.Context, e basic.Engine) (any, error) { return e.Available(ctx, ref) })
		add(fmt.Sprintf("Metrics %q", ref), func(ctx context.Context, e basic.Engine) (any, error) { return e.Metrics(ctx, ref) })
		add(fmt.Sprintf("Recommendations %q", ref), func(ctx context.Context, e basic.Engine) (any, error) { return e.Recommendations(ctx, ref) })
		add(fmt.Sprintf("Genes %q", ref), func(ctx context.Context, e basic.Engine) (any, error) { return e.Genes(ctx, ref) })
		add(fmt.Sprintf("EssentialGenes %q", ref), func(ctx context.Context, e basic.Engine) (any, error) { return e.EssentialGenes(ctx, ref) })
		add(fmt.Sprintf("Records %q", ref), func(ctx context.Context, e basic.Engine) (any, error) { return e.Records(ctx, ref) })
		add(fmt.Sprintf("Packages %q", ref), func(ctx context.Context, e basic.Engine) (any, error) { return e.Packages(ctx, ref) })
		add(fmt.Sprintf("UpdatePackages %q", ref), func(ctx context.Context, e basic.Engine) (any, error) { return e.UpdatePackages(ctx, "cell", ref) })
		add(fmt.Sprintf("RemovePackage %q", ref), func(ctx context.Context, e basic.Engine) (any, error) {
			return nil, e.RemovePackage(ctx, ref, "x/"+ref)
		})
		add(fmt.Sprintf("InstallPackage %q", ref), func(ctx context.Context, e basic.Engine) (any, error) {
			return e.InstallPackage(ctx, "cell", biovm.PackageRequest{Source: ref, Range: "^1", SHA256: ref})
		})
		add(fmt.Sprintf("CheckPackage %q", ref), func(ctx context.Context, e basic.Engine) (any, error) {
			return e.CheckPackage(ctx, biovm.Spec{ID: biovm.ID(ref), BiologicalType: biovm.Syn3A}, biovm.PackageRequest{Source: "media", Range: "^1"})
		})
		add(fmt.Sprintf("Record %q", ref), func(ctx context.Context, e basic.Engine) (any, error) { return e.Record(ctx, ref) })
		add(fmt.Sprintf("Operate %q", ref), func(ctx context.Context, e basic.Engine) (any, error) {
			return nil, e.Operate(ctx, ref, biovm.Op("explode/"+ref))
		})
	}
	for _, keep := range genomeQuestions() {
		add(keep.name, keep.ask)
	}
	add("Statuses", func(ctx context.Context, e basic.Engine) (any, error) { return e.Statuses(ctx) })
	add("Chassis", func(ctx context.Context, e basic.Engine) (any, error) { return e.Chassis(ctx) })
	add("Capabilities", func(ctx context.Context, e basic.Engine) (any, error) { return e.Capabilities(ctx) })
	add("LastEvent", func(ctx context.Context, e basic.Engine) (any, error) { return e.LastEvent(ctx) })
	for _, organism := range []biovm.BiologicalType{biovm.Syn3A, "frog", ""} {
		add("OrganismGenes "+string(organism), func(ctx context.Context, e basic.Engine) (any, error) { return e.OrganismGenes(ctx, organism) })
	}
	add("RemovePackage", func(ctx context.Context, e basic.Engine) (any, error) {
		return nil, e.RemovePackage(ctx, "hungry", "media")
	})
	add("Packages", func(ctx context.Context, e basic.Engine) (any, error) { return e.Packages(ctx, "hungry") })
	add("Execute load", func(ctx context.Context, e basic.Engine) (any, error) {
		r, err := e.Execute(ctx, "hungry", biovm.Process{Code: "load(\"@media//media.star\", \"names\")\nnames()"})
		r.WallSeconds = 0
		return r, err
	})
	add("Execute load of nothing", func(ctx context.Context, e basic.Engine) (any, error) {
		return e.Execute(ctx, "cell", biovm.Process{Code: "load(\"@media//media.star\", \"names\")"})
	})
	return append(all, checks()...)
}

// genomeQuestions are about genomes that are kept, by names that are and are none.
func genomeQuestions() []question {
	const plasmid = "LOCUS       P                         60 bp    DNA     circular SYN 01-JAN-2026\nFEATURES             Location/Qualifiers\n     CDS             1..30\n                     /locus_tag=\"P_1\"\n//\n"
	keeper := func(e basic.Engine) biovm.GenomeKeeper {
		k, ok := e.(biovm.GenomeKeeper)
		if !ok {
			panic(fmt.Sprintf("%T keeps no genomes", e))
		}
		return k
	}
	file := biovm.Source{Source: "p.gb", SHA256: sumOf(plasmid)}
	all := []question{
		{"CheckGenome without a file", func(ctx context.Context, e basic.Engine) (any, error) { return keeper(e).CheckGenome(ctx, file) }},
		{"PutFile of a genome", func(ctx context.Context, e basic.Engine) (any, error) {
			return nil, e.PutFile(ctx, file.SHA256, []byte(plasmid))
		}},
		{"CheckGenome", func(ctx context.Context, e basic.Engine) (any, error) { return keeper(e).CheckGenome(ctx, file) }},
		{"CheckGenome of nothing", func(ctx context.Context, e basic.Engine) (any, error) {
			return keeper(e).CheckGenome(ctx, biovm.Source{Source: "p.gb"})
		}},
	}
	for _, name := range []string{"p", "", "-", "a/b", "../genomes", "x?y#z", "ünï\x00\n"} {
		all = append(all,
			question{fmt.Sprintf("PutGenome %q", name), func(ctx context.Context, e basic.Engine) (any, error) { return keeper(e).PutGenome(ctx, name, file) }},
			question{fmt.Sprintf("Genome %q", name), func(ctx context.Context, e basic.Engine) (any, error) { return keeper(e).Genome(ctx, name) }},
		)
	}
	return append(all,
		question{"Genomes", func(ctx context.Context, e basic.Engine) (any, error) { return keeper(e).Genomes(ctx) }},
		question{"PutGenome of what is not there", func(ctx context.Context, e basic.Engine) (any, error) {
			return keeper(e).PutGenome(ctx, "p", biovm.Source{SHA256: strings.Repeat("0", 64)})
		}},
		question{"CreateGenome where one is", func(ctx context.Context, e basic.Engine) (any, error) { return keeper(e).CreateGenome(ctx, "p", file) }},
		question{"CreateGenome by no name", func(ctx context.Context, e basic.Engine) (any, error) {
			return keeper(e).CreateGenome(ctx, "a/b", file)
		}},
		question{"UpdateGenome", func(ctx context.Context, e basic.Engine) (any, error) {
			return keeper(e).UpdateGenome(ctx, "p", file.SHA256, biovm.Source{Source: "q.gb", SHA256: file.SHA256})
		}},
		question{"UpdateGenome of nothing", func(ctx context.Context, e basic.Engine) (any, error) {
			return keeper(e).UpdateGenome(ctx, "x", file.SHA256, file)
		}},
		question{"ConfirmGenome", func(ctx context.Context, e basic.Engine) (any, error) { return nil, keeper(e).ConfirmGenome(ctx, "p") }},
		question{"ConfirmGenome of nothing", func(ctx context.Context, e basic.Engine) (any, error) {
			return nil, keeper(e).ConfirmGenome(ctx, "a/b")
		}},
		question{"Genomes now", func(ctx context.Context, e basic.Engine) (any, error) { return keeper(e).Genomes(ctx) }},
		question{"DeleteGenome of nothing", func(ctx context.Context, e basic.Engine) (any, error) {
			return nil, keeper(e).DeleteGenome(ctx, "a/b")
		}},
	)
}

// checks are questions about specs, most of them wrong.
func checks() []question {
	nan := biovm.Spec{ID: "c", BiologicalType: biovm.Syn3A, Medium: map[string]float64{"EX_glc__D_e": math.Inf(-1)}}
	greedy := biovm.Spec{
		ID: "c", BiologicalType: biovm.EColi, SharedChassis: "lab",
		Config: biovm.Config{ResourceLimits: biovm.ResourceLimits{MaxRibosomes: new(1 << 40)}, PlasmidSupport: new(true)}, Knockouts: []string{"frog", "b0001"},
	}
	var all []question
	for name, s := range map[string]biovm.Spec{
		"good": {ID: "c", BiologicalType: biovm.Syn3A}, "greedy": greedy,
		"all wrong": {
			ID: "a b", BiologicalType: "frog", VMType: "cloud", Chassis: "egg", SharedChassis: "?", Knockouts: []string{""}, Medium: map[string]float64{"EX_b": -1},
		},
	} {
		all = append(all,
			question{"Check " + name, func(ctx context.Context, e basic.Engine) (any, error) { return nil, e.Check(ctx, s) }},
			question{"Quote " + name, func(ctx context.Context, e basic.Engine) (any, error) {
				return e.Quote(ctx, s, biovm.Allocation{Ribosomes: new(2), Priority: new(5)})
			}},
			question{"CheckProcess " + name, func(ctx context.Context, e basic.Engine) (any, error) {
				return nil, e.CheckProcess(ctx, s, biovm.Process{Code: "fbaa()\n"})
			}},
		)
	}
	all = append(all,
		question{"Check what is not finite", func(ctx context.Context, e basic.Engine) (any, error) { return nil, e.Check(ctx, nan) }},
		question{"Quote too much", func(ctx context.Context, e basic.Engine) (any, error) {
			return e.Quote(ctx, biovm.Spec{ID: "c", BiologicalType: biovm.Syn3A}, biovm.Allocation{ATP: new(101.0), Ribosomes: new(-1), Priority: new(9)})
		}},
		question{"Allocate no number", func(ctx context.Context, e basic.Engine) (any, error) {
			return e.Allocate(ctx, "cell", biovm.Allocation{ATP: new(math.NaN())})
		}},
		question{"Allocate beyond the chassis", func(ctx context.Context, e basic.Engine) (any, error) {
			return e.Allocate(ctx, "cell", biovm.Allocation{MemoryKB: new(1 << 40)})
		}},
		question{"Update wrongly", func(ctx context.Context, e basic.Engine) (any, error) {
			return nil, e.Update(ctx, "cell", biovm.Change{Knockouts: new([]string{"frog"}), Medium: new(map[string]float64{"EX_nothing": 1})})
		}},
		question{"Start twice", func(ctx context.Context, e basic.Engine) (any, error) {
			return nil, e.Operate(ctx, "cell", biovm.OpStart)
		}},
		question{"Create what is there", func(ctx context.Context, e basic.Engine) (any, error) {
			return e.Create(ctx, biovm.Spec{ID: "cell", BiologicalType: biovm.Syn3A})
		}},
		question{"ConfirmRecord", func(ctx context.Context, e basic.Engine) (any, error) {
			return nil, e.ConfirmRecord(ctx, "nothing/at all")
		}},
		question{"DeleteRecord", func(ctx context.Context, e basic.Engine) (any, error) { return nil, e.DeleteRecord(ctx, "") }},
	)
	for name, code := range map[string]string{
		"syntax": "1 +", "name": "fbaa()", "division": "def f():\n  return 1 // 0\nf()\n", "empty": " ", "long": strings.Repeat("#", 2<<20), "longer": strings.Repeat("#", 20<<20), "steps": "[i for i in range(10000)]", "html": `print("<b>&\u2028</b>"); fail("<&>\u2029 \x7f é")`,
	} {
		p := biovm.Process{Code: code, Limits: biovm.Limits{Steps: 500}}
		all = append(all, question{"Execute " + name, func(ctx context.Context, e basic.Engine) (any, error) { return e.Execute(ctx, "cell", p) }})
	}
	return all
}

// TestSameAnswers holds that nothing is lost on the wire: every answer and every
// error is the engine's own.
func TestSameAnswers(t *testing.T) {
	t.Parallel()
	e, c := both(t)
	world(t, e)
	for _, q := range questions() {
		want, wantErr := q.ask(t.Context(), e)
		got, gotErr := q.ask(t.Context(), c)
		if wantErr == nil && gotErr == nil {
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s (-engine +client):\n%s", q.name, diff)
			}
			continue
		}
		sameError(t, q.name, wantErr, gotErr)
	}
}

func sameError(t *testing.T, name string, want, got error) {
	t.Helper()
	if want == nil || got == nil || want.Error() != got.Error() {
		t.Errorf("%s:\nengine: %v\nclient: %v", name, want, got)
		return
	}
	for _, s := range []error{
		biovm.ErrNotFound, biovm.ErrExists, biovm.ErrState, biovm.ErrNoCapacity, biovm.ErrUnsupported, biovm.ErrInvalid, biovm.ErrLimit, biovm.ErrProcess,
	} {
		if errors.Is(want, s) != errors.Is(got, s) {
			t.Errorf("%s: errors.Is(%v): %t at the engine, %t at the client", name, s, errors.Is(want, s), errors.Is(got, s))
		}
	}
	// %#v, because a number that is none differs from itself.
	if w, g := fmt.Sprintf("%#v", deref(biovm.FieldErrors(want))), fmt.Sprintf("%#v", deref(biovm.FieldErrors(got))); w != g {
		t.Errorf("%s: field errors\nengine: %s\nclient: %s", name, w, g)
	}
	sameAs[*biovm.OpError](t, name, want, got)
	sameAs[*biovm.CapacityError](t, name, want, got)
	sameAs[*biovm.ProcessError](t, name, want, got)
	sameAs[*biovm.LimitError](t, name, want, got)
}

func deref(all []*biovm.FieldError) []string {
	var plain []string
	for _, e := range all {
		plain = append(plain, fmt.Sprintf("%s %v %s", e.Path, e.Value, e.Reason))
	}
	return plain
}

func sameAs[E error](t *testing.T, name string, want, got error) {
	t.Helper()
	w, wok := errors.AsType[E](want)
	g, gok := errors.AsType[E](got)
	if wok != gok || wok && w.Error() != g.Error() {
		t.Errorf("%s: errors.AsType[%T]: %v, %t at the engine, %v, %t at the client", name, w, w, wok, g, gok)
	}
}
