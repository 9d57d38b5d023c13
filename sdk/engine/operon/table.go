package operon

import (
	"slices"
	"strings"
)

// An Operon is a row of genes that one promoter transcribes.
type Operon struct {
	ID    string   // such as lac
	Name  string   // such as lacZYA
	Genes []string // symbols, in the order of transcription
	// Regulators are the proteins and signals that act on the promoter, repressors
	// with -, activators with +, attenuation with its signal.
	Regulators []string
	Function   string
	// Range is how many times more an open promoter transcribes than a repressed
	// one, where it was measured; 0 where we know no figure, and then AssumedRange
	// stands in for it.
	Range float64
	// Glucose and Full are the shares of a cell's protein that the operon's products
	// are, on glucose and at most. Full is that of an open promoter, or less: use
	// [Operon.Open].
	Glucose, Full float64
	Source        string
}

const (
	// AssumedRange is the range of a promoter that nobody measured for us: an
	// assumption, between the tens and the thousand that textbooks have.
	AssumedRange = 100.0
	// openFold is how many times more an open promoter makes than a regulated one
	// on glucose, at least: an assumption, for those whose fullest measured state is
	// that on glucose, such as trp's.
	openFold = 2.0
	// lacProtein is the share of lac's products in the cell of sdk/engine/operon/lac
	// whose promoter is open, doubling in an hour, of 1.19·10^9 amino acids.
	lacProtein = 0.0642
	// xylProtein is assumed for operons of other sugars that were not measured:
	// xylAB's on xylose.
	xylProtein = 0.01122
)

// Open is the share of a cell's protein that the operon's products are when its
// promoter is clamped open.
func (o Operon) Open() float64 { return max(o.Full, float64(openFold*o.Glucose)) }

// leftRepressed is what is left of the operon's expression when its promoter is
// clamped shut.
func (o Operon) leftRepressed() float64 {
	if o.Range > 0 {
		return 1 / o.Range
	}
	return 1 / AssumedRange
}

// ribosomal reports whether the operon has proteins of the ribosome.
func (o Operon) ribosomal() bool {
	return slices.ContainsFunc(o.Genes, func(gene string) bool {
		return strings.HasPrefix(gene, "rpl") || strings.HasPrefix(gene, "rps") || strings.HasPrefix(gene, "rpm")
	})
}

// measured is the source of the shares of protein.
const measured = "protein: Schmidt et al. 2016, Nat. Biotechnol. 34:104, copies in 22 conditions as compiled in vEcoli, the largest share"

// curated is the source of the gene lists and regulators, which are recalled, not
// looked up, as are the ranges but for lac's; a test holds the genes against the
// genome's coordinates.
const curated = "RegulonDB (Tierrafría et al. 2022, doi 10.1099/mgen.0.000833); EcoCyc (Karp et al. 2023, doi 10.1128/ecosalplus.esp-0002-2023)"

