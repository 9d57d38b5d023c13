package living

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/culture"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/operon/lac"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/plasmid"
)

// What a batch culture begins with, after Varma and Palsson 1994, Appl.
// Environ. Microbiol. 60:3724, Fig. 7: 10.8 mM glucose found in code that simulates
// that figure (Succurro et al. 2019, mSystems 4:e00230-18), which takes 0.01 gDW/l; the
// inoculum is recalled.
const (
	inoculum     = 0.0033 // gDW/l
	sugarAtStart = 10.8   // mM of each carbon source of the medium
	// halfSaturation, in mM, is that of glucose: Mahadevan et al. 2002, Biophys. J.
	// 83:1331.
	halfSaturation = 0.015
	// plentiful is the uptake, in mmol/gDW/h, from which on a medium component does
	// not run out; models write 1000 for "as much as it takes".
	plentiful = 1000.0
	// lagHours is how long stationary cells take to adapt to fresh glucose medium:
	// about half an hour to an hour, Madar et al. 2013, BMC Syst. Biol. 7:136
	// (recalled).
	lagHours = 0.75
	// micromolar is how many µM a mM is.
	micromolar = 1000.0
	// acetateUptake, in mmol/gDW/h, is what cells took up after the glucose was
	// gone: Varma and Palsson 1994, Fig. 10 as read off by Succurro et al. 2019:
	// 2.02 mM in 0.476 h at 0.69 gDW/l.
	acetateUptake = 6.2
	// crpHalf, in mM, is the glucose at which half of CRP's activity is gone:
	// Santillán 2008, Biophys. J. 94:2065 (2.6 µM; see sdk/engine/operon/lac).
	crpHalf = 0.0026
	// lactoseUptake, in mmol/gDW/h, is half of the glucose that iML1515 has on its
	// medium: a lactose is two hexoses.
	lactoseUptake = 5.0
)

const (
	glucose = "EX_glc__D_e"
	lactose = "EX_lcts_e"
	acetate = "EX_ac_e"
	oxygen  = "EX_o2_e"
	// lactoseBypass splits lactose in the periplasm, by bglX (b2132) in iML1515, and so
	// feeds cells that have no lac operon. Mutants without lacY or lacZ do not grow on
	// lactose (Jacob and Monod 1961, J. Mol. Biol. 3:318, recalled): in their culture it
	// is closed.
	lactoseBypass = "LACZpp"
)

// An ecoliCell is a culture of E. coli that grows until its medium runs out,
// and one cell of it whose lac operon and plasmids are followed. The followed
// cell grows at the rate that the cell had at its birth; it meets the culture's
// glucose and lactose, and the culture's cells bear what its plasmids cost.
type ecoliCell struct {
	body     *cell.Cell
	seed     int64
	operons  operon.State
	now      ecoliState
	culture  *culture.Culture
	lac      *lac.Cell
	plasmids []*plasmid.Host // of now.Plasmids
}

// An ecoliState is what is not the parts' own.
type ecoliState struct {
	Seconds float64 `json:"seconds"`
	Growth  float64 `json:"growth"` // of the followed cell, 1/h
	// IPTG and TMG are in the medium and feed nobody, in µM.
	IPTG     float64   `json:"iptg,omitempty"`
	TMG      float64   `json:"tmg,omitempty"`
	Plasmids []carried `json:"plasmids,omitempty"`
}

// A carried plasmid is one that the followed cell was given.
type carried struct {
	biovm.Plasmid

	Since float64 `json:"since"` // seconds of age
}

// The parts of its state.
const (
	partCell    = "cell"
	partCulture = "culture"
	partLac     = "lac"
	partPlasmid = "plasmid:" // and its name
)

func beginEcoli(ctx context.Context, c *cell.Cell, s state) (Cell, error) {
	e := &ecoliCell{body: c, seed: s.Seed, operons: s.Operons}
	if s.Parts == nil {
		return e, e.born(ctx)
	}
	return e, e.resume(ctx, s.Parts)
}

// born makes everything at time 0.
func (e *ecoliCell) born(ctx context.Context) error {
	growth, err := e.body.Growth(ctx)
	if err != nil {
		return err
	}
	e.now.Growth = growth.GrowthRate
	conditions, err := batch(ctx, e.body)
	if err != nil {
		return err
	}
	if e.culture, err = culture.New(conditions); err != nil {
		return fmt.Errorf("begin a culture: %w", err)
	}
	config := lac.Config{Growth: e.now.Growth, Seed: uint64(e.seed)} //nolint:gosec // any bits will do
	if config.Growth <= 0 {
		config.Growth = -1 // none
	}
	config.Strain = e.strain()
	if e.lac, err = lac.New(config); err != nil {
		return fmt.Errorf("begin the lac operon: %w", err)
	}
	return e.meet()
}

