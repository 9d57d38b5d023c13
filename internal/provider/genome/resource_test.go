package genome_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m, os.Stderr)) }

const (
	strain = "bioxen_genome.strain"
	cell   = "bioxen_vm.cell"
)

// genes are syn3A's, as a data directory lists them.
func genes(t *testing.T) []biovm.Gene {
	t.Helper()
	all, err := acctest.Open(t, t.TempDir()).Genes(t.Context(), biovm.Syn3A)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// without is a GenBank file of genes but those that are lost.
func without(all []biovm.Gene, lost ...string) string {
	var b strings.Builder
	b.WriteString("LOCUS       MINE           600000 bp    DNA     circular SYN 01-JAN-2026\nFEATURES             Location/Qualifiers\n")
	for _, g := range all {
		kind := g.Type
		if kind == "pseudogene" {
			kind = "gene"
		}
		if !slices.Contains(lost, g.Locus) {
			fmt.Fprintf(&b, "     %-16s%d..%d\n                     /locus_tag=%q\n", kind, g.Start, g.End, g.Locus)
		}
	}
	b.WriteString("//\n")
	return b.String()
}

// A place is a path whose file tests change between steps.
type place struct {
	t    *testing.T
	path string
}

func newPlace(t *testing.T, content string) place {
	t.Helper()
	p := place{t, filepath.Join(t.TempDir(), "strain.gb")}
	p.write(content)()
	return p
}

func (p place) write(content string) func() {
	return func() {
		p.t.Helper()
		if err := os.WriteFile(p.path, []byte(content), 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p place) remove() {
	p.t.Helper()
	if err := os.Remove(p.path); err != nil {
		p.t.Fatal(err)
	}
}

func genomeOf(attributes string) string {
	return fmt.Sprintf("resource \"bioxen_genome\" \"strain\" {\n  name = \"strain\"\n%s\n}\n", attributes)
}

func cellOf(attributes string) string {
	return fmt.Sprintf("resource \"bioxen_vm\" \"cell\" {\n  name = \"cell\"\n  biological_type = \"syn3a\"\n%s\n}\n", attributes)
}

const ofStrain = "  genome = { id = bioxen_genome.strain.id }\n"

func planned(g, c plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	checks := append(more, plancheck.ExpectResourceAction(strain, g), plancheck.ExpectResourceAction(cell, c))
	return resource.ConfigPlanChecks{PreApply: checks}
}

// same remembers which VM there is, and fails when it becomes another.
func same() resource.TestCheckFunc {
	id := ""
	return func(s *terraform.State) error {
		now := s.RootModule().Resources[cell].Primary.ID
		if id != "" && id != now {
			return fmt.Errorf("the vm was %s and is %s", id, now)
		}
		id = now
		return nil
	}
}

// A genome is kept, and a VM is made of it: all is known when it is planned, the
// file may move or go, and another content changes the genome in place, and makes
// the VM anew.
func TestLifecycle(t *testing.T) {
	t.Parallel()
	const (
		noop    = plancheck.ResourceActionNoop
		change  = plancheck.ResourceActionUpdate
		anew    = plancheck.ResourceActionReplace
		created = plancheck.ResourceActionCreate
	)
	env, all := acctest.New(t), genes(t)
	first, second := without(all, "JCVISYN3A_0227"), without(all)
	file, moved := newPlace(t, first), newPlace(t, first)
	config := func(p place, genome string) string {
		return env.Config(genomeOf(fmt.Sprintf("  source = %q", p.path)) + cellOf(genome))
	}
	sum := source.Sum([]byte(first))
	known := plancheck.ExpectKnownValue(strain, tfjsonpath.New("id"), knownvalue.StringExact(sum))
	facts := plancheck.ExpectKnownValue(strain, tfjsonpath.New("counts").AtMapKey("CDS"), knownvalue.Int64Exact(454))
	ours := plancheck.ExpectKnownValue(cell, tfjsonpath.New("genome").AtMapKey("sha256"), knownvalue.StringExact(sum))
	stays := same()
	env.Run(
		t,
		resource.TestStep{
			Config: config(file, ofStrain), ConfigPlanChecks: planned(created, created, known, facts, ours),
			Check: resource.ComposeAggregateTestCheckFunc(
				stays,
				resource.TestCheckResourceAttr(strain, "id", sum),
				resource.TestCheckResourceAttr(strain, "sha256", sum),
				resource.TestCheckResourceAttr(strain, "format", "GenBank"),
				resource.TestCheckResourceAttr(strain, "accession", "MINE"),
				resource.TestCheckResourceAttr(strain, "length", "600000"),
				resource.TestCheckResourceAttr(strain, "gene_count", "495"),
				resource.TestCheckNoResourceAttr(strain, "gc"),
				resource.TestCheckResourceAttr(cell, "genome.id", sum),
				resource.TestCheckNoResourceAttr(cell, "genome.source"),
				resource.TestCheckResourceAttr(cell, "gene_count", "495"),
			),
		},
		resource.TestStep{ResourceName: strain, ImportState: true, ImportStateId: "strain", ImportStateVerify: true},
		resource.TestStep{ResourceName: strain, ImportState: true, ImportStateId: "nope", ExpectError: regexp.MustCompile(`"nope":\s+not\s+found\.\s+What\s+is\s+there,\s+bioxen\s+genome\s+list\s+shows`)},
		resource.TestStep{ResourceName: strain, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: "strain"},
		resource.TestStep{ResourceName: cell, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"config.%", "config.resource_limits.%"}},
		// An import that writes the configuration says the same twice.
		resource.TestStep{
			Config: config(file, "  genome = { id = bioxen_genome.strain.id, sha256 = bioxen_genome.strain.sha256 }\n"), ConfigPlanChecks: planned(noop, noop), Check: stays,
		},
		// What the file is called is no matter, and nor is whether it is there.
		resource.TestStep{Config: config(moved, ofStrain), ConfigPlanChecks: planned(change, noop), Check: stays},
		resource.TestStep{PreConfig: moved.remove, Config: config(moved, ofStrain), ConfigPlanChecks: planned(noop, noop), Check: stays},
		// The VM may as well name the file.
		resource.TestStep{
			Config: config(moved, fmt.Sprintf("  genome = { source = %q }", file.path)), ConfigPlanChecks: planned(noop, change),
			Check: resource.ComposeAggregateTestCheckFunc(stays, resource.TestCheckNoResourceAttr(cell, "genome.id"), resource.TestCheckResourceAttr(cell, "genome.sha256", sum)),
		},
		resource.TestStep{
			Config: config(moved, ofStrain+"  knockouts = [\"JCVISYN3A_0876\"]"), ConfigPlanChecks: planned(noop, change),
			Check: resource.ComposeAggregateTestCheckFunc(stays, resource.TestCheckResourceAttr(cell, "genome.id", sum), resource.TestCheckResourceAttr(cell, "gene_count", "494")),
		},
		// It is gone: it is made anew, and the VM goes on.
		resource.TestStep{
			PreConfig: func() {
				if err := env.Client(t).DeleteGenome(t.Context(), "strain"); err != nil {
					t.Fatal(err)
				}
			},
			Config: config(file, ofStrain), ConfigPlanChecks: planned(created, change), Check: stays,
		},
		resource.TestStep{
			PreConfig: file.write(second), Config: config(file, ofStrain), ConfigPlanChecks: planned(change, anew),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(strain, "id", source.Sum([]byte(second))), resource.TestCheckResourceAttr(cell, "genome.id", source.Sum([]byte(second))),
				resource.TestCheckResourceAttr(cell, "gene_count", "496"),
			),
		},
		// Somebody else's content in its place is none of ours.
		resource.TestStep{
			PreConfig: func() {
				c := env.Client(t)
				if err := c.DeleteGenome(t.Context(), "strain"); err != nil {
					t.Fatal(err)
				}
				moved.write(first)()
				if _, err := c.PutGenome(t.Context(), "strain", biovm.Source{Source: moved.path}); err != nil {
					t.Fatal(err)
				}
			},
			Config: config(file, ofStrain), ConfigPlanChecks: planned(change, noop),
		},
	)
}

// A VM has the content for itself.
func TestDestroyedBeforeItsVM(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	content := without(genes(t))
	file := newPlace(t, content)
	alone := cellOf(fmt.Sprintf("  genome = { id = %q }", source.Sum([]byte(content))))
	stays := same()
	env.Run(
		t,
		resource.TestStep{Config: env.Config(genomeOf(fmt.Sprintf("  source = %q", file.path)) + cellOf(ofStrain)), Check: stays},
		resource.TestStep{
			PreConfig: file.remove, Config: env.Config(alone), Check: stays,
			ConfigPlanChecks: planned(plancheck.ResourceActionDestroy, plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config: env.Config(alone + "data \"bioxen_vm\" \"cell\" {\n  id = bioxen_vm.cell.id\n}\n"),
			Check:  resource.ComposeAggregateTestCheckFunc(stays, resource.TestCheckResourceAttr("data.bioxen_vm.cell", "genome_bp", "600000")),
		},
	)
}

// A content that is not known at plan time is judged when it is, and so is the VM
// that is made of it.
func TestNotKnownYet(t *testing.T) {
	t.Parallel()
	env, all := acctest.New(t), genes(t)
	file := newPlace(t, without(all))
	config := func(version int) string {
		return env.Config(fmt.Sprintf(`resource "terraform_data" "sum" {
  input            = filesha256(%[1]q)
  triggers_replace = %[2]d
}
`, file.path, version) + genomeOf(fmt.Sprintf("  source = %q\n  sha256 = terraform_data.sum.output", file.path)) + cellOf(ofStrain+"  knockouts = [\"JCVISYN3A_0876\"]"))
	}
	unknown := []plancheck.PlanCheck{
		plancheck.ExpectUnknownValue(strain, tfjsonpath.New("id")), plancheck.ExpectUnknownValue(strain, tfjsonpath.New("length")),
		plancheck.ExpectUnknownValue(cell, tfjsonpath.New("genome").AtMapKey("id")),
	}
	env.Run(
		t,
		resource.TestStep{
			Config: config(1), ConfigPlanChecks: planned(plancheck.ResourceActionCreate, plancheck.ResourceActionCreate, unknown...),
			Check: resource.TestCheckResourceAttr(cell, "gene_count", "495"),
		},
		resource.TestStep{
			PreConfig: file.write(without(all, "JCVISYN3A_0227")), Config: config(2),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, plancheck.ResourceActionReplace, unknown...),
			Check:            resource.TestCheckResourceAttr(cell, "gene_count", "494"),
		},
	)
}

// A file that has changed since it was planned is not kept: Terraform itself sees
// that the plan does not hold any more.
func TestChangedSincePlanned(t *testing.T) {
	t.Parallel()
	env, all := acctest.New(t), genes(t)
	file := newPlace(t, without(all))
	swap := taker(func() error {
		file.write(without(all, "JCVISYN3A_0227"))()
		return nil
	})
	config := env.Config(genomeOf(fmt.Sprintf("  source = %q", file.path)))
	env.Run(
		t,
		resource.TestStep{
			Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{swap}},
			ExpectError: regexp.MustCompile(`inconsistent\s+final\s+plan`),
		},
		resource.TestStep{
			PreConfig: func() {
				if kept, err := env.Client(t).Genomes(t.Context()); err != nil || len(kept) > 0 {
					t.Errorf("after a plan that did not hold there is %+v, %v", kept, err)
				}
			},
			Config: config, Check: resource.TestCheckResourceAttr(strain, "gene_count", "495"),
		},
	)
}

