package process

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
)

// A verb is a built-in by which a program asks its cell.
type verb struct {
	name string
	doc  string
	// basic verbs are allowed where basic_functions_only is on.
	basic bool
	// anew verbs can have the VM's cell begin its life anew.
	anew bool
	call func(r *run, c *call) (starlark.Value, error)
}

// verbs lists all of them, by name.
func verbs() []verb {
	return []verb{
		dataVerb(), essentialGenesVerb(), fbaVerb(), feedVerb(), figuresVerb(), fvaVerb(), genesVerb(), genomeVerb(), statusVerb(), growthCurveVerb(),
		knockoutVerb(), mediumVerb(), minimalMediumVerb(), analysisVerb(), momaVerb(), operonVerb(), pfbaVerb(), plasmidVerb(),
		setAllocationVerb(), setMediumVerb(), simulateVerb(), transcribeVerb(),
	}
}

// A call is one call of a verb.
type call struct {
	name   string
	args   starlark.Tuple
	kwargs []starlark.Tuple
}

// unpack binds the arguments, as [starlark.UnpackArgs] does.
func (c *call) unpack(pairs ...any) error {
	return starlark.UnpackArgs(c.name, c.args, c.kwargs, pairs...)
}

// names reads an argument that is a name or a list of names.
func (c *call) names(argument string, v starlark.Value) ([]string, error) {
	if s, ok := starlark.AsString(v); ok {
		return []string{s}, nil
	}
	list, ok := v.(starlark.Iterable)
	if !ok {
		return nil, fmt.Errorf("%s: %s must be a name or a list of names, not %s", c.name, argument, v.Type())
	}
	names := []string{}
	for item := range starlark.Elements(list) {
		s, ok := starlark.AsString(item)
		if !ok {
			return nil, fmt.Errorf("%s: %s must hold names, not %s", c.name, argument, item.Type())
		}
		names = append(names, s)
	}
	return names, nil
}

const (
	// stepsPerReaction is what each reaction of the network adds to the price of
	// a flux balance problem. Solving one takes about as long.
	stepsPerReaction = 10
	// deletionSteps is the same for a gene deletion, which starts from the
	// solution before it, if anything is to be solved at all.
	deletionSteps = 1
	// parsimonyFactor is how much more a parsimonious problem costs.
	parsimonyFactor = 2
)

// solving charges the program for flux balance problems at a price per
// reaction each, and counts them.
func (r *run) solving(problems, price int) error {
	r.analyses += problems
	reactions := len(r.cell.Organism.Model().Reactions())
	return r.charge(uint64(problems * price * reactions)) //nolint:gosec // none is negative
}

// solved notes an error that no program is to blame for: the context's end or
// a memo that cannot be read.
func solved[T any](r *run, answer T, err error) (T, error) {
	if err != nil {
		r.fail(r.cause(err))
	}
	return answer, err
}

// growth solves for a cell's growth, once.
func (r *run) growth(c *cell.Cell) (biovm.Growth, error) {
	if g, ok := r.growths[c]; ok {
		return g, nil
	}
	g, err := c.Growth(r.ctx)
	if err == nil {
		r.growths[c] = g
	}
	return g, err
}

// growthProblems is how many problems an answer about growth is: granted,
// free, one more unit of each resource.
const growthProblems = 4

func (r *run) askGrowth() (biovm.Growth, error) {
	if err := r.solving(growthProblems, stepsPerReaction); err != nil {
		return biovm.Growth{}, err
	}
	g, err := r.growth(r.cell)
	return solved(r, g, err)
}

func (r *run) askEssential() (biovm.EssentialGenes, error) {
	if err := r.solving(1+len(r.cell.Organism.Model().Genes()), deletionSteps); err != nil {
		return biovm.EssentialGenes{}, err
	}
	e, err := r.cell.EssentialGenes(r.ctx)
	return solved(r, e, err)
}

func (r *run) askFBA(request cell.Request) (cell.Answer, error) {
	price := stepsPerReaction
	if request.Parsimonious {
		price *= parsimonyFactor
	}
	if err := r.solving(1, price); err != nil {
		return cell.Answer{}, err
	}
	a, err := r.cell.FBA(r.ctx, request)
	return solved(r, a, err)
}

// checkReactions returns an error about the first that the network lacks.
func (r *run) checkReactions(verb string, ids ...string) error {
	for _, id := range ids {
		if err := r.cell.CheckReaction(id); err != nil {
			return fmt.Errorf("%s: %w", verb, err)
		}
	}
	return nil
}

// lost are the knock-outs of the program, beyond the VM's own.
func (r *run) lost() (genes, reactions []string) { return r.lostBy(r.cell) }

// lostBy is what a cell has lost beyond the VM's own knock-outs.
func (r *run) lostBy(c *cell.Cell) (genes, reactions []string) {
	own := func(name string) bool { return slices.Contains(r.base.Knockouts, name) }
	return slices.DeleteFunc(slices.Clone(c.Knockouts), own), c.LostReactions
}
