package genome_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/bioxen/terraform-provider-bioxen/internal/provider/acctest"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
)

// from is a genome of a file, by the name strain.
func from(p place) string { return genomeOf(fmt.Sprintf("  source = %q", p.path)) }

// A name that is taken is said to be when the plan is made, whatever its content:
// whoever has it would lose it with this resource. It can be imported.
func TestNameIsTaken(t *testing.T) {
	t.Parallel()
	env, all := acctest.New(t), genes(t)
	theirs, ours := newPlace(t, without(all)), newPlace(t, without(all, "JCVISYN3A_0227"))
	config := func(p place) string { return env.Config(from(p)) }
	taken := regexp.MustCompile(`(?s)name\s+= "strain".*Genome\s+"strain":\s+already\s+exists.*terraform\s+import.*bioxen\s+genome\s+remove`)
	put := func() {
		if _, err := env.Client(t).PutGenome(t.Context(), "strain", biovm.Source{Source: theirs.path}); err != nil {
			t.Fatal(err)
		}
	}
	env.Run(
		t,
		resource.TestStep{PreConfig: put, Config: config(ours), PlanOnly: true, ExpectError: taken},
		resource.TestStep{Config: config(theirs), PlanOnly: true, ExpectError: taken},
		resource.TestStep{Config: config(theirs), ResourceName: strain, ImportState: true, ImportStateId: "strain", ImportStatePersist: true},
		resource.TestStep{
			Config: config(ours), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(strain, plancheck.ResourceActionUpdate)}},
			Check: resource.TestCheckResourceAttr(strain, "gene_count", "495"),
		},
	)
}

// Somebody takes the name between the plan and its apply: what he has stays his.
func TestNameIsTakenSincePlanned(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	file := newPlace(t, without(genes(t)))
	swap := taker(func() error {
		_, err := env.Client(t).PutGenome(t.Context(), "strain", biovm.Source{Source: file.path})
		return err
	})
	env.Run(t, resource.TestStep{
		Config: env.Config(from(file)), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{swap}},
		ExpectError: regexp.MustCompile(`(?s)Genome\s+"strain":\s+already\s+exists\s+in\s+the\s+data\s+directory.*terraform\s+import`),
	})
	if _, err := env.Client(t).Genome(t.Context(), "strain"); err != nil {
		t.Errorf("the other's genome: %v", err)
	}
}

// Two resources do not share a genome.
func TestNameTwice(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	file := newPlace(t, without(genes(t)))
	env.Run(t, resource.TestStep{
		Config: env.Config(from(file) + strings.Replace(from(file), `"strain" {`, `"other" {`, 1)), PlanOnly: true,
		ExpectError: regexp.MustCompile(`(?s)Genome\s+"strain":\s+already\s+exists:\s+another\s+bioxen_genome\s+of\s+this\s+configuration\s+has\s+the\s+name`),
	})
}

// Under another address, by the same name, it is destroyed and made in one apply,
// in whatever order Terraform takes them; two that exchange their names, too.
func TestNameChangesHands(t *testing.T) {
	t.Parallel()
	env, all := acctest.New(t), genes(t)
	file, second := newPlace(t, without(all)), newPlace(t, without(all, "JCVISYN3A_0227"))
	other := func(name string) string {
		return strings.NewReplacer(`"strain" {`, `"other" {`, `name = "strain"`, fmt.Sprintf("name = %q", name)).Replace(from(second))
	}
	env.Run(
		t,
		resource.TestStep{Config: env.Config(from(file) + cellOf(ofStrain))},
		resource.TestStep{
			Config: env.Config(other("strain") + cellOf(strings.Replace(ofStrain, "strain", "other", 1))),
			Check:  resource.TestCheckResourceAttr("bioxen_genome.other", "gene_count", "495"),
		},
		resource.TestStep{
			Config: env.Config(strings.Replace(from(file), `name = "strain"`, `name = "b"`, 1) + other("a")),
			Check:  resource.TestCheckResourceAttr(strain, "name", "b"),
		},
		resource.TestStep{
			Config: env.Config(strings.Replace(from(file), `name = "strain"`, `name = "a"`, 1) + other("b")),
			Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(strain, "name", "a"), resource.TestCheckResourceAttr(strain, "gene_count", "496"),
				resource.TestCheckResourceAttr("bioxen_genome.other", "name", "b"), resource.TestCheckResourceAttr("bioxen_genome.other", "gene_count", "495"),
			),
		},
	)
}