// strain is what the cell's lac operon was made without.
func (e *ecoliCell) strain() lac.Strain {
	return lac.Strain{NoLacI: e.lost("lacI"), NoLacZ: e.lost("lacZ"), NoLacY: e.lost("lacY")}
}

// missing lists the genes that a strain lacks.
func missing(s lac.Strain) []string {
	genes := []string{}
	for _, g := range []struct {
		symbol string
		lost   bool
	}{{"lacI", s.NoLacI}, {"lacZ", s.NoLacZ}, {"lacY", s.NoLacY}} {
		if g.lost {
			genes = append(genes, g.symbol)
		}
	}
	return genes
}

// lost reports whether the cell was made without a gene.
func (e *ecoliCell) lost(symbol string) bool {
	locus, err := e.body.Locus(symbol)
	return err == nil && slices.Contains(e.body.Knockouts, locus)
}

// lacks reports whether a cell is without a gene, or has it held down.
func lacks(c *cell.Cell, symbol string) bool {
	locus, err := c.Locus(symbol)
	_, held := c.Clamps.Levels[locus]
	return err == nil && (held || slices.Contains(c.Knockouts, locus))
}

// batch is the culture of a cell on its medium.
func batch(ctx context.Context, c *cell.Cell) (culture.Config, error) {
	q, err := c.Lightly(ctx)
	k := culture.Config{Model: c.Organism.Model(), Biomass: inoculum, LagHours: lagHours, Medium: map[string]float64{}}
	k.Knockouts, k.Allocation, k.Pace = q.Knockouts, q.Allocation, pace(c.Clamps.Cost)
	if k.Bounds = maps.Clone(q.Bounds); k.Bounds == nil {
		k.Bounds = map[string][2]float64{}
	}
	for _, id := range q.KnockoutReactions {
		k.Bounds[id] = [2]float64{}
	}
	if _, known := k.Model.Reaction(lactoseBypass); known && (lacks(c, "lacY") || lacks(c, "lacZ")) {
		k.Bounds[lactoseBypass] = [2]float64{}
	}
	medium := c.EffectiveMedium()
	for _, id := range slices.Sorted(maps.Keys(medium)) {
		switch v := medium[id]; {
		case v >= plentiful || id == oxygen:
			k.Medium[id] = v
		case v > 0:
			k.Substrates = append(k.Substrates, culture.Substrate{Exchange: id, Initial: sugarAtStart, MaxUptake: v, Half: halfSaturation})
		default: // it is not there, and nobody would take it up
			k.Substrates = append(k.Substrates, culture.Substrate{Exchange: id, Half: halfSaturation})
		}
	}
	for id, most := range map[string]float64{acetate: acetateUptake, lactose: lactoseUptake} {
		_, there := medium[id]
		if _, known := k.Model.Reaction(id); known && !there {
			k.Substrates = append(k.Substrates, culture.Substrate{Exchange: id, MaxUptake: most, Half: halfSaturation})
		}
	}
	repress(&k)
	slices.SortFunc(k.Substrates, func(a, b culture.Substrate) int { return strings.Compare(a.Exchange, b.Exchange) })
	return k, err
}

// repress has glucose hold back the sugars whose operons take CRP to open (those of
// the table in sdk/engine/operon), and a shift to them take a lag. What the medium
// does not let in holds nothing back.
func repress(k *culture.Config) {
	sugars := []string{lactose, "EX_arab__L_e", "EX_fuc__L_e", "EX_gal_e", "EX_glyc_e", "EX_malt_e", "EX_rmn_e", "EX_xyl__D_e"}
	held := slices.ContainsFunc(k.Substrates, func(s culture.Substrate) bool { return s.Exchange == glucose && s.MaxUptake > 0 })
	for i := range k.Substrates {
		s := &k.Substrates[i]
		if !slices.Contains(sugars, s.Exchange) {
			continue
		}
		if s.Induced = true; held {
			s.RepressedBy, s.RepressionHalf = glucose, crpHalf
		}
	}
}

// pace is what a cost, as a share of the growth rate, leaves of the pace of cells;
// the least that a culture can have where it leaves none.
func pace(cost float64) float64 {
	const least = 1e-9
	return max(least, 1-cost)
}

