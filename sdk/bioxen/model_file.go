package bioxen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm"
	"github.com/bioxen/terraform-provider-bioxen/sdk/biovm/source"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/cell"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism"
	"github.com/bioxen/terraform-provider-bioxen/sdk/engine/metabolism/modelfile"
)

// A ModelFile names a file with a metabolic network: SBML Level 3 with flux
// balance constraints, or the JSON of COBRApy and BiGG, plain or packed with
// gzip.
type ModelFile struct {
	Source string `json:"source"` // path of the file
	// SHA256 is what the file's content must hash to, in hexadecimal; empty is
	// anything.
	SHA256 string `json:"sha256,omitempty"`
}

// maxModelFile bounds a file, in bytes; the largest networks that people have
// published take a tenth of it.
const maxModelFile = 256 << 20

// read reads the network. Errors are [biovm.FieldError]s at model_file.source
// and model_file.sha256.
func (f *ModelFile) read() (*metabolism.Model, error) {
	content, err := f.content()
	if err != nil {
		return nil, &biovm.FieldError{Path: "model_file.source", Value: f.Source, Reason: reason(err)}
	}
	sum := sha256.Sum256(content)
	if got := hex.EncodeToString(sum[:]); f.SHA256 != "" && !strings.EqualFold(got, f.SHA256) {
		return nil, &biovm.FieldError{
			Path: "model_file.sha256", Value: f.SHA256,
			Reason: fmt.Sprintf("%s has SHA-256 %s: it is another file than was meant, or has changed", f.Source, got),
		}
	}
	m, _, err := modelfile.Read(bytes.NewReader(content), f.Source)
	if err != nil {
		return nil, &biovm.FieldError{Path: "model_file.source", Reason: err.Error()}
	}
	return m, nil
}

// reason leaves out the path, which the error names anyway.
func reason(err error) string {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

func (f *ModelFile) content() ([]byte, error) {
	return source.ReadFile(f.Source, maxModelFile)
}

// A network is what a question is about.
type network struct {
	model *metabolism.Model
	cell  *cell.Cell // of the organism; nil for a network from a file
}

func networkOf(q FluxQuestion) (*network, error) {
	switch {
	case (q.BiologicalType == "") == (q.ModelFile == nil):
		return nil, &biovm.FieldError{Path: "biological_type", Reason: "give either this or model_file"}
	case q.ModelFile != nil:
		m, err := q.ModelFile.read()
		return &network{model: m}, err
	}
	t, err := biovm.ParseBiologicalType(string(q.BiologicalType))
	if err != nil {
		return nil, err
	}
	c, err := cell.New(biovm.Spec{BiologicalType: t}, biovm.Resources{}, biovm.Config{}, nil)
	if err != nil {
		return nil, err
	}
	return &network{model: c.Organism.Model(), cell: c}, nil
}

// lost tells whether a name is a gene's or a reaction's. Of an organism's genes
// those that the network does not know are neither: it does without them.
func (n *network) lost(name string) (gene, reaction string, err error) {
	if n.cell != nil {
		c, err := n.cell.WithKnockouts([]string{name})
		switch {
		case err != nil:
			return "", "", err
		case len(c.LostReactions) > 0:
			return "", name, nil
		case n.model.HasGene(c.Knockouts[0]):
			return c.Knockouts[0], "", nil
		}
		return "", "", nil
	}
	if n.model.HasGene(name) {
		return name, "", nil
	}
	if _, ok := n.model.Reaction(name); ok {
		return "", name, nil
	}
	return "", "", n.check(metabolism.Question{Knockouts: []string{name}})
}

func (n *network) checkReaction(id string) error {
	return n.check(metabolism.Question{KnockoutReactions: []string{id}})
}

// check words what is wrong with a part of a question.
func (n *network) check(q metabolism.Question) error {
	err := q.Check(n.model)
	if unknown, ok := errors.AsType[*metabolism.UnknownError](err); ok {
		kind := unknown.Kind
		if kind == "exchange" {
			kind = "exchange reaction"
		}
		return fmt.Errorf("model %s has no %s %q%s", n.model.ID(), kind, unknown.Name, biovm.Near(unknown.Near))
	}
	if value, ok := errors.AsType[*metabolism.ValueError](err); ok {
		return errors.New(value.Text)
	}
	return err
}
