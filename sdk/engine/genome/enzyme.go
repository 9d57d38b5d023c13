package genome

import (
	"strconv"
	"strings"
)

// An Enzyme is a restriction enzyme of type II: the sequence that it finds, and
// where it then cuts.
type Enzyme struct {
	Name string
	Site string // as IUPAC codes, in the direction in which it is published
	// Cut and OtherCut are after how many bases, from the first of the site, the
	// strand of the site and the other one are cut. They may lie outside of the
	// site.
	Cut, OtherCut int
}

// Palindrome reports whether the site is the same on both strands.
func (e *Enzyme) Palindrome() bool {
	return string(ReverseComplement(nil, []byte(e.Site))) == e.Site
}

// enzymeTable lists name, site and the two cuts of enzymes that are sold
// widely. Facts from REBASE (Roberts et al. 2023, doi:10.1093/nar/gkac975,
// http://rebase.neb.com). DpnI cuts sites only where A is methylated.
const enzymeTable = `
AatII GACGTC 5 1
AccI GTMKAC 2 4
AclI AACGTT 2 4
AfeI AGCGCT 3 3
AflII CTTAAG 1 5
AgeI ACCGGT 1 5
AluI AGCT 2 2
ApaI GGGCCC 5 1
ApaLI GTGCAC 1 5
AscI GGCGCGCC 2 6
AseI ATTAAT 2 4
AsiSI GCGATCGC 5 3
AvaI CYCGRG 1 5
AvrII CCTAGG 1 5
BamHI GGATCC 1 5
BbsI GAAGAC 8 12
BbvCI CCTCAGC 2 5
BclI TGATCA 1 5
BglI GCCNNNNNGGC 7 4
BglII AGATCT 1 5
BlpI GCTNAGC 2 5
BmtI GCTAGC 5 1
BpmI CTGGAG 22 20
BsaI GGTCTC 7 11
BsmBI CGTCTC 7 11
BsmI GAATGC 7 5
BspEI TCCGGA 1 5
BspHI TCATGA 1 5
BspQI GCTCTTC 8 11
BsrGI TGTACA 1 5
BssHII GCGCGC 1 5
BstBI TTCGAA 2 4
BstEII GGTNACC 1 6
BstXI CCANNNNNNTGG 8 4
BtgI CCRYGG 1 5
ClaI ATCGAT 2 4
DdeI CTNAG 1 4
DpnI GATC 2 2
DpnII GATC 0 4
DraI TTTAAA 3 3
DraIII CACNNNGTG 6 3
EagI CGGCCG 1 5
EcoNI CCTNNNNNAGG 5 6
EcoO109I RGGNCCY 2 5
EcoRI GAATTC 1 5
EcoRV GATATC 3 3
FokI GGATG 14 18
FseI GGCCGGCC 6 2
HaeII RGCGCY 5 1
HaeIII GGCC 2 2
HhaI GCGC 3 1
HincII GTYRAC 3 3
HindIII AAGCTT 1 5
HinfI GANTC 1 4
HpaI GTTAAC 3 3
HpaII CCGG 1 3
KasI GGCGCC 1 5
KpnI GGTACC 5 1
MboI GATC 0 4
MboII GAAGA 13 12
MfeI CAATTG 1 5
MluI ACGCGT 1 5
MlyI GAGTC 10 10
MscI TGGCCA 3 3
MseI TTAA 1 3
MspI CCGG 1 3
NaeI GCCGGC 3 3
NarI GGCGCC 2 4
NcoI CCATGG 1 5
NdeI CATATG 2 4
NgoMIV GCCGGC 1 5
NheI GCTAGC 1 5
NlaIII CATG 4 0
NotI GCGGCCGC 2 6
NruI TCGCGA 3 3
NsiI ATGCAT 5 1
PacI TTAATTAA 5 3
PaqCI CACCTGC 11 15
PciI ACATGT 1 5
PmeI GTTTAAAC 4 4
PmlI CACGTG 3 3
PshAI GACNNNNGTC 5 5
PspOMI GGGCCC 1 5
PstI CTGCAG 5 1
PvuI CGATCG 4 2
PvuII CAGCTG 3 3
RsaI GTAC 2 2
SacI GAGCTC 5 1
SacII CCGCGG 4 2
SalI GTCGAC 1 5
SapI GCTCTTC 8 11
Sau3AI GATC 0 4
SbfI CCTGCAGG 6 2
ScaI AGTACT 3 3
SfiI GGCCNNNNNGGCC 8 5
SgrAI CRCCGGYG 2 6
SmaI CCCGGG 3 3
SnaBI TACGTA 3 3
SpeI ACTAGT 1 5
SphI GCATGC 5 1
SspI AATATT 3 3
StuI AGGCCT 3 3
StyI CCWWGG 1 5
SwaI ATTTAAAT 4 4
TaqI TCGA 1 3
TfiI GAWTC 1 4
Tth111I GACNNNGTC 4 5
XbaI TCTAGA 1 5
XcmI CCANNNNNNNNNTGG 8 7
XhoI CTCGAG 1 5
XmaI CCCGGG 1 5
XmnI GAANNNNTTC 5 5
`

