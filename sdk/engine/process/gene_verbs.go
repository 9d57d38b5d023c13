package process

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
)

// refuse is an error about a call's arguments.
func (c *call) refuse(format string, args ...any) error {
	return fmt.Errorf("%s: %s", c.name, fmt.Sprintf(format, args...))
}

func essentialGenesVerb() verb {
	return verb{
		name: "essential_genes", basic: true,
		doc: `essential_genes()

Predicts what the cell cannot lose, one gene at a time, and looks up what
experiments say. The prediction is about the free cell on its present medium
and without what it has lost: growth under 1 % of the rate before.

Returns a dict:
  in_silico  loci, by the model
  in_vivo    loci, by experiment
  agreement  {true_positives, true_negatives, false_positives,
             false_negatives, accuracy, mcc} over the genes of the model, the
             experiment being the truth; all 0 when the cell does not grow

Example:
  len(essential_genes()["in_silico"])`,
		call: func(r *run, c *call) (starlark.Value, error) {
			if err := c.unpack(); err != nil {
				return nil, err
			}
			e, err := r.askEssential()
			if err != nil {
				return nil, err
			}
			return essentialOf(e), nil
		},
	}
}

func knockoutVerb() verb {
	return verb{
		name: "knockout", basic: true,
		doc: `knockout(*names, erase_bounds=False, keep=True)

Takes genes out of the cell, on top of what it has lost, until the execution
ends; lasting losses are the VM's knockouts. knockout(None) brings back what
the program took out.

Arguments:
  names         genes, by locus, alias or symbol, or lists of them; a name that
                is no gene's may be a reaction's. Case makes no difference to
                genes, but to reactions: pgi is a gene, PGI the reaction
  erase_bounds  a lost reaction whose bounds oblige it to carry flux kills the
                cell; True forgets the obligation, as COBRApy does
  keep          False only answers, and leaves the cell as it was

Returns a dict about the cell without them:
  genes, reactions       what the program has taken out by name, in all
  stopped                the reactions that cannot run without those genes
  growth_rate            under the grant, 1/h
  free_growth_rate       with machinery without end, 1/h
  ratio                  free_growth_rate over that of the VM's own cell, on
                         its own medium; 0 when that does not grow
  doubling_time_minutes  0 when it does not grow
  limited_by             ribosomes, atp, metabolism or dead

Example:
  knockout("JCVISYN3A_0227", keep=False)["ratio"]`,
		call: (*run).knockout,
	}
}

// knockoutProblems is how many problems knockout is: granted and free, and
// the VM's own cell free.
const knockoutProblems = 3

func (r *run) knockout(c *call) (starlark.Value, error) {
	erase, keep := false, true
	options := call{name: c.name, kwargs: c.kwargs}
	if err := options.unpack("erase_bounds?", &erase, "keep?", &keep); err != nil {
		return nil, err
	}
	var names []string
	changed := r.cell
	for _, arg := range c.args {
		if arg == starlark.None {
			changed = r.restored()
			continue
		}
		more, err := c.names("names", arg)
		if err != nil {
			return nil, err
		}
		names = append(names, more...)
	}
	changed, err := changed.WithKnockouts(names)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name, err)
	}
	changed = changed.WithEraseBounds(erase)
	if err := r.solving(knockoutProblems, stepsPerReaction); err != nil {
		return nil, err
	}
	before := r.cell
	r.cell = changed
	d, err := r.withoutThem()
	if !keep {
		r.cell = before
	}
	return d, err
}

// restored is the cell with the VM's own genes, on the present medium and
// grant.
func (r *run) restored() *cell.Cell {
	c := *r.base
	c.Medium, c.Grant = r.cell.Medium, r.cell.Grant
	return &c
}

// withoutThem answers about the present cell.
func (r *run) withoutThem() (starlark.Value, error) {
	a, err := r.cell.FBA(r.ctx, cell.Request{})
	if err != nil {
		return solved[starlark.Value](r, nil, err)
	}
	free, err := r.cell.FreeGrowthRate(r.ctx)
	if err != nil {
		return solved[starlark.Value](r, nil, err)
	}
	wild, err := r.base.FreeGrowthRate(r.ctx)
	if err != nil {
		return solved[starlark.Value](r, nil, err)
	}
	ratio := 0.0
	if wild > 0 {
		ratio = free / wild
	}
	genes, reactions := r.lost()
	return record(
		field{"genes", texts(genes)}, field{"reactions", texts(reactions)}, field{"stopped", texts(r.stopped())},
		field{"growth_rate", number(a.GrowthRate)}, field{"free_growth_rate", number(free)}, field{"ratio", number(ratio)},
		field{"doubling_time_minutes", number(a.DoublingTimeMinutes)}, field{"limited_by", text(a.LimitedBy)},
	), nil
}

// stopped are the reactions that stand still for the genes that the program took
// out.
func (r *run) stopped() []string {
	before := r.base.StoppedReactions()
	return slices.DeleteFunc(r.cell.StoppedReactions(), func(id string) bool { return slices.Contains(before, id) })
}