// Another content changes the genome in place, so that nothing is in the way of
// what is made of it: whichever of the two is replaced before it is destroyed.
func TestCreateBeforeDestroy(t *testing.T) {
	t.Parallel()
	all := genes(t)
	first, second := without(all), without(all, "JCVISYN3A_0227")
	const before, byContent = "  lifecycle {\n    create_before_destroy = true\n  }\n", `name = "cell-${substr(bioxen_genome.strain.id, 0, 8)}"`
	cellNamed := strings.Replace(cellOf(ofStrain+before), `name = "cell"`, byContent, 1)
	for name, tt := range map[string]struct{ genome, vm string }{
		"neither":    {"", cellOf(ofStrain)},
		"the genome": {before, cellOf(ofStrain)},
		"the vm":     {"", cellNamed},
		"both":       {before, cellNamed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, file := acctest.New(t), newPlace(t, first)
			config := env.Config(genomeOf(fmt.Sprintf("  source = %q\n%s", file.path, tt.genome)) + tt.vm)
			sum := source.Sum([]byte(second))
			env.Run(
				t,
				resource.TestStep{Config: config, Check: resource.TestCheckResourceAttr(cell, "gene_count", "496")},
				resource.TestStep{
					PreConfig: file.write(second), Config: config, ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, replaceOf(tt.vm)),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(strain, "id", sum), resource.TestCheckResourceAttr(cell, "genome.id", sum), resource.TestCheckResourceAttr(cell, "gene_count", "495"),
					),
				},
			)
		})
	}
	t.Run("the vm by one name", func(t *testing.T) {
		t.Parallel()
		env, file := acctest.New(t), newPlace(t, first)
		config := env.Config(from(file) + cellOf(ofStrain+before))
		stays := same()
		env.Run(
			t,
			resource.TestStep{Config: config, Check: stays},
			resource.TestStep{PreConfig: file.write(second), Config: config, ExpectError: regexp.MustCompile(`(?s)vm\s+"cell":\s+already\s+exists.*with\s+create_before_destroy\s+the\s+name\s+must\s+change`)},
			resource.TestStep{PreConfig: file.write(first), Config: config, Check: stays}, // nothing is lost
		)
	})
}

// replaceOf is how a VM of the configuration is replaced.
func replaceOf(config string) plancheck.ResourceActionType {
	if strings.Contains(config, "create_before_destroy") {
		return plancheck.ResourceActionCreateBeforeDestroy
	}
	return plancheck.ResourceActionDestroyBeforeCreate
}

// A provider that is killed before Terraform knows of the genome leaves one that
// the next apply takes over; one that lives on, or wanted another content, does not.
func TestLeftPending(t *testing.T) {
	t.Parallel()
	env, all := acctest.New(t), genes(t)
	file, other := newPlace(t, without(all)), newPlace(t, without(all, "JCVISYN3A_0227"))
	left := acctest.Open(t, env.Dir)
	if _, err := left.CreateGenome(t.Context(), "strain", biovm.Source{Source: file.path}); err != nil {
		t.Fatal(err)
	}
	env.Run(
		t,
		resource.TestStep{Config: env.Config(from(file)), ExpectError: regexp.MustCompile(`(?s)already\s+exists:\s+another\s+call\s+is\s+creating`)},
		resource.TestStep{
			PreConfig: func() {
				if err := left.Close(); err != nil {
					t.Fatal(err)
				}
			},
			Config: env.Config(from(other)), ExpectError: regexp.MustCompile(`(?s)left\s+unconfirmed\s+by\s+a\s+process\s+that\s+is\s+gone\s+and\s+of\s+another\s+content`),
		},
		resource.TestStep{Config: env.Config(from(file)), Check: resource.TestCheckResourceAttr(strain, "gene_count", "496")},
	)
}
