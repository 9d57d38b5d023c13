package wholecell

import "math"

// Metrics sum up a cell at a moment. Molecules are counts.
type Metrics struct {
	SimulatedSeconds float64 `json:"simulated_seconds"`
	Generation       int     `json:"generation"`  // divisions since the first cell
	AgeSeconds       float64 `json:"age_seconds"` // since birth
	// ATPLevel is the concentration of ATP that is ready to be spent, in mM, and
	// ATPShare that against a cell whose pool is full.
	ATPLevel float64 `json:"atp_level"`
	ATPShare float64 `json:"atp_share"`
	// GrowthRate is that of protein over the last minute, in 1/h, and
	// DoublingTimeMinutes follows from it; 0 when the cell does not grow.
	GrowthRate          float64 `json:"growth_rate"`
	DoublingTimeMinutes float64 `json:"doubling_time_minutes"`
	// LastCycleMinutes is from birth to division of the last cell; 0 before.
	LastCycleMinutes float64 `json:"last_cycle_minutes"`
	// LimitedBy says what holds growth back: "ribosomes" when metabolism delivers
	// all that expression asks for; else what limits metabolism, "metabolism",
	// "atp" or "dead".
	LimitedBy   string  `json:"limited_by"`
	Volume      float64 `json:"volume"`  // fL
	Size        float64 `json:"size"`    // protein, in newborn cells
	Genomes     float64 `json:"genomes"` // DNA
	Messengers  float64 `json:"mrna"`
	Proteins    float64 `json:"proteins"`
	Ribosomes   Usage   `json:"ribosomes"`
	Polymerases Usage   `json:"polymerases"`
	// EssentialGenes is how many genes the experiment found essential (classes E
	// and Q) and the cell could have; ActiveEssentialGenes have their protein in
	// the cell.
	EssentialGenes       int       `json:"essential_genes"`
	ActiveEssentialGenes int       `json:"active_essential_genes"`
	Functions            Functions `json:"functions"`
	Events               uint64    `json:"events"` // reactions simulated
}

// Usage is what a cell has of a machinery.
type Usage struct {
	Granted float64 `json:"granted"` // 0 means no limit
	Total   float64 `json:"total"`
	Active  float64 `json:"active"`
}

// Functions says what the cell does, from its state.
type Functions struct {
	// DNAReplication: there is DnaA to begin with, or the forks are moving or done.
	DNAReplication bool `json:"dna_replication"`
	// ProteinSynthesis: ribosomes translate and are supplied.
	ProteinSynthesis bool `json:"protein_synthesis"`
	// EnergyProduction: metabolism regenerated ATP at the last exchange.
	EnergyProduction bool `json:"energy_production"`
}

// Metrics reads the metrics of the cell as it is.
func (c *Cell) Metrics() Metrics {
	c.look()
	b, x := c.plan, c.x
	const minute = 60
	m := Metrics{
		SimulatedSeconds: c.Time(), Generation: int(x[b.generation]), AgeSeconds: c.Time() - x[b.born],
		ATPLevel: c.atp(), ATPShare: c.atp() / adenine,
		GrowthRate: x[b.growth], LastCycleMinutes: x[b.cycle] / minute, LimitedBy: c.limitedBy(),
		Volume: c.volume() * 1e15, Size: x[b.mass] / b.normal.residues, Genomes: c.dna(),
		Messengers: c.messengers(), Proteins: c.proteins(),
		Ribosomes:   Usage{Granted: limit(x[b.mostRibosomes]), Total: c.totalRibosomes(), Active: c.translating()},
		Polymerases: Usage{Granted: limit(x[b.mostPolymerases]), Total: c.totalPolymerases(), Active: c.transcribing()},
		Events:      c.Events(),
	}
	if m.GrowthRate > 0 {
		m.DoublingTimeMinutes = minute * math.Ln2 / m.GrowthRate
	}
	m.EssentialGenes, m.ActiveEssentialGenes = c.essential()
	m.Functions = Functions{
		DNAReplication:   b.normal.starter >= 0 && (x[b.round] == 1 || x[b.genes.proteins[b.normal.starter].folded] > 0),
		ProteinSynthesis: m.Ribosomes.Active > 0 && x[b.translating] > 0,
		EnergyProduction: c.last.atp > 0,
	}
	return m
}

func limit(most float64) float64 {
	if most >= plenty {
		return 0
	}
	return most
}

func (c *Cell) limitedBy() string {
	if c.x[c.plan.limited] == 0 {
		return "ribosomes"
	}
	return c.last.limitedBy
}

// essential counts the protein genes that the experiment found essential, of
// the organism, and those of them whose protein the cell has.
func (c *Cell) essential() (all, active int) {
	genes := c.plan.organism.TypeGenes()
	copies := make(map[string]float64, len(c.plan.genes.proteins))
	for i := range c.plan.genes.proteins {
		p := &c.plan.genes.proteins[i]
		copies[p.locus] = c.copies(p)
	}
	for i := range genes {
		if genes[i].Type == "CDS" && genes[i].EssentialInVivo() {
			all++
			if copies[genes[i].Locus] > 0 {
				active++
			}
		}
	}
	return all, active
}