func genomeVerb() verb {
	return verb{
		name: "genome",
		doc: `genome()

Sums up the cell's genome: its organism's, or that of the VM's own file.

Returns a dict:
  organism, strain, accession
  bp             base pairs
  gc             share of G and C, 0 to 1; None if the file has no sequence
  genes          how many genes the cell has
  types          how many of each type: CDS, tRNA, rRNA, ...
  in_model       how many of them the metabolic network knows
  forward        how many are on the forward strand
  coding_density share of the bases that are in genes of the type CDS, 0 to 1
  missing        loci of the organism's genes that the VM's file lacks
  foreign        loci of the file's genes that the organism does not know
  model_version  the tables that the numbers come from

Example:
  genome()["bp"]`,
		call: func(r *run, c *call) (starlark.Value, error) {
			if err := c.unpack(); err != nil {
				return nil, err
			}
			return r.genome()
		},
	}
}

// genome sums up the present cell's genome.
func (r *run) genome() (starlark.Value, error) {
	o, genes := r.cell.Organism, r.cell.Genes()
	types := starlark.NewDict(0)
	inModel, forward := 0, 0
	for _, count := range o.GeneCounts() {
		n := 0
		for i := range genes {
			if genes[i].Type == count.Type {
				n++
			}
		}
		if err := types.SetKey(text(count.Type), integer(n)); err != nil {
			return nil, err
		}
	}
	for i := range genes {
		if genes[i].InModel {
			inModel++
		}
		if genes[i].Strand == "+" {
			forward++
		}
	}
	var missing []string
	for _, g := range o.Missing() {
		missing = append(missing, g.Locus)
	}
	gc := starlark.Value(starlark.None)
	if share := o.Constants().GCFraction; share > 0 {
		gc = number(share)
	}
	return record(
		field{"organism", text(o.Name())}, field{"strain", text(o.Strain())}, field{"accession", text(o.Accession())},
		field{"bp", integer(o.GenomeBP())}, field{"gc", gc},
		field{"genes", integer(len(genes))}, field{"types", types}, field{"in_model", integer(inModel)},
		field{"forward", integer(forward)}, field{"coding_density", number(codingDensity(genes, o.GenomeBP()))},
		field{"missing", texts(missing)}, field{"foreign", texts(o.Foreign())},
		field{"model_version", text(o.ModelVersion())},
	), nil
}

// codingDensity is the share of bp bases that genes of the type CDS have, which
// are in the order of the genome, record by record.
func codingDensity(genes []biovm.Gene, bp int) float64 {
	covered, start, end := 0, 0, 0
	for i := range genes {
		if genes[i].Start < start {
			end = 0 // the next record
		}
		start = genes[i].Start
		if g := &genes[i]; g.Type == "CDS" && g.End > end {
			covered += g.End - max(g.Start-1, end)
			end = g.End
		}
	}
	if bp == 0 {
		return 0
	}
	return float64(covered) / float64(bp)
}

func genesVerb() verb {
	return verb{
		name: "genes",
		doc: `genes(names=None, essential=None, in_model=None, type=None)

Lists genes that the cell has, in the order of the genome.

Arguments:
  names      a gene or a list of them, by locus, alias or symbol; None is all
  essential  True for those that experiments found essential, False for the
             others
  in_model   True for those that the metabolic network knows, False for the
             others
  type       CDS, tRNA, rRNA, ...

Returns a list of dicts:
  locus, symbol, aliases, product, type
  start, end, strand  coordinates, from 1, both ends included
  essentiality        syn3a: E essential, Q quasi-essential, N non-essential;
                      ecoli: L essential on rich medium, M on glucose minimal
                      medium; "" when not known or not essential
  proteins_per_cell   0 when not measured
  in_model            whether the metabolic network knows it

Example:
  [g["symbol"] for g in genes(["dnaA", "dnaN"])]`,
		call: (*run).genes,
	}
}

func (r *run) genes(c *call) (starlark.Value, error) {
	names := starlark.Value(starlark.None)
	essential, inModel := starlark.Value(starlark.None), starlark.Value(starlark.None)
	kind := ""
	if err := c.unpack("names?", &names, "essential?", &essential, "in_model?", &inModel, "type?", &kind); err != nil {
		return nil, err
	}
	var chosen []string
	if names != starlark.None {
		refs, err := c.names("names", names)
		if err != nil {
			return nil, err
		}
		for _, ref := range refs {
			locus, err := r.cell.Locus(ref)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			if slices.Contains(r.cell.Knockouts, locus) {
				return nil, c.refuse("the cell has lost %s", locus)
			}
			chosen = append(chosen, locus)
		}
		slices.Sort(chosen)
	}
	all := r.cell.Genes()
	if err := r.charge(uint64(len(all))); err != nil {
		return nil, err
	}
	fits := func(g biovm.Gene) bool {
		vivo := g.Essentiality != "" && g.Essentiality != "N"
		_, named := slices.BinarySearch(chosen, g.Locus)
		return (names == starlark.None || named) && (kind == "" || g.Type == kind) &&
			(essential == starlark.None || bool(essential.Truth()) == vivo) &&
			(inModel == starlark.None || bool(inModel.Truth()) == g.InModel)
	}
	list := []starlark.Value{}
	for _, g := range all {
		if fits(g) {
			list = append(list, geneOf(g))
		}
	}
	return starlark.NewList(list), nil
}
