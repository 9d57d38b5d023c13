package process

import (
	"go.starlark.net/starlark"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
)

func analysisVerb() verb {
	return verb{
		name: "minimal_metabolism_analysis", basic: true,
		doc: `minimal_metabolism_analysis()

Analyses the cell's metabolism as it stands: its grant, medium and knock-outs.

Returns a dict:
  growth_rate            under the grant, 1/h
  free_growth_rate       with machinery without end, 1/h
  doubling_time_minutes  ln 2 / growth_rate; 0 when it does not grow
  limited_by             ribosomes, atp, metabolism or dead
  one_more_unit          {ribosomes, atp}: what one more unit of ribosomes and
                         one more percent of ATP would bring, 1/h, solved for
  atp                    {produced, cap, maintenance}, mmol/gDW/h; cap is 0
                         when nothing caps it
  uptake, secretion      reaction: rate, mmol/gDW/h, the largest first
  active_reactions       how many reactions carry flux
  essential_genes        {in_silico, in_vivo, agreement}, as essential_genes()
  medium                 exchange reaction: largest uptake, mmol/gDW/h
  objective              the reaction whose flux is growth
  certificate            {residual, bound_violation, dual_violation, gap}: how
                         well the solution keeps the conditions of optimality

Example:
  minimal_metabolism_analysis()["limited_by"]`,
		call: func(r *run, c *call) (starlark.Value, error) {
			if err := c.unpack(); err != nil {
				return nil, err
			}
			g, err := r.askGrowth()
			if err != nil {
				return nil, err
			}
			a, err := r.askFBA(cell.Request{})
			if err != nil {
				return nil, err
			}
			e, err := r.askEssential()
			if err != nil {
				return nil, err
			}
			return record(append(growthFields(g),
				field{"uptake", ratesOf(a.Uptake)},
				field{"secretion", ratesOf(a.Secretion)},
				field{"active_reactions", integer(a.ActiveReactions)},
				field{"essential_genes", essentialOf(e)},
				field{"medium", numbersOf(r.cell.EffectiveMedium())},
				field{"objective", text(a.Objective)},
				field{"certificate", certificateOf(a.Certificate)},
			)...), nil
		},
	}
}

func statusVerb() verb {
	return verb{
		name: "get_biological_status", basic: true,
		doc: `get_biological_status()

Tells what the VM is and holds, and how its cell grows as it stands.

Returns a dict:
  id, type, state        of the VM; type is the organism
  chassis                {kind, shared}; shared names a shared chassis or is ""
  grant                  {atp, ribosomes, rna_polymerase, memory_kb, priority}
  growth_rate, free_growth_rate, doubling_time_minutes, limited_by,
  one_more_unit, atp     as minimal_metabolism_analysis()
  genome                 {bp, genes}
  knockouts              loci of the lost genes
  simulated_seconds      biological time that has passed
  model_version          the tables that the numbers come from

Example:
  get_biological_status()["grant"]["ribosomes"]`,
		call: func(r *run, c *call) (starlark.Value, error) {
			if err := c.unpack(); err != nil {
				return nil, err
			}
			g, err := r.askGrowth()
			if err != nil {
				return nil, err
			}
			o := r.cell.Organism
			fields := append([]field{
				{"id", text(string(r.status.ID))},
				{"type", text(string(o.Type()))},
				{"state", text(string(r.status.State))},
				{"chassis", record(field{"kind", text(string(r.cell.Kind.Kind))}, field{"shared", text(r.status.Spec.SharedChassis)})},
				{"grant", resourcesOf(r.cell.Grant)},
			}, growthFields(g)...)
			return record(append(fields,
				field{"genome", record(field{"bp", integer(o.GenomeBP())}, field{"genes", integer(len(o.Genes()))})},
				field{"knockouts", texts(r.cell.Knockouts)},
				field{"simulated_seconds", number(r.status.SimulatedSeconds)},
				field{"model_version", text(o.ModelVersion())},
			)...), nil
		},
	}
}

const fluxArguments = `  allocation  False leaves the grant aside: the free cell of the literature
  objective   the reaction to maximise; None is growth
  fluxes      True for the flux of every reaction, or a list of reactions; they
              come as "fluxes", reaction: flux in mmol/gDW/h
`

func fbaVerb() verb {
	return verb{
		name: "fba", basic: true,
		doc: `fba(allocation=True, objective=None, fluxes=False)

Solves a flux balance problem of the cell as it stands: the largest growth, or
flux of another reaction, that its network allows. Where genome_optimization is
on, the flux distribution is the parsimonious one, as pfba() has it.

Arguments:
` + fluxArguments + `
Returns a dict:
  status                 optimal, infeasible, unbounded or dead
  objective, value       the reaction and its flux; None when unbounded
  growth_rate            1/h
  doubling_time_minutes  0 when it does not grow
  limited_by             ribosomes, atp, metabolism or dead
  shadow_prices          {ribosomes, atp}: of a unit and a percent at the
                         margin, 1/h
  atp                    {produced, cap, maintenance}, mmol/gDW/h
  uptake, secretion      reaction: rate, mmol/gDW/h, the largest first
  active_reactions       how many reactions carry flux
  total_flux             sum of all absolute fluxes, mmol/gDW/h
  parsimonious           whether total_flux is the least
  certificate            {residual, bound_violation, dual_violation, gap}

Example:
  fba(allocation=False)["growth_rate"]`,
		call: func(r *run, c *call) (starlark.Value, error) { return r.balance(c, false) },
	}
}

func pfbaVerb() verb {
	return verb{
		name: "pfba", basic: true,
		doc: `pfba(allocation=True, objective=None, fluxes=False)

Solves for the optimum of fba() that takes the least total flux (parsimonious
flux balance analysis, Lewis et al. 2010).

Arguments:
` + fluxArguments + `
Returns a dict as fba() does.

Example:
  pfba(fluxes=["ATPase"])["total_flux"]`,
		call: func(r *run, c *call) (starlark.Value, error) { return r.balance(c, true) },
	}
}

// balance is what fba and pfba share.
func (r *run) balance(c *call, parsimonious bool) (starlark.Value, error) {
	allocation, objective := true, starlark.Value(starlark.None)
	fluxes := starlark.Value(starlark.False)
	if err := c.unpack("allocation?", &allocation, "objective?", &objective, "fluxes?", &fluxes); err != nil {
		return nil, err
	}
	q := cell.Request{Free: !allocation, Parsimonious: parsimonious}
	var err error
	if q.Objective, err = r.objectiveOf(c, objective); err != nil {
		return nil, err
	}
	if q.AllFluxes, q.Fluxes, err = r.reactionsOf(c, "fluxes", fluxes); err != nil {
		return nil, err
	}
	a, err := r.askFBA(q)
	if err != nil {
		return nil, err
	}
	d := answerOf(a)
	if q.AllFluxes || len(q.Fluxes) > 0 {
		err = d.SetKey(text("fluxes"), ratesOf(a.Fluxes))
	}
	return d, err
}
