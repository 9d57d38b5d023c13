package vm_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
	"github.com/bioxen/terraform-provider-bioxen/sdk/bioxen"
)

// genomeOf is a GenBank file of syn3a's genes but those that are lost, with one
// that is foreign.
func genomeOf(t *testing.T, bp int, lost ...string) string {
	t.Helper()
	c, err := bioxen.Open(t.Context(), bioxen.Options{InMemory: true})
	if err != nil {
		t.Fatal(err)
	}
	genes, err := c.Genes(t.Context(), biovm.Syn3A)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "LOCUS       MINE           %d bp    DNA     circular SYN 01-JAN-2026\nFEATURES             Location/Qualifiers\n", bp)
	feature := func(kind, place, locus, more string) {
		fmt.Fprintf(&b, "     %-16s%s\n                     /locus_tag=%q\n%s", kind, place, locus, more)
	}
genes:
	for _, g := range genes {
		for _, l := range lost {
			if g.Locus == l {
				continue genes
			}
		}
		if place := fmt.Sprintf("%d..%d", g.Start, g.End); g.Type == "pseudogene" {
			feature("gene", place, g.Locus, "                     /pseudo\n")
		} else {
			feature(g.Type, place, g.Locus, "")
		}
	}
	feature("CDS", "550000..550302", "MINE_1", "")
	b.WriteString("//\n")
	return b.String()
}

func syn3aOf(attributes string) string {
	return fmt.Sprintf("resource \"bioxen_vm\" \"cell\" {\n  name = \"cell\"\n  biological_type = \"syn3a\"\n%s\n}\n", attributes)
}

// A cell lives by a genome of the user's: it is imported, changed in place but for
// its content, and goes on when the file is gone. The data source says beforehand
// what it will lack.
func TestGenome(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	dir := t.TempDir()
	path, moved := filepath.Join(dir, "mine.gb"), filepath.Join(dir, "moved.gb")
	first, second := genomeOf(t, 600_000, "JCVISYN3A_0227"), genomeOf(t, 600_000)
	write := func(content string) func() {
		return func() {
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Error(err)
			}
		}
	}
	config := func(path, rest string) string {
		return env.Config(syn3aOf(fmt.Sprintf("  genome = { source = %q }\n%s", path, rest)))
	}
	var id string
	same := func(s *terraform.State) error {
		now := s.RootModule().Resources[cell].Primary.ID
		if id != "" && id != now {
			return fmt.Errorf("the vm was %s and is %s", id, now)
		}
		id = now
		return nil
	}
	write(first)()
	env.Run(
		t,
		resource.TestStep{
			Config: config(path, "") + fmt.Sprintf("data \"bioxen_vm\" \"cell\" {\n  id = bioxen_vm.cell.id\n}\ndata \"bioxen_genome\" \"mine\" {\n  source = %q\n  biological_type = \"syn3a\"\n}\n", path),
			Check: resource.ComposeAggregateTestCheckFunc(
				same,
				resource.TestCheckResourceAttr(cell, "genome.sha256", source.Sum([]byte(first))),
				resource.TestCheckResourceAttr(cell, "gene_count", "496"),
				resource.TestCheckResourceAttr("data.bioxen_vm.cell", "genome_bp", "600000"),
				resource.TestCheckResourceAttr("data.bioxen_vm.cell", "missing_genes.0", "JCVISYN3A_0227"),
				resource.TestCheckResourceAttr("data.bioxen_vm.cell", "foreign_genes", "1"),
				resource.TestCheckResourceAttr("data.bioxen_genome.mine", "missing.#", "1"),
				resource.TestCheckResourceAttr("data.bioxen_genome.mine", "missing.0", "JCVISYN3A_0227"),
				resource.TestCheckResourceAttr("data.bioxen_genome.mine", "foreign.0", "MINE_1"),
				resource.TestCheckResourceAttr("data.bioxen_genome.mine", "gene_count", "496"),
				resource.TestCheckResourceAttr("data.bioxen_genome.mine", "length", "600000"),
				resource.TestCheckResourceAttr("data.bioxen_genome.mine", "counts.pseudogene", "3"),
				resource.TestCheckNoResourceAttr("data.bioxen_genome.mine", "gc"),
				resource.TestCheckNoResourceAttr("data.bioxen_genome.mine", "genes.#"),
			),
		},
		resource.TestStep{ResourceName: cell, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: emptySettings()},
		resource.TestStep{
			Config: config(path, "  knockouts = [\"MINE_1\", \"JCVISYN3A_0227\"]"), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			Check: resource.ComposeAggregateTestCheckFunc(same, resource.TestCheckResourceAttr(cell, "gene_count", "495")),
		},
		resource.TestStep{
			PreConfig: func() {
				if err := os.Rename(path, moved); err != nil {
					t.Error(err)
				}
			},
			Config: config(moved, ""), ConfigPlanChecks: planned(plancheck.ResourceActionUpdate), Check: same,
		},
		resource.TestStep{
			PreConfig: func() {
				if err := os.Remove(moved); err != nil {
					t.Error(err)
				}
			},
			Config: config(moved, ""), ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			PreConfig: write(second), Config: config(path, ""), ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
			Check: resource.ComposeAggregateTestCheckFunc(resource.TestCheckResourceAttr(cell, "genome.sha256", source.Sum([]byte(second))), resource.TestCheckResourceAttr(cell, "gene_count", "497")),
		},
		resource.TestStep{
			Config: env.Config(syn3aOf("")), ConfigPlanChecks: planned(plancheck.ResourceActionReplace),
			Check: resource.ComposeAggregateTestCheckFunc(resource.TestCheckNoResourceAttr(cell, "genome.sha256"), resource.TestCheckResourceAttr(cell, "gene_count", "496")),
		},
	)
}

func TestGenomePlanTimeErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	whole := genomeOf(t, 600_000)
	right := write("right.gb", whole)
	zero := strings.Repeat("0", 64)
	for _, tt := range []struct{ name, attributes, want string }{
		{"missing", `genome = { source = "nowhere.gb" }`, `(?s)genome = .*nowhere.gb.*no such\s+file.*in\s+the\s+same\s+apply`},
		{"another sum", fmt.Sprintf(`genome = { source = %q, sha256 = %q }`, right, zero), `(?s)` + zero + `.*` + source.Sum([]byte(whole))},
		{"broken", fmt.Sprintf(`genome = { source = %q }`, write("broken.gb", strings.Replace(whole, "550000..550302", "550000..", 1))), `(?s)broken\.gb.*record\s+MINE.*line\s+\d+`},
		{"another's", fmt.Sprintf("genome = { source = %q }", write("other.gb", "LOCUS       OTHER           900 bp    DNA     circular SYN 01-JAN-2026\nFEATURES             Location/Qualifiers\n     CDS             1..300\n                     /locus_tag=\"O_1\"\n//\n")), `(?s)other\.gb.*of\s+its\s+1\s+genes\s+0\s+are\s+among\s+the\s+496`},
		{"too large", fmt.Sprintf("genome = { source = %q }", write("large.gb", strings.Replace(whole, "600000 bp", "900000000 bp", 1))), `(?s)memory_kb.*900000`},
		{"gene", fmt.Sprintf("genome = { source = %q }\n  knockouts = [\"MINE_2\"]", right), `(?s)knockouts.*syn3a\s+with\s+genome\s+MINE\s+has\s+no\s+gene.*MINE_1`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env := acctest.New(t)
			env.Run(t, resource.TestStep{Config: env.Config(syn3aOf("  " + tt.attributes)), PlanOnly: true, ExpectError: regexp.MustCompile(tt.want)})
		})
	}
	t.Run("data source", func(t *testing.T) {
		t.Parallel()
		env := acctest.New(t)
		env.Run(t, resource.TestStep{
			Config:      env.Config(fmt.Sprintf("data \"bioxen_genome\" \"a\" {\n  source = %q\n  biological_type = \"ecoli\"\n}\n", right)),
			ExpectError: regexp.MustCompile(`(?s)source.*right\.gb.*no\s+genome\s+of\s+Escherichia`),
		})
	})
}
