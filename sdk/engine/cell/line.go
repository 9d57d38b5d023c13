package cell

import (
	"context"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/organism"
)

// A Line is what cells of one kind have in common: an organism, and what answers
// questions about its network. It is safe for concurrent use.
type Line struct {
	organism *organism.Organism
	bench    *bench
}

// LineOf is the line of an organism as it is shipped, always the same one.
func LineOf(t biovm.BiologicalType) (*Line, error) {
	o, err := organism.Of(t)
	if err != nil {
		return nil, err
	}
	b, err := benchOf(t)
	if err != nil {
		return nil, err
	}
	return &Line{organism: o, bench: b}, nil
}

// reference is the answer to what an ATP share of a network is a share of.
type reference struct {
	ATP float64 `json:"atp"` // mmol/gDW/h; 0 when there is none
	Why string  `json:"why"` // there is none
}

// WithModel is the line with another network, which is from a file of the
// SHA-256; see [organism.Organism.WithModel]. What an ATP share is a share of is
// solved for ([metabolism.ATPReference]), on the network's own medium. A network
// that has no such thing is not rationed. The memo may be nil.
func (l *Line) WithModel(ctx context.Context, m *metabolism.Model, sha256 string, memo Memo) (*Line, error) {
	// Of which organism it is does not matter.
	s := circumstance{Version: memoVersion, Model: "model:" + sha256, Question: "atp_reference"}
	r, err := recall(ctx, memo, s, func() (reference, error) {
		atp, err := metabolism.ATPReference(ctx, m)
		switch {
		case ctx.Err() != nil:
			return reference{}, context.Cause(ctx)
		case err != nil:
			return reference{Why: err.Error()}, nil //nolint:nilerr // that there is none is the answer
		case !(atp > 0):
			return reference{Why: "model " + m.ID() + " makes no ATP on its own medium"}, nil
		}
		return reference{ATP: atp}, nil
	})
	if err != nil {
		return nil, err
	}
	changed, err := l.organism.WithModel(organism.Network{Model: m, SHA256: sha256, ATPReference: r.ATP, NoATP: r.Why})
	if err != nil {
		return nil, err
	}
	return &Line{
		organism: changed,
		bench:    &bench{prototype: func() *metabolism.Analyzer { return metabolism.NewAnalyzer(changed.Model()) }},
	}, nil
}

// Organism is the line's.
func (l *Line) Organism() *organism.Organism { return l.organism }
