package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A networkReport is the JSON form of a [metabolism.Report].
type networkReport struct {
	DeadEnds         []deadEnd        `json:"dead_ends"`
	Blocked          []string         `json:"blocked"`
	BlockedReactions []string         `json:"blocked_reactions"`
	Imbalances       []imbalance      `json:"imbalances"`
	Unknown          []unknownBalance `json:"unknown"`
}

type deadEnd struct {
	Metabolite string `json:"metabolite"`
	Made       bool   `json:"made"`
	Consumed   bool   `json:"consumed"`
}

type imbalance struct {
	Reaction string             `json:"reaction"`
	Elements map[string]float64 `json:"elements"`
	Charge   float64            `json:"charge"`
}

type unknownBalance struct {
	Reaction string   `json:"reaction"`
	Formulas []string `json:"formulas"`
	Charges  []string `json:"charges"`
}

// networkOf leaves no list null.
func networkOf(r *metabolism.Report) networkReport {
	n := networkReport{
		DeadEnds: []deadEnd{}, Blocked: append([]string{}, r.Blocked...), BlockedReactions: append([]string{}, r.BlockedReactions...),
		Imbalances: []imbalance{}, Unknown: []unknownBalance{},
	}
	for _, d := range r.DeadEnds {
		n.DeadEnds = append(n.DeadEnds, deadEnd(d))
	}
	for _, i := range r.Imbalances {
		n.Imbalances = append(n.Imbalances, imbalance{i.Reaction, orEmpty(i.Elements), i.Charge})
	}
	for _, u := range r.Unknown {
		n.Unknown = append(n.Unknown, unknownBalance{u.Reaction, append([]string{}, u.Formulas...), append([]string{}, u.Charges...)})
	}
	return n
}

func orEmpty(m map[string]float64) map[string]float64 {
	if m == nil {
		return map[string]float64{}
	}
	return m
}

// mostImbalances is how many unbalanced reactions a line names.
const mostImbalances = 5

// lines say the report to people.
func (n *networkReport) lines() []property {
	unbalanced := strconv.Itoa(len(n.Imbalances))
	if len(n.Imbalances) > 0 {
		var names []string
		for _, i := range n.Imbalances[:min(len(n.Imbalances), mostImbalances)] {
			names = append(names, i.Reaction)
		}
		if len(n.Imbalances) > mostImbalances {
			names = append(names, "…")
		}
		unbalanced += ": " + strings.Join(names, ", ")
	}
	return []property{
		{"dead ends", fmt.Sprintf("%d; they block %d other metabolites and %d reactions", len(n.DeadEnds), len(n.Blocked), len(n.BlockedReactions))},
		{"unbalanced", unbalanced},
		{"balance unknown", strconv.Itoa(len(n.Unknown))},
	}
}