// resume makes everything as its state has it, under the present conditions.
func (e *ecoliCell) resume(ctx context.Context, parts map[string][]byte) error {
	if err := json.Unmarshal(parts[partCell], &e.now); err != nil {
		return &StateError{Reason: reasonDamaged, Err: err}
	}
	var errs []error
	var err error
	e.culture, err = culture.Restore(e.body.Organism.Model(), parts[partCulture])
	errs = append(errs, err)
	e.lac, err = lac.Restore(parts[partLac])
	errs = append(errs, err)
	for _, p := range e.now.Plasmids {
		host, err := plasmid.Restore(parts[partPlasmid+p.Name])
		errs = append(errs, err)
		e.plasmids = append(e.plasmids, host)
	}
	if err := errors.Join(errs...); err != nil {
		return &StateError{Reason: reasonDamaged, Err: err}
	}
	// With its operon the cell lost genes that it was born with; else it keeps them.
	if s, now := e.lac.Config().Strain, e.strain(); s != now && !slices.Contains(e.operons.Lost, lacOperon) {
		return &StateError{Reason: fmt.Sprintf("the cell lives without the lac genes %q, and is to be without %q: a living cell keeps those that it was born with, so begin anew with simulate(..., anew=True)", missing(s), missing(now))}
	}
	conditions, err := batch(ctx, e.body)
	if err != nil {
		return err
	}
	conditions.Pace = e.culture.Config().Pace // until the next step; see bear
	return e.culture.SetConditions(conditions)
}

// Seconds implements [Cell].
func (e *ecoliCell) Seconds() float64 { return e.now.Seconds }

// Price implements [Cell].
func (e *ecoliCell) Price() uint64 { return 150 }

// Advance implements [Cell].
func (e *ecoliCell) Advance(ctx context.Context, until float64) error {
	for e.now.Seconds < until {
		// The followed cell meets the medium as each step of the culture leaves it.
		if e.culture.Time() <= e.now.Seconds {
			if err := e.bear(); err != nil {
				return err
			}
			if err := e.culture.Advance(ctx, math.Nextafter(e.now.Seconds, math.Inf(1))); err != nil {
				return err
			}
			if err := e.meet(); err != nil {
				return err
			}
		}
		next := min(until, e.culture.Time())
		if err := e.lac.Advance(ctx, next); err != nil {
			return err
		}
		for i, host := range e.plasmids {
			if err := host.Advance(ctx, next-e.now.Plasmids[i].Since); err != nil {
				return err
			}
		}
		e.now.Seconds = next
	}
	return nil
}

// bear has the culture's cells bear what useless protein and the followed cell's
// plasmids cost: they are all like it.
func (e *ecoliCell) bear() error {
	left := pace(e.body.Clamps.Cost)
	for _, p := range e.Plasmids() {
		left = float64(left * (1 - p.Burden))
	}
	return e.culture.SetPace(pace(1 - left))
}

// meet puts the followed cell into the culture's medium.
func (e *ecoliCell) meet() error {
	return e.lac.SetMedium(lac.Medium{
		Glucose: e.concentration(glucose) * micromolar, Lactose: e.concentration(lactose) * micromolar,
		IPTG: e.now.IPTG, TMG: e.now.TMG,
	})
}

// concentration is what cells notice of a substrate of the culture, in mM; 0 of
// others, and of what the medium does not let in.
func (e *ecoliCell) concentration(exchange string) float64 {
	for i, s := range e.culture.Config().Substrates {
		if s.Exchange == exchange && s.MaxUptake > 0 {
			return e.culture.Sample().Medium[i]
		}
	}
	return 0
}

// Sibling implements [Cell].
func (e *ecoliCell) Sibling(ctx context.Context, seed int64) (Cell, error) {
	return Begin(ctx, e.body, seed)
}

// Checkpoint implements [Cell].
func (e *ecoliCell) Checkpoint() ([]byte, error) {
	s := state{Version: stateVersion, Organism: e.body.Organism.Type(), Seed: e.seed, Operons: e.operons, Parts: map[string][]byte{}}
	var errs []error
	put := func(part string, data []byte, err error) {
		s.Parts[part] = data
		errs = append(errs, err)
	}
	e.culture.Forget()
	now, err := json.Marshal(e.now)
	put(partCell, now, err)
	data, err := e.culture.Checkpoint()
	put(partCulture, data, err)
	data, err = e.lac.Checkpoint()
	put(partLac, data, err)
	for i, host := range e.plasmids {
		data, err := host.Checkpoint()
		put(partPlasmid+e.now.Plasmids[i].Name, data, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("write the living cell's state: %w", err)
	}
	return s.write()
}
