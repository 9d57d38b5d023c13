package wholecell

import (
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/expression"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

const (
	aminoKinds = len(organism.AminoAcidLetters)
	baseKinds  = len(organism.BaseLetters)
	// poolKinds are what metabolism supplies: amino acids, bases, and energy.
	poolKinds = aminoKinds + baseKinds + 1
	energyAt  = poolKinds - 1
)

// A pool is something that expression uses up and metabolism supplies: free
// amino acids of a kind, a nucleoside triphosphate as a building block, or
// energy: phosphoryl groups of ATP and GTP that are ready to be spent.
type pool struct {
	level  expression.Species // molecules now
	held   expression.Species // level after the last supply
	demand expression.Species // molecules per second, averaged
	carry  expression.Species // part of a molecule that is still owed

	start    expression.Species // what the account began with
	supplied expression.Species // since then
}

// A layout says where everything is in a network's state.
type layout struct {
	pools  [poolKinds]pool
	spent  [2]expression.Species         // phosphoryl groups of ATP and of GTP
	nmp    [baseKinds]expression.Species // nucleoside monophosphates of decayed messengers
	inRRNA [baseKinds]expression.Species // variables: bases in ribosomes that were assembled here

	trna  [aminoKinds]carrier // transfer RNA, by amino acid
	ready expression.Species  // variable: see readiness, 1/s

	polymerases, ribosomes         expression.Species // that are free
	ownPolymerases, ownRibosomes   expression.Species // variables: of the newborn cell of normal size under its grant
	mostPolymerases, mostRibosomes expression.Species // variables: the grants
	floorRibosomes                 expression.Species // variables: free ones that must stay so
	floorPolymerases               expression.Species
	mostATP                        expression.Species // variable: granted percent

	// Gates are 1 while there is enough of everything for one more event of a
	// kind, and 0 otherwise.
	mayTranscribe, mayTranslate, mayMakeRNA, mayMakeProtein expression.Species
	// Shares are how much of its rate by the published law a process has.
	initiation, transcribing, binding, translating expression.Species
	dilution                                       expression.Species // newborn volume over volume

	sites, siteBound                          expression.Species // of DnaA outside the origin
	high, low, docked, filament, open, strips expression.Species // at the origin
	arms                                      [2][]expression.Species
	doubled                                   expression.Species // arms that came to the end
	round                                     expression.Species // variable: 1 once replication began

	due        expression.Species // variable: when the next exchange is, in seconds
	born       expression.Species // variable: when this cell was born, in seconds
	generation expression.Species // variable
	cycle      expression.Species // variable: how long the last cell cycle took, in seconds; 0 before the first division
	growth     expression.Species // variable: growth rate, 1/h, averaged
	mass       expression.Species // variable: amino acids in protein at the last exchange
	limited    expression.Species // variable: 1 while metabolism delivers less than is asked for
	wanted     expression.Species // variable: growth rate asked for at the last exchange, 1/h
	supply     expression.Species // variable: growth rate that metabolism could feed, 1/h
	began      expression.Species // variable: when replication began after birth, in seconds; 0 before
	ended      expression.Species // variable: when it ended
}

// poolName names a pool for people.
func poolName(k int) string {
	switch {
	case k < aminoKinds:
		return "amino_acid:" + organism.AminoAcidLetters[k:k+1]
	case k < energyAt:
		return "ntp:" + organism.BaseLetters[k-aminoKinds:k-aminoKinds+1]
	}
	return "energy"
}
