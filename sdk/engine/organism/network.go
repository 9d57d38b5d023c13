package organism

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
)

// A Network is a metabolic network that is to take the place of an organism's
// own.
type Network struct {
	Model *metabolism.Model
	// SHA256 is that of the file that the network is from, in hexadecimal.
	SHA256 string
	// ATPReference is what 100 percent of ATP stands for, in mmol/gDW/h; see
	// [metabolism.ATPReference]. 0 says that there is no such thing, and NoATP
	// why.
	ATPReference float64
	NoATP        string
}

// ownMedium describes the medium of a network of the user's.
const ownMedium = "the medium that the network's own bounds stand for"

// WithModel returns the organism with another metabolic network. Genome, gene
// table and the constants of expression stay. Genes of the network that the
// table has, by whatever of their names in just these letters, are the table's and called by their
// locus; the others are among [Organism.ModelOnlyGenes].
func (o *Organism) WithModel(n Network) (*Organism, error) {
	m, err := o.adopt(n.Model)
	if err != nil {
		return nil, err
	}
	changed := *o
	changed.model, changed.version, changed.key = m, o.VersionWith(n.SHA256), o.Key()+modelMark+n.SHA256
	changed.constants.ATPReference, changed.noATP = n.ATPReference, n.NoATP
	changed.custom = m.ID()
	if changed.custom == "" {
		changed.custom = "of SHA-256 " + short(n.SHA256)
	}
	source := "file of SHA-256 " + n.SHA256
	changed.facts = slices.DeleteFunc(slices.Clone(o.facts), func(f Fact) bool {
		switch f.Key {
		case keyModel, keyObjective, keyMedium, keyATPReference:
			return true
		}
		return false
	})
	changed.facts = append(changed.facts,
		Fact{Key: keyModel, Value: m.ID(), Source: source},
		Fact{Key: keyObjective, Value: m.Reactions()[m.Objective()].ID, Source: source},
		Fact{Key: keyMedium, Value: ownMedium, Source: source})
	if n.ATPReference > 0 {
		changed.facts = append(changed.facts, Fact{
			Key: keyATPReference, Value: strconv.FormatFloat(n.ATPReference, 'g', -1, 64), Unit: "mmol/gDW/h",
			Source: "computed from the network: least ATP production at the highest growth on its own medium",
		})
	}
	genes := slices.Clone(o.genes)
	for i := range genes {
		genes[i].InModel = m.HasGene(genes[i].Locus)
	}
	changed.missing = slices.Clone(o.missing)
	for i := range changed.missing {
		changed.missing[i].InModel = m.HasGene(changed.missing[i].Locus)
	}
	changed.setGenes(append(genes, o.strangers(m)...))
	return &changed, nil
}

// modelMark is between an organism's version and what names a network of the
// user's, of whose sum shortSum digits will do for people.
const (
	modelMark = "+model-"
	shortSum  = 12
)

// VersionWith is the [Organism.ModelVersion] that the organism has with a
// network from a file of that SHA-256.
func (o *Organism) VersionWith(sha256 string) string { return o.version + modelMark + short(sha256) }

// adopt calls the genes of a network by their loci.
func (o *Organism) adopt(m *metabolism.Model) (*metabolism.Model, error) {
	p := m.Parts()
	names := make(map[string]string, len(p.Genes)) // those that change
	taken := make(map[string]bool, len(p.Genes))
	for _, g := range p.Genes {
		taken[g.ID] = true
	}
	genes := slices.Clone(p.Genes)
	for i, g := range genes {
		found, ok := o.Gene(g.ID)
		// mine is not minE, though people who ask for genes may mean it so.
		spelt := found.Locus == g.ID || found.Symbol == g.ID || slices.Contains(found.Aliases, g.ID)
		if !ok || !spelt || found.Type == modelOnly || taken[found.Locus] {
			continue
		}
		taken[found.Locus], names[g.ID], genes[i].ID = true, found.Locus, found.Locus
	}
	if len(names) == 0 {
		return m, nil
	}
	p.Genes, p.Reactions = genes, slices.Clone(p.Reactions)
	for j := range p.Reactions {
		p.Reactions[j].Rule = renamed(p.Reactions[j].Rule, names)
	}
	changed, err := metabolism.Build(p)
	if err != nil {
		return nil, fmt.Errorf("call genes by their loci: %w", err)
	}
	return changed, nil
}

// renamed is a rule with genes by other names.
func renamed(r *metabolism.Rule, names map[string]string) *metabolism.Rule {
	gene, of, anyOf := r.Form()
	if len(of) == 0 {
		if name, ok := names[gene]; ok {
			return metabolism.GeneRule(name)
		}
		return r
	}
	parts := make([]*metabolism.Rule, len(of))
	for i, part := range of {
		parts[i] = renamed(part, names)
	}
	if anyOf {
		return metabolism.AnyOf(parts...)
	}
	return metabolism.AllOf(parts...)
}

// strangers are the genes of a network that the table does not have.
func (o *Organism) strangers(m *metabolism.Model) []Gene {
	known := make(map[string]bool, len(o.genes))
	for _, list := range [][]Gene{o.genes, o.missing} {
		for i := range list {
			known[list[i].Locus] = true
		}
	}
	var genes []Gene
	for _, g := range m.Parts().Genes {
		if !known[g.ID] {
			genes = append(genes, Gene{Locus: g.ID, Symbol: g.Name, Type: modelOnly, ProteinCount: -1, InModel: true})
		}
	}
	return genes
}

// String is how errors call the organism: by its type, and by its genome and its
// network where they are others than the type's.
func (o *Organism) String() string {
	text, with := string(o.kind), " with "
	if o.replica != "" {
		text, with = text+with+"genome "+o.replica, " and "
	}
	if o.custom != "" {
		text += with + "model " + o.custom
	}
	return text
}

// Key names the tables and the network exactly: two organisms of one key answer
// every question alike.
func (o *Organism) Key() string {
	if o.key != "" {
		return o.key
	}
	return o.version
}

// NoATP says why a share of ATP means nothing to the organism; empty when it
// means something, as it does to all that are shipped.
func (o *Organism) NoATP() string { return o.noATP }
