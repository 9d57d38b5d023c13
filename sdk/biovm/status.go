package biovm

import "time"

// Status says what a VM is and holds. Reading it is cheap: nothing is solved.
type Status struct {
	ID ID `json:"id"`
	// UUID is new for every VM: one made anew under the same name has another.
	UUID  string `json:"uuid"`
	State State  `json:"state"`
	// Spec is what was asked for, defaults filled in but for its Config, which
	// holds what differs from them.
	Spec Spec `json:"spec"`
	// Config is what holds: the spec's over the defaults.
	Config Config `json:"config"`
	// Allocated is what was allocated by hand, and Grant what the VM holds.
	Allocated Allocation `json:"allocated,omitzero"`
	Grant     Resources  `json:"grant"`
	// Genome sums up the cell's DNA: its organism's, or that of Spec.Genome.
	Genome GenomeSummary `json:"genome"`
	// SimulatedSeconds is the biological time that has passed, in seconds; of an
	// xcpng VM as its guest last said: [VM].Metrics asks it.
	SimulatedSeconds float64 `json:"simulated_seconds"`
	// ModelVersion says which tables the numbers come from.
	ModelVersion string    `json:"model_version"`
	CreatedAt    time.Time `json:"created_at"`
	// Pending: the VM was made and its maker has not confirmed yet that it
	// knows; see [Driver].
	Pending bool `json:"pending,omitempty"`
	// Problem says why the state is error, or what others did to the VM: that
	// somebody halted its machine, say.
	Problem string `json:"problem,omitempty"`
	// Growth is how fast the cell grows, where that is known without solving;
	// nil where [VM].Metrics must be asked.
	Growth *Growth `json:"growth,omitempty"`
	// XCPng is what the pool shows of an xcpng VM's machine; nil for others.
	XCPng *XCPngStatus `json:"xcpng,omitempty"`
}

// GenomeSummary sums up a genome.
type GenomeSummary struct {
	BasePairs int `json:"bp"`
	// Genes are on it, whatever the VM's knock-outs take, which is KnockedOut of
	// them. A pseudogene that the organism has whole is none.
	Genes      int `json:"genes"`
	KnockedOut int `json:"knocked_out,omitempty"`
	// MissingGenes counts the organism's genes that a genome of the user's lacks.
	// Missing are the loci of the first [MaxMissing], in the order of the
	// organism's table.
	MissingGenes int      `json:"missing_genes,omitempty"`
	Missing      []string `json:"missing,omitempty"`
	// ForeignGenes counts the genes of a genome of the user's that the organism
	// does not know.
	ForeignGenes int `json:"foreign_genes,omitempty"`
}

// MaxMissing is how many missing genes a [GenomeSummary] names.
const MaxMissing = 100

// What may limit growth, as [Growth].LimitedBy names it.
const (
	LimitedByRibosomes  = "ribosomes"
	LimitedByATP        = "atp"
	LimitedByMetabolism = "metabolism"
	LimitedByDead       = "dead" // cannot even meet its maintenance: growth 0
)

// Growth is how fast the cell grows, and why not faster.
type Growth struct {
	// GrowthRate is under the grant, FreeGrowthRate with machinery without
	// end, both in 1/h. The free rate never changes with the grant.
	GrowthRate     float64 `json:"growth_rate"`
	FreeGrowthRate float64 `json:"free_growth_rate"`
	// DoublingTimeMinutes is ln 2 / GrowthRate, in minutes; 0 when the cell does not grow.
	DoublingTimeMinutes float64 `json:"doubling_time_minutes"`
	// LimitedBy says what binds: ribosomes, atp, metabolism or dead.
	LimitedBy string `json:"limited_by"`
	// OneMoreUnit is the growth rate, in 1/h, that one more unit of ribosomes
	// and one more percent of ATP would bring, each solved for. An ATP share
	// of 100 has no more to gain.
	OneMoreUnit OneMore `json:"one_more_unit"`
	ATP         ATPFlow `json:"atp"`
}

// OneMore holds gains in growth rate, in 1/h.
type OneMore struct {
	Ribosomes float64 `json:"ribosomes"`
	ATP       float64 `json:"atp"`
}

// ATPFlow is the cell's ATP regeneration, in mmol per gram dry weight and hour.
type ATPFlow struct {
	// Produced is what the growing cell regenerates at least.
	Produced float64 `json:"produced"`
	// Cap is what the granted share allows; 0 when the share is 100 and
	// nothing caps it.
	Cap float64 `json:"cap"`
	// Maintenance is the flux through the maintenance reaction.
	Maintenance float64 `json:"maintenance"`
}