// Table lists the operons, sorted by ID.
func Table() []Operon {
	table := []Operon{
		{ID: "lac", Genes: genes("lacZ lacY lacA"), Regulators: genes("-LacI +CRP -H-NS"), Function: "lactose", Range: 1300, Source: "Oehler et al. 1990, EMBO J. 9:973", Full: lacProtein},
		{ID: "trp", Genes: genes("trpL trpE trpD trpC trpB trpA"), Regulators: genes("-TrpR attenuation:Trp"), Function: "synthesis of tryptophan", Range: 600, Source: "Yanofsky 1981, Nature 289:751: 70-fold by TrpR, 8- to 10-fold by attenuation", Glucose: 0.00325, Full: 0.00325},
		{ID: "araBAD", Genes: genes("araB araA araD"), Regulators: genes("+AraC -AraC +CRP"), Function: "arabinose", Full: xylProtein},
		{ID: "araFGH", Genes: genes("araF araG araH"), Regulators: genes("+AraC +CRP"), Function: "uptake of arabinose", Glucose: 0.00001, Full: 0.00025},
		{ID: "gal", Name: "galETKM", Genes: genes("galE galT galK galM"), Regulators: genes("-GalR -GalS +CRP"), Function: "galactose", Glucose: 0.00064, Full: 0.0049},
		{ID: "his", Genes: genes("hisL hisG hisD hisC hisB hisH hisA hisF hisI"), Regulators: genes("attenuation:His +ppGpp"), Function: "synthesis of histidine", Glucose: 0.00456, Full: 0.00456},
		{ID: "thr", Genes: genes("thrL thrA thrB thrC"), Regulators: genes("attenuation:Thr,Ile"), Function: "synthesis of threonine", Glucose: 0.00852, Full: 0.0149},
		{ID: "leu", Genes: genes("leuL leuA leuB leuC leuD"), Regulators: genes("attenuation:Leu +LeuO -Lrp"), Function: "synthesis of leucine", Glucose: 0.00414, Full: 0.00938},
		{ID: "ilv", Name: "ilvLXGMEDA", Genes: genes("ilvL ilvX ilvM ilvE ilvD ilvA"), Regulators: genes("attenuation:Leu,Val,Ile -Lrp"), Function: "synthesis of isoleucine and valine (ilvG is broken in K-12)", Glucose: 0.00124, Full: 0.00235},
		{ID: "arg", Name: "argCBH", Genes: genes("argC argB argH"), Regulators: genes("-ArgR"), Function: "synthesis of arginine", Glucose: 0.00271, Full: 0.00271},
		{ID: "bio", Name: "bioBFCD", Genes: genes("bioB bioF bioC bioD"), Regulators: genes("-BirA"), Function: "synthesis of biotin", Glucose: 0.00012, Full: 0.00018},
		{ID: "metBL", Genes: genes("metB metL"), Regulators: genes("-MetJ"), Function: "synthesis of methionine", Glucose: 0.00078, Full: 0.00078},
		{ID: "pyrBI", Genes: genes("pyrL pyrB pyrI"), Regulators: genes("attenuation:UTP"), Function: "synthesis of pyrimidines", Glucose: 0.00435, Full: 0.00772},
		{ID: "purHD", Genes: genes("purH purD"), Regulators: genes("-PurR"), Function: "synthesis of purines", Glucose: 0.0018, Full: 0.00198},
		{ID: "purMN", Genes: genes("purM purN"), Regulators: genes("-PurR"), Function: "synthesis of purines", Glucose: 0.00075, Full: 0.00091},
		{ID: "purEK", Genes: genes("purE purK"), Regulators: genes("-PurR"), Function: "synthesis of purines", Glucose: 0.00053, Full: 0.0006},
		{ID: "malEFG", Genes: genes("malE malF malG"), Regulators: genes("+MalT +CRP"), Function: "uptake of maltose", Glucose: 0.00065, Full: 0.00656},
		{ID: "malK", Name: "malK-lamB-malM", Genes: genes("malK lamB malM"), Regulators: genes("+MalT +CRP"), Function: "uptake of maltose", Glucose: 0.00039, Full: 0.00285},
		{ID: "malPQ", Genes: genes("malP malQ"), Regulators: genes("+MalT"), Function: "maltose", Glucose: 0.0002, Full: 0.00042},
		{ID: "rhaBAD", Genes: genes("rhaB rhaA rhaD"), Regulators: genes("+RhaS +CRP"), Function: "rhamnose", Full: xylProtein},
		{ID: "xylAB", Genes: genes("xylA xylB"), Regulators: genes("+XylR +CRP"), Function: "xylose", Glucose: 0.00011, Full: 0.01122},
		{ID: "xylFGH", Genes: genes("xylF xylG xylH"), Regulators: genes("+XylR +CRP"), Function: "uptake of xylose", Glucose: 0.00002, Full: 0.00198},
		{ID: "fuc", Name: "fucPIKUR", Genes: genes("fucP fucI fucK fucU fucR"), Regulators: genes("+FucR +CRP"), Function: "fucose", Glucose: 0.00003, Full: 0.00007},
		{ID: "glpFKX", Genes: genes("glpF glpK glpX"), Regulators: genes("-GlpR +CRP"), Function: "uptake of glycerol", Glucose: 0.00025, Full: 0.01194},
		{ID: "glpTQ", Genes: genes("glpT glpQ"), Regulators: genes("-GlpR +CRP"), Function: "uptake of glycerol 3-phosphate", Glucose: 0.00006, Full: 0.00048},
		{ID: "glpABC", Genes: genes("glpA glpB glpC"), Regulators: genes("-GlpR +FNR -ArcA"), Function: "glycerol 3-phosphate without oxygen", Glucose: 0.00001, Full: 0.0003},
		{ID: "tna", Name: "tnaCAB", Genes: genes("tnaC tnaA tnaB"), Regulators: genes("+CRP attenuation:Trp"), Function: "use of tryptophan", Glucose: 0.00022, Full: 0.02083},
		{ID: "aceBAK", Genes: genes("aceB aceA aceK"), Regulators: genes("-IclR +FruR +IHF"), Function: "glyoxylate bypass", Glucose: 0.01117, Full: 0.11843},
		{ID: "pdh", Name: "pdhR-aceEF-lpd", Genes: genes("pdhR aceE aceF lpd"), Regulators: genes("-PdhR"), Function: "pyruvate dehydrogenase", Glucose: 0.00834, Full: 0.02445},
		{ID: "pts", Name: "ptsHI-crr", Genes: genes("ptsH ptsI crr"), Regulators: genes("+CRP -Mlc"), Function: "phosphotransferase system", Glucose: 0.01044, Full: 0.01044},
		{ID: "sdh", Name: "sdhCDAB-sucABCD", Genes: genes("sdhC sdhD sdhA sdhB sucA sucB sucC sucD"), Regulators: genes("-ArcA +CRP -Fur"), Function: "citric acid cycle", Glucose: 0.00771, Full: 0.02721},
		{ID: "atp", Name: "atpIBEFHAGDC", Genes: genes("atpI atpB atpE atpF atpH atpA atpG atpD atpC"), Function: "ATP synthase", Glucose: 0.0182, Full: 0.02864},
		{ID: "nuo", Genes: genes("nuoA nuoB nuoC nuoE nuoF nuoG nuoH nuoI nuoJ nuoK nuoL nuoM nuoN"), Regulators: genes("-ArcA -NarL +IHF"), Function: "NADH dehydrogenase I", Glucose: 0.00151, Full: 0.00419},
		{ID: "cyo", Name: "cyoABCDE", Genes: genes("cyoA cyoB cyoC cyoD cyoE"), Regulators: genes("-ArcA -FNR +CRP"), Function: "cytochrome bo3 oxidase", Glucose: 0.00113, Full: 0.00225},
		{ID: "frd", Name: "frdABCD", Genes: genes("frdA frdB frdC frdD"), Regulators: genes("+FNR -NarL"), Function: "fumarate reductase", Glucose: 0.00005, Full: 0.0002},
		{ID: "narGHJI", Genes: genes("narG narH narJ narI"), Regulators: genes("+FNR +NarL"), Function: "nitrate reductase", Glucose: 0, Full: 0.00002},
		{ID: "pst", Name: "pstSCAB-phoU", Genes: genes("pstS pstC pstA pstB phoU"), Regulators: genes("+PhoB"), Function: "uptake of phosphate", Glucose: 0.00017, Full: 0.00025},
		{ID: "rpoBC", Name: "rplKAJL-rpoBC", Genes: genes("rplK rplA rplJ rplL rpoB rpoC"), Regulators: genes("-L1 -L10"), Function: "RNA polymerase and ribosome", Glucose: 0.02347, Full: 0.03861},
		{ID: "S10", Genes: genes("rpsJ rplC rplD rplW rplB rpsS rplV rpsC rplP rpmC rpsQ"), Regulators: genes("-L4"), Function: "ribosome", Glucose: 0.0268, Full: 0.04812},
		{ID: "spc", Genes: genes("rplN rplX rplE rpsN rpsH rplF rplR rpsE rpmD rplO secY rpmJ"), Regulators: genes("-S8"), Function: "ribosome and secretion", Glucose: 0.01867, Full: 0.03162},
		{ID: "alpha", Genes: genes("rpsM rpsK rpsD rpoA rplQ"), Regulators: genes("-S4"), Function: "ribosome and RNA polymerase", Glucose: 0.0108, Full: 0.01854},
	}
	for i := range table {
		o := &table[i]
		if o.Name == "" {
			o.Name = o.ID
		}
		if o.Source != "" {
			o.Source = "; range: " + o.Source
		}
		if o.Source = curated + o.Source; o.Glucose > 0 {
			o.Source += "; " + measured
		}
	}
	slices.SortFunc(table, func(a, b Operon) int { return strings.Compare(a.ID, b.ID) })
	return table
}

func genes(list string) []string { return strings.Fields(list) }

// Of finds an operon by its ID or name, in upper or lower case.
func Of(id string) (Operon, bool) {
	for _, o := range Table() {
		if strings.EqualFold(o.ID, id) || strings.EqualFold(o.Name, id) {
			return o, true
		}
	}
	return Operon{}, false
}

// OfGene finds the operon that a gene is in, by the gene's symbol.
func OfGene(symbol string) (Operon, bool) {
	for _, o := range Table() {
		if slices.Contains(o.Genes, symbol) {
			return o, true
		}
	}
	return Operon{}, false
}
