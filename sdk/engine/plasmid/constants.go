package plasmid

import "math"

// Where the figures are from. "Found" says that the figure was looked up, and
// where it was seen; "recalled" that it was not: it was written down from memory,
// and the paper named is where it should be. "Fitted" says to what.

// Brenner and Tomizawa 1991, PNAS 88:405, on a ColE1 plasmid of some 18 copies
// (recalled): 1 µM RNA I, 7 nM RNA II, both with half-lives of 2 min, found in the
// abstract. What is synthesised is what decays: the rates per plasmid follow.
// Sources disagree: Lin-Chao and Bremer 1986, Mol. Gen. Genet. 203:143, found a half-
// life of 0.55 min and 39 to 55 pBR322 a cell (abstract).
const (
	moleculesPerMicromolar = 602.214076 // in 1 fL
	measuredCopies         = 18.0
	halfLifeRNA            = 120.0                                                      // s
	decayRNA               = math.Ln2 / halfLifeRNA                                     // 1/s
	transcribeRNAI         = 1.0 * moleculesPerMicromolar * decayRNA / measuredCopies   // 1/s and plasmid
	transcribeRNAII        = 0.007 * moleculesPerMicromolar * decayRNA / measuredCopies // 1/s and plasmid
)

const (
	// window, s, is how long RNA II can be stopped: some 250 bases (found in the
	// abstract of Ehrenberg 1996) at 45 bases a second (Dennis and Bremer 2008, doi
	// 10.1128/ecosal.5.2.3, recalled).
	window = 250 / 45.0
	// defaultSteps is how many steps of equal rate that window is cut into.
	// Ehrenberg 1996, Biophys. J. 70:135: with several, the probability to get
	// through falls exponentially with RNA I (found in the abstract); with one,
	// hyperbolically. Ten are our choice.
	defaultSteps = 10
	// birthVolume, fL: the mean over the cycle of a cell that doubles is 1/ln 2
	// times as much, which makes 1 fL.
	birthVolume = math.Ln2
	// freeShare is the largest share of foreign protein: with more nothing is left
	// to grow. Fitted to the 28 cultures with useless β-galactosidase of Scott et al.
	// 2010, Science 330:1099, Fig. 4, as read off by Chure and Cremer 2023, eLife
	// 12:e84878 (found in their data).
	freeShare = 0.38
	// proteinPerCopy is the share of the cell's protein that a copy makes if there
	// are few; fullCopies make half as much each. Fitted to Seo and Bailey 1985,
	// Biotechnol. Bioeng. 27:1668: plasmids of pMB1's origin with β-lactamase, of
	// which 60, 122 and 408 copies slow E. coli in LB from 0.92 to 0.87, 0.82 and
	// 0.77 1/h. The figures are recalled; found in the abstract: growth falls with
	// the plasmid content, and so does β-lactamase a copy.
	proteinPerCopy = 7.1e-4
	fullCopies     = 110.0
)

// A Kind is a plasmid whose copy number is known.
type Kind string

// The plasmids, with copies per cell as in Sambrook and Russell 2001, Molecular
// Cloning, 3rd ed., 1.3: found in QIAGEN's table of origins (pUC, pBR322, pACYC) and
// in the abstract of Lee et al. 2006, J. Biotechnol. 123:273 (pBR322).
const (
	// ColE1 has 15 to 20 copies.
	ColE1 Kind = "ColE1"
	// PBR322 has 15 to 20 copies.
	PBR322 Kind = "pBR322"
	// P15A is the origin of pACYC, with 10 to 12 copies.
	P15A Kind = "p15A"
	// PUC has lost Rom and has a change in RNA II that weakens the control: 500
	// to 700 copies.
	PUC Kind = "pUC"
	// Custom is a plasmid of Config.Copies.
	Custom Kind = "custom"
)

// Kinds lists the known plasmids.
func Kinds() []Kind { return []Kind{ColE1, PBR322, P15A, PUC} }

// Published is the range of a kind's copies per cell, and the size of the
// plasmid in kilobases; zeros for Custom and for what is no kind.
func (k Kind) Published() (low, high, kilobases float64) {
	switch k {
	case ColE1:
		return 15, 20, 6.646
	case PBR322:
		return 15, 20, 4.361
	case P15A:
		return 10, 12, 4.245 // pACYC184
	case PUC:
		return 500, 700, 2.686 // pUC19
	case Custom:
	}
	return 0, 0, 0
}

// Burden is what foreign protein leaves of the growth rate, from 1 (none) to 0:
// growth falls linearly with the share of the cell's protein that is foreign and
// ends at 38 %: the law of Scott et al. 2010, Science 330:1099, fitted to their
// Fig. 4.
func Burden(share float64) float64 {
	return min(1, max(0, 1-share/freeShare))
}