// With a sum that is written out, the error is ours.
func TestChangedSincePlannedBySum(t *testing.T) {
	t.Parallel()
	env, all := acctest.New(t), genes(t)
	first, second := without(all), without(all, "JCVISYN3A_0227")
	file := newPlace(t, first)
	swap := taker(func() error {
		file.write(second)()
		return nil
	})
	env.Run(t, resource.TestStep{
		Config:           env.Config(genomeOf(fmt.Sprintf("  source = %q\n  sha256 = %q", file.path, source.Sum([]byte(first))))),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{swap}},
		ExpectError:      regexp.MustCompile(`(?s)sha256\s+= .*` + source.Sum([]byte(second)) + `:\s+it\s+is\s+another\s+file\s+than\s+was\s+meant`),
	})
}

// taker is a plan check that does something between plan and apply.
type taker func() error

// CheckPlan implements [plancheck.PlanCheck].
func (f taker) CheckPlan(_ context.Context, _ plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	resp.Error = f()
}

// What is wrong is said when it is planned, of the VM too, though its genome is
// still to be made.
func TestPlanTimeErrors(t *testing.T) {
	t.Parallel()
	all := genes(t)
	whole := without(all)
	right := newPlace(t, whole).path
	text, bare := filepath.Join(t.TempDir(), "readme.md"), filepath.Join(t.TempDir(), "bare.fasta")
	for path, content := range map[string]string{text: "hello", bare: ">x\nACGT\n"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	broken := newPlace(t, strings.Replace(whole, "1..1353", "1..", 1)).path
	zero := strings.Repeat("0", 64)
	from := func(path string) string { return genomeOf(fmt.Sprintf("  source = %q", path)) }
	cellWith := func(genome string) string { return cellOf("  genome = " + genome) }
	for _, tt := range []struct{ name, config, want string }{
		{"missing", from("nowhere.gb"), `(?s)source\s+= "nowhere.gb".*no such\s+file.*in\s+the\s+same\s+apply`},
		{"folder", from(t.TempDir()), `(?s)source\s+= .*must\s+be\s+a\s+regular\s+file`},
		{"no genome", from(text), `(?s)source\s+= .*not\s+a\s+genome`},
		{"no genes", from(bare), `(?s)source\s+= .*no\s+genes`},
		{"broken", from(broken), `(?s)source\s+= .*record\s+MINE:\s+line\s+3`},
		{"another sum", genomeOf(fmt.Sprintf("  source = %q\n  sha256 = %q", right, zero)), `(?s)sha256\s+= .*` + zero + `.*another\s+file`},
		{"bare URL", from("https://example.org/a.gb"), `(?s)sha256.*needed\s+for\s+a\s+URL`},
		{"name", strings.Replace(from(right), `"strain"`+"\n", `"a b"`+"\n", 1), `(?s)name = "a b".*letters`},
		{"both", cellWith(fmt.Sprintf("{ id = %q, source = %q }", zero, right)), `(?s)2 attributes\s+specified|Invalid Attribute Combination`},
		{"neither", cellWith("{}"), `(?s)No attribute\s+specified|Invalid Attribute Combination`},
		{"id and sum", cellWith(fmt.Sprintf("{ id = %q, sha256 = %q }", zero, strings.Repeat("1", 64))), `(?s)genome = .*another\s+content\s+than\s+genome\.id`},
		{"no id", cellWith(`{ id = "strain" }`), `(?s)must be the id of a\s+bioxen_genome`},
		{"id of nothing", cellWith(fmt.Sprintf("{ id = %q }", zero)), `(?s)genome = .*genome\.id:.*no\s+bioxen_genome\s+has\s+this\s+content`},
		{"gene", from(right) + cellOf(ofStrain+"  knockouts = [\"MINE_2\"]"), `(?s)knockouts = .*with\s+genome\s+MINE\s+has\s+no\s+gene`},
		{"another's", from(right) + strings.Replace(cellOf(ofStrain), "syn3a", "ecoli", 1), `(?s)genome = .*no\s+genome\s+of\s+Escherichia`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(t, resource.TestStep{Config: env.Config(tt.config), PlanOnly: true, ExpectError: regexp.MustCompile(tt.want)})
		})
	}
}
