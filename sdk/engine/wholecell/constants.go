package wholecell

// Constants of the published whole-cell model of JCVI-syn3A, unless another
// source stands beside: Thornburg et al. 2022, Cell 185:345-360,
// doi:10.1016/j.cell.2021.12.025, whose rate laws are those of Thornburg et al.
// 2019, Front. Mol. Biosci. 6:130, doi:10.3389/fmolb.2019.00130.
const (
	// avogadro is Avogadro's number as the published model rounds it, 1/mol.
	avogadro = 6.022e23

	// Transcription.
	polymeraseKD       = 0.1                   // mM, of a nucleotide
	polymeraseK0       = 1e-4                  // mM, of the polymerase at the promoter
	polymeraseSpeed    = 20.0                  // nt/s, messengers
	operonSpeed        = 85.0                  // nt/s, ribosomal RNA
	stableSpeed        = 25.0                  // nt/s, transfer and other stable RNA
	operonPolymerases  = 2.0                   // on a ribosomal operon: 170 nt/s are 2 of 85
	activeShare        = 0.155                 // of the polymerases that transcribe
	modelGenes         = 493.0                 // genes that share them
	meanPromoter       = 180.0                 // protein count of a gene of mean strength
	fastestPromoter    = 180.0                 // nt/s
	ownPolymerases     = 187.0                 // per newborn cell, for the law; Breuer et al. 2019, rpoA
	modelDegradation   = 18.0 / 452.0          // degradosomes per messenger
	degradationSpeed   = 88.0                  // nt/s
	adenine            = 1.04                  // ATP, mM
	cytosine           = 0.34                  // CTP, mM
	guanine            = 0.68                  // GTP, mM
	uracil             = 0.68                  // UTP, mM
	recycling          = 2                     // ATP to make a nucleoside triphosphate of the monophosphate again
	elongation         = 12.0                  // aa/s and ribosome
	ribosomeKD         = 1e-4                  // mM, of a charged tRNA
	ribosomeK0         = 1e-4                  // mM, of the ribosome at the messenger
	chargedTRNA        = 150.0                 // molecules per amino acid in a newborn cell, for the law
	ownRibosomes       = 503.0                 // per newborn cell, for the law
	spacing            = 125.0                 // nt of messenger per ribosome
	mostRibosomes      = 15.0                  // on a messenger
	translocation      = 50.0                  // aa/s
	perTranslocation   = 10                    // aa moved through the membrane per ATP
	gtpPerResidue      = 2                     // to elongate by one amino acid
	atpPerResidue      = 2                     // to charge a tRNA, ATP to AMP
	amidation          = 1                     // ATP besides, of glutamate to glutamine on its tRNA
	transferRNA        = 200.0                 // molecules per gene in a newborn cell: 5,800 of 29 genes
	chargedAtBirth     = 0.8                   // of them
	synthetaseATP      = 0.01                  // 1/s and molecule in a newborn cell, ATP to the enzyme
	synthetaseAA       = 0.01                  // 1/s and molecule, the amino acid to it
	synthetaseTRNA     = 0.1                   // 1/s and molecule, the tRNA to it
	synthetaseTurnover = 30.0                  // 1/s, charged tRNA from it
	forkSpeed          = 100.0                 // bp/s and fork
	forkKD             = 1e-3                  // mM, of a deoxynucleotide
	dnaAHigh           = 7800.0                // 1/mM/s, to a site of high affinity
	dnaALow            = 35.0                  // 1/mM/s, to a site of low affinity at the origin
	dnaAExtend         = 100.0                 // 1/mM/s, of the filament
	dnaALeave          = 0.55                  // 1/s, from the filament's end
	dnaAFilament       = 30                    // molecules that open the origin
	dnaARemove         = 600.0                 // 1/s, from the filament, by the helicase
	lowSites           = 2                     // of low affinity, at the origin
	membraneProtein    = 28.0                  // nm2 of the membrane, by a protein in it
	square             = 4 * 3.141592653589793 // sphere's surface over the square of its radius
)

const (
	// deoxynucleotide is the concentration of each deoxynucleotide, in mM. It is
	// not in our tables; derived: with it, forks that move by chance gene by gene
	// need the published mean of 50 minutes for the chromosome (bare: 45.3).
	deoxynucleotide = 0.02

	// aminoAcid is the concentration, in mM, that the cell keeps of each free
	// amino acid. It is not in our tables: chosen as a minute of protein synthesis.
	// It decides how soon a cell that gets no more of one slows down, not how far.
	aminoAcid = 0.5

	// chargeBatch is how many tRNAs are charged at a time. It decides how smoothly
	// their numbers change, and what a simulated second costs.
	chargeBatch = 10

	glutamine = 'Q'

	// energyKM is the share of its ATP and GTP at which a cell works at half
	// speed. Ours; the published model has no such term in expression.
	energyKM = 0.1

	// crowding bounds how much faster than by the published law, at which a lone
	// ribosome is bound 0.45 of the time, messengers take up ribosomes: 1/0.45.
	crowding = 1 / 0.45

	// proteinPerGram is how much amino acid is in the protein of a gram of dry
	// cell, in mmol: 0.012567 mmol of protein with 385 residues each in the
	// biomass of iMB155, Breuer et al. 2019, eLife 8:e36842. A newborn syn3A then
	// weighs 10.2 fg dry, as they say.
	proteinPerGram = 0.012567 * 385

	// smoothing is the time, in seconds, over which demand and growth rate are
	// averaged, and refill that in which metabolism makes up a shortage.
	smoothing = 10.0
	refill    = 5.0
	growthEMA = 60.0

	secondsPerHour = 3600.0
	percent        = 100.0
)