// Metrics are a VM's figures at this moment, computed from its state.
type Metrics struct {
	State            State     `json:"state"`
	Growth           Growth    `json:"growth"`
	Usage            Usage     `json:"usage"`
	SimulatedSeconds float64   `json:"simulated_seconds"`
	Executions       int       `json:"executions"` // records kept
	ModelVersion     string    `json:"model_version"`
	Grant            Resources `json:"grant"`
	// Cell holds what the VM's type is known by.
	Cell CellMetrics `json:"cell"`
}

// CellMetrics are the figures that a type of cell is known by, computed from
// the state that its living cell is in: at its birth when it has lived no second.
// The field of the VM's type is set.
type CellMetrics struct {
	Syn3A       *Syn3AMetrics       `json:"syn3a,omitempty"`
	EColi       *EColiMetrics       `json:"ecoli,omitempty"`
	MinimalCell *MinimalCellMetrics `json:"minimal_cell,omitempty"`
	// Problem says why there are none: that the living cell cannot go on with the
	// genes that the VM has now, say. Empty if there are.
	Problem string `json:"problem,omitempty"`
}

// Syn3AMetrics are those of syn3a.
type Syn3AMetrics struct {
	// ATPLevel is the concentration of ATP, in mM.
	ATPLevel float64 `json:"atp_level"`
	// EssentialGenes are those that experiments found essential and the cell
	// has; ActiveEssentialGenes are those of them with a transcript or a protein.
	EssentialGenes       int `json:"essential_genes"`
	ActiveEssentialGenes int `json:"active_essential_genes"`
	// RibosomesAllocated are the physical ribosomes of the grant, Ribosomes those
	// that the cell has, and RibosomesActive those of them that translate.
	RibosomesAllocated float64 `json:"ribosomes_allocated"`
	Ribosomes          float64 `json:"ribosomes"`
	RibosomesActive    float64 `json:"ribosomes_active"`
}

// EColiMetrics are those of ecoli.
type EColiMetrics struct {
	// PlasmidCount is how many copies of plasmids there are in all.
	PlasmidCount int `json:"plasmid_count"`
	// GrowthPhase of its culture is lag, exponential, diauxie or stationary.
	GrowthPhase string `json:"growth_phase"`
	// Operons are those that somebody managed or that are simulated, by ID:
	// regulated, induced, repressed or lost, and for lac whether it is on.
	Operons map[string]string `json:"operons"`
}

// MinimalCellMetrics are those of minimal_cell.
type MinimalCellMetrics struct {
	// Functions are what no cell lives without.
	Functions []FunctionStatus `json:"functions"`
}

// A FunctionStatus says whether a cell has a function, by the genes that are
// there and expressed, and the flux that its network carries.
type FunctionStatus struct {
	Name      string `json:"name"` // DNA replication, protein synthesis, energy production
	Supported bool   `json:"supported"`
	// Missing lists what it lacks, in words.
	Missing []string `json:"missing,omitempty"`
}

// A Gene is one gene of an organism.
type Gene struct {
	// Locus is the canonical name: JCVISYN3A_nnnn, or a b-number for E. coli.
	Locus   string   `json:"locus"`
	Symbol  string   `json:"symbol,omitempty"`
	Aliases []string `json:"aliases,omitempty"`
	Product string   `json:"product,omitempty"`
	// Start and End are 1-based and inclusive; Strand is "+" or "-".
	Start  int    `json:"start,omitempty"`
	End    int    `json:"end,omitempty"`
	Strand string `json:"strand,omitempty"`
	Type   string `json:"type,omitempty"` // CDS, tRNA, rRNA, ...
	// Essentiality is the experimental class: E essential, Q quasi-essential, N
	// non-essential for syn3a and minimal_cell; L essential on rich medium, M on
	// glucose minimal medium for ecoli. Empty when not known or not essential.
	Essentiality string `json:"essentiality,omitempty"`
	// ProteinsPerCell is the measured copy number; 0 when not measured.
	ProteinsPerCell float64 `json:"proteins_per_cell,omitempty"`
	// InModel: the metabolic network has reactions that take the gene.
	InModel bool `json:"in_model,omitempty"`
}

// EssentialGenes are the genes that an organism cannot lose.
type EssentialGenes struct {
	// InSilico: without the gene the model's growth falls under 1 % of the
	// wild type's. Empty, and Agreement zero, when that does not grow.
	InSilico []string `json:"in_silico"`
	// InVivo: the experiments say so.
	InVivo []string `json:"in_vivo"`
	// Agreement compares both over the genes that the model knows.
	Agreement Agreement `json:"agreement"`
}

// Agreement is a confusion matrix; positive means essential, the experiment is the truth.
type Agreement struct {
	TruePositives  int     `json:"true_positives"`
	TrueNegatives  int     `json:"true_negatives"`
	FalsePositives int     `json:"false_positives"`
	FalseNegatives int     `json:"false_negatives"`
	Accuracy       float64 `json:"accuracy"`
	// MCC is Matthews' correlation coefficient, -1 to 1.
	MCC float64 `json:"mcc"`
}
