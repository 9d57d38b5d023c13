package lac

// Where the figures are from. "Found" says that the figure was looked up, and
// where it was seen: in a paper's abstract, in BioNumbers (BNID), or in published
// code of its authors or of others who used it. "Recalled" says that it was not:
// it was written down from memory, and the paper named is where it should be.
// "Fitted" says to what.

// LacI and its operators. The operator is free, holds a tetramer at O1 (which
// stops transcription), at an auxiliary operator only (which does not), or at
// both, with the DNA between them as a loop.
const (
	// tetramers of LacI per cell: Gilbert and Müller-Hill 1966, PNAS 56:1891,
	// recalled; found as 10 to 20 (Miller 1972, in BNID 106200).
	tetramers = 10
	// repressionO1 and repressionLoop: by how much the wild type's repressor
	// holds down lacZ with O1 alone, and with all three operators. Oehler et al.
	// 1990, EMBO J. 9:973: found as "about 20" in the abstract, as 18 and 1300 in
	// BNID 102086.
	repressionO1   = 20
	repressionLoop = 1300
	// auxiliaryRatio is how many times faster a head leaves O2 than O1:
	// e^(15.3-13.9), from the binding energies of Garcia and Phillips 2011, PNAS
	// 108:12173 (-15.3 and -13.9 kT): found in code by the same group (Razo-Mejia et
	// al. 2018; Chure et al. 2019).
	auxiliaryRatio = 4.0551999668446745
	// leaveO1, 1/s: one over the 5.3 min that LacI stays at the native operator in
	// living cells; Hammar et al. 2014, Nat. Genet. 46:405: found as "on average 5
	// min" in the abstract; the .3 is recalled.
	leaveO1 = 1 / 318.0
)

// What follows from these: association and looping are not free parameters.
const (
	weightO1  = repressionO1 - 1          // of a head at O1, the free operator being 1
	weightAux = weightO1 / auxiliaryRatio // of a head at the auxiliary operator
	// weightLoop makes (1 + weightAux)/(1 + weightO1 + weightAux + weightLoop)
	// the transcription that the three operators leave, 1/1300.
	weightLoop = repressionLoop*(1+weightAux) - (1 + weightO1 + weightAux)

	leaveAux = leaveO1 * auxiliaryRatio // 1/s
	// findO1, 1/s: one tetramer, which has two heads, finds one operator in 167 s.
	// Hammar et al. 2012, Science 336:1595, measured 180 to 300 s for a dimer,
	// which has one: found, BNID 114240 (3 to 5 min).
	findO1 = weightO1 * leaveO1 / tetramers
	// closeLoop, 1/s, is how fast the second head binds.
	closeLoop = weightLoop * leaveAux / weightO1
)

// The inducer turns a head's two subunits off: Monod-Wyman-Changeux, with the
// constants of Razo-Mejia et al. 2018, Cell Syst. 6:456, for IPTG: found in code
// by the same group (139 µM, 0.53 µM, 4.5 kT).
const (
	iptgActive   = 139.0                // µM, dissociation from a head that can bind DNA
	iptgInactive = 0.53                 // µM, from one that cannot
	inactiveRest = 0.011108996538242306 // e^-4.5: heads that cannot bind, without inducer

	// allolactoseInactive, µM: Jobe and Bourgeois 1972, J. Mol. Biol. 69:397
	// (6·10^-7 M), recalled; to active heads it binds as IPTG does, in proportion.
	allolactoseInactive = 0.6
	// tmgInactive, µM, is fitted to the lower end of the bistable window, 3 to 30 µM
	// TMG without glucose, of Ozbudak et al. 2004, Nature 427:737 (the window is
	// recalled). TMG binds some ten times more weakly than IPTG.
	tmgInactive = 6.5
	// activeRatio is iptgActive over iptgInactive, taken for all inducers.
	activeRatio = iptgActive / iptgInactive
)

