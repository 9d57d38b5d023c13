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
	// one, where it was measured; 0 where we know no figure.
	Range  float64
	Source string
}

// curated is the source of the gene lists and regulators.
const curated = "RegulonDB (Tierrafría et al. 2022, doi 10.1099/mgen.0.000833); EcoCyc (Karp et al. 2023, doi 10.1128/ecosalplus.esp-0002-2023)"

// Table lists the operons, sorted by ID.
func Table() []Operon {
	table := []Operon{
		{ID: "lac", Genes: genes("lacZ lacY lacA"), Regulators: genes("-LacI +CRP -H-NS"), Function: "lactose", Range: 1300, Source: "Oehler et al. 1990, EMBO J. 9:973"},
		{ID: "trp", Genes: genes("trpL trpE trpD trpC trpB trpA"), Regulators: genes("-TrpR attenuation:Trp"), Function: "synthesis of tryptophan", Range: 600, Source: "Yanofsky 1981, Nature 289:751: 70-fold by TrpR, 8- to 10-fold by attenuation"},
		{ID: "araBAD", Genes: genes("araB araA araD"), Regulators: genes("+AraC -AraC +CRP"), Function: "arabinose"},
		{ID: "araFGH", Genes: genes("araF araG araH"), Regulators: genes("+AraC +CRP"), Function: "uptake of arabinose"},
		{ID: "gal", Name: "galETKM", Genes: genes("galE galT galK galM"), Regulators: genes("-GalR -GalS +CRP"), Function: "galactose"},
		{ID: "his", Genes: genes("hisL hisG hisD hisC hisB hisH hisA hisF hisI"), Regulators: genes("attenuation:His +ppGpp"), Function: "synthesis of histidine"},
		{ID: "thr", Genes: genes("thrL thrA thrB thrC"), Regulators: genes("attenuation:Thr,Ile"), Function: "synthesis of threonine"},
		{ID: "leu", Genes: genes("leuL leuA leuB leuC leuD"), Regulators: genes("attenuation:Leu +LeuO -Lrp"), Function: "synthesis of leucine"},
		{ID: "ilv", Name: "ilvLXGMEDA", Genes: genes("ilvL ilvX ilvM ilvE ilvD ilvA"), Regulators: genes("attenuation:Leu,Val,Ile -Lrp"), Function: "synthesis of isoleucine and valine (ilvG is broken in K-12)"},
		{ID: "arg", Name: "argCBH", Genes: genes("argC argB argH"), Regulators: genes("-ArgR"), Function: "synthesis of arginine"},
		{ID: "bio", Name: "bioBFCD", Genes: genes("bioB bioF bioC bioD"), Regulators: genes("-BirA"), Function: "synthesis of biotin"},
		{ID: "metBL", Genes: genes("metB metL"), Regulators: genes("-MetJ"), Function: "synthesis of methionine"},
		{ID: "pyrBI", Genes: genes("pyrL pyrB pyrI"), Regulators: genes("attenuation:UTP"), Function: "synthesis of pyrimidines"},
		{ID: "purHD", Genes: genes("purH purD"), Regulators: genes("-PurR"), Function: "synthesis of purines"},
		{ID: "purMN", Genes: genes("purM purN"), Regulators: genes("-PurR"), Function: "synthesis of purines"},
		{ID: "purEK", Genes: genes("purE purK"), Regulators: genes("-PurR"), Function: "synthesis of purines"},
		{ID: "malEFG", Genes: genes("malE malF malG"), Regulators: genes("+MalT +CRP"), Function: "uptake of maltose"},
		{ID: "malK", Name: "malK-lamB-malM", Genes: genes("malK lamB malM"), Regulators: genes("+MalT +CRP"), Function: "uptake of maltose"},
		{ID: "malPQ", Genes: genes("malP malQ"), Regulators: genes("+MalT"), Function: "maltose"},
		{ID: "rhaBAD", Genes: genes("rhaB rhaA rhaD"), Regulators: genes("+RhaS +CRP"), Function: "rhamnose"},
		{ID: "xylAB", Genes: genes("xylA xylB"), Regulators: genes("+XylR +CRP"), Function: "xylose"},
		{ID: "xylFGH", Genes: genes("xylF xylG xylH"), Regulators: genes("+XylR +CRP"), Function: "uptake of xylose"},
		{ID: "fuc", Name: "fucPIKUR", Genes: genes("fucP fucI fucK fucU fucR"), Regulators: genes("+FucR +CRP"), Function: "fucose"},
		{ID: "glpFKX", Genes: genes("glpF glpK glpX"), Regulators: genes("-GlpR +CRP"), Function: "uptake of glycerol"},
		{ID: "glpTQ", Genes: genes("glpT glpQ"), Regulators: genes("-GlpR +CRP"), Function: "uptake of glycerol 3-phosphate"},
		{ID: "glpABC", Genes: genes("glpA glpB glpC"), Regulators: genes("-GlpR +FNR -ArcA"), Function: "glycerol 3-phosphate without oxygen"},
		{ID: "tna", Name: "tnaCAB", Genes: genes("tnaC tnaA tnaB"), Regulators: genes("+CRP attenuation:Trp"), Function: "use of tryptophan"},
		{ID: "aceBAK", Genes: genes("aceB aceA aceK"), Regulators: genes("-IclR +FruR +IHF"), Function: "glyoxylate bypass"},
		{ID: "pdh", Name: "pdhR-aceEF-lpd", Genes: genes("pdhR aceE aceF lpd"), Regulators: genes("-PdhR"), Function: "pyruvate dehydrogenase"},
		{ID: "pts", Name: "ptsHI-crr", Genes: genes("ptsH ptsI crr"), Regulators: genes("+CRP -Mlc"), Function: "phosphotransferase system"},
		{ID: "sdh", Name: "sdhCDAB-sucABCD", Genes: genes("sdhC sdhD sdhA sdhB sucA sucB sucC sucD"), Regulators: genes("-ArcA +CRP -Fur"), Function: "citric acid cycle"},
		{ID: "atp", Name: "atpIBEFHAGDC", Genes: genes("atpI atpB atpE atpF atpH atpA atpG atpD atpC"), Function: "ATP synthase"},
		{ID: "nuo", Genes: genes("nuoA nuoB nuoC nuoE nuoF nuoG nuoH nuoI nuoJ nuoK nuoL nuoM nuoN"), Regulators: genes("-ArcA -NarL +IHF"), Function: "NADH dehydrogenase I"},
		{ID: "cyo", Name: "cyoABCDE", Genes: genes("cyoA cyoB cyoC cyoD cyoE"), Regulators: genes("-ArcA -FNR +CRP"), Function: "cytochrome bo3 oxidase"},
		{ID: "frd", Name: "frdABCD", Genes: genes("frdA frdB frdC frdD"), Regulators: genes("+FNR -NarL"), Function: "fumarate reductase"},
		{ID: "narGHJI", Genes: genes("narG narH narJ narI"), Regulators: genes("+FNR +NarL"), Function: "nitrate reductase"},
		{ID: "pst", Name: "pstSCAB-phoU", Genes: genes("pstS pstC pstA pstB phoU"), Regulators: genes("+PhoB"), Function: "uptake of phosphate"},
		{ID: "rpoBC", Name: "rplKAJL-rpoBC", Genes: genes("rplK rplA rplJ rplL rpoB rpoC"), Regulators: genes("-L1 -L10"), Function: "RNA polymerase and ribosome"},
		{ID: "S10", Genes: genes("rpsJ rplC rplD rplW rplB rpsS rplV rpsC rplP rpmC rpsQ"), Regulators: genes("-L4"), Function: "ribosome"},
		{ID: "spc", Genes: genes("rplN rplX rplE rpsN rpsH rplF rplR rpsE rpmD rplO secY rpmJ"), Regulators: genes("-S8"), Function: "ribosome and secretion"},
		{ID: "alpha", Genes: genes("rpsM rpsK rpsD rpoA rplQ"), Regulators: genes("-S4"), Function: "ribosome and RNA polymerase"},
	}
	for i := range table {
		o := &table[i]
		if o.Name == "" {
			o.Name = o.ID
		}
		if o.Source == "" {
			o.Source = curated
		} else {
			o.Source = curated + "; range: " + o.Source
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
