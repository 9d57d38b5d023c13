package chassis

import (
	"fmt"
	"math"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
)

// A Kind is a kind of host cell. It is a value; nothing in it changes.
type Kind struct {
	Kind biovm.ChassisKind
	// Description is one sentence for people.
	Description string
	// RibosomeUnits and RNAPolymeraseUnits are what the cell has, in allocatable
	// units, and MemoryKB its room for genomes in kilobases, the hypervisor's
	// overhead not yet taken off.
	RibosomeUnits      int
	RNAPolymeraseUnits int
	MemoryKB           int
	// RibosomesPerUnit and RNAPolymerasesPerUnit are molecules per unit.
	RibosomesPerUnit      float64
	RNAPolymerasesPerUnit float64
	// OverheadPercent is what the hypervisor takes of ribosomes, polymerases
	// and genome space. It takes no ATP.
	OverheadPercent float64
	// MaxVMs is how many VMs a chassis of the kind carries.
	MaxVMs int
	// Sources say where the numbers come from.
	Sources []string
}

const (
	// atpPercent is the ATP that every chassis has: all of it.
	atpPercent = 100
	// overheadPercent is the hypervisor's share on every chassis, as upstream
	// fixed it.
	overheadPercent = 15
)

const upstream = "overhead, genome space and VMs at most: the BioXen factory API 0.0.1"

// Kinds returns all kinds, in [biovm.ChassisKinds]'s order.
func Kinds() []Kind { return []Kind{ecoli(), yeast(), orthogonal()} }

// Of returns one kind. For an unknown one the error is a [biovm.FieldError].
func Of(k biovm.ChassisKind) (Kind, error) {
	if _, err := biovm.ParseChassisKind(string(k)); err != nil {
		return Kind{}, err
	}
	for _, kind := range Kinds() {
		if kind.Kind == k {
			return kind, nil
		}
	}
	return Kind{}, fmt.Errorf("chassis %q: %w: this build has no table of it", k, biovm.ErrUnsupported)
}

func ecoli() Kind {
	return Kind{
		Kind:                  biovm.ChassisEColi,
		Description:           "Escherichia coli at a doubling time of 40 minutes; a unit of ribosomes is 325 of them, one of RNA polymerases 62.5.",
		RibosomeUnits:         80,
		RibosomesPerUnit:      325,
		RNAPolymeraseUnits:    80,
		RNAPolymerasesPerUnit: 62.5,
		MemoryKB:              1_000_000,
		OverheadPercent:       overheadPercent,
		MaxVMs:                4,
		Sources: []string{
			"26,000 ribosomes and 5,000 RNA polymerases per cell at tau = 40 min: Dennis and Bremer 2008, EcoSal Plus, doi 10.1128/ecosal.5.2.3",
			upstream,
		},
	}
}

func yeast() Kind {
	return Kind{
		Kind:                  biovm.ChassisYeast,
		Description:           "Saccharomyces cerevisiae; a unit is one ribosome or one RNA polymerase II.",
		RibosomeUnits:         200_000,
		RibosomesPerUnit:      1,
		RNAPolymeraseUnits:    30_000,
		RNAPolymerasesPerUnit: 1,
		MemoryKB:              12_000,
		OverheadPercent:       overheadPercent,
		MaxVMs:                2,
		Sources: []string{
			"200,000 ribosomes per cell: Warner 1999, Trends Biochem Sci 24:437, doi 10.1016/S0968-0004(99)01460-7",
			"30,000 RNA polymerase II per cell: Borggrefe et al. 2001, J Biol Chem 276:47150, doi 10.1074/jbc.M109581200",
			upstream,
		},
	}
}

func orthogonal() Kind {
	return Kind{
		Kind:                  biovm.ChassisOrthogonal,
		Description:           "An orthogonal cell, with machinery of its own and for one guest; a unit is one ribosome or one RNA polymerase.",
		RibosomeUnits:         500,
		RibosomesPerUnit:      1,
		RNAPolymeraseUnits:    220,
		RNAPolymerasesPerUnit: 1,
		MemoryKB:              65_536,
		OverheadPercent:       overheadPercent,
		MaxVMs:                1,
		Sources: []string{
			"500 ribosomes: " + upstream,
			"220 RNA polymerases: ours; less the overhead it leaves the 187 that JCVI-syn3A has (Breuer et al. 2019, eLife 8:e36842, proteomics of rpoA)",
		},
	}
}

// Capacity is what a chassis of the kind has to give: what it has, less the
// overhead, rounded down to whole units. Its Priority is 0.
func (k Kind) Capacity() biovm.Resources {
	return biovm.Resources{
		ATP:           atpPercent,
		Ribosomes:     k.lessOverhead(k.RibosomeUnits),
		RNAPolymerase: k.lessOverhead(k.RNAPolymeraseUnits),
		MemoryKB:      k.lessOverhead(k.MemoryKB),
	}
}

func (k Kind) lessOverhead(units int) int {
	return int(math.Floor(float64(units) * (atpPercent - k.OverheadPercent) / atpPercent))
}