// Transcription and translation of lacZYA. Kennell and Riezman 1977, J. Mol.
// Biol. 114:1, recalled: fully induced, a transcript starts every 3.3 s, a ribosome
// on lacZ every 3.2 s, lac mRNA decays with 0.48 1/min, and LacZ, LacY and LacA
// come at 10 : 5 : 2. Found beside it: a later paper that has translation at 0.1 to
// 0.3 1/s and mRNA from this one, and models with a decay of 0.41 (Yildirim et al.
// 2004, Chaos 14:279), 0.462 (Stamatakis and Mantzaris 2009) and 0.67 1/min (Roberts
// et al. 2011, which transcribes and translates lacY more slowly).
const (
	transcribe  = 1 / 3.3        // 1/s and free promoter
	decayMRNA   = 0.48 / 60      // 1/s
	translateZ  = 1 / 3.2        // 1/s and mRNA, monomers
	translateY  = translateZ / 2 // 1/s and mRNA
	translateA  = translateZ / 5 // 1/s and mRNA, monomers
	inducedLacY = 375            // copies: cells with more switch; Choi et al. 2008, Science 322:442, recalled
)

// Catabolite repression: of the promoter's activity without glucose, what
// cAMP-CRP leaves. Santillán 2008, Biophys. J. 94:2065, fitted to Ozbudak et
// al. 2004: found in code that has them from the same model (2.6 µM, 1.3, 0.127,
// 30).
const (
	crpGlucose  = 2.6   // µM, external glucose at half effect
	crpHill     = 1.3   // exponent; glucosePower has it
	crpPolymers = 0.127 // probability that polymerase is at the promoter, without CRP
	crpFactor   = 30.0  // by which CRP raises its affinity
)

// Inducer exclusion: enzyme IIA of the glucose transport holds back LacY.
// Santillán, Mackey and Zeron 2007, Biophys. J. 92:3830, fitted to Ozbudak et
// al. 2004; recalled.
const (
	exclusionMost = 0.35 // largest loss of LacY's activity
	exclusionHalf = 1.0  // µM, external glucose
)

// Transport, and what LacZ makes of lactose.
const (
	// moleculesPerMicromolar of a cell of 1 fL.
	moleculesPerMicromolar = 602.214076

	// TMG: Roberts et al. 2011, PLoS Comput. Biol. 7:e1002010, found in their own
	// tutorial (Lattice Microbes, 2.1): 12 1/s and permease, (0.12 + 12)/3.03·10^4 M,
	// and 2.33·10^-3 1/s through the membrane.
	tmgTurnover = 12.0    // 1/s
	tmgHalf     = 400.0   // µM
	tmgLeak     = 2.33e-3 // 1/s

	// IPTG: Stamatakis and Mantzaris 2009, Biophys. J. 96:887, found in code that
	// simulates their model: a permease binds it with 0.12 1/(nM min), lets it go
	// with 0.1 1/min and carries it with 6·10^4 1/min, which makes 1000 1/s and half
	// saturation at (0.1 + 6·10^4)/0.12 nM; the membrane leaks 0.92 1/min. Their
	// induced cell has 162 permeases (0.5/0.462·30/0.2), ours 30,000: the same
	// largest flow is 5.4 1/s for each of ours.
	iptgTurnover = 5.4       // 1/s
	iptgHalf     = 500.0     // µM
	iptgLeak     = 0.92 / 60 // 1/s

	// Lactose by LacY: Viitanen, Garcia and Kaback 1984, PNAS 81:1629 (about
	// 20 1/s, 0.27 mM), recalled; found beside it: at most about 30 1/s, in the
	// abstract of Garcia-Celma et al. 2010, Biochemistry 49:6115. It does not cross
	// the membrane by itself.
	lactoseTurnover = 20.0  // 1/s
	lactoseHalf     = 270.0 // µM
	// lactoseAccumulation is how many times more concentrated than outside LacY
	// can make lactose; Guan and Kaback 2006, Annu. Rev. Biophys. 35:67, recalled.
	lactoseAccumulation = 100.0

	// LacZ: Huber, Wallenfels and Kurz 1975, Can. J. Biochem. 53:1035: on
	// allolactose 49.6 µmol/min/mg of 116.5 kDa monomers and 1.20 mM, found in the
	// abstract. On lactose 32.6 µmol/min/mg and 2.53 mM; Huber, Kurz and Wallenfels
	// 1976, Biochemistry 15:1994: 46 % of the lactose turns into allolactose; both
	// recalled. Yildirim et al. 2004 have 0.97 mM for lactose and 1.95 mM for
	// allolactose, found in code of their model.
	cleaveLactose     = 63.3   // 1/s and monomer
	cleaveLactoseHalf = 2530.0 // µM
	allolactoseShare  = 0.46
	cleaveAllolactose = 96.3   // 1/s and monomer
	cleaveAlloHalf    = 1200.0 // µM
)