// Enzymes lists common restriction enzymes of type II, by name.
func Enzymes() []Enzyme {
	words := strings.Fields(enzymeTable)
	const columns = 4
	all := make([]Enzyme, 0, len(words)/columns)
	for ; len(words) >= columns; words = words[columns:] {
		cut, err1 := strconv.Atoi(words[2])
		other, err2 := strconv.Atoi(words[3])
		if err1 == nil && err2 == nil { // a test holds that all lines are in order
			all = append(all, Enzyme{words[0], words[1], cut, other})
		}
	}
	return all
}

// A CutSite is where an enzyme finds its site.
type CutSite struct {
	Start  int // of the site's first base on the forward strand, from 1
	Strand int // +1, or -1 when the site is on the other strand
	// Cut and OtherCut are the bases of the forward strand after which it and the
	// other strand are cut.
	Cut, OtherCut int
}

// Sites lists where an enzyme finds its site, on both strands, by place. On a
// circular sequence a site may lie over the last base; on a linear one, those
// of which a cut would be beyond the ends are left out. A code for several bases
// in the sequence is found only where the site allows them all.
func (r *Record) Sites(e Enzyme) []CutSite {
	n, k := len(r.Bases), len(e.Site)
	if k == 0 || n < k {
		return nil
	}
	forward := maskOf([]byte(e.Site))
	var backward []uint8
	if !e.Palindrome() {
		backward = maskOf(ReverseComplement(nil, []byte(e.Site)))
	}
	var all []CutSite
	add := func(at, strand, cut, other int) {
		s := CutSite{at + 1, strand, at + cut, at + other}
		if r.Circular {
			s.Cut, s.OtherCut = (s.Cut-1+2*n)%n+1, (s.OtherCut-1+2*n)%n+1
		} else if s.Cut < 1 || s.Cut >= n || s.OtherCut < 1 || s.OtherCut >= n {
			return
		}
		all = append(all, s)
	}
	last := n - k
	if r.Circular {
		last = n - 1
	}
	for at := 0; at <= last; at++ {
		if r.matches(forward, at) {
			add(at, 1, e.Cut, e.OtherCut)
		}
		if backward != nil && r.matches(backward, at) {
			add(at, -1, k-e.OtherCut, k-e.Cut)
		}
	}
	return all
}

func maskOf(site []byte) []uint8 {
	m := make([]uint8, len(site))
	for i, c := range site {
		m[i] = masks[c]
	}
	return m
}

// matches reports whether the bases from a place on, over the end, are of a
// site.
func (r *Record) matches(site []uint8, at int) bool {
	for _, want := range site {
		if at == len(r.Bases) {
			at = 0
		}
		if is := masks[r.Bases[at]]; is == 0 || is&^want != 0 {
			return false
		}
		at++
	}
	return true
}
