package living

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/internal/near"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/plasmid"
)

// lacOperon is the operon that is simulated.
const lacOperon = "lac"

// Operons implements [OperonKeeper].
func (e *ecoliCell) Operons() operon.State { return e.operons }

// ManageOperons implements [OperonKeeper].
func (e *ecoliCell) ManageOperons(ids []string, action operon.Action) ([]operon.Effect, error) {
	changed, effects, err := e.operons.Manage(ids, action)
	if err != nil {
		return nil, err
	}
	control := changed.Controls[lacOperon]
	if slices.Contains(changed.Lost, lacOperon) {
		control = operon.Repressed // no gene, no transcript
	}
	if err := e.lac.SetControl(control); err != nil {
		return nil, err
	}
	e.operons = changed
	return effects, nil
}

// Plasmids implements [PlasmidHost].
func (e *ecoliCell) Plasmids() []biovm.PlasmidStatus {
	list := make([]biovm.PlasmidStatus, len(e.plasmids))
	for i, host := range e.plasmids {
		m := host.Metrics()
		list[i] = biovm.PlasmidStatus{Plasmid: e.now.Plasmids[i].Plasmid, Copies: int(m.Copies)}
		if m.FreeGrowthRate > 0 {
			list[i].Burden = 1 - m.GrowthRate/m.FreeGrowthRate
		}
	}
	return list
}

const (
	// basesPerKilobase is how genome space is counted.
	basesPerKilobase = 1000
	// maxPlasmids bounds how many kinds a cell is given.
	maxPlasmids = 16
)

// AddPlasmid implements [PlasmidHost].
func (e *ecoliCell) AddPlasmid(p biovm.Plasmid) (biovm.PlasmidStatus, error) {
	if err := e.checkPlasmid(&p); err != nil {
		return biovm.PlasmidStatus{}, err
	}
	growth := e.now.Growth
	if !(growth > 0) {
		return biovm.PlasmidStatus{}, &biovm.FieldError{Path: "name", Value: p.Name, Reason: "a cell that does not grow replicates no plasmid"}
	}
	// A stream of its own, so that plasmids do not share their chance.
	const firstStream = 1000
	host, err := plasmid.New(plasmid.Config{
		Kind: plasmid.Kind(p.Origin), Growth: growth,
		Seed: uint64(e.seed), Stream: firstStream + uint64(len(e.plasmids)), //nolint:gosec // any bits will do
	})
	if err != nil {
		return biovm.PlasmidStatus{}, fmt.Errorf("plasmid %q: %w", p.Name, err)
	}
	e.now.Plasmids = append(slices.Clone(e.now.Plasmids), carried{Plasmid: p, Since: e.now.Seconds})
	e.plasmids = append(e.plasmids, host)
	return e.Plasmids()[len(e.plasmids)-1], nil
}

// checkPlasmid checks a plasmid and fills in what its origin says.
func (e *ecoliCell) checkPlasmid(p *biovm.Plasmid) error {
	wrong := func(path string, value any, reason string, args ...any) error {
		return &biovm.FieldError{Path: path, Value: value, Reason: fmt.Sprintf(reason, args...)}
	}
	if p.Name == "" || strings.TrimSpace(p.Name) != p.Name {
		return wrong("name", p.Name, "must be a name")
	}
	if slices.ContainsFunc(e.now.Plasmids, func(c carried) bool { return c.Name == p.Name }) {
		return wrong("name", p.Name, "the cell has that plasmid already")
	}
	if len(e.plasmids) == maxPlasmids {
		return wrong("name", p.Name, "the cell has %d plasmids, and no more are followed", maxPlasmids)
	}
	kinds := make([]string, 0, len(plasmid.Kinds()))
	for _, k := range plasmid.Kinds() {
		kinds = append(kinds, string(k))
	}
	if p.Origin == "" {
		p.Origin = string(plasmid.PBR322)
	}
	if !slices.Contains(kinds, p.Origin) {
		return wrong("origin", p.Origin, "must be one of %s%s", strings.Join(kinds, ", "), biovm.Near(near.Names(p.Origin, kinds, nearNames)))
	}
	_, _, kilobases := plasmid.Kind(p.Origin).Published()
	if p.BasePairs == 0 {
		p.BasePairs = int(kilobases * basesPerKilobase)
	}
	if p.BasePairs < 0 {
		return wrong("bp", p.BasePairs, "must be a number of base pairs above 0")
	}
	loaded := e.body.Organism.GenomeBP() + p.BasePairs
	for _, c := range e.now.Plasmids {
		loaded += c.BasePairs
	}
	if space := e.body.Grant.MemoryKB * basesPerKilobase; loaded > space {
		return fmt.Errorf("plasmid %q: %w: %d bp of DNA would be loaded, and the vm's memory_kb holds %d bp: allocate more",
			p.Name, biovm.ErrNoCapacity, loaded, space)
	}
	return nil
}

// substances are those that Feed knows, besides exchange reactions.
func substances() map[string]string {
	return map[string]string{"glucose": glucose, "lactose": lactose, "acetate": acetate, "iptg": "", "tmg": ""}
}

// Feed implements [Feeder].
func (e *ecoliCell) Feed(substance string, mM float64) error {
	exchange, known := substances()[strings.ToLower(substance)]
	const most = 1e5 // mM, far above what dissolves
	switch {
	case !(mM >= 0 && mM <= most):
		return &biovm.FieldError{Path: "mM", Value: mM, Reason: fmt.Sprintf("must be from 0 to %g mM", most)}
	case known && exchange == "":
		if strings.EqualFold(substance, "iptg") {
			e.now.IPTG = mM * micromolar
		} else {
			e.now.TMG = mM * micromolar
		}
		return e.meet()
	case !known:
		exchange = substance
	}
	if mM > 0 && e.closed(exchange) {
		return &biovm.FieldError{Path: "substance", Value: substance, Reason: fmt.Sprintf("the medium does not let it in: open its exchange with set_medium({%q: 10}, update=True)", exchange)}
	}
	if err := e.culture.Set(exchange, mM); err != nil {
		names := append(slices.Sorted(maps.Keys(substances())), slices.Sorted(maps.Keys(e.Medium()))...)
		return &biovm.FieldError{Path: "substance", Value: substance, Reason: "is nothing of the medium that runs out or induces" + biovm.Near(near.Names(substance, names, nearNames)) + "; there are " + strings.Join(names, ", ")}
	}
	return e.meet()
}

// closed reports whether the network has an exchange that cells take nothing up
// by and that does not give without end either.
func (e *ecoliCell) closed(exchange string) bool {
	now := e.culture.Config()
	if _, plenty := now.Medium[exchange]; plenty {
		return false
	}
	for _, s := range now.Substrates {
		if s.Exchange == exchange {
			return s.MaxUptake == 0
		}
	}
	j, known := now.Model.Reaction(exchange)
	return known && slices.Contains(now.Model.Exchanges(), j)
}

// Medium implements [Feeder].
func (e *ecoliCell) Medium() map[string]float64 {
	now := e.culture.Sample()
	m := map[string]float64{"IPTG": e.now.IPTG / micromolar, "TMG": e.now.TMG / micromolar}
	for i, s := range e.culture.Config().Substrates {
		m[s.Exchange] = now.Medium[i]
	}
	return m
}
